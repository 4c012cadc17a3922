import type { Condition } from "./model";

/** All of the conditions; nested conjunctions become one, and a single condition stays what it is. */
export function allOf(conditions: readonly Condition[]): Condition {
  return joined("and", conditions);
}

/** Any of the conditions. */
export function anyOf(conditions: readonly Condition[]): Condition {
  return joined("or", conditions);
}

/** The opposite; two negations cancel out. */
export function not(condition: Condition): Condition {
  return condition.op === "not" ? condition.of : { op: "not", of: condition };
}

function joined(op: "and" | "or", conditions: readonly Condition[]): Condition {
  const parts = conditions.flatMap((condition) => (condition.op === op ? condition.of : [condition]));
  const [only] = parts;
  return parts.length === 1 && only ? only : { op, of: parts };
}
