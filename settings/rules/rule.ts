import type { Key, Values } from "../keys";

/** What the cross-field rules decide about: the checked keys and what the stack itself says. */
export interface Facts extends Values {
  /** Value of `aws:region`. */
  readonly region: string;
  readonly partition: string;
  /** `<project>-<stack>`. */
  readonly namePrefix: string;
}

/** A key, or a place inside it. */
export type KeyPath = Key | `${Key}.${string}` | `${Key}[${number}]` | `${Key}[${number}].${string}`;

/** A mistake found by a rule; see `SettingsProblem`. */
export interface Finding {
  readonly key: KeyPath;
  readonly problem: string;
  readonly allowed: string;
}

/** A cross-field rule. Not asked when a fact it needs is itself mistaken: one mistake, one line. */
export type Rule = (facts: Partial<Facts>, usable: ReadonlySet<string>) => readonly Finding[];

/** Makes a rule from the facts it needs and a check of those alone. */
export function rule<Name extends keyof Facts>(
  needs: readonly Name[],
  check: (facts: Pick<Facts, Name>) => readonly (Finding | undefined)[],
): Rule {
  return (facts, usable) => {
    if (!needs.every((name) => usable.has(name))) return [];
    return check(facts as Pick<Facts, Name>).filter((finding) => finding !== undefined);
  };
}

/** The finding when the condition holds. */
export function when(condition: boolean, finding: Finding): Finding | undefined {
  return condition ? finding : undefined;
}
