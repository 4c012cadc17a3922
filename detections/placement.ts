import type { AlertLevel } from "./alert";
import type { RuleSet } from "./rule-set";
import type { EventRule, Rule } from "./sigma/model";

const URGENT_LEVELS: ReadonlySet<AlertLevel> = new Set<AlertLevel>(["high", "critical"]);

/**
 * The rules that are evaluated on the fast path beside the complete one: those that say `placement: fast`, and by
 * default the ones of high and critical level. Only rules over single events that alert by themselves: what rests on
 * several events needs all of them, and the fast path is best effort.
 */
export function fastPathRules(ruleSet: Pick<RuleSet, "rules" | "alertsItself">): EventRule[] {
  return ruleSet.rules.filter((rule): rule is EventRule => isOnFastPath(rule, ruleSet.alertsItself(rule)));
}

function isOnFastPath(rule: Rule, alertsItself: boolean): boolean {
  if (rule.kind !== "event" || !alertsItself) return false;
  const placement = rule.custom?.placement ?? (URGENT_LEVELS.has(rule.level) ? "fast" : "complete");
  return placement === "fast";
}
