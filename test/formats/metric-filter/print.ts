import type { Expression, Operand, Selector, Step } from "../../../formats/metric-filter/model";

/** Writes an expression as a filter pattern. */
export function printPattern(expression: Expression): string {
  return `{ ${printExpression(expression)} }`;
}

function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case "and":
    case "or":
      return expression.operands
        .map((operand) => `(${printExpression(operand)})`)
        .join(expression.kind === "and" ? " && " : "||");
    case "not-exists":
      return `${printSelector(expression.selector)} NOT EXISTS`;
    case "is":
      return `${printSelector(expression.selector)} IS ${String(expression.value).toUpperCase()}`;
    case "compare":
      return `${printSelector(expression.selector)} ${expression.operator} ${printOperand(expression.value)}`;
  }
}

function printSelector(selector: Selector): string {
  return `$${selector.map(printStep).join("")}`;
}

function printStep(step: Step): string {
  switch (step.kind) {
    case "key":
      return /^[A-Za-z0-9_-]+$/.test(step.key) ? `.${step.key}` : `.['${step.key}']`;
    case "element":
      return `[${step.index}]`;
    case "any-key":
      return ".*";
    case "any-element":
      return "[*]";
  }
}

function printOperand(operand: Operand): string {
  switch (operand.kind) {
    case "string":
      return `"${operand.text.replace(/["\\]/g, "\\$&")}"`;
    case "number":
      return operand.text;
    case "regex":
      return `%${operand.regex.source}%`;
  }
}
