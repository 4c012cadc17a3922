import assert from "node:assert/strict";
import fc from "fast-check";
import { compileToEventBridge, wildcardsOf } from "../../../detections/compile/eventbridge";
import type { EventPattern } from "../../../detections/compile/eventbridge-pattern";
import { compileCondition } from "../../../detections/sigma/match";
import type { Condition } from "../../../detections/sigma/model";
import { and, condition, demandsOnOneField, not, or, pattern, sayable, where } from "./conditions";
import { cloudTrailEvent } from "./events";
import { compileEventPattern } from "../../../formats/event-pattern";

function compile(rule: Condition): EventPattern {
  const result = compileToEventBridge({ condition: rule });
  assert.ok(result.ok, result.ok ? "" : result.reason);
  return result.value;
}

/** An event as it travels on a bus. */
function onBus(detail: object): object {
  return { source: "aws.iam", "detail-type": "AWS API Call via CloudTrail", detail };
}

describe("compileToEventBridge", () => {
  it("holds for exactly the events that satisfy the rule", () => {
    let compiled = 0;
    fc.assert(
      fc.property(
        fc.oneof(condition, sayable, demandsOnOneField),
        fc.array(cloudTrailEvent({ nestedLists: true }), { minLength: 5, maxLength: 15 }),
        (rule, events) => {
          const result = compileToEventBridge({ condition: rule });
          if (!result.ok) return;
          compiled++;
          const matches = compileCondition(rule);
          const matchesPattern = compileEventPattern(JSON.stringify(result.value));
          for (const event of events)
            assert.equal(
              matchesPattern(onBus(event)),
              matches(event),
              JSON.stringify({ pattern: result.value, event }),
            );
        },
      ),
      { numRuns: 2000 },
    );
    assert.ok(compiled > 300, `only ${compiled} conditions were compiled`);
  });

  it("is for CloudTrail's events from AWS alone, whatever the spelling of sign-in", () => {
    const compiled = compile(where("eventName", "ConsoleLogin"));
    const matchesPattern = compileEventPattern(JSON.stringify(compiled));
    const detail = { eventName: "ConsoleLogin" };
    for (const spelling of ["Sign In", "Signin"])
      assert.ok(
        matchesPattern({
          source: "aws.signin",
          "detail-type": `AWS Console ${spelling} via CloudTrail`,
          detail,
        }),
      );
    assert.ok(!matchesPattern({ ...onBus(detail), source: "my.app" }));
    assert.ok(!matchesPattern({ ...onBus(detail), "detail-type": "Something else" }));
  });

  const SAID: readonly {
    readonly title: string;
    readonly rule: Condition;
    readonly detail: object | undefined;
  }[] = [
    {
      title: "one list for alternatives of a field",
      rule: or(where("eventName", "A"), where("eventName", "B*")),
      detail: { eventName: [{ "equals-ignore-case": "A" }, { prefix: { "equals-ignore-case": "B" } }] },
    },
    {
      title: "a plain value where case counts",
      rule: where("eventName", pattern("A", true)),
      detail: { eventName: ["A"] },
    },
    {
      title: "numbers and booleans that a text is equal to, where a service may write them",
      rule: or(where("requestParameters.a", "5"), where("requestParameters.a", "true")),
      detail: { requestParameters: { a: ["5", 5, { "equals-ignore-case": "true" }, true] } },
    },
    {
      title: "absence as absent or null",
      rule: where("errorCode", { kind: "null" }),
      detail: { errorCode: [{ exists: false }, null] },
    },
    {
      title: "two exclusions of a field as one",
      rule: and(not(where("eventName", "A")), not(where("eventName", "B"))),
      detail: {
        eventName: [{ "anything-but": { "equals-ignore-case": ["A", "B"] } }, { exists: false }, null],
      },
    },
    {
      title: "named values without those that are excluded",
      rule: and(or(where("eventName", "A"), where("eventName", "B")), not(where("eventName", "b"))),
      detail: { eventName: [{ "equals-ignore-case": "A" }] },
    },
    {
      title: "exclusions of several kinds as wildcards",
      rule: and(
        not(where("userIdentity.invokedBy", pattern("AWS Internal", true))),
        or(
          not(where("userIdentity.invokedBy", pattern("*.amazonaws.com", true))),
          where("userIdentity.invokedBy", pattern("ssm.amazonaws.com", true)),
        ),
      ),
      detail: {
        userIdentity: {
          invokedBy: [
            { "anything-but": { wildcard: ["AWS Internal", "*.amazonaws.com"] } },
            "ssm.amazonaws.com",
            { exists: false },
            null,
          ],
        },
      },
    },
    {
      title: "negated conjunctions as alternatives",
      rule: not(
        and(where("errorCode", { kind: "null" }), where("readOnly", { kind: "boolean", value: true })),
      ),
      detail: { $or: [{ errorCode: [{ prefix: "" }] }, { readOnly: [false, { exists: false }, null] }] },
    },
    {
      title: "two sets of alternatives by nesting one in the other",
      rule: and(
        or(where("eventName", "5"), where("errorCode", "5")),
        or(where("awsRegion", "5"), where("eventID", "5")),
      ),
      detail: {
        $or: [
          { eventName: ["5"], $or: [{ awsRegion: ["5"] }, { eventID: ["5"] }] },
          { errorCode: ["5"], $or: [{ awsRegion: ["5"] }, { eventID: ["5"] }] },
        ],
      },
    },
    { title: "nothing about an event that need have nothing", rule: and(), detail: undefined },
    {
      title: "nothing where one of the alternatives always holds",
      rule: or(where("eventName", "A"), and()),
      detail: undefined,
    },
    {
      title: "a single address as text, networks with their host bits cleared",
      rule: or(
        where("sourceIPAddress", { kind: "cidr", cidr: "10.1.2.3" }),
        where("sourceIPAddress", { kind: "cidr", cidr: "10.1.2.3/8" }),
        where("sourceIPAddress", { kind: "cidr", cidr: "2001:db8::1/48" }),
      ),
      detail: { sourceIPAddress: ["10.1.2.3", { cidr: "10.0.0.0/8" }, { cidr: "2001:db8:0:0:0:0:0:0/48" }] },
    },
    {
      title: "wildcards, with what means something escaped",
      rule: where("userAgent", pattern("*a\\*\\\\b*", true)),
      detail: { userAgent: [{ wildcard: "*a\\*\\\\b*" }] },
    },
  ];
  for (const { title, rule, detail } of SAID)
    it(`says ${title}`, () => assert.deepEqual(compile(rule).detail, detail));

  it("counts the wildcards of a pattern", () => {
    const star = where("userAgent", pattern("*a*", true));
    assert.equal(wildcardsOf(compile(star)), 1);
    assert.equal(wildcardsOf(compile(or(star, not(where("eventName", pattern("a*b", true)))))), 2);
    assert.equal(wildcardsOf(compile(where("eventName", "a*"))), 0);
  });

  const REFUSED: readonly { readonly reason: RegExp; readonly rule: Condition }[] = [
    { reason: /mind the case/, rule: where("userAgent", "*curl*") },
    { reason: /single character/, rule: where("userAgent", pattern("a?c", true)) },
    { reason: /letters beyond ASCII/, rule: where("userAgent", "é*") },
    { reason: /minds the case of a suffix/, rule: not(where("userIdentity.invokedBy", "*.amazonaws.com")) },
    { reason: /is an object/, rule: where("requestParameters", "x") },
    {
      reason: /may be an object or a list/,
      rule: where("requestParameters.a", { kind: "exists", value: true }),
    },
    { reason: /may be an object or a list/, rule: where("requestParameters.a", { kind: "null" }) },
    { reason: /may be an object or a list/, rule: where("userIdentity", { kind: "exists", value: true }) },
    { reason: /anything-but holds as soon as one element/, rule: not(where("requestParameters.a", "x")) },
    { reason: /anything-but holds as soon as one element/, rule: not(where("resources.ARN", "x")) },
    { reason: /two things of the same field/, rule: and(where("eventName", "a*"), where("eventName", "*b")) },
    {
      reason: /two things of the same field/,
      rule: and(not(where("eventName", "a")), not(where("eventName", pattern("b", true)))),
    },
    {
      reason: /two things of the same field/,
      rule: and(where("eventName", "a"), not(where("eventName", pattern("A", true)))),
    },
    {
      reason: /confuses wildcards/,
      rule: or(where("eventName", pattern("*a*", true)), where("eventName", "x")),
    },
    { reason: /asks of eventName/, rule: and(where("eventName", "a"), where("eventName", "b")) },
    {
      reason: /two things of the same field/,
      rule: and(where("eventName", "a*"), or(where("eventName", "*b"), where("eventID", "5"))),
    },
    {
      reason: /one element to have both/,
      rule: and(where("requestParameters.a.b", "x"), where("requestParameters.a.c", "y")),
    },
    {
      reason: /one element to have both/,
      rule: and(where("resources.ARN", "x"), where("resources.type", "y")),
    },
    { reason: /keywords/, rule: { op: "keyword", test: pattern("x") } },
    { reason: /regular expressions/, rule: where("eventName", { kind: "regex", pattern: "x", flags: "" }) },
    {
      reason: /compare two fields/,
      rule: where("eventName", { kind: "fieldref", field: "eventID", mode: "equals", cased: false }),
    },
    { reason: /is computed/, rule: where("trailkeeper.policy.isPublic", "true") },
    { reason: /never a number/, rule: where("eventName", { kind: "compare", operator: "gt", value: 1 }) },
    { reason: /is a boolean/, rule: where("readOnly", "yes") },
    { reason: /is a boolean/, rule: where("readOnly", { kind: "number", value: 1 }) },
    {
      reason: /only sourceIPAddress/,
      rule: where("requestParameters.a", { kind: "cidr", cidr: "10.0.0.0/8" }),
    },
    { reason: /other family/, rule: where("sourceIPAddress", { kind: "cidr", cidr: "0.0.0.0/0" }) },
    { reason: /other family/, rule: where("sourceIPAddress", { kind: "cidr", cidr: "52.0.0.0/10" }) },
    { reason: /other family/, rule: where("sourceIPAddress", { kind: "cidr", cidr: "2000::/3" }) },
    { reason: /single IPv6 address/, rule: where("sourceIPAddress", { kind: "cidr", cidr: "2001:db8::1" }) },
    {
      reason: /outside a network/,
      rule: not(where("sourceIPAddress", { kind: "cidr", cidr: "10.0.0.0/8" })),
    },
    {
      reason: /keeps the name prefix/,
      rule: or(where("requestParameters.prefix", "x"), where("eventName", "x")),
    },
    { reason: /no event can satisfy/, rule: or() },
    { reason: /no event can satisfy/, rule: and(where("eventName", "A"), not(and())) },
    {
      reason: /characters, and EventBridge allows 2048/,
      rule: or(...Array.from({ length: 80 }, (_, index) => where("eventName", `Event${index}`))),
    },
    {
      reason: /1331 combinations/,
      rule: and(
        ...["awsRegion", "eventID", "eventName"].map((field) =>
          or(
            where(field, "0"),
            ...Array.from({ length: 10 }, (_, index) => where(`requestParameters.${field}${index}`, "0")),
          ),
        ),
      ),
    },
  ];
  for (const { reason, rule } of REFUSED)
    it(`refuses ${JSON.stringify(rule).slice(0, 110)}: ${reason.source}`, () => {
      const result = compileToEventBridge({ condition: rule });
      assert.ok(!result.ok, "was compiled");
      assert.match(result.reason, reason);
    });
});
