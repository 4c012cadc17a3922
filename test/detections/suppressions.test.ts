import assert from "node:assert/strict";
import { parseSuppressions } from "../../detections/suppression-file";
import { isExpired, suppressionFor } from "../../detections/suppressions";
import type { Rule } from "../../detections/sigma/model";

const NOW = new Date("2026-11-25T12:00:00Z");

const rule: Rule = {
  kind: "event",
  id: "6f1c2f9e-0000-4000-8000-000000000001",
  name: "user_created",
  title: "User created",
  references: [],
  tags: [],
  falsePositives: [],
  level: "medium",
  source: { file: "r.yml", line: 1 },
  condition: { op: "and", of: [] },
};

const parse = (text: string) => parseSuppressions(text, "suppressions.yml", { rules: [rule], now: NOW });

const item = (change: Readonly<Record<string, string | undefined>> = {}) => {
  const keys = {
    rule: "user_created",
    match: "{ userIdentity.arn|endswith: ':role/onboarding' }",
    reason: "Onboarding creates users",
    owner: "identity team",
    expires: "2027-01-31",
    ...change,
  };
  const lines = Object.entries(keys).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${value}`],
  );
  return `- ${lines.join("\n  ")}\n`;
};

describe("parseSuppressions", () => {
  it("reads a suppression of a rule by its name or id", () => {
    for (const named of [rule.name, rule.id]) {
      const { suppressions, problems } = parse(item({ rule: named }));

      assert.deepEqual(problems, []);
      assert.equal(suppressions[0]?.ruleId, rule.id);
      assert.equal(suppressions[0]?.reason, "Onboarding creates users");
      assert.deepEqual(suppressions[0]?.source, { file: "suppressions.yml", line: 1 });
    }
  });

  it("reads a file without suppressions", () => {
    assert.deepEqual(parse(""), { suppressions: [], problems: [] });
    assert.deepEqual(parse("[]"), { suppressions: [], problems: [] });
  });

  it("keeps one that has expired, and warns of it with its line", () => {
    const { suppressions, problems } = parse(item() + item({ expires: "2026-11-24" }));

    assert.equal(suppressions.length, 2);
    assert.deepEqual(
      problems.map(({ severity, line, field }) => [severity, line, field]),
      [["warning", 10, "[1].expires"]],
    );
    assert.match(problems[0]?.message ?? "", /no longer holds.*identity team/);
  });

  for (const [what, text, field, message] of [
    ["an unknown rule", item({ rule: "user_creatd" }), "[0].rule", /no rule has that id or name/],
    ["every rule", item({ rule: "'*'" }), "[0].rule", /wildcard/],
    ["no rule", item({ rule: undefined }), "[0].rule", /is missing/],
    ["no reason", item({ reason: undefined }), "[0].reason", /is missing; say why/],
    ["no owner", item({ owner: "" }), "[0].owner", /must be a text/],
    ["no expiry", item({ expires: undefined }), "[0].expires", /is missing/],
    ["an expiry that is no day", item({ expires: "2027-02-30" }), "[0].expires", /must be a day/],
    ["an expiry in words", item({ expires: "never" }), "[0].expires", /must be a day/],
    ["an unknown key", item({ expiry: "2027-01-31" }), "[0].expiry", /did you mean expires/],
    ["an unknown modifier", item({ match: "{ userAgent|like: x }" }), "[0].match.userAgent|like", /like/],
    ["no match", item({ match: undefined }), "[0].match", /must be a map/],
    ["an empty match", item({ match: "{}" }), "[0].match", /must be a map/],
    ["a match of anything", item({ match: "{ userIdentity.arn: '*' }" }), "[0].match", /too broad/],
    ["a match of any value", item({ match: "{ userIdentity.arn|exists: true }" }), "[0].match", /too broad/],
    ["a match of any text", item({ match: "{ userAgent|re: '.*' }" }), "[0].match", /too broad/],
    [
      "a match of any address",
      item({ match: "{ sourceIPAddress|cidr: 0.0.0.0/0 }" }),
      "[0].match",
      /too broad/,
    ],
    ["a match of all but one", item({ match: "{ userAgent|neq: x }" }), "[0].match", /too broad/],
    ["a match of one or anything", item({ match: "{ userAgent: [x, '*'] }" }), "[0].match", /too broad/],
    [
      "a match of what all events of the rule have",
      item({ match: "{ eventName: CreateUser, eventSource: iam.amazonaws.com, awsRegion: us-east-1 }" }),
      "[0].match",
      /too broad/,
    ],
    ["an item that is no map", "- user_created\n", "[0]", /must be a map/],
    ["a file that is no list", "rule: x\n", undefined, /must be a list/],
    ["broken YAML", "- { rule: [\n", undefined, /no valid YAML/],
  ] as const) {
    it(`refuses ${what}, naming file, line and key`, () => {
      const { suppressions, problems } = parse(text);

      assert.deepEqual(suppressions, []);
      const problem = problems.find((one) => one.field === field && message.test(one.message));
      assert.ok(problem, JSON.stringify(problems));
      assert.equal(problem.severity, "error");
      assert.equal(problem.file, "suppressions.yml");
      assert.ok(problem.line >= 1);
    });
  }
});

describe("suppressionFor", () => {
  const { suppressions } = parse(item());
  const event = (arn: string) => ({
    eventName: "CreateUser",
    eventTime: "2026-11-25T10:00:00Z",
    userIdentity: { arn },
  });
  const onboarding = event("arn:aws:iam::111122223333:role/onboarding");

  it("finds the one that holds for a hit", () => {
    assert.equal(suppressionFor({ rule, event: onboarding }, suppressions, NOW), suppressions[0]);
  });

  it("finds none for another event, or another rule", () => {
    const other = event("arn:aws:iam::111122223333:role/other");
    assert.equal(suppressionFor({ rule, event: other }, suppressions, NOW), undefined);
    assert.equal(
      suppressionFor({ rule: { ...rule, id: "other" }, event: onboarding }, suppressions, NOW),
      undefined,
    );
  });

  it("holds to the end of its last day, and no longer", () => {
    assert.equal(isExpired({ expires: "2027-01-31" }, new Date("2027-01-31T23:59:59Z")), false);
    assert.equal(isExpired({ expires: "2027-01-31" }, new Date("2027-02-01T00:00:00Z")), true);
    assert.equal(
      suppressionFor({ rule, event: onboarding }, suppressions, new Date("2027-02-01T00:00:00Z")),
      undefined,
    );
  });
});
