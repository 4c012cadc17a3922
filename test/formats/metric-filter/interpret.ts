import type { Comparison, Expression, Selector } from "../../../formats/metric-filter/model";

/**
 * A second reading of the grammar, on purpose by other means than the product's: every node of the event is listed
 * with its path, and a selector is a test on paths.
 */
export function interpret(expression: Expression, event: unknown): boolean {
  if ("operands" in expression) {
    const verdicts = expression.operands.map((operand) => interpret(operand, event));
    return expression.kind === "and" ? !verdicts.includes(false) : verdicts.includes(true);
  }
  const nodes = nodesOf(event)
    .filter(({ path }) => leadsTo(expression.selector, path))
    .map(({ value }) => value);
  if (expression.kind === "not-exists") return nodes.length === 0;
  if (expression.kind === "is") return nodes.some((node) => node === expression.value);
  const isNegative = expression.operator === "!=";
  return nodes.length === 0 ? isNegative : nodes.some((node) => compares(expression, node));
}

interface Node {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

function nodesOf(value: unknown, path: Node["path"] = []): Node[] {
  const children: [string | number, unknown][] = Array.isArray(value)
    ? value.map((child, index) => [index, child])
    : typeof value === "object" && value !== null
      ? Object.entries(value)
      : [];
  return [{ path, value }, ...children.flatMap(([key, child]) => nodesOf(child, [...path, key]))];
}

function leadsTo(selector: Selector, path: Node["path"]): boolean {
  if (selector.length !== path.length) return false;
  return selector.every((step, index) => {
    const key = path[index];
    if (step.kind === "key") return key === step.key;
    if (step.kind === "element") return key === step.index;
    return typeof key === (step.kind === "any-key" ? "string" : "number");
  });
}

function compares({ operator, value }: Comparison, node: unknown): boolean {
  if (typeof node !== "string" && typeof node !== "number") return false;
  if (operator === "=" || operator === "!=") {
    let isEqual: boolean;
    if (value.kind === "number") isEqual = node === value.value || node === value.text;
    else if (value.kind === "string") isEqual = globToRegExp(value.text).test(`${node}`);
    else isEqual = new RegExp(value.regex.source).test(`${node}`);
    return isEqual === (operator === "=");
  }
  if (value.kind !== "number" || typeof node !== "number") return false;
  const difference = node - value.value;
  if (difference === 0) return operator.endsWith("=");
  return difference > 0 ? operator.startsWith(">") : operator.startsWith("<");
}

function globToRegExp(glob: string): RegExp {
  return new RegExp(`^${glob.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^]*")}$`);
}
