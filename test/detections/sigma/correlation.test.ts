import assert from "node:assert/strict";
import { parseRules } from "../../../detections/sigma/parse";
import { correlationRule, errorOf, parseText, problemLines, ruleText } from "./rules";

const base = (own: string) => ruleText("sel: { eventName: X }\ncondition: sel", own);
const BASES = [base("name: one"), base("name: two\nid: 00000000-0000-4000-8000-000000000002")].join(
  "\n---\n",
);
/** Bases on lines 1-17, the correlation's block from line 21 on. */
const file = (block: string, rest = "") =>
  `${BASES}\n---\ntitle: Many\nlevel: high\n${rest}correlation:\n${block.trim().replace(/^/gm, "  ")}\n`;
const parse = (block: string, rest = "") => {
  const parsed = parseText(file(block, rest));
  assert.deepEqual(
    parsed.problems.filter(({ severity }) => severity === "error"),
    [],
  );
  return correlationRule(parsed);
};
/** The errors of a block whose bases are fine. */
const errorsOf = (block: string, rest = "") => {
  const parsed = parseText(file(block, rest));
  assert.deepEqual(
    parsed.rules.map(({ name }) => name),
    ["one", "two"],
  );
  return problemLines(parsed).join("\n");
};
const COUNT = "type: event_count\nrules: [one]\ngroup-by: [trailkeeper.actor]\ntimespan: 10m\n";

describe("correlations", () => {
  it("count events", () => {
    const rule = parse(`${COUNT}condition: { gte: 10, lt: 100 }`);
    assert.deepEqual(rule.correlation, {
      type: "event_count",
      rules: ["one"],
      generate: false,
      groupBy: ["trailkeeper.actor"],
      aliases: {},
      timespanSeconds: 600,
      count: { gte: 10, lt: 100 },
    });
    assert.equal(rule.level, "high");
  });

  it("count values of a field", () => {
    const { correlation } = parse(
      "type: value_count\nrules: [one, two]\ngroup-by: awsRegion\ntimespan: 1d\ncondition: { gt: 3, field: userAgent }",
    );
    assert.deepEqual(correlation.rules, ["one", "00000000-0000-4000-8000-000000000002"], "names become ids");
    assert.deepEqual(correlation.count, { gt: 3 });
    assert.equal(correlation.field, "userAgent");
    assert.equal(correlation.timespanSeconds, 86_400);
  });

  for (const type of ["temporal", "temporal_ordered"] as const)
    it(`${type} needs no condition`, () => {
      const { correlation } = parse(`type: ${type}\nrules: [one, two]\ngroup-by: [a]\ntimespan: 30s`);
      assert.equal(correlation.type, type);
      assert.equal(correlation.count, undefined);
    });

  it("first_seen looks back 90 days, and learns a week unless told", () => {
    const block =
      "type: first_seen\nrules: [one]\ngroup-by: [trailkeeper.actor]\ntimespan: 90d\ncondition: { field: awsRegion }";
    assert.deepEqual(parse(block).correlation, {
      type: "first_seen",
      rules: ["one"],
      generate: false,
      groupBy: ["trailkeeper.actor"],
      aliases: {},
      timespanSeconds: 90 * 86_400,
      field: "awsRegion",
      learningSeconds: 7 * 86_400,
    });
    assert.equal(parse(`${block}\nlearning: 3d`).correlation.learningSeconds, 3 * 86_400);
  });

  it("say generate inside the block, or beside it as the specification's list of keys has it", () => {
    assert.equal(parse(`${COUNT}condition: { gte: 1 }\ngenerate: true`).correlation.generate, true);
    assert.equal(parse(`${COUNT}condition: { gte: 1 }`, "generate: true\n").correlation.generate, true);
  });

  it("name fields by alias", () => {
    const { correlation } = parse(`
type: temporal
rules: [one, two]
group-by: [who]
timespan: 5m
aliases:
  who:
    one: requestParameters.userName
    00000000-0000-4000-8000-000000000002: userIdentity.userName`);
    assert.deepEqual(correlation.aliases, {
      who: {
        one: "requestParameters.userName",
        "00000000-0000-4000-8000-000000000002": "userIdentity.userName",
      },
    });
  });

  it("group by what only correlations know", () => {
    const { correlation } = parse(
      "type: value_count\nrules: [one, two]\ngroup-by: [trailkeeper.actor]\ntimespan: 1h\ncondition: { gte: 2, field: trailkeeper.tactic }",
    );
    assert.equal(correlation.field, "trailkeeper.tactic");
  });

  it("rest on correlations, and reach across files in any order", () => {
    const parsed = parseRules([
      {
        file: "a.yml",
        text: "title: Top\nlevel: high\ncorrelation: { type: temporal_ordered, rules: [many, two], timespan: 1h }",
      },
      { file: "b.yml", text: file(`${COUNT}condition: { gte: 5 }`, "name: many\n") },
    ]);
    assert.deepEqual(parsed.problems, []);
    assert.equal(parsed.rules.length, 4);
  });

  const mistakes: readonly (readonly [title: string, block: string, error: RegExp])[] = [
    ["no type", "rules: [one]\ntimespan: 1m", /20 correlation\.type: is missing; it is one of event_count/],
    [
      "an unsupported type",
      "type: value_avg\nrules: [one]\ntimespan: 1m\ncondition: { gte: 1 }",
      /21 correlation\.type: is "value_avg"; it must be one of event_count, value_count, temporal, temporal_ordered, first_seen/,
    ],
    [
      "an unknown key",
      `${COUNT}condition: { gte: 1 }\ngroup_by: [a]`,
      /26 correlation\.group_by: is no key of this block; did you mean group-by\?/,
    ],
    [
      "no rules",
      "type: event_count\ntimespan: 1m\ncondition: { gte: 1 }",
      /correlation\.rules: is missing or empty/,
    ],
    [
      "an unknown rule",
      `${COUNT}condition: { gte: 1 }`.replace("[one]", "[ona]"),
      /22 correlation\.rules: refers to ona, but no rule has that id or name; did you mean one\?/,
    ],
    ["a rule twice", `${COUNT}condition: { gte: 1 }`.replace("[one]", "[one, one]"), /names one twice/],
    [
      "a rule by id and name",
      `${COUNT}condition: { gte: 1 }`.replace("[one]", "[two, 00000000-0000-4000-8000-000000000002]"),
      /names the same rule by id and by name/,
    ],
    ["a single rule in temporal", "type: temporal\nrules: [one]\ntimespan: 1m", /temporal is about several/],
    [
      "no timespan",
      "type: event_count\nrules: [one]\ncondition: { gte: 1 }",
      /correlation\.timespan: is missing/,
    ],
    [
      "a timespan without unit",
      `${COUNT}condition: { gte: 1 }`.replace("10m", "10"),
      /24 correlation\.timespan: is "10"; it must be a whole number of s, m, h or d/,
    ],
    [
      "a timespan in weeks",
      `${COUNT}condition: { gte: 1 }`.replace("10m", "1w"),
      /must be a whole number of s, m, h or d/,
    ],
    ["a timespan over a day", `${COUNT}condition: { gte: 1 }`.replace("10m", "25h"), /is 25h; at most 24h/],
    [
      "a first_seen timespan over 90 days",
      "type: first_seen\nrules: [one]\ntimespan: 91d\ncondition: { field: a }",
      /at most 90d/,
    ],
    [
      "learning longer than memory",
      "type: first_seen\nrules: [one]\ntimespan: 2d\ncondition: { field: a }\nlearning: 3d",
      /learning \(3d\) must not be longer than timespan/,
    ],
    [
      "the default learning longer than memory",
      "type: first_seen\nrules: [one]\ntimespan: 2d\ncondition: { field: a }",
      /23 correlation\.timespan: learning \(7d unless set\)/,
    ],
    [
      "learning within the condition",
      "type: first_seen\nrules: [one]\ntimespan: 9d\ncondition: { field: a, learning: 7d }",
      /condition\.learning: stands beside condition; write it one level up/,
    ],
    ["learning elsewhere", `${COUNT}condition: { gte: 1 }\nlearning: 1d`, /learning: is for first_seen only/],
    ["no condition", COUNT, /correlation\.condition: is missing; write for example condition: \{ gte: 10 \}/],
    ["a condition without bound", `${COUNT}condition: {}`, /has no bound/],
    [
      "an upper bound alone",
      `${COUNT}condition: { lte: 5 }`,
      /25 correlation\.condition: has no lower bound of 1 or more; that too little happens cannot be decided while events still arrive/,
    ],
    ["a lower bound of nothing", `${COUNT}condition: { gte: 0, lt: 5 }`, /no lower bound of 1 or more/],
    ["bounds that exclude each other", `${COUNT}condition: { gt: 5, lt: 6 }`, /cannot hold for any count/],
    ["eq beside a bound that it breaks", `${COUNT}condition: { eq: 5, gt: 5 }`, /cannot hold for any count/],
    ["neq", `${COUNT}condition: { neq: 5 }`, /condition\.neq: is no key of this block/],
    [
      "a bound that is no number",
      `${COUNT}condition: { gte: many }`,
      /condition\.gte: must be a whole number/,
    ],
    ["a broken bound", `${COUNT}condition: { gte: 1.5 }`, /must be a whole number/],
    [
      "a field in event_count",
      `${COUNT}condition: { gte: 1, field: a }`,
      /condition\.field: is not for event_count/,
    ],
    [
      "no field in value_count",
      `${COUNT}condition: { gte: 1 }`.replace("event_count", "value_count"),
      /condition\.field: is missing; name the field whose values value_count looks at/,
    ],
    [
      "several fields",
      `${COUNT}condition: { gte: 1, field: [a, b] }`.replace("event_count", "value_count"),
      /names several fields/,
    ],
    [
      "a bound in first_seen",
      "type: first_seen\nrules: [one]\ntimespan: 9d\ncondition: { gte: 1, field: a }",
      /condition\.gte: counts, but first_seen asks whether a value is new/,
    ],
    [
      "an extended temporal condition",
      "type: temporal\nrules: [one, two]\ntimespan: 1m\ncondition: one and two",
      /condition: is an extended condition, which is not supported; temporal asks for all of its rules/,
    ],
    [
      "a count in temporal",
      "type: temporal\nrules: [one, two]\ntimespan: 1m\ncondition: { gte: 1 }",
      /is not supported for temporal/,
    ],
    [
      "an unknown computed field",
      `${COUNT}condition: { gte: 1 }`.replace("actor", "acter"),
      /did you mean trailkeeper\.actor\?/,
    ],
    [
      "an alias for a stranger",
      `${COUNT}condition: { gte: 1 }\naliases: { who: { two: a, one: b } }`,
      /correlation\.aliases\.who: names two, which is not among/,
    ],
    [
      "an alias that leaves a rule out",
      "type: temporal\nrules: [one, two]\ngroup-by: [who]\ntimespan: 1m\naliases: { who: { one: a } }",
      /says nothing for 00000000-0000-4000-8000-000000000002/,
    ],
    [
      "an alias over a computed field",
      `${COUNT}condition: { gte: 1 }\naliases: { trailkeeper.actor: { one: a } }`,
      /hides a computed field/,
    ],
    ["generate that is no flag", `${COUNT}condition: { gte: 1 }\ngenerate: maybe`, /must be true or false/],
    ["a block that is no map", "- a", /correlation: must be a map/],
  ];
  for (const [title, block, error] of mistakes)
    it(`refuse ${title}`, () => assert.match(errorsOf(block), error));

  for (const key of ["outcome: success", "aws_services: included", "placement: fast"])
    it(`refuse ${key}, which only base rules can mean`, () =>
      assert.match(
        errorsOf(`${COUNT}condition: { gte: 1 }`, `custom: { trailkeeper: { ${key} } }\n`),
        /has no meaning in a correlation/,
      ));

  it("may group alerts by an alias and by what only correlations know", () => {
    const rule = parse(
      `${COUNT}condition: { gte: 1 }\naliases: { who: { one: a } }`,
      "custom: { trailkeeper: { group_by: [who, trailkeeper.rule] } }\n",
    );
    assert.deepEqual(rule.custom?.groupBy, ["who", "trailkeeper.rule"]);
  });

  it("that rest on themselves are refused, with the way round", () => {
    const correlation = (name: string, rules: string) =>
      `title: ${name}\nname: ${name}\nlevel: low\ncorrelation: { type: temporal, rules: [${rules}, one], timespan: 1m }`;
    const parsed = parseText(
      [
        base("name: one"),
        correlation("a", "b"),
        correlation("b", "c"),
        correlation("c", "a"),
        correlation("d", "c"),
      ].join("\n---\n"),
    );
    assert.deepEqual(
      parsed.rules.map(({ name }) => name),
      ["one"],
    );
    assert.deepEqual(problemLines(parsed), [
      "12 correlation.rules: rests on itself: a -> b -> c -> a; take one of the references away",
      "17 correlation.rules: rests on itself: a -> b -> c -> a; take one of the references away",
      "22 correlation.rules: rests on itself: a -> b -> c -> a; take one of the references away",
      "27 correlation.rules: rests on c, which is left out because of its own errors; mend that rule",
    ]);
  });

  it("that rest on themselves directly are refused", () => {
    const text =
      "title: A\nname: a\nlevel: low\ncorrelation: { type: event_count, rules: [a], timespan: 1m, condition: { gte: 1 } }";
    assert.match(errorOf(text), /rests on itself: a -> a/);
  });

  it("that rest on a broken rule are left out with the reason, as is what rests on them", () => {
    const parsed = parseText(
      [
        base("name: one").replace("eventName: X", "eventName|wide: X"),
        "title: B\nname: b\nlevel: low\ncorrelation: { type: event_count, rules: [one], timespan: 1m, condition: { gte: 1 } }",
        "title: C\nlevel: low\ncorrelation: { type: event_count, rules: [b], timespan: 1m, condition: { gte: 1 } }",
      ].join("\n---\n"),
    );
    assert.deepEqual(parsed.rules, []);
    assert.match(
      problemLines(parsed).join("\n"),
      /rests on one, which is left out.*\n.*rests on b, which is left out/,
    );
  });

  it("let the rules they rest on go without level, unless those alert by themselves", () => {
    const text = (generate: boolean) =>
      `${base("name: one").replace("level: low\n", "")}\n---\ntitle: B\nlevel: low\ncorrelation: { type: event_count, rules: [one], timespan: 1m, condition: { gte: 1 }, generate: ${generate} }`;
    assert.deepEqual(problemLines(parseText(text(false))), []);
    assert.match(problemLines(parseText(text(true))).join(), /1 level: is missing; medium is assumed/);
  });
});
