import assert from "node:assert/strict";
import fc from "fast-check";
import { CIS_CONTROLS } from "../../../detections/cis-controls";
import { MetricFilterSyntaxError, parseMetricFilter } from "../../../formats/metric-filter/parse";
import { expressions } from "./arbitraries";
import { printPattern } from "./print";

describe("parseMetricFilter", () => {
  it("reads selector, operator and value", () => {
    assert.deepEqual(parseMetricFilter(`{ $.a.b-c[0].['d.e'] != "x*" }`).expression, {
      kind: "compare",
      selector: [
        { kind: "key", key: "a" },
        { kind: "key", key: "b-c" },
        { kind: "element", index: 0 },
        { kind: "key", key: "d.e" },
      ],
      operator: "!=",
      value: { kind: "string", text: "x*" },
    });
  });

  it("keeps the pattern as written", () => {
    assert.equal(parseMetricFilter(" {$.a=1}\n").pattern, " {$.a=1}\n");
  });

  it("binds && tighter than ||, and parentheses tighter than both", () => {
    const shape = (pattern: string) => printPattern(parseMetricFilter(pattern).expression);
    assert.equal(shape("{$.a=1||$.b=2&&$.c=3}"), "{ ($.a = 1)||(($.b = 2) && ($.c = 3)) }");
    assert.equal(shape("{($.a=1||$.b=2)&&$.c=3}"), "{ (($.a = 1)||($.b = 2)) && ($.c = 3) }");
  });

  const values: readonly [written: string, value: unknown][] = [
    ["400", { kind: "number", value: 400, text: "400" }],
    ["1e+3", { kind: "number", value: 1000, text: "1e+3" }],
    ["-1.5", { kind: "number", value: -1.5, text: "-1.5" }],
    ['"400"', { kind: "string", text: "400" }],
    ["kms.amazonaws.com", { kind: "string", text: "kms.amazonaws.com" }],
    ["*UnauthorizedOperation", { kind: "string", text: "*UnauthorizedOperation" }],
    ["123.123.*", { kind: "string", text: "123.123.*" }],
    ["*", { kind: "string", text: "*" }],
    ['"say \\"hi\\" \\\\ ) && }"', { kind: "string", text: 'say "hi" \\ ) && }' }],
    ['""', { kind: "string", text: "" }],
  ];
  for (const [written, value] of values) {
    it(`reads the value ${written}`, () => {
      const { expression } = parseMetricFilter(`{($.a = ${written})}`);
      assert.deepEqual(expression.kind === "compare" && expression.value, value);
    });
  }

  for (const control of CIS_CONTROLS) {
    it(`accepts the pattern published for ${control.id}`, () => {
      assert.equal(parseMetricFilter(control.pattern).pattern, control.pattern);
    });
  }

  const refused: readonly [problem: string, pattern: string, position: number, message: RegExp][] = [
    ["an empty pattern", "", 0, /only JSON patterns/],
    ["plain terms", "ERROR -Exiting", 0, /only JSON patterns/],
    ["a space-delimited pattern", "[ip, user, status = 4*]", 0, /only JSON patterns/],
    ["a bare regular expression", "%AUTHORIZED%", 0, /only JSON patterns/],
    ["no condition", "{ }", 2, /field selector/],
    ["a field without $.", "{ eventName = x }", 2, /starts with \$\./],
    ["a root element", "{ $[0] = x }", 2, /starts with \$\./],
    ["a colon in a field name", "{ $.aws:x = 1 }", 7, /expected = !=/],
    ["an @ in a field name", "{ $.@timestamp = 1 }", 4, /\.\['key'\]/],
    ["double quotes around a key", '{ $.["a"] = 1 }', 4, /single quotes/],
    ["a key in brackets without its dot", "{ $.a['b'] = 1 }", 5, /needs a dot/],
    ["a negative element", "{ $.a[-1] = 1 }", 5, /\[0\], \[1\]/],
    ["two wildcards in a selector", "{ $.*.a[*] = 1 }", 2, /one wildcard/],
    ["four wildcard selectors", "{ $.*=1||$.a[*]=1||$.b[*]=1||$.c[*]=1 }", 29, /at most 3/],
    ["no operator", "{ $.a }", 6, /expected =/],
    ["==", "{ $.a == 1 }", 7, /double quotes/],
    ["no value", "{ $.a = }", 8, /expected a value/],
    ["an unquoted hyphen", "{ $.awsRegion = eu-west-1 }", 18, /double quotes/],
    ["an unquoted colon", "{ $.arn = arn:aws:* }", 13, /double quotes/],
    ["two unquoted words", "{ ($.m = Failed authentication) }", 16, /several words/],
    ["single quotes", "{ $.a = 'x' }", 8, /double quotes/],
    ["an unclosed quote", '{ $.a = "x }', 8, /no closing double quote/],
    ["a stray backslash", '{ $.a = "C:\\x" }', 11, /backslash/],
    ["ordering of text", '{ $.a > "5" }', 8, /with a number/],
    ["ordering by wildcard", "{ $.a >= 5* }", 9, /with a number/],
    ["a number beyond any", "{ $.a = 1e999 }", 8, /too large/],
    ["IS NOT", "{ $.a IS NOT NULL }", 9, /IS NOT is not supported/],
    ["EXISTS", "{ $.a EXISTS }", 6, /EXISTS is not supported/],
    ["NOT without EXISTS", "{ $.a NOT NULL }", 10, /EXISTS after NOT/],
    ["small letters", "{ $.a is null }", 6, /in capitals/],
    ["negation", "{ !($.a = 1) }", 2, /no negation/],
    ["AND as a word", "{ $.a = 1 AND $.b = 2 }", 10, /expected &&/],
    ["an open parenthesis", "{ ($.a = 1 }", 11, /closing \)/],
    ["a stray parenthesis", "{ $.a = 1) }", 9, /closing \}/],
    ["a missing brace", "{ $.a = 1", 9, /closing \}/],
    ["text after the brace", "{ $.a = 1 } x", 12, /nothing may follow/],
    ["1,025 characters", `{ $.a = "${"x".repeat(1_014)}" }`, 1_024, /at most 1024/],
    ["three regular expressions", "{ $.a=%a% || $.b!=%b% || $.c=%c% }", 29, /at most 2 regular/],
  ];
  for (const [problem, pattern, position, message] of refused) {
    it(`refuses ${problem}`, () => {
      assert.throws(
        () => parseMetricFilter(pattern),
        (error) => {
          assert.ok(error instanceof MetricFilterSyntaxError);
          assert.match(error.message, message);
          assert.equal(error.position, position);
          assert.equal(error.pattern, pattern);
          return true;
        },
      );
    });
  }

  it("takes 1,024 characters", () => {
    parseMetricFilter(`{ $.a = "${"x".repeat(1_012)}" }`);
  });

  it("counts characters from one in its message and shows where it stopped", () => {
    assert.throws(() => parseMetricFilter("{ $.a = eu-west-1 }"), {
      message: /^metric filter pattern, character 11 \("-west-1 }"\): /,
    });
  });

  it("reads back whatever expression was printed", () => {
    fc.assert(
      fc.property(expressions, (expression) => {
        const pattern = printPattern(expression);
        fc.pre(pattern.length <= 1_024);
        assert.deepEqual(parseMetricFilter(pattern).expression, expression);
      }),
    );
  });

  it("never fails in another way than with MetricFilterSyntaxError", () => {
    const piece = fc.constantFrom(
      ..."{ } ( ) $. a .* [*] [0] .['k'] = != >= < && || \" % \\ * + ? {2} {,3} [a-z] ^ | IS NULL NOT EXISTS 1e3 é".split(
        " ",
      ),
      " ",
    );
    const garbage = fc.oneof(
      fc.string({ maxLength: 1_100 }),
      fc.array(piece, { maxLength: 60 }).map((pieces) => `{${pieces.join("")}}`),
    );
    fc.assert(
      fc.property(garbage, (pattern) => {
        try {
          parseMetricFilter(pattern);
        } catch (error) {
          assert.ok(error instanceof MetricFilterSyntaxError);
          assert.ok(error.position >= 0 && error.position <= Math.max(pattern.length, 1_024));
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it("survives the deepest nesting that fits", () => {
    const depth = 500;
    parseMetricFilter(`{${"(".repeat(depth)}$.a=1${")".repeat(depth)}}`);
  });
});
