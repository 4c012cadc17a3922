/** What may stand in the list of a field (EventBridge User Guide, "Comparison operators for use in event patterns"). */
export type Matcher =
  | string
  | number
  | boolean
  | null
  | { readonly exists: boolean }
  | { readonly prefix: string | IgnoringCase }
  | { readonly suffix: string | IgnoringCase }
  | { readonly "equals-ignore-case": string }
  | { readonly wildcard: string }
  | { readonly numeric: readonly [">" | ">=" | "<" | "<=", number] }
  | { readonly cidr: string }
  | { readonly "anything-but": readonly string[] | Readonly<Partial<Record<ExcludedBy, readonly string[]>>> };

interface IgnoringCase {
  readonly "equals-ignore-case": string;
}

/** The operators that `anything-but` can turn round, beside plain equality. */
export type ExcludedBy = "equals-ignore-case" | "prefix" | "suffix" | "wildcard";

/** Absent or null. `exists` knows leaves alone: it is false for objects, and true for null. */
export const ABSENT: readonly Matcher[] = [{ exists: false }, null];

/** All texts but some. */
export interface Exclusion {
  readonly by: ExcludedBy | "equals";
  readonly values: readonly string[];
}

/** `anything-but`, as EventBridge spells it. */
export function exclusionOf({ by, values }: Exclusion): Matcher {
  return { "anything-but": by === "equals" ? values : { [by]: values } };
}
