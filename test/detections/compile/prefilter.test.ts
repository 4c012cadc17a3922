import assert from "node:assert/strict";
import fc from "fast-check";
import { fastPathPatterns } from "../../../detections/compile/prefilter";
import { compileCondition } from "../../../detections/sigma/match";
import type { Condition } from "../../../detections/sigma/model";
import { and, not, or, pattern, where } from "./conditions";
import { compileEventPattern } from "../../../formats/event-pattern";
import { eventRule, eventsInAwsCase, ruleSets } from "./rules";

/** An event as it travels on a bus. */
function onBus(detail: object): object {
  return { source: "aws.iam", "detail-type": "AWS API Call via CloudTrail", detail };
}

function detailsOf(...conditions: readonly Condition[]): unknown[] {
  const { patterns, unplaced } = fastPathPatterns(conditions.map(eventRule));
  assert.deepEqual(unplaced, []);
  return patterns.map((text) => (JSON.parse(text) as { readonly detail: unknown }).detail);
}

const succeeded = [
  where("errorCode", { kind: "null" }),
  where("errorMessage", { kind: "null" }),
  not(where("responseElements.ConsoleLogin", "Failure")),
];

describe("fastPathPatterns", () => {
  it("passes every event that satisfies a placed rule", () => {
    let matched = 0;
    fc.assert(
      fc.property(
        ruleSets,
        fc.array(eventsInAwsCase, { minLength: 10, maxLength: 20 }),
        fc.constantFrom(450, 700, 2048),
        (conditions, events, maxCharacters) => {
          const rules = conditions.map(eventRule);
          const { patterns, unplaced } = fastPathPatterns(rules, { maxCharacters });
          const matchers = patterns.map(compileEventPattern);
          for (const rule of rules.filter((each) => !unplaced.some((other) => other.rule === each))) {
            for (const event of events.filter(compileCondition(rule.condition))) {
              matched++;
              assert.ok(
                matchers.some((matches) => matches(onBus(event))),
                JSON.stringify({ rule: rule.condition, patterns, event }),
              );
            }
          }
          for (const text of patterns) {
            assert.ok(text.length <= maxCharacters);
            assert.ok(!text.includes('"wildcard"'));
          }
        },
      ),
      { numRuns: 300 },
    );
    assert.ok(matched > 100, `only ${matched} events matched a rule`);
  });

  it("keeps service, name, success and exact parameters, and leaves the rest out", () => {
    const rule = and(
      where("eventSource", "iam.amazonaws.com"),
      where("eventName", "AttachUserPolicy"),
      where("requestParameters.policyArn", "arn*:policy/AdministratorAccess"),
      not(where("requestParameters.userName", "ci")),
      where("trailkeeper.policy.isPublic", "true"),
      where("userAgent", "*curl*"),
      ...succeeded,
    );
    assert.deepEqual(detailsOf(rule), [
      {
        eventSource: ["iam.amazonaws.com"],
        eventName: ["AttachUserPolicy"],
        requestParameters: {
          policyArn: [{ suffix: { "equals-ignore-case": ":policy/AdministratorAccess" } }],
        },
        errorCode: [{ exists: false }, null],
      },
    ]);
  });

  it("says names that share a service in one list, and a name that another rule's pattern covers not at all", () => {
    const source = where("eventSource", "iam.amazonaws.com");
    assert.deepEqual(
      detailsOf(
        and(source, where("eventName", "CreateUser")),
        and(source, where("eventName", "CreateRole"), where("requestParameters.roleName", "5")),
        and(source, or(where("eventName", "CreateRole"), where("eventName", "Delete*"))),
      ),
      [{ eventSource: ["iam.amazonaws.com"], eventName: ["CreateUser", "CreateRole", { prefix: "Delete" }] }],
    );
  });

  it("asks for two parameters in one list of neither, since two elements may have them", () => {
    const rule = and(
      where("eventName", "A"),
      where("requestParameters.items.key", "5"),
      where("requestParameters.items.value", "7"),
    );
    assert.deepEqual(detailsOf(rule), [
      { eventName: ["A"], requestParameters: { items: { key: ["5", 5] } } },
    ]);
  });

  it("asks for one of two values that a list may have both of", () => {
    const field = "requestParameters.items";
    const rule = and(where("eventName", "A"), where(field, "5"), where(field, "7"));
    assert.deepEqual(detailsOf(rule), [{ eventName: ["A"], requestParameters: { items: ["5", 5] } }]);
  });

  it("leaves alternatives out before they multiply", () => {
    const alternatives = ["a", "b", "c", "d", "e"].map((letter) =>
      or(...[1, 2, 3, 4].map((digit) => where(`requestParameters.${letter}${digit}`, "x"))),
    );
    const { patterns } = fastPathPatterns([eventRule(and(where("eventName", "A"), ...alternatives))]);
    assert.equal(patterns.length, 1);
  });

  it("fills as few patterns as it can, and splits what is too long for one", () => {
    const names = Array.from({ length: 300 }, (_, index) =>
      where("eventName", `NameOfSomeEventNumber${index}`),
    );
    const { patterns } = fastPathPatterns([eventRule(or(...names))]);
    assert.equal(patterns.length, 5);
    for (const text of patterns) assert.ok(text.length <= 2048);
  });

  it("gives up parameters before it needs too many patterns", () => {
    const rules = Array.from({ length: 40 }, (_, index) =>
      eventRule(
        and(where("eventName", `Name${index}`), where(`requestParameters.parameter${index}`, "x".repeat(60))),
      ),
    );
    const [only, ...others] = fastPathPatterns(rules, { maxPatterns: 1 }).patterns;
    assert.ok(only !== undefined && others.length === 0);
    assert.ok(!only.includes("requestParameters"));
    assert.ok(only.includes('"Name39"'));
  });

  it("refuses rules of which not even the names fit", () => {
    const rules = Array.from({ length: 40 }, (_, index) =>
      eventRule(where("eventName", `N${index}`.repeat(30))),
    );
    assert.throws(
      () => fastPathPatterns(rules, { maxPatterns: 1 }),
      /do not fit into 1 event patterns of 2048/,
    );
  });

  const UNPLACED: readonly { readonly title: string; readonly rule: Condition; readonly reason: RegExp }[] = [
    { title: "only a pattern in the middle", rule: where("userAgent", "*curl*"), reason: /say nothing/ },
    { title: "only keywords", rule: { op: "keyword", test: pattern("x") }, reason: /say nothing/ },
    { title: "only what is not", rule: not(where("eventName", "A")), reason: /say nothing/ },
    {
      title: "alternatives of which one cannot be said",
      rule: or(where("eventName", "A"), where("trailkeeper.actor", "x")),
      reason: /say nothing/,
    },
    {
      title: "what most events have",
      rule: and(where("userIdentity.type", "IAMUser"), ...succeeded),
      reason: /userIdentity.type, errorCode: too many/,
    },
    {
      title: "a contradiction",
      rule: and(where("eventName", "A"), where("eventName", "B")),
      reason: /no event can satisfy/,
    },
  ];
  for (const { title, rule, reason } of UNPLACED)
    it(`places no rule that asks for ${title}`, () => {
      const { patterns, unplaced } = fastPathPatterns([eventRule(rule)]);
      assert.deepEqual(patterns, []);
      assert.match(unplaced[0]?.reason ?? "", reason);
    });

  it("places a rule for the root user, who is rare", () => {
    assert.deepEqual(detailsOf(where("userIdentity.type", "Root")), [{ userIdentity: { type: ["Root"] } }]);
  });

  it("needs no pattern for no rules", () => assert.deepEqual(fastPathPatterns([]).patterns, []));
});
