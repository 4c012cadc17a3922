import assert from "node:assert/strict";
import fc from "fast-check";
import { MayMatchCompiler } from "../../detections/may-match";
import type { RecordGlance } from "../../detections/question";
import { compileCondition } from "../../detections/sigma/match";
import type { Condition, ValueTest } from "../../detections/sigma/model";
import { RecordMemory } from "../../formats/cloudtrail/record";
import { RecordReader } from "../../formats/cloudtrail/record-stream";

/** What a reader finds in a record that is written in some way; `memory` is of the records read before. */
function glanceAt(json: string, memory = new RecordMemory()): RecordGlance {
  const reader = new RecordReader(memory);
  const [record] = [...reader.read(Buffer.from(json)), ...reader.end()];
  assert.ok(record && !("reason" in record), json);
  return record;
}

function askingAny(conditions: readonly Condition[]): (record: RecordGlance) => boolean {
  const asking = new MayMatchCompiler().compile(conditions, (one) => one);
  return (record) => asking(record).length > 0;
}

const field = (name: string, test: ValueTest): Condition => ({ op: "field", field: name, test });
const text = (...parts: string[]): ValueTest => ({
  kind: "string",
  parts: parts.map((part) => (part === "*" ? { wildcard: "*" } : { text: part })),
  cased: false,
});
const event = (more: object): object => ({ eventName: "X", eventTime: "2026-03-02T09:00:00Z", ...more });

describe("MayMatchCompiler", () => {
  const mayMatch = (condition: Condition, more: object): boolean =>
    askingAny([condition])(glanceAt(JSON.stringify(event(more))));
  const cases: readonly [what: string, condition: Condition, more: object, expected: boolean][] = [
    [
      "a field with another value",
      field("errorCode", text("AccessDenied")),
      { errorCode: "Throttling" },
      false,
    ],
    ["a field that is absent", field("errorCode", { kind: "exists", value: true }), {}, false],
    ["a field that is null", field("errorCode", { kind: "null" }), { errorCode: null }, true],
    [
      "a field of the identity",
      field("userIdentity.type", text("root")),
      { userIdentity: { type: "Root" } },
      true,
    ],
    [
      "an identity that is a list",
      field("userIdentity.type", text("Root")),
      { userIdentity: [{ type: "Root" }] },
      true,
    ],
    [
      "a key that is nowhere",
      field("requestParameters.a.key", { kind: "exists", value: true }),
      { b: 1 },
      false,
    ],
    [
      "a key that is somewhere else",
      field("requestParameters.a.key", { kind: "exists", value: true }),
      { key: 1 },
      false,
    ],
    [
      "a key that is somewhere below",
      field("requestParameters.key", { kind: "exists", value: true }),
      { requestParameters: { b: { key: 1 } } },
      true,
    ],
    [
      "a value that is nowhere",
      field("requestParameters.a", text("needle", "*")),
      { requestParameters: { a: "hay" } },
      false,
    ],
    ["the opposite of what is sure", { op: "not", of: field("errorCode", { kind: "null" }) }, {}, false],
    [
      "a keyword that is nowhere",
      { op: "keyword", test: text("*", "needle", "*") as never },
      { a: "hay" },
      false,
    ],
    ["a computed field", field("trailkeeper.policy.isPublic", { kind: "boolean", value: true }), {}, true],
  ];
  for (const [what, condition, more, expected] of cases) {
    it(`says ${expected ? "maybe" : "no"} to ${what}`, () => {
      assert.equal(mayMatch(condition, more), expected);
    });
  }

  const isPublic = field("trailkeeper.policy.isPublic", { kind: "boolean", value: true });
  const denied = field("errorCode", text("AccessDenied"));
  const certain: readonly [what: string, condition: Condition, isSure: boolean][] = [
    ["what is known of a record", denied, true],
    ["all of what is known", { op: "and", of: [denied, field("eventName", text("X"))] }, true],
    ["what is known or computed", { op: "or", of: [isPublic, denied] }, true],
    ["what is known and computed", { op: "and", of: [isPublic, denied] }, false],
    ["the opposite of what is computed", { op: "not", of: isPublic }, false],
    ["what is somewhere in the record", field("requestParameters.a", text("b")), false],
  ];
  for (const [what, condition, isSure] of certain) {
    it(`is ${isSure ? "sure" : "not sure"} of ${what}`, () => {
      const asking = new MayMatchCompiler().compile([condition], (one) => one);
      const record = event({ errorCode: "AccessDenied", requestParameters: { a: "b" } });
      assert.deepEqual(asking(glanceAt(JSON.stringify(record))), [{ thing: condition, isSure }]);
    });
  }

  it("keeps records apart that have the same telling fields", () => {
    const asks = askingAny([field("userIdentity.arn", text("arn:a"))]);
    const outcomes = ["arn:b", "arn:a", "arn:c"].map((arn) =>
      asks(glanceAt(JSON.stringify(event({ userIdentity: { arn } })))),
    );
    assert.deepEqual(outcomes, [false, true, false]);
  });

  it("keeps records apart that have the same identity", () => {
    const asks = askingAny([field("sourceIPAddress", text("198.51.100.7"))]);
    const memory = new RecordMemory();
    const outcomes = ["7", "8", "9", "7"].map((host) => {
      const record = event({ userIdentity: { type: "Root" }, sourceIPAddress: `198.51.100.${host}` });
      return asks(glanceAt(JSON.stringify(record), memory));
    });
    assert.deepEqual(outcomes, [true, false, false, true]);
  });

  it("never says no to a record that satisfies the condition, nor yes to one that does not, however it is written", () => {
    const NAMES = [
      "eventName",
      "errorCode",
      "eventType",
      "sourceIPAddress",
      "userIdentity.type",
      "userIdentity.arn",
      "requestParameters.a.b",
      "other",
      "userIdentity",
    ];
    const word = fc.constantFrom("a", "B", "role/x", "é", "K", "1", "true", "İ", "");
    const value = fc.oneof(
      word,
      fc.constant(null),
      fc.boolean(),
      fc.constantFrom(1, 10),
      fc.array(word, { maxLength: 2 }),
    );
    const record = fc.record(
      {
        errorCode: value,
        eventType: value,
        sourceIPAddress: value,
        other: value,
        userIdentity: fc.oneof(
          value,
          fc.record({ type: value, arn: value }, { requiredKeys: [] }),
          fc.array(fc.record({ type: value }), { maxLength: 2 }),
        ),
        requestParameters: fc.oneof(value, fc.record({ a: fc.oneof(value, fc.record({ b: value })) })),
      },
      { requiredKeys: [] },
    );
    const parts = fc.uniqueArray(
      fc.oneof(
        word.filter(Boolean).map((part) => ({ text: part })),
        fc.constant({ wildcard: "*" as const }),
      ),
      {
        maxLength: 3,
        selector: (part) => ("text" in part ? "text" : "wildcard"),
      },
    );
    const stringTest = fc.record({ kind: fc.constant("string" as const), parts, cased: fc.boolean() });
    const test: fc.Arbitrary<ValueTest> = fc.oneof(
      stringTest,
      fc.constantFrom<ValueTest>(
        { kind: "null" },
        { kind: "exists", value: true },
        { kind: "exists", value: false },
        { kind: "number", value: 1 },
        { kind: "boolean", value: true },
        { kind: "compare", operator: "gt", value: 5 },
        { kind: "regex", pattern: "^[ab]", flags: "i" },
        { kind: "fieldref", field: "errorCode", mode: "equals", cased: false },
      ),
    );
    const condition = fc.letrec<{ any: Condition }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.record({ op: fc.constant("field" as const), field: fc.constantFrom(...NAMES), test }),
        fc.record({ op: fc.constant("keyword" as const), test: stringTest }),
        fc.record({
          op: fc.constantFrom("and" as const, "or" as const),
          of: fc.array(tie("any"), { maxLength: 3 }),
        }),
        fc.record({ op: fc.constant("not" as const), of: tie("any") }),
      ),
    })).any;
    /** As a writer may who escapes more than JSON asks for. */
    const written = (one: object, escape: boolean): string =>
      escape
        ? JSON.stringify(event(one)).replace(
            /(?<=[:,]")[a-zA-Z]/g,
            (char) => `\\u00${char.charCodeAt(0).toString(16)}`,
          )
        : JSON.stringify(event(one), undefined, 1);
    fc.assert(
      fc.property(
        fc.array(condition, { minLength: 1, maxLength: 3 }),
        fc.array(record, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (conditions, records, escape) => {
          const asking = new MayMatchCompiler().compile(conditions, (one) => one);
          const predicates = conditions.map((one) => compileCondition(one));
          const memory = new RecordMemory();
          // What is remembered of an identity must not be of the records that had it before.
          const mixed = records.flatMap((other) =>
            records.map((one) => ({ ...one, userIdentity: other.userIdentity })),
          );
          for (const one of [...mixed, ...mixed]) {
            const json = written(one, escape);
            const parsed = JSON.parse(json) as object;
            const asked = asking(glanceAt(json, memory));
            for (const [index, condition] of conditions.entries()) {
              const concern = asked.find(({ thing }) => thing === condition);
              const matches = predicates[index]?.(parsed);
              if (matches || concern?.isSure)
                assert.deepEqual([concern !== undefined, matches], [true, true], json);
            }
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
