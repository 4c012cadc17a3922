/** What a rule says about one resource, or about a whole stack. */
export type Verdict =
  | { readonly outcome: "compliant" }
  | { readonly outcome: "violation"; readonly what: string }
  | { readonly outcome: "notApplicable" }
  | { readonly outcome: "undecided"; readonly unknown: string };

export const COMPLIANT: Verdict = { outcome: "compliant" };
export const NOT_APPLICABLE: Verdict = { outcome: "notApplicable" };

/**
 * A violation.
 * @param what One clause without a full stop that says what is wrong. It may name properties, never their values:
 * policies see secrets in the clear, and messages end up in pull requests.
 */
export function violation(what: string): Verdict {
  return { outcome: "violation", what };
}

/**
 * Nothing can be said before the update.
 * @param unknown What is not known, in words: a property path such as `kmsKeyId`, or a relation between resources.
 */
export function undecided(unknown: string): Verdict {
  return { outcome: "undecided", unknown };
}
