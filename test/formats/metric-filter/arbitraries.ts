import fc from "fast-check";
import type { Condition, Expression, Operand, Selector, Step } from "../../../formats/metric-filter/model";
import { parseMetricFilter } from "../../../formats/metric-filter/parse";

/** Few names and values, so that events and patterns meet often. */
const KEYS = ["a", "b-c", "d.e", "constructor"];
const TEXTS = ["", "x", "xy", "42", "a*y", 'q"\\', "true"];

const keyStep: fc.Arbitrary<Step> = fc.constantFrom(...KEYS).map((key) => ({ kind: "key", key }) as const);
const elementStep: fc.Arbitrary<Step> = fc
  .nat({ max: 2 })
  .map((index) => ({ kind: "element", index }) as const);

const plainSelector: fc.Arbitrary<Selector> = fc
  .tuple(keyStep, fc.array(fc.oneof(keyStep, elementStep), { maxLength: 2 }))
  .map(([first, rest]) => [first, ...rest]);

/** A selector with one wildcard step; the first step always follows a dot. */
const wildcardSelector: fc.Arbitrary<Selector> = fc
  .tuple(plainSelector, fc.constantFrom("any-key" as const, "any-element" as const), fc.nat({ max: 2 }))
  .map(([steps, kind, at]) => {
    const index =
      kind === "any-element" ? Math.max(1, Math.min(at, steps.length)) : Math.min(at, steps.length);
    const rest = steps.slice(index);
    const first = rest[0];
    const dotted = index === 0 && first?.kind === "element" ? rest.slice(1) : rest;
    return [...steps.slice(0, index), { kind }, ...dotted];
  });

const selector = fc.oneof(
  { weight: 4, arbitrary: plainSelector },
  { weight: 1, arbitrary: wildcardSelector },
);

const numberOperand: fc.Arbitrary<Operand> = fc
  .constantFrom("42", "-1", "+7", "0.5", "1e+3", "1E-3")
  .map((text) => ({ kind: "number", value: Number(text), text }) as const);
const stringOperand: fc.Arbitrary<Operand> = fc
  .constantFrom(...TEXTS, "*", "x*", "*y", "4*")
  .map((text) => ({ kind: "string", text }) as const);

/** The quota of regular expressions leaves no room for them in arbitrary trees; they have tests of their own. */
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record(
    {
      kind: fc.constant("compare" as const),
      selector,
      operator: fc.constantFrom("=" as const, "!=" as const),
      value: fc.oneof(numberOperand, stringOperand),
    },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      kind: fc.constant("compare" as const),
      selector,
      operator: fc.constantFrom(">" as const, "<" as const, ">=" as const, "<=" as const),
      value: numberOperand,
    },
    { noNullPrototype: true },
  ),
  fc.record(
    { kind: fc.constant("is" as const), selector, value: fc.constantFrom(null, true, false) },
    { noNullPrototype: true },
  ),
  fc.record({ kind: fc.constant("not-exists" as const), selector }, { noNullPrototype: true }),
);

/** Expressions that keep the quota of wildcard selectors and the length limit. */
export const expressions: fc.Arbitrary<Expression> = fc
  .letrec<{ expression: Expression }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 3 },
      condition,
      fc.record(
        {
          kind: fc.constantFrom("and" as const, "or" as const),
          operands: fc.array(tie("expression"), { minLength: 2, maxLength: 3 }),
        },
        { noNullPrototype: true },
      ),
    ),
  }))
  .expression.filter((expression) => wildcardCount(expression) <= 3);

function wildcardCount(expression: Expression): number {
  if ("operands" in expression) {
    return expression.operands.reduce((sum, operand) => sum + wildcardCount(operand), 0);
  }
  return expression.selector.some((step) => step.kind.startsWith("any-")) ? 1 : 0;
}

const leaf = fc.oneof(fc.constantFrom(...TEXTS, 42, -1, 7, 0.5, 1000, 0.001, null, true, false));

/** JSON values over the same keys and values. */
export const events = fc.letrec<{ node: unknown; object: Record<string, unknown> }>((tie) => ({
  node: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie("node"), { maxLength: 3 }), tie("object")),
  object: fc.dictionary(fc.constantFrom(...KEYS), tie("node"), { noNullPrototype: true }),
})).object;

/** Filter made of one regular expression against the field `a`. */
export function regexFilter(source: string) {
  return parseMetricFilter(`{ $.a = %${source}% }`);
}
