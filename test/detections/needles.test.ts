import assert from "node:assert/strict";
import { hasNeedles, hidesNeedles, merged, needlesOf } from "../../detections/needles";
import type { Condition, PatternPart, ValueTest } from "../../detections/sigma/model";

const text = (value: string): PatternPart => ({ text: value });
const many: PatternPart = { wildcard: "*" };
const field = (name: string, test: ValueTest): Condition => ({ op: "field", field: name, test });
const is = (name: string, ...parts: PatternPart[]) => field(name, { kind: "string", parts, cased: false });

describe("needles", () => {
  const cases: readonly [string, Condition, readonly (readonly string[])[]][] = [
    [
      "a value, in its quotes, and the field's name",
      is("a.errorCode", text("Denied")),
      [['"errorcode"', '"denied"']],
    ],
    ["a beginning", is("errorCode", text("Access"), many), [['"errorcode"', '"access']]],
    ["an end", is("errorCode", many, text("Operation")), [['"errorcode"', 'operation"']]],
    ["a value of a field that every record has", is("userIdentity.type", text("Root")), [['"root"']]],
    ["nothing of a name, which the index knows", is("eventName", text("CreateUser")), [[]]],
    ["no number, which has other spellings", is("port", text("443")), [['"port"']]],
    ["no text that JSON escapes", is("key", text('a"b')), [['"key"']]],
    ["a field that has to be there", field("x.tags", { kind: "exists", value: true }), [['"tags"']]],
    ["nothing of what must not be there", field("x.tags", { kind: "exists", value: false }), [[]]],
    ["nothing of a computed field", is("trailkeeper.policy.isPublic", text("true")), [[]]],
    ["nothing of what is negated", { op: "not", of: is("errorCode", text("x")) }, [[]]],
    [
      "either of two",
      { op: "or", of: [is("a", text("x")), is("b", text("y"))] },
      [
        ['"a"', '"x"'],
        ['"b"', '"y"'],
      ],
    ],
    [
      "nothing when one of two has none",
      { op: "or", of: [is("a", text("x")), is("eventName", text("y"))] },
      [[]],
    ],
    [
      "both of two",
      { op: "and", of: [is("a", text("x")), is("b", text("y"))] },
      [['"a"', '"x"', '"b"', '"y"']],
    ],
  ];
  for (const [what, condition, expected] of cases)
    it(`are ${what}`, () => {
      const sorted = (needles: readonly (readonly string[])[]) =>
        needles.map((each) => [...each].sort()).sort();
      assert.deepEqual(sorted(needlesOf(condition)), sorted(expected));
    });

  it("tell nothing where looking would cost more than parsing", () => {
    const values = Array.from({ length: 100 }, (_, n) => is("a", text(`value-${n}`)));
    assert.deepEqual(needlesOf({ op: "or", of: values }), [[]]);
    assert.deepEqual(merged([]), [], "no condition at all asks for nothing");
  });

  it("are there when one alternative is there as a whole", () => {
    assert.equal(hasNeedles([["a", "b"], ["c"]], "xxcxx"), true);
    assert.equal(hasNeedles([["a", "b"]], "xxaxx"), false);
    assert.equal(hasNeedles([[]], ""), true);
  });

  it("may be hidden by escapes", () => {
    assert.equal(hidesNeedles(String.raw`{"a":"\u0041"}`), true);
    assert.equal(hidesNeedles(String.raw`{"a":"x\/y"}`), true);
    assert.equal(hidesNeedles(String.raw`{"a":"x\n\"y"}`), false);
  });
});
