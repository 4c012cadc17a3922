import { computedField } from "./computed-fields";
import type { Hit } from "./hit";
import { compileCondition, type Predicate } from "./sigma/match";
import type { Condition, RuleSource } from "./sigma/model";

/** A decision that a rule's matches of some events concern nobody; plain JSON. See suppression-file.ts for the file. */
export interface Suppression {
  /** Id of the rule. */
  readonly ruleId: string;
  /** What an event has to satisfy to be suppressed. */
  readonly condition: Condition;
  readonly reason: string;
  /** Who decided, and is asked before it is renewed. */
  readonly owner: string;
  /** Last day on which it holds, in UTC: `2027-01-31`. */
  readonly expires: string;
  readonly source: RuleSource;
}

const DAY_MS = 86_400_000;

/** Whether the last day of a suppression is over. */
export function isExpired({ expires }: Pick<Suppression, "expires">, now: Date): boolean {
  return now.getTime() >= Date.parse(`${expires}T00:00:00Z`) + DAY_MS;
}

/**
 * The first suppression that holds for a hit; expired ones do not. A suppressed hit neither alerts nor counts for
 * correlations on its rule; one that names a correlation keeps events out of that correlation alone.
 */
export function suppressionFor(
  hit: Pick<Hit, "rule" | "event">,
  suppressions: readonly Suppression[],
  now: Date,
): Suppression | undefined {
  return suppressions.find(
    (suppression) =>
      suppression.ruleId === hit.rule.id &&
      !isExpired(suppression, now) &&
      predicateOf(suppression)(hit.event),
  );
}

const predicates = new WeakMap<Suppression, Predicate>();

function predicateOf(suppression: Suppression): Predicate {
  const known = predicates.get(suppression);
  if (known) return known;
  const predicate = compileCondition(suppression.condition, computedField);
  predicates.set(suppression, predicate);
  return predicate;
}
