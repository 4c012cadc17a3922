import { matchesWildcards } from "../wildcards";
import type { Comparison, Condition, Expression, MetricFilter, Operand, Step } from "./model";
import { matchesRegex } from "./regex";

/**
 * Whether a log event, given as parsed JSON, matches the filter. Anything but an object or array never does.
 *
 * A comparison looks at value nodes, which are strings and numbers: on an object, an array, a boolean or null it is
 * false whatever the operator (for these there are IS and NOT EXISTS). On a field that is not there, `!=` is true and
 * every other operator false. Where a wildcard selects several nodes, one that passes is enough.
 *
 * Source: CloudWatch Logs User Guide, "Filter pattern syntax for metric filters ...", "Writing filter patterns for JSON
 * log events". That page leaves open what `!=` makes of a field that is not there; true counts an event too many
 * rather than one too few. A pattern that must not depend on it says `($.field NOT EXISTS) || ($.field != value)`.
 */
export function matchesMetricFilter(filter: MetricFilter, event: unknown): boolean {
  return typeof event === "object" && event !== null && matchesExpression(filter.expression, event);
}

function matchesExpression(expression: Expression, event: object): boolean {
  switch (expression.kind) {
    case "and":
      return expression.operands.every((operand) => matchesExpression(operand, event));
    case "or":
      return expression.operands.some((operand) => matchesExpression(operand, event));
    case "compare":
    case "is":
    case "not-exists":
      return matchesCondition(expression, event);
  }
}

function matchesCondition(condition: Condition, event: object): boolean {
  const nodes = select(event, condition.selector);
  switch (condition.kind) {
    case "not-exists":
      return nodes.length === 0;
    case "is":
      return nodes.includes(condition.value);
    case "compare":
      if (nodes.length === 0) return condition.operator === "!=";
      return nodes.some((node) => matchesComparison(condition, node));
  }
}

/** The nodes that the steps lead to; none where a key or element is missing or the node is of another kind. */
function select(root: unknown, steps: readonly Step[]): readonly unknown[] {
  let node = root;
  for (const [index, step] of steps.entries()) {
    if (typeof node !== "object" || node === null) return [];
    switch (step.kind) {
      case "key":
        if (Array.isArray(node) || !Object.hasOwn(node, step.key)) return [];
        node = (node as Record<string, unknown>)[step.key];
        break;
      case "element":
        if (!Array.isArray(node) || step.index >= node.length) return [];
        node = node[step.index];
        break;
      case "any-key":
      case "any-element":
        if (Array.isArray(node) !== (step.kind === "any-element")) return [];
        return Object.values(node).flatMap((child) => select(child, steps.slice(index + 1)));
    }
  }
  return [node];
}

function matchesComparison(comparison: Comparison, node: unknown): boolean {
  if (typeof node !== "string" && typeof node !== "number") return false;
  const { operator, value } = comparison;
  switch (operator) {
    case "=":
      return equals(value, node);
    case "!=":
      return !equals(value, node);
    case ">":
    case "<":
    case ">=":
    case "<=":
      return value.kind === "number" && typeof node === "number" && inOrder(node, operator, value.value);
  }
}

/** A text operand sees a number as its digits; an unquoted number also equals the string with the same digits. */
function equals(operand: Operand, node: string | number): boolean {
  switch (operand.kind) {
    case "number":
      return typeof node === "number" ? node === operand.value : node === operand.text;
    case "string":
      return matchesWildcards(operand.text, String(node));
    case "regex":
      return matchesRegex(operand.regex, String(node));
  }
}

function inOrder(left: number, operator: ">" | "<" | ">=" | "<=", right: number): boolean {
  switch (operator) {
    case ">":
      return left > right;
    case "<":
      return left < right;
    case ">=":
      return left >= right;
    case "<=":
      return left <= right;
  }
}
