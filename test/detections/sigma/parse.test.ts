import assert from "node:assert/strict";
import fc from "fast-check";
import { parseRules } from "../../../detections/sigma/parse";
import { errorOf, eventRule, parseText, problemLines, ruleText } from "./rules";

const DETECTION = "sel: { eventName: X }\ncondition: sel";

describe("parseRules", () => {
  it("reads everything that a rule says about itself", () => {
    const rule = eventRule(`---
title: Trail stopped
id: 0e95725d-7320-415d-80f7-004da920fc11
name: trail_stopped
status: test
description: >-
  Somebody stopped
  the trail.
references: [https://example.com/a, https://example.com/b]
author: Alice
date: 2026-03-02
tags: [attack.defense-evasion, attack.t1562.008]
logsource: { product: aws, service: cloudtrail, definition: any }
detection: { sel: { eventName: StopLogging }, condition: sel }
fields: [userIdentity.arn]
falsepositives: [Maintenance]
level: high
license: MIT
x-own: { anything: [1] }
`);
    assert.deepEqual(rule, {
      kind: "event",
      id: "0e95725d-7320-415d-80f7-004da920fc11",
      name: "trail_stopped",
      title: "Trail stopped",
      status: "test",
      description: "Somebody stopped the trail.",
      references: ["https://example.com/a", "https://example.com/b"],
      author: "Alice",
      tags: ["attack.defense-evasion", "attack.t1562.008"],
      falsePositives: ["Maintenance"],
      level: "high",
      source: { file: "rule.yml", line: 2 },
      condition: {
        op: "field",
        field: "eventName",
        test: { kind: "string", parts: [{ text: "StopLogging" }], cased: false },
      },
    });
  });

  it("takes single texts for lists, and numbers for texts", () => {
    const rule = eventRule(
      ruleText(
        DETECTION,
        "tags: attack.t1078\nfalsepositives: |\n  Many.\nreferences: ~\nauthor: [A, B]\nname: 42",
      ),
    );
    assert.deepEqual(rule.tags, ["attack.t1078"]);
    assert.deepEqual(rule.falsePositives, ["Many."]);
    assert.deepEqual(rule.references, []);
    assert.equal(rule.author, "A, B");
    assert.equal(rule.name, "42");
  });

  it("gives rules as plain JSON", () => {
    const { rules } = parseText(ruleText(DETECTION, "custom: { trailkeeper: { quiet_period: 1h } }"));
    assert.deepEqual(JSON.parse(JSON.stringify(rules)), rules);
  });

  it("names rules without id by their name, or their place", () => {
    const anonymous = ruleText(DETECTION);
    const { rules } = parseRules([
      { file: "a b.yml", text: `${anonymous}\n---\n${anonymous}` },
      { file: "c.yml", text: `${anonymous}\nname: stop_logging` },
    ]);
    assert.deepEqual(
      rules.map(({ id }) => id),
      ["a-b.yml", "a-b.yml:2", "stop_logging"],
    );
  });

  it("assumes medium where a rule has no level, and says so", () => {
    const parsed = parseText(ruleText(DETECTION).replace("level: low\n", ""));
    assert.equal(parsed.rules[0]?.level, "medium");
    assert.deepEqual(
      parsed.problems.map(({ severity, line, field }) => [severity, line, field]),
      [["warning", 1, "level"]],
    );
  });

  const refused: readonly (readonly [title: string, text: string, error: RegExp])[] = [
    ["a rule without title", ruleText(DETECTION).replace("title: A rule", "name: x"), /1 title: is missing/],
    ["an empty title", ruleText(DETECTION).replace("A rule", "''"), /1 title: is empty/],
    [
      "an unknown level",
      ruleText(DETECTION).replace("low", "urgent"),
      /3 level: is "urgent"; it must be one of informational, low/,
    ],
    [
      "an unknown status",
      ruleText(DETECTION, "status: done"),
      /7 status: is "done"; it must be one of stable/,
    ],
    ["an id that no alert could carry", ruleText(DETECTION, "id: a b"), /7 id: must be at most 128 letters/],
    [
      "tags that are no texts",
      ruleText(DETECTION, "tags:\n  - a\n  - { b: c }"),
      /9 tags: must be a text or a list of texts/,
    ],
    [
      "another log",
      ruleText(DETECTION).replace("aws", "windows"),
      /2 logsource: is product windows, service cloudtrail, so the rule could never match/,
    ],
    ["a log without service", ruleText(DETECTION).replace(", service: cloudtrail", ""), /service \(none\)/],
    [
      "no logsource",
      ruleText(DETECTION).replace(/^logsource.*$/m, "a: b"),
      /logsource: is missing; write logsource/,
    ],
    ["a document that is no map", "- a\n- b", /1 -: is no rule/],
    ["a text", "just words", /1 -: is no rule/],
    [
      "a map that is no rule",
      "title: A\nselection: { a: b }",
      /1 detection: is missing; a rule has a detection or a correlation/,
    ],
    [
      "a detection that is no map",
      "title: A\nlogsource: { product: aws, service: cloudtrail }\ndetection: [a]",
      /3 detection: must be a map/,
    ],
    [
      "a Sigma filter",
      "title: F\nlogsource: { product: aws, service: cloudtrail }\nfilter: { rules: [a], sel: { a: b }, condition: not sel }",
      /1 filter: is a Sigma filter, which is not supported/,
    ],
    [
      "a rule collection",
      `action: global\nlevel: low\n---\n${ruleText(DETECTION)}`,
      /^1 action: is Sigma 1 \(global, reset and repeat are not supported\).*$/,
    ],
    [
      "detection and correlation in one document",
      ruleText(DETECTION, "correlation: { type: event_count }"),
      /1 correlation: stands beside detection; write the correlation into a document of its own/,
    ],
  ];
  for (const [title, text, error] of refused)
    it(`refuses ${title}`, () => assert.match(errorOf(text), error));

  const custom = (block: string) =>
    ruleText(DETECTION, `custom:\n  trailkeeper:\n${block.replace(/^/gm, "    ")}`);
  it("reads custom.trailkeeper", () => {
    const rule = eventRule(
      custom(`outcome: failure
aws_services: included
summary: "{actor} tried it"
first_step: Ask.
runbook: iam-credentials
playbook: [deactivate-access-key, quarantine-user]
targets: requestParameters.userName
group_by: [trailkeeper.actor, awsRegion]
quiet_period: 90m
placement: fast`),
    );
    assert.deepEqual(rule.custom, {
      outcome: "failure",
      awsServices: "included",
      summary: "{actor} tried it",
      firstStep: "Ask.",
      runbook: "iam-credentials",
      playbooks: ["deactivate-access-key", "quarantine-user"],
      groupBy: ["trailkeeper.actor", "awsRegion"],
      quietPeriodSeconds: 5400,
      targets: ["requestParameters.userName"],
      placement: "fast",
    });
  });

  it("leaves custom keys of other tools alone", () => {
    const rule = eventRule(ruleText(DETECTION, "custom: { other: { outcome: maybe } }"));
    assert.equal(rule.custom, undefined);
    assert.equal(eventRule(ruleText(DETECTION, "custom: anything")).custom, undefined);
  });

  const customMistakes: readonly (readonly [block: string, error: RegExp])[] = [
    ["outcom: success", /9 custom\.trailkeeper\.outcom: is no key of this block; did you mean outcome\?/],
    ["severity: high", /known keys: outcome, aws_services/],
    ["outcome: worked", /must be one of success, failure, any/],
    ["aws_services: maybe", /must be one of ignored, included/],
    ["placement: both", /must be one of fast, complete/],
    ["quiet_period: 1 hour", /must be a whole number of s, m, h or d, for example 1h/],
    ["quiet_period: 0h", /must be a whole number/],
    ["quiet_period: 3600", /must be a whole number of s/],
    ["runbook: ../secret", /must be a name in lower case with hyphens/],
    ["runbook: iam.md", /must be a name/],
    ["playbook: quarantine-users", /"quarantine-users" is no playbook; did you mean quarantine-user\?/],
    ["playbook: [quarantine-user, reboot]", /"reboot" is no playbook; one of deactivate-access-key, /],
    ["playbook: restore-trail", /"restore-trail" is no playbook/],
    ["targets: [a..b]", /is no field name/],
    ["group_by: [trailkeeper.rule]", /trailkeeper\.rule is no computed field/],
    ["group_by: [awsRegion|contains]", /modifiers belong in selections/],
    ["summary: ''", /is empty/],
    ["summary: '{actor did it'", /9 custom\.trailkeeper\.summary: a brace has no partner/],
    ["summary: 'Set {requestParameters.masterUserPassword}'", /may hold a secret/],
    ["targets: [requestParameters.masterUserPassword]", /may hold a secret/],
    ["summary: [a]", /must be a text/],
  ];
  for (const [block, error] of customMistakes)
    it(`refuses custom.trailkeeper with ${block}`, () => assert.match(errorOf(custom(block)), error));

  it("refuses the second bearer of an id or a name, and keeps the first", () => {
    const rule = (own: string) => ruleText(DETECTION, own);
    const parsed = parseRules([
      { file: "a.yml", text: rule("id: one\nname: same") },
      { file: "b.yml", text: `${rule("id: one")}\n---\n${rule("id: two\nname: same")}` },
    ]);
    assert.deepEqual(
      parsed.rules.map(({ source }) => source),
      [{ file: "a.yml", line: 1 }],
    );
    assert.deepEqual(problemLines(parsed), [
      "7 id: one is taken by the rule in a.yml, line 1; give each rule its own",
      "16 name: same is taken by the rule in a.yml, line 1; give each rule its own",
    ]);
    assert.ok(parsed.problems.every(({ file }) => file === "b.yml"));
  });
});

describe("broken YAML", () => {
  it("names file and line, and does not keep other files and documents from loading", () => {
    const parsed = parseRules([
      { file: "broken.yml", text: "title: A\ndetection:\n  sel: { a: 'b }\n" },
      { file: "half.yml", text: `${ruleText(DETECTION)}\n---\ntitle: [\n` },
      { file: "good.yml", text: ruleText(DETECTION) },
    ]);
    assert.deepEqual(
      parsed.rules.map(({ source }) => source.file),
      ["half.yml", "good.yml"],
    );
    assert.deepEqual(
      parsed.problems.map(({ file, severity }) => [file, severity]),
      [
        ["broken.yml", "error"],
        ["half.yml", "error"],
      ],
    );
    assert.match(problemLines(parsed).join("\n"), /^4 -: is no valid YAML: Missing closing 'quote/);
  });

  const refused: readonly (readonly [title: string, text: string, error: RegExp])[] = [
    ["nested without end", "[".repeat(100_000), /1 -: nests deeper than 64 levels/],
    ["nested without end in block style", "- ".repeat(10_000), /nests deeper than 64 levels/],
    ["that is huge", `a: ${"x".repeat(1_000_000)}`, /is longer than 1000000 characters/],
    ["with a circle of aliases", "a: &a\n  b: *a\n", /grows without bounds through its aliases/],
    [
      "that aliases multiply",
      `a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${[1, 2, 3, 4, 5, 6]
        .map(
          (n) =>
            `a${n}: &a${n} [${Array(10)
              .fill(`*a${n - 1}`)
              .join(",")}]`,
        )
        .join("\n")}`,
      /grows without bounds/,
    ],
    ["with a merge key", "a: &a { b: c }\nd: { <<: *a }", /merge key/],
    ["with an alias to nothing", "x: y\na: *b", /2 -: refers to \*b, but nothing before it is named &b/],
    ["with a tab for indentation", "a:\n\tb: c", /2 -: is no valid YAML/],
  ];
  for (const [title, text, error] of refused)
    it(`refuses a file ${title}`, () => assert.match(errorOf(text), error));

  it("resolves aliases", () => {
    const rule = eventRule(ruleText("one: &one { eventName: X }\ntwo: *one\ncondition: one and two"));
    assert.ok(rule.condition.op === "and");
  });

  it("warns of a file without rules, but not of empty documents beside rules", () => {
    assert.deepEqual(problemLines(parseText("# nothing\n")), [
      "1 -: holds no rule; write one, or take the file away",
    ]);
    assert.deepEqual(problemLines(parseText(`---\n---\n${ruleText(DETECTION)}\n---\n`)), []);
  });

  it("never throws, and leaves out or explains everything, whatever the text", () => {
    const fragment = fc.constantFrom(
      "title: ",
      "detection:",
      "\n",
      "  ",
      "sel: ",
      "{ a|re: b }",
      "[",
      "]",
      "{",
      "}",
      "- ",
      "&a ",
      "*a",
      "condition: sel",
      "---\n",
      "? ",
      ": ",
      "|",
      "'",
      '"',
      "!!x ",
      "~",
      "custom:",
      "trailkeeper: ",
      "correlation:",
      "type: event_count",
      "\t",
      "1.0",
      "\u0000",
      "\uFEFF",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fragment).map((parts) => parts.join("")),
        ),
        (text) => {
          const { rules, problems } = parseText(text);
          if (rules.length === 0 && text.trim() !== "")
            assert.ok(problems.length > 0, "says why there is no rule");
          for (const { line } of problems) assert.ok(line >= 1);
        },
      ),
      { numRuns: 500 },
    );
  });
});
