import { ALERT_LEVELS, type AlertLevel } from "../../detections/alert-identity";
import { RuleSet } from "../../detections/rule-set";
import type { Rule } from "../../detections/sigma/model";
import type { Suppression } from "../../detections/suppressions";
import { type FactFields, factsOf } from "./fact-paths";

/** What events are held against; plain data, so that it can be given to another thread. */
export interface Yardstick {
  readonly rules: readonly Rule[];
  readonly suppressions: readonly Suppression[];
  readonly minLevel: AlertLevel;
  /** Moment that suppressions expire against, milliseconds since 1970. */
  readonly nowMs: number;
}

/** A yardstick, ready for use. Rules go by their place in {@link Yardstick.rules}. */
export class PreparedYardstick {
  readonly ruleSet: RuleSet;
  readonly now: Date;
  /** What has to be remembered of an event that a rule matches. */
  readonly factFields: readonly FactFields[];
  /** Whether a rule's match can come to anything: an alert that is wanted, or a correlation that can. */
  readonly isRelevant: readonly boolean[];
  readonly numbers: ReadonlyMap<string, number>;

  constructor(readonly plain: Yardstick) {
    const { rules, suppressions, minLevel, nowMs } = plain;
    this.ruleSet = new RuleSet(rules);
    this.now = new Date(nowMs);
    this.factFields = rules.map((rule) => factsOf(rule, this.ruleSet, suppressions));
    this.isRelevant = rules.map((rule) => isRelevant(rule, this.ruleSet, minLevel));
    this.numbers = new Map(rules.map(({ id }, number) => [id, number]));
  }
}

function isRelevant(rule: Rule, ruleSet: RuleSet, minLevel: AlertLevel): boolean {
  if (ruleSet.alertsItself(rule) && isAtLeast(rule.level, minLevel)) return true;
  return ruleSet.correlationsOn(rule.id).some((above) => isRelevant(above, ruleSet, minLevel));
}

export function isAtLeast(level: AlertLevel, minLevel: AlertLevel): boolean {
  return ALERT_LEVELS.indexOf(level) >= ALERT_LEVELS.indexOf(minLevel);
}
