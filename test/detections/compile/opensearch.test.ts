import assert from "node:assert/strict";
import fc from "fast-check";
import { compileToOpenSearch, type Clause } from "../../../detections/compile/opensearch";
import { compileCondition } from "../../../detections/sigma/match";
import type { Condition } from "../../../detections/sigma/model";
import { and, condition, not, or, pattern, sayable, where } from "./conditions";
import { cloudTrailEvent } from "./events";
import { documentOf, holds } from "./opensearch-evaluator";

describe("compileToOpenSearch", () => {
  it("holds for exactly the events that satisfy the rule", () => {
    let count = 0;
    fc.assert(
      fc.property(
        fc.oneof(condition, sayable),
        fc.array(cloudTrailEvent({ nestedLists: true }), { minLength: 5, maxLength: 15 }),
        (rule, events) => {
          const result = compileToOpenSearch({ condition: rule });
          if (!result.ok) return;
          count++;
          const matches = compileCondition(rule);
          for (const event of events)
            assert.equal(
              holds(result.value, documentOf(event)),
              matches(event),
              JSON.stringify({ clause: result.value, rule, event }),
            );
        },
      ),
      { numRuns: 2000 },
    );
    assert.ok(count > 400, `only ${count} conditions were compiled`);
  });

  it("minds the case of keys where it ignores that of values", () => {
    const result = compileToOpenSearch({ condition: where("requestParameters.bucketName", "x") });
    assert.ok(result.ok);
    assert.ok(holds(result.value, documentOf({ requestParameters: { bucketName: "X" } })));
    assert.ok(!holds(result.value, documentOf({ requestParameters: { BucketName: "X" } })));
  });

  const SAID: readonly { readonly title: string; readonly rule: Condition; readonly clause: Clause }[] = [
    {
      title: "equality without case",
      rule: where("eventName", "A"),
      clause: { term: { eventName: { value: "A", case_insensitive: true } } },
    },
    {
      title: "equality with case",
      rule: where("eventName", pattern("A", true)),
      clause: { term: { eventName: { value: "A" } } },
    },
    {
      title: "patterns, with what means something escaped",
      rule: where("userAgent", pattern("*a\\*\\?\\\\b", true)),
      clause: { wildcard: { userAgent: { value: "*a\\*\\?\\\\b" } } },
    },
    {
      title: "absence",
      rule: where("errorCode", { kind: "null" }),
      clause: { bool: { must_not: [{ exists: { field: "errorCode" } }] } },
    },
    {
      title: "absence inside a flat_object by asking for any value",
      rule: where("additionalEventData.MFAUsed", { kind: "null" }),
      clause: { bool: { must_not: [{ wildcard: { "additionalEventData.MFAUsed": { value: "*" } } }] } },
    },
    {
      title: "conjunctions, alternatives and negations",
      rule: and(or(where("eventName", "5"), where("errorCode", "5")), not(where("eventID", "5"))),
      clause: {
        bool: {
          filter: [
            {
              bool: {
                should: [{ term: { eventName: { value: "5" } } }, { term: { errorCode: { value: "5" } } }],
                minimum_should_match: 1,
              },
            },
            { bool: { must_not: [{ term: { eventID: { value: "5" } } }] } },
          ],
        },
      },
    },
    {
      title: "booleans as booleans",
      rule: or(where("readOnly", "True"), where("readOnly", { kind: "boolean", value: false })),
      clause: {
        bool: {
          should: [{ term: { readOnly: { value: true } } }, { term: { readOnly: { value: false } } }],
          minimum_should_match: 1,
        },
      },
    },
    {
      title: "networks on the field that holds addresses",
      rule: where("sourceIPAddress", { kind: "cidr", cidr: "10.1.2.3/8" }),
      clause: { term: { "source.ip": { value: "10.0.0.0/8" } } },
    },
    { title: "what is always so", rule: and(), clause: { match_all: {} } },
    { title: "what is never so", rule: or(), clause: { match_none: {} } },
  ];
  for (const { title, rule, clause } of SAID)
    it(`says ${title}`, () =>
      assert.deepEqual(compileToOpenSearch({ condition: rule }), { ok: true, value: clause }));

  const REFUSED: readonly { readonly reason: RegExp; readonly rule: Condition }[] = [
    { reason: /keywords/, rule: { op: "keyword", test: pattern("x") } },
    { reason: /differ from RE2/, rule: where("eventName", { kind: "regex", pattern: "x", flags: "" }) },
    {
      reason: /compare two fields/,
      rule: where("eventName", { kind: "fieldref", field: "eventID", mode: "equals", cased: false }),
    },
    { reason: /is computed/, rule: where("trailkeeper.actor", "x") },
    { reason: /not in the index/, rule: where("someNewField", "x") },
    { reason: /is an object/, rule: where("requestParameters", { kind: "exists", value: true }) },
    { reason: /empty list or object/, rule: where("requestParameters.a", { kind: "exists", value: true }) },
    { reason: /empty list or object/, rule: where("requestParameters.a", { kind: "null" }) },
    { reason: /number or boolean/, rule: where("requestParameters.a", "5*") },
    { reason: /number or boolean/, rule: where("requestParameters.a", "*") },
    { reason: /number or boolean/, rule: where("requestParameters.a", "t*") },
    { reason: /letters beyond ASCII/, rule: where("eventName", "é") },
    { reason: /counts characters differently/, rule: where("eventName", "a?") },
    {
      reason: /no order of numbers/,
      rule: where("requestParameters.a", { kind: "compare", operator: "gt", value: 1 }),
    },
    { reason: /is a boolean/, rule: where("readOnly", "yes") },
    { reason: /a date, not as text/, rule: where("eventTime", "2026*") },
    {
      reason: /only sourceIPAddress/,
      rule: where("requestParameters.a", { kind: "cidr", cidr: "10.0.0.0/8" }),
    },
    { reason: /IPv4 addresses as well/, rule: where("sourceIPAddress", { kind: "cidr", cidr: "::/64" }) },
    {
      reason: /1025 clauses, and OpenSearch allows 1024/,
      rule: or(...Array.from({ length: 1025 }, (_, index) => where("eventName", `Name${index}`))),
    },
  ];
  for (const { reason, rule } of REFUSED)
    it(`refuses ${JSON.stringify(rule).slice(0, 110)}: ${reason.source}`, () => {
      const result = compileToOpenSearch({ condition: rule });
      assert.ok(!result.ok, "was compiled");
      assert.match(result.reason, reason);
    });
});
