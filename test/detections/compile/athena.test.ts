import assert from "node:assert/strict";
import fc from "fast-check";
import { athenaCondition, compileToAthena } from "../../../detections/compile/athena";
import { compiled } from "../../../detections/compile/compiled";
import { compileCondition } from "../../../detections/sigma/match";
import type { Condition } from "../../../detections/sigma/model";
import { and, condition, not, or, pattern, sayable, where } from "./conditions";
import { cloudTrailEvent } from "./events";
import { evaluate, rowOf } from "./sql-evaluator";

/** The condition of a rule's query, as text. */
function whereClause(rule: Condition): string {
  const result = compileToAthena({ condition: rule }, { table: "logs" });
  assert.ok(result.ok, result.ok ? "" : result.reason);
  return /^WHERE (.*)$/m.exec(result.value)?.[1] ?? "";
}

const A = (last: string) =>
  `any_match(coalesce(TRY_CAST(json_extract(requestparameters, '$.a') AS array(json)), ` +
  `ARRAY[json_extract(requestparameters, '$.a')]), e1 -> ${last})`;

describe("compileToAthena", () => {
  it("is true for exactly the events that satisfy the rule", () => {
    let count = 0;
    fc.assert(
      fc.property(
        fc.oneof(condition, sayable),
        fc.array(cloudTrailEvent({ nestedLists: false }), { minLength: 5, maxLength: 15 }),
        (rule, events) => {
          const result = compiled(() => athenaCondition(rule));
          if (!result.ok) return;
          count++;
          const matches = compileCondition(rule);
          for (const event of events)
            assert.equal(
              evaluate(result.value, rowOf(event)) === true,
              matches(event),
              JSON.stringify({ rule, event }),
            );
        },
      ),
      { numRuns: 2000 },
    );
    assert.ok(count > 700, `only ${count} conditions were compiled`);
  });

  it("makes a whole query, with the table's name quoted and its partitions pruned", () => {
    const result = compileToAthena(
      { condition: or(where("eventName", "StopLogging"), where("eventName", "DeleteTrail")) },
      { table: "audit.cloudtrail", partitions: "day >= '2026/11/01'" },
    );
    assert.deepEqual(result, {
      ok: true,
      value: [
        "SELECT eventtime, eventsource, eventname, awsregion, recipientaccountid, useridentity.arn AS actor,",
        "  sourceipaddress, useragent, errorcode, requestparameters, eventid",
        'FROM "audit"."cloudtrail"',
        "WHERE (day >= '2026/11/01') AND (lower(eventname) IN ('stoplogging', 'deletetrail'))",
        "ORDER BY eventtime DESC",
      ].join("\n"),
    });
  });

  it("takes no name for a table that is none", () => {
    for (const table of ["a.b.c", 'a"b', "a b", ""])
      assert.throws(() => compileToAthena({ condition: and() }, { table }), /is no name of an Athena table/);
  });

  const SAID: readonly { readonly title: string; readonly rule: Condition; readonly sql: string }[] = [
    { title: "equality without case", rule: where("eventName", "A"), sql: "lower(eventname) = 'a'" },
    { title: "equality with case", rule: where("eventName", pattern("A", true)), sql: "eventname = 'A'" },
    {
      title: "patterns with LIKE, its wildcards escaped",
      rule: where("userAgent", "*k%_\\\\'*"),
      sql: "lower(useragent) LIKE '%k\\%\\_\\\\''%' ESCAPE '\\'",
    },
    {
      title: "fields inside structures",
      rule: where("userIdentity.sessionContext.sessionIssuer.userName", "5"),
      sql: "useridentity.sessioncontext.sessionissuer.username = '5'",
    },
    { title: "absence", rule: where("errorCode", { kind: "null" }), sql: "errorcode IS NULL" },
    {
      title: "a negation that NULL does not escape",
      rule: not(where("errorCode", "A")),
      sql: "NOT coalesce(lower(errorcode) = 'a', FALSE)",
    },
    {
      title: "parentheses wherever operators meet",
      rule: and(
        or(where("eventName", "5"), where("awsRegion", "5")),
        not(where("errorCode", { kind: "null" })),
      ),
      sql: "((eventname = '5') OR (awsregion = '5')) AND (errorcode IS NOT NULL)",
    },
    {
      title: "values of any element of a list",
      rule: where("resources.ARN", "5"),
      sql: "any_match(resources, e1 -> e1.arn = '5')",
    },
    {
      title: "parameters that may be lists",
      rule: where("requestParameters.a", "x"),
      sql: A("lower(json_extract_scalar(e1, '$')) = 'x'"),
    },
    {
      title: "numbers and texts that spell them",
      rule: where("requestParameters.a", "5"),
      sql: A(
        `((json_format(e1) LIKE '"%') AND (json_extract_scalar(e1, '$') = '5')) OR ` +
          `((NOT coalesce(json_format(e1) LIKE '"%', FALSE)) AND ` +
          `(TRY_CAST(json_extract_scalar(e1, '$') AS double) = DOUBLE '5'))`,
      ),
    },
    {
      title: "parameters that are there",
      rule: where("requestParameters.a", { kind: "exists", value: true }),
      sql: "json_format(json_extract(requestparameters, '$.a')) <> 'null'",
    },
    {
      title: "keys that are no plain names",
      rule: where("requestParameters.x-y", { kind: "exists", value: true }),
      sql: "json_format(json_extract(requestparameters, '$[\"x-y\"]')) <> 'null'",
    },
    {
      title: "documented parameters as the single values that they are",
      rule: where("responseElements.ConsoleLogin", "Failure"),
      sql: "lower(json_extract_scalar(responseelements, '$.ConsoleLogin')) = 'failure'",
    },
    {
      title: "networks",
      rule: where("sourceIPAddress", { kind: "cidr", cidr: "10.1.2.3/8" }),
      sql: "contains('10.0.0.0/8', TRY_CAST(sourceipaddress AS ipaddress))",
    },
    {
      title: "two fields that are the same",
      rule: where("eventName", {
        kind: "fieldref",
        field: "userIdentity.userName",
        mode: "equals",
        cased: false,
      }),
      sql: "lower(eventname) = lower(useridentity.username)",
    },
    { title: "what is always so", rule: and(), sql: "TRUE" },
    { title: "what is never so", rule: or(), sql: "FALSE" },
  ];
  for (const { title, rule, sql } of SAID) it(`says ${title}`, () => assert.equal(whereClause(rule), sql));

  const REFUSED: readonly { readonly reason: RegExp; readonly rule: Condition }[] = [
    { reason: /keywords/, rule: { op: "keyword", test: pattern("x") } },
    { reason: /differ from RE2/, rule: where("eventName", { kind: "regex", pattern: "x", flags: "" }) },
    {
      reason: /differ from RE2/,
      rule: where("requestParameters.a", { kind: "regex", pattern: "x", flags: "" }),
    },
    { reason: /is computed/, rule: where("trailkeeper.actor", "x") },
    {
      reason: /no column for managementEvent/,
      rule: where("managementEvent", { kind: "boolean", value: true }),
    },
    { reason: /no column for userIdentity.other/, rule: where("userIdentity.other", "x") },
    { reason: /is an object/, rule: where("userIdentity", "x") },
    { reason: /is an object/, rule: where("requestParameters", "*x*") },
    { reason: /letters beyond ASCII/, rule: where("eventName", "é") },
    { reason: /counts characters differently/, rule: where("eventName", "a?") },
    { reason: /never a number/, rule: where("eventName", { kind: "compare", operator: "gt", value: 1 }) },
    { reason: /a boolean, and wildcards/, rule: where("readOnly", "t*") },
    {
      reason: /only sourceIPAddress/,
      rule: where("requestParameters.a", { kind: "cidr", cidr: "10.0.0.0/8" }),
    },
    { reason: /IPv4 addresses as well/, rule: where("sourceIPAddress", { kind: "cidr", cidr: "::/0" }) },
    { reason: /cannot hold the key/, rule: where('requestParameters.a"b', "x") },
    {
      reason: /bytes, and Athena allows 262144/,
      rule: or(
        ...Array.from({ length: 9000 }, (_, index) => where(`eventName`, `SomeRatherLongEventName${index}`)),
      ),
    },
  ];
  for (const { reason, rule } of REFUSED)
    it(`refuses ${JSON.stringify(rule).slice(0, 110)}: ${reason.source}`, () => {
      const result = compileToAthena({ condition: rule }, { table: "logs" });
      assert.ok(!result.ok, "was compiled");
      assert.match(result.reason, reason);
    });
});
