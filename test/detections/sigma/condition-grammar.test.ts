import assert from "node:assert/strict";
import fc from "fast-check";
import { matchingNames, parseExpression, type Expression } from "../../../detections/sigma/condition-grammar";
import { errorOf, parseText, problemLines, ruleText, verdict } from "./rules";

const NAMES = ["a", "b", "sel_1", "sel-2", "_hidden"];

/** Which selections are true. */
type Truth = Readonly<Record<string, boolean>>;

function evaluate(expression: Expression, truth: Truth): boolean {
  switch (expression.op) {
    case "and":
      return expression.of.every((part) => evaluate(part, truth));
    case "or":
      return expression.of.some((part) => evaluate(part, truth));
    case "not":
      return !evaluate(expression.of, truth);
    case "selection":
      return truth[expression.name] ?? false;
    case "quantified": {
      const values = matchingNames(expression.pattern, NAMES).map((name) => truth[name] ?? false);
      return expression.quantifier === "all" ? values.every(Boolean) : values.some(Boolean);
    }
  }
}

/** An expression as JavaScript would write it beside the Sigma text: JavaScript has the same precedence. */
interface Written {
  readonly sigma: string;
  readonly script: string;
}

const name: fc.Arbitrary<Written> = fc
  .constantFrom(...NAMES)
  .map((one) => ({ sigma: one, script: `t[${JSON.stringify(one)}]` }));
const of = (names: readonly string[], method: string) =>
  `[${names.map((one) => `t[${JSON.stringify(one)}]`).join(",")}].${method}(Boolean)`;
const quantified: fc.Arbitrary<Written> = fc.constantFrom(
  { sigma: "1 of them", script: of(["a", "b", "sel_1", "sel-2"], "some") },
  { sigma: "any of sel*", script: of(["sel_1", "sel-2"], "some") },
  { sigma: "all of s*1", script: of(["sel_1"], "every") },
  { sigma: "all of them", script: of(["a", "b", "sel_1", "sel-2"], "every") },
  { sigma: "1 of _*", script: of(["_hidden"], "some") },
);
const { written } = fc.letrec<{ written: Written }>((tie) => ({
  written: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    name,
    quantified,
    tie("written").map(({ sigma, script }) => ({ sigma: `not ${sigma}`, script: `!(${script})` })),
    tie("written").map(({ sigma, script }) => ({ sigma: `(${sigma})`, script: `(${script})` })),
    fc.tuple(tie("written"), tie("written")).map(([left, right]) => ({
      sigma: `((${left.sigma}) and (${right.sigma}))`,
      script: `((${left.script}) && (${right.script}))`,
    })),
  ),
}));
/** Chains without parentheses: what precedence decides. */
const chain: fc.Arbitrary<Written> = fc
  .tuple(
    fc.oneof(name, quantified),
    fc.array(
      fc.tuple(
        fc.constantFrom("and", "or"),
        fc.boolean(),
        fc.oneof(name, quantified, written.map(parenthesised)),
      ),
      { maxLength: 6 },
    ),
  )
  .map(([first, rest]) =>
    rest.reduce<Written>(
      (sofar, [operator, negated, next]) => ({
        sigma: `${sofar.sigma} ${operator} ${negated ? "not " : ""}${next.sigma}`,
        script: `${sofar.script} ${operator === "and" ? "&&" : "||"} ${negated ? "!" : ""}${next.script}`,
      }),
      first,
    ),
  );

function parenthesised({ sigma, script }: Written): Written {
  return { sigma: `(${sigma})`, script: `(${script})` };
}

describe("parseExpression", () => {
  it("means what the same expression means in JavaScript, on every truth of its selections", () => {
    const truth = fc.record(Object.fromEntries(NAMES.map((one) => [one, fc.boolean()])));
    fc.assert(
      fc.property(chain, truth, ({ sigma, script }, t) => {
        const expression = parseExpression(sigma);
        assert.ok(!("mistake" in expression), sigma);
        // eslint-disable-next-line @typescript-eslint/no-implied-eval
        const expected = new Function("t", `return ${script};`) as (truth: Truth) => boolean;
        assert.equal(evaluate(expression, t), expected(t), sigma);
      }),
      { numRuns: 1000 },
    );
  });

  it("takes operators in capitals, and any white space between words", () => {
    assert.deepEqual(parseExpression("a AND\n\tNOT b"), parseExpression("a and not b"));
    assert.deepEqual(parseExpression("(a)or(b)"), parseExpression("a or b"));
  });

  it("reads names that begin like operators as names", () => {
    assert.deepEqual(parseExpression("notes and order or android"), {
      op: "or",
      of: [
        {
          op: "and",
          of: [
            { op: "selection", name: "notes" },
            { op: "selection", name: "order" },
          ],
        },
        { op: "selection", name: "android" },
      ],
    });
  });

  const mistakes: readonly (readonly [text: string, mistake: RegExp])[] = [
    ["", /ends where the name of a selection is expected/],
    ["a and", /ends where/],
    ["and a", /"and" where the name of a selection is expected/],
    ["a b", /"b" where and, or, or the end is expected/],
    ["(a", /never closed/],
    ["a)", /never opened/],
    ["()", /"\)" where the name/],
    ["not", /ends where/],
    ["2 of them", /"2" of something; write 1 of, any of or all of/],
    ["1 of", /lacks a name/],
    ["1 of and b", /lacks a name/],
    ["a | count() > 5", /aggregations after \| are Sigma 1/],
    [`${"(".repeat(101)}a${")".repeat(101)}`, /deeper than 100/],
    ["(".repeat(1_000_000), /deeper than 100/],
  ];
  for (const [text, mistake] of mistakes)
    it(`refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
      const expression = parseExpression(text);
      assert.ok("mistake" in expression);
      assert.match(expression.mistake, mistake);
    });

  it("never throws, whatever the text", () => {
    const word = fc.constantFrom(
      "(",
      ")",
      "and",
      "or",
      "not",
      "1",
      "all",
      "any",
      "of",
      "them",
      "a",
      "*",
      "_",
      "|",
    );
    fc.assert(fc.property(fc.array(word), (words) => void parseExpression(words.join(" "))));
    fc.assert(fc.property(fc.string(), (text) => void parseExpression(text)));
  });

  it("takes a million negations", () => {
    assert.deepEqual(parseExpression(`${"not ".repeat(1_000_001)}a`), {
      op: "not",
      of: { op: "selection", name: "a" },
    });
  });
});

describe("a rule's condition", () => {
  const selections = `
a: { eventName: A }
b: { awsRegion: B }
_c: { userAgent: C }`;
  const cases: readonly (readonly [condition: string, event: object, expected: boolean])[] = [
    ["a and b", { eventName: "A", awsRegion: "B" }, true],
    ["a and b", { eventName: "A" }, false],
    ["a or b", { awsRegion: "B" }, true],
    ["a and not b", { eventName: "A" }, true],
    ["not a", {}, true],
    ["1 of them", { userAgent: "C" }, false],
    ["1 of _*", { userAgent: "C" }, true],
    ["all of them", { eventName: "A", awsRegion: "B" }, true],
    ["all of them", { eventName: "A" }, false],
    ["[a, b]", { awsRegion: "B" }, true],
    ["[a and b, _c]", { userAgent: "C" }, true],
    ["[a and b, _c]", { awsRegion: "B" }, false],
  ];
  for (const [condition, event, expected] of cases)
    it(`${condition} is ${expected} for ${JSON.stringify(event)}`, () =>
      assert.equal(verdict(`${selections}\ncondition: ${condition}`, event), expected));

  const mistakes: readonly (readonly [condition: string, error: RegExp])[] = [
    [
      "selecton",
      /^8 detection\.condition: names the selection "selecton", which is not there; there are a, b, _c/,
    ],
    ["_d", /did you mean _c\?/],
    ["1 of x*", /asks for selections named x\*, but there are only a, b, _c/],
    ["[]", /must be a text, or a list of texts/],
    ["{ a: b }", /must be a text/],
    ["~", /must be a text/],
    ["a | count() > 3", /Sigma 1/],
  ];
  for (const [condition, error] of mistakes)
    it(`refuses ${condition}`, () =>
      assert.match(errorOf(ruleText(`${selections}\ncondition: ${condition}`)), error));

  it("needs a condition and a selection", () => {
    assert.match(errorOf(ruleText("a: { b: c }")), /4 detection\.condition: is missing/);
    assert.match(errorOf(ruleText("condition: a")), /has no selection/);
  });

  it("warns of selections that it does not use", () => {
    assert.deepEqual(problemLines(parseText(ruleText(`${selections}\ncondition: a or _c`))), [
      "6 detection.b: is not used by the condition; name it there or take it away",
    ]);
  });
});
