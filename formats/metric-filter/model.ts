import type { Regex } from "./regex";

/** A parsed CloudWatch Logs filter pattern of the JSON kind. Plain data: comparable, and safe to keep. */
export interface MetricFilter {
  /** The pattern as written. */
  readonly pattern: string;
  readonly expression: Expression;
}

/** A condition, or several joined by `&&` or `||`. */
export type Expression = Compound | Condition;

/** Two or more expressions joined by one operator. */
export interface Compound {
  readonly kind: "and" | "or";
  readonly operands: readonly Expression[];
}

/** What one pair of parentheses around a selector and its test may say. */
export type Condition = Comparison | IsTest | NotExists;

/** `$.selector = value` and its relatives. The ordering operators come with a number only. */
export interface Comparison {
  readonly kind: "compare";
  readonly selector: Selector;
  readonly operator: "=" | "!=" | ">" | "<" | ">=" | "<=";
  readonly value: Operand;
}

/** `$.selector IS NULL`, `IS TRUE`, `IS FALSE`. */
export interface IsTest {
  readonly kind: "is";
  readonly selector: Selector;
  readonly value: null | true | false;
}

/** `$.selector NOT EXISTS`. */
export interface NotExists {
  readonly kind: "not-exists";
  readonly selector: Selector;
}

/** The right-hand side of a comparison. */
export type Operand =
  /** `*` in `text` stands for any run of characters. */
  | { readonly kind: "string"; readonly text: string }
  /** `text` is the number as written: an unquoted number may also be meant as a string of digits. */
  | { readonly kind: "number"; readonly value: number; readonly text: string }
  | { readonly kind: "regex"; readonly regex: Regex };

/** The way from the event's root to the nodes a condition looks at; at most one step is a wildcard. */
export type Selector = readonly Step[];

/** One step of a selector. */
export type Step =
  /** `.key` or `.['key']` */
  | { readonly kind: "key"; readonly key: string }
  /** `[0]`, zero-based */
  | { readonly kind: "element"; readonly index: number }
  /** `.*` */
  | { readonly kind: "any-key" }
  /** `[*]` */
  | { readonly kind: "any-element" };
