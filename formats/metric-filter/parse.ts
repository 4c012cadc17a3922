import type { Comparison, Condition, Expression, MetricFilter, Operand, Selector } from "./model";
import { parseRegex } from "./regex";
import { Scanner } from "./scanner";
import { parseSelector } from "./selector";

export type { MetricFilter } from "./model";
export { MetricFilterSyntaxError } from "./scanner";

/** CloudWatch Logs API, PutMetricFilter, `filterPattern`: length constraint. */
const MAX_PATTERN_LENGTH = 1_024;
/** CloudWatch Logs User Guide, "Filter pattern syntax ...": quotas of a JSON filter pattern. */
const MAX_REGEXES = 2;
const MAX_WILDCARD_SELECTORS = 3;

/**
 * Parses a CloudWatch Logs metric filter pattern of the JSON kind, `{ $.selector = value && ... }`, and refuses what
 * CloudWatch Logs refuses. Source: CloudWatch Logs User Guide, "Filter pattern syntax for metric filters, subscription
 * filters, filter log events, and Live Tail", section "Using filter patterns to match terms in JSON log events". Where
 * that page is silent, only the spelling that it or AWS's own published patterns use is accepted, so that a pattern
 * that passes here can be deployed.
 *
 * @throws MetricFilterSyntaxError for anything else, also for the plain-term and space-delimited kinds of pattern
 */
export function parseMetricFilter(pattern: string): MetricFilter {
  const scanner = new Scanner(pattern);
  if (pattern.length > MAX_PATTERN_LENGTH) {
    scanner.fail(
      `the pattern has ${pattern.length} characters, at most ${MAX_PATTERN_LENGTH} are allowed`,
      MAX_PATTERN_LENGTH,
    );
  }
  scanner.skipSpace();
  if (!scanner.takeToken("{")) {
    scanner.fail(
      "only JSON patterns are accepted, { $.field = value }; plain terms and [space, delimited] patterns cannot read CloudTrail events",
    );
  }
  const counts = { regexes: 0, wildcardSelectors: 0 };
  const expression = parseCompound(scanner, counts, "or");
  if (!scanner.takeToken("}")) {
    scanner.fail("expected &&, || or the closing } here; a value of several words goes in double quotes");
  }
  scanner.skipSpace();
  if (!scanner.atEnd) scanner.fail("nothing may follow the closing }");
  return { pattern, expression };
}

/** What the quotas count over the whole pattern. */
interface Counts {
  regexes: number;
  wildcardSelectors: number;
}

/** `&&` binds tighter than `||`. Leaves the scanner at the next token. */
function parseCompound(scanner: Scanner, counts: Counts, kind: "or" | "and"): Expression {
  const token = kind === "or" ? "||" : "&&";
  const operand = () =>
    kind === "or" ? parseCompound(scanner, counts, "and") : parseGroupOrCondition(scanner, counts);
  const first = operand();
  const operands = [first];
  while (scanner.takeToken(token)) operands.push(operand());
  return operands.length === 1 ? first : { kind, operands };
}

function parseGroupOrCondition(scanner: Scanner, counts: Counts): Expression {
  scanner.skipSpace();
  let expression: Expression;
  if (scanner.takeToken("(")) {
    expression = parseCompound(scanner, counts, "or");
    if (!scanner.takeToken(")")) {
      scanner.fail("expected &&, || or the closing ) here; a value of several words goes in double quotes");
    }
  } else {
    expression = parseCondition(scanner, counts);
  }
  scanner.skipSpace();
  return expression;
}

function parseCondition(scanner: Scanner, counts: Counts): Condition {
  const start = scanner.position;
  const selector = parseSelector(scanner);
  if (hasWildcard(selector) && ++counts.wildcardSelectors > MAX_WILDCARD_SELECTORS) {
    scanner.fail(`at most ${MAX_WILDCARD_SELECTORS} selectors of a pattern may hold a wildcard`, start);
  }
  scanner.skipSpace();
  const keywordAt = scanner.position;
  const keyword = scanner.take(/[A-Za-z]+/y);
  if (keyword === undefined) return parseComparison(scanner, counts, selector);
  scanner.skipSpace();
  const wordAt = scanner.position;
  const word = scanner.take(/[A-Za-z]+/y) ?? "";
  if (keyword === "NOT") {
    if (word !== "EXISTS") scanner.fail("expected EXISTS after NOT", wordAt);
    return { kind: "not-exists", selector };
  }
  if (keyword === "IS") {
    const value = IS_VALUES.get(word);
    if (value === undefined) scanner.fail("IS takes NULL, TRUE or FALSE; IS NOT is not supported", wordAt);
    return { kind: "is", selector, value };
  }
  scanner.fail(
    keyword === "EXISTS"
      ? 'EXISTS is not supported; write $.field = "*" for a field with a text or number'
      : "expected = != > < >= <= or, in capitals, IS NULL, IS TRUE, IS FALSE, NOT EXISTS",
    keywordAt,
  );
}

const IS_VALUES: ReadonlyMap<string, null | boolean> = new Map([
  ["NULL", null],
  ["TRUE", true],
  ["FALSE", false],
]);

function hasWildcard(selector: Selector): boolean {
  return selector.some((step) => step.kind === "any-key" || step.kind === "any-element");
}

function parseComparison(scanner: Scanner, counts: Counts, selector: Selector): Comparison {
  const operator = scanner.take(/!=|>=|<=|[=><]/y) as Comparison["operator"] | undefined;
  if (operator === undefined) {
    scanner.fail("expected = != > < >= <= or, in capitals, IS NULL, IS TRUE, IS FALSE, NOT EXISTS");
  }
  scanner.skipSpace();
  const valueAt = scanner.position;
  const value = parseOperand(scanner);
  if (value.kind === "regex" && ++counts.regexes > MAX_REGEXES) {
    scanner.fail(`at most ${MAX_REGEXES} regular expressions are allowed in a pattern`, valueAt);
  }
  if (operator !== "=" && operator !== "!=" && value.kind !== "number") {
    scanner.fail(`${operator} compares with a number, such as 25, -1.5 or 1e3`, valueAt);
  }
  return { kind: "compare", selector, operator, value };
}

function parseOperand(scanner: Scanner): Operand {
  if (scanner.takeToken('"')) return { kind: "string", text: parseQuoted(scanner) };
  if (scanner.takeToken("%")) return { kind: "regex", regex: parseRegex(scanner) };
  return parseUnquoted(scanner);
}

/** Backslash escapes a double quote and itself, as AWS's own CDK writes string terms (`FilterPattern.stringValue`). */
function parseQuoted(scanner: Scanner): string {
  const start = scanner.position - 1;
  let text = "";
  while (!scanner.takeToken('"')) {
    if (scanner.atEnd) scanner.fail("this value has no closing double quote", start);
    const piece = scanner.take(/\\["\\]|[^"\\]+/y);
    if (piece === undefined) {
      scanner.fail('a backslash in a quoted value is written \\\\, a double quote \\"');
    }
    text += piece.startsWith("\\") ? piece.slice(1) : piece;
  }
  return text;
}

const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * The guide wants everything but letters, digits and underscores quoted, yet uses `123.123.*` itself, and the patterns
 * that AWS publishes for the CIS controls use `kms.amazonaws.com`: so dots and the wildcard go unquoted, and no more.
 */
function parseUnquoted(scanner: Scanner): Operand {
  const start = scanner.position;
  const text = scanner.take(/[^\s()&|{}]+/y);
  if (text === undefined) scanner.fail('expected a value: a number, a word, "text" or %regex%');
  if (NUMBER.test(text)) {
    const value = Number(text);
    if (!Number.isFinite(value)) scanner.fail("this number is too large", start);
    return { kind: "number", value, text };
  }
  const bad = text.search(/[^A-Za-z0-9_.*]/);
  if (bad >= 0) {
    scanner.fail(
      `a value with characters other than letters, digits, _ . and * goes in double quotes`,
      start + bad,
    );
  }
  return { kind: "string", text };
}
