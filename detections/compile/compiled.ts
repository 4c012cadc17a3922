import { COMPUTED_FIELD_PREFIX } from "../computed-fields";
import type { Condition, FieldCondition, StringTest } from "../sigma/model";

/** A rule in another engine's language, saying exactly what the rule says; or why that language cannot say it. */
export type Compiled<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** Thrown inside a compiler where the target has no exact way; never leaves `compiled`. */
export class Refusal extends Error {}

/** Runs a compiler and turns its refusal into the reason. */
export function compiled<T>(compile: () => T): Compiled<T> {
  try {
    return { ok: true, value: compile() };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, reason: error.message };
    throw error;
  }
}

/** Refuses fields that are computed by the detector: no record has them. */
export function refuseComputed(field: string): void {
  if (field.startsWith(COMPUTED_FIELD_PREFIX)) throw new Refusal(`${field} is computed, no record has it`);
}

/** A test, or its opposite. */
export interface Literal {
  readonly op: "literal";
  readonly negated: boolean;
  readonly condition: FieldCondition | Extract<Condition, { readonly op: "keyword" }>;
}

/** A condition whose negations stand at single tests. */
export type NormalForm = { readonly op: "and" | "or"; readonly of: readonly NormalForm[] } | Literal;

/** Moves negations inwards (De Morgan), for languages that can negate single tests at most. */
export function pushNegationsInwards(condition: Condition, negated = false): NormalForm {
  switch (condition.op) {
    case "not":
      return pushNegationsInwards(condition.of, !negated);
    case "and":
    case "or": {
      const op = negated ? (condition.op === "and" ? "or" : "and") : condition.op;
      return { op, of: condition.of.map((part) => pushNegationsInwards(part, negated)) };
    }
    case "field":
    case "keyword":
      return { op: "literal", negated, condition };
  }
}

/** The pattern of a string test as what other languages have operators for. */
export type StringShape =
  | { readonly kind: "exact" | "prefix" | "suffix"; readonly text: string }
  /** `*`: any string. */
  | { readonly kind: "any" }
  | { readonly kind: "glob" };

/** Which of the common shapes a string test has. */
export function shapeOf({ parts }: StringTest): StringShape {
  const shape = parts.map((part) => ("text" in part ? "t" : part.wildcard)).join("");
  const text = parts.map((part) => ("text" in part ? part.text : "")).join("");
  switch (shape) {
    case "":
    case "t":
      return { kind: "exact", text };
    case "t*":
      return { kind: "prefix", text };
    case "*t":
      return { kind: "suffix", text };
    case "*":
      return { kind: "any" };
    default:
      return { kind: "glob" };
  }
}

/**
 * Whether letters of either case match, where that makes a difference. Other engines fold the case of ASCII letters
 * alone, or of other letters in their own ways, so that a text with other letters is refused.
 */
export function ignoresCase({ parts, cased }: StringTest): boolean {
  const text = parts.map((part) => ("text" in part ? part.text : "")).join("");
  if (cased || text.toLowerCase() === text.toUpperCase()) return false;
  if (hasLettersBeyondAscii(text))
    throw new Refusal(`"${text}" has letters beyond ASCII, whose case engines fold differently; add |cased`);
  return true;
}

/** Whether folding the case of the text is more than a matter of ASCII. */
export function hasLettersBeyondAscii(text: string): boolean {
  return [...text].some((char) => char > "\x7f" && char.toLowerCase() !== char.toUpperCase());
}

/** The number whose JSON text this is, as `JSON.stringify` writes numbers; undefined for all other texts. */
export function numberSpelled(text: string): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) && String(value) === text ? value : undefined;
}
