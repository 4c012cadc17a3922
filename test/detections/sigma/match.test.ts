import assert from "node:assert/strict";
import fc from "fast-check";
import { compileCondition } from "../../../detections/sigma/match";
import type { Condition, ValueTest } from "../../../detections/sigma/model";
import { eventRule, ruleText } from "./rules";

const string = (text: string): ValueTest => ({
  kind: "string",
  parts: text === "" ? [] : [{ text }],
  cased: false,
});
const is = (field: string, test: ValueTest): Condition => ({ op: "field", field, test });

const FIELDS = ["a", "a.b", "a.b.c", "b", "b.a", "__proto__", "constructor", "length", "toString.name"];
const field = fc.constantFrom(...FIELDS);
const part = fc.oneof(
  fc.constantFrom({ wildcard: "*" } as const, { wildcard: "?" } as const),
  fc.string({ minLength: 1, maxLength: 3 }).map((text) => ({ text })),
);
const stringTest = fc.record(
  { kind: fc.constant("string" as const), parts: fc.array(part, { maxLength: 4 }), cased: fc.boolean() },
  { noNullPrototype: true },
);
const valueTest: fc.Arbitrary<ValueTest> = fc.oneof(
  stringTest,
  fc.double({ noNaN: true }).map((value) => ({ kind: "number", value }) as const),
  fc.boolean().map((value) => ({ kind: "boolean", value }) as const),
  fc.constant({ kind: "null" } as const),
  fc.boolean().map((value) => ({ kind: "exists", value }) as const),
  fc
    .constantFrom("a", "^.+$", "[0-9]{2,}", "(a|b)*c")
    .map((pattern) => ({ kind: "regex", pattern, flags: "i" }) as const),
  fc.constantFrom("10.0.0.0/8", "::/0").map((cidr) => ({ kind: "cidr", cidr }) as const),
  fc
    .tuple(fc.constantFrom("gt", "gte", "lt", "lte"), fc.integer())
    .map(([operator, value]) => ({ kind: "compare", operator, value }) as const),
  fc
    .tuple(field, fc.constantFrom("equals", "contains", "startswith", "endswith"), fc.boolean())
    .map(([other, mode, cased]) => ({ kind: "fieldref", field: other, mode, cased }) as const),
);
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small" },
    fc.tuple(field, valueTest).map(([name, test]) => is(name, test)),
    stringTest.map((test) => ({ op: "keyword", test }) as const),
    tie("condition").map((of) => ({ op: "not", of }) as const),
    fc
      .tuple(fc.constantFrom("and", "or"), fc.array(tie("condition"), { maxLength: 3 }))
      .map(([op, of]) => ({ op, of }) as const),
  ),
}));
const json = fc.jsonValue({ maxDepth: 4 }).map((value) => value as unknown);
const key = fc.constantFrom("a", "b", "c", "length", "constructor");
const event = fc.oneof(
  fc.dictionary(key, fc.oneof(json, fc.dictionary(key, json), fc.array(fc.dictionary(key, json)))),
  fc.dictionary(key, fc.constantFrom("x", "10.1.2.3", 5, true, null, ["x", { a: "X" }])),
);

describe("compileCondition", () => {
  it("never throws, and always answers the same, whatever the condition and the event", () => {
    fc.assert(
      fc.property(condition, event, (one, record) => {
        const matches = compileCondition(one);
        const verdict = matches(record);
        assert.equal(typeof verdict, "boolean");
        assert.equal(matches(record), verdict);
      }),
      { numRuns: 1000 },
    );
  });

  it("says of not what it does not say of the condition, and joins by and and or", () => {
    fc.assert(
      fc.property(condition, condition, event, (left, right, record) => {
        const [l, r] = [compileCondition(left)(record), compileCondition(right)(record)];
        assert.equal(compileCondition({ op: "not", of: left })(record), !l);
        assert.equal(compileCondition({ op: "and", of: [left, right] })(record), l && r);
        assert.equal(compileCondition({ op: "or", of: [left, right] })(record), l || r);
      }),
    );
  });

  it("gives null, exists: false and not exists: true the same meaning", () => {
    fc.assert(
      fc.property(field, event, (name, record) => {
        const isNull = compileCondition(is(name, { kind: "null" }))(record);
        assert.equal(compileCondition(is(name, { kind: "exists", value: false }))(record), isNull);
        assert.equal(compileCondition(is(name, { kind: "exists", value: true }))(record), !isNull);
      }),
    );
  });

  it("ends on records nested deeper than the call stack", () => {
    const depth = 200_000;
    const arrays: unknown = JSON.parse(`{"a":${"[".repeat(depth)}"needle"${"]".repeat(depth)}}`);
    const objects: unknown = JSON.parse(`${'{"a":'.repeat(depth)}"needle"${"}".repeat(depth)}`);
    const keyword: Condition = {
      op: "keyword",
      test: {
        kind: "string",
        parts: [{ wildcard: "*" }, { text: "needle" }, { wildcard: "*" }],
        cased: false,
      },
    };
    for (const record of [arrays, objects]) assert.equal(compileCondition(keyword)(record as object), true);
    assert.equal(compileCondition(is("a", string("needle")))(arrays as object), true);
    assert.equal(compileCondition(is("a.b", { kind: "exists", value: true }))(arrays as object), false);
  });

  it("takes linear time for patterns with many wildcards", () => {
    const { condition: pattern } = eventRule(ruleText(`sel: { a: '${"*a".repeat(30)}*b' }\ncondition: sel`));
    assert.equal(compileCondition(pattern)({ a: "a".repeat(100_000) }), false);
  });

  it("evaluates computed fields where there are any, arrays and all, and takes them for the other side of a reference", () => {
    const computed = (name: string) => (name === "own.ids" ? () => ["1", "2"] : undefined);
    const matches = (one: Condition, record: object) => compileCondition(one, computed)(record);
    assert.equal(matches(is("own.ids", string("2")), {}), true);
    assert.equal(matches(is("own.ids", string("3")), { own: { ids: "3" } }), false);
    const reference: ValueTest = { kind: "fieldref", field: "own.ids", mode: "equals", cased: false };
    assert.equal(matches(is("a", reference), { a: 2 }), true);
    assert.equal(matches(is("a", reference), { a: 3 }), false);
  });
});
