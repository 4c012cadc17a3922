import assert from "node:assert/strict";
import { errorOf, eventRule, ruleText, verdict } from "./rules";

describe("selections", () => {
  const cases: readonly (readonly [title: string, selection: string, event: object, expected: boolean])[] = [
    ["a map needs all of its entries", "{ a: 1, b: 2 }", { a: 1 }, false],
    ["a map needs all of its entries", "{ a: 1, b: 2 }", { a: 1, b: 2 }, true],
    ["a list of values needs any of them", "{ a: [1, x] }", { a: "X" }, true],
    ["a list of values needs any of them", "{ a: [1, x] }", { a: 2 }, false],
    ["a list of maps needs any of them", "[{ a: 1 }, { b: 2, c: 3 }]", { b: 2, c: 3 }, true],
    ["a list of maps needs any of them", "[{ a: 1 }, { b: 2, c: 3 }]", { b: 2 }, false],
    ["a list of maps and keywords needs any of them", "[{ a: 1 }, word]", { z: "a word" }, true],
    ["case does not count", "{ a: ABC }", { a: "abc" }, true],
    ["a text equals the whole value", "{ a: b }", { a: "abc" }, false],
    ["a text without wildcards equals a number of the same text", "{ a: '5' }", { a: 5 }, true],
    ["a text without wildcards equals a boolean of the same text", "{ a: 'TRUE' }", { a: true }, true],
    ["wildcards match texts alone", "{ a: '5*' }", { a: 5 }, false],
    ["a number equals its text", "{ a: 5 }", { a: "5" }, true],
    ["a number equals no other spelling of it", "{ a: 5 }", { a: "5.0" }, false],
    ["a boolean equals its text", "{ a: true }", { a: "True" }, true],
    ["yes is a text", "{ a: yes }", { a: true }, false],
    ["yes is a text", "{ a: yes }", { a: "YES" }, true],
    ["null is an absent field", "{ a: ~ }", {}, true],
    ["null is a null field", "{ a: ~ }", { a: null }, true],
    ["null is no empty text", "{ a: ~ }", { a: "" }, false],
    ["null is an absent nested field", "{ a.b.c: null }", { a: { b: 1 } }, true],
    ["null or empty", "{ a: [~, ''] }", { a: "" }, true],
    ["an empty text is an empty value", "{ a: '' }", { a: "x" }, false],
    ["an empty text is not an absent field", "{ a: '' }", {}, false],
    ["dots reach into objects", "{ a.b: 1 }", { a: { b: 1 } }, true],
    ["dots reach into no text", "{ a.length: 1 }", { a: "x" }, false],
    ["inherited properties are no fields", "{ constructor.name|exists: true }", {}, false],
    ["arrays are any of their elements", "{ a.b: 2 }", { a: [{ b: 1 }, { b: 2 }] }, true],
    ["arrays at the end as well", "{ a: 2 }", { a: [1, [2]] }, true],
    ["no element of an empty array matches", "{ a: '*' }", { a: [] }, false],
    ["an empty array is there", "{ a|exists: true }", { a: [] }, true],
    ["all values may match different elements", "{ a|all: [1, 2] }", { a: [1, 2] }, true],
    ["a keyword is found anywhere", "[needle]", { a: [{ b: "a NEEDLE in it" }] }, true],
    ["a keyword is not found in names of fields", "[needle]", { needle: 1 }, false],
    ["any of several keywords", "[x1, y1]", { a: "y1" }, true],
    ["a single keyword", "needle", { a: "needle" }, true],
    ["numbers are keywords", "[42]", { a: { b: 142 } }, true],
    ["keywords may have wildcards", "['a*c']", { a: "xxabcxx" }, true],
    ["keywords may be literal", "['a\\*c']", { a: "xxabcxx" }, false],
    ["all keywords", "{ '|all': [x1, y1] }", { a: "x1", b: "y1" }, true],
    ["all keywords", "{ '|all': [x1, y1] }", { a: "x1" }, false],
    ["keywords with case", "{ '|cased': [Xy] }", { a: "xy" }, false],
    ["no keyword", "{ '|neq': [xy] }", { a: "b" }, true],
    [
      "an object is searched like a text",
      "{ requestParameters|contains: suspended }",
      { requestParameters: { a: { b: "Suspended" } } },
      true,
    ],
    [
      "an object is searched like a text",
      "{ requestParameters|contains: suspended }",
      { eventName: "suspended", requestParameters: {} },
      false,
    ],
    [
      "all texts in an object",
      "{ requestParameters|contains|all: [x1, y1] }",
      { requestParameters: { a: "x1", b: ["y1"] } },
      true,
    ],
  ];
  for (const [title, selection, event, expected] of cases)
    it(`${title}: ${selection} is ${expected} for ${JSON.stringify(event)}`, () =>
      assert.equal(verdict(`sel: ${selection}\ncondition: sel`, event), expected));

  const mistakes: readonly (readonly [selection: string, error: RegExp])[] = [
    ["{}", /5 detection\.sel: is empty; write at least one field/],
    ["[]", /is an empty list/],
    ["~", /is empty; write a map of fields/],
    ["[[a]]", /list within a list/],
    ["{ trailkeeper.foreignAccountIds|exists: true }", /is computed and always there; ask for a value/],
    ["{ trailkeeper.actor: ~ }", /is computed and always there/],
    ["['']", /empty keyword, which would match everything/],
    ["[~]", /empty keyword/],
    ["{ '|re': [a] }", /has no field name; keywords take the modifiers all, contains, cased and neq only/],
    ["{ '|startswith': [a] }", /has no field name/],
    ["{ ? [a] : b }", /has a list or a map as a key/],
    ["{ a: 1, a: 2 }", /is no valid YAML: Map keys must be unique/],
  ];
  for (const [selection, error] of mistakes)
    it(`refuses ${selection}`, () =>
      assert.match(errorOf(ruleText(`sel: ${selection}\ncondition: sel`)), error));

  it("refuses names that a condition cannot refer to, and Sigma 1's timeframe", () => {
    for (const name of ["and", "NOT", "them", "a b", "'a(b'"])
      assert.match(
        errorOf(ruleText(`sel: { a: b }\n${name}: { a: b }\ncondition: sel`)),
        /no name for a selection/,
      );
    assert.match(errorOf(ruleText("sel: { a: b }\ntimeframe: 5m\ncondition: sel")), /timeframe: is Sigma 1/);
  });

  it("reports everything that is wrong at once, each on its line", () => {
    const error = errorOf(
      ruleText("sel:\n  a|wide: b\n  c:\n    - 1.0\n    - ok\n  d|cidr: x\ncondition: sle"),
    );
    assert.deepEqual(
      error.split("\n").map((line) => line.split(":")[0]),
      ["6 detection.sel.a|wide", "8 detection.sel.c", "10 detection.sel.d|cidr", "11 detection.condition"],
    );
  });

  it("makes one conjunction of nested ones, so that a reader finds the event name at the top", () => {
    const { condition } = eventRule(
      ruleText("a: { eventName: X, b: 1 }\nc: { d: [1, 2] }\ncondition: a and c and not c"),
    );
    assert.ok(condition.op === "and");
    assert.deepEqual(
      condition.of.map(({ op }) => op),
      ["field", "field", "or", "not"],
    );
  });
});
