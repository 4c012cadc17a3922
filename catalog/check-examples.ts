import { CorrelationWindow, entryOf, type Entry } from "../detections/correlation-window";
import { SeenValues } from "../detections/first-seen";
import { hitOf, type Hit } from "../detections/hit";
import type { RuleSet } from "../detections/rule-set";
import type { CorrelationRule, Rule } from "../detections/sigma/model";
import type { RuleExample } from "./examples";

/**
 * Holds rules to one example of their file. Returns what is wrong with the outcome; undefined when it is as the example
 * says.
 *
 * @param ruleSet those of the example's file, with every rule they rest on
 * @param fileRules ids of the rules that the file itself has
 */
export function checkExample(
  ruleSet: RuleSet,
  fileRules: readonly string[],
  example: RuleExample,
): string | undefined {
  const { rules } = ruleSet;
  const ownRules = rules.filter(({ id }) => fileRules.includes(id));
  const subjects =
    example.rule === undefined
      ? ownRules.filter((rule) =>
          example.kind === "alert" ? ruleSet.alertsItself(rule) : rule.kind === "event",
        )
      : rules.filter(({ id, name }) => id === example.rule || name === example.rule);
  if (subjects.length === 0)
    return example.rule === undefined
      ? "the file has no rule that it could be about"
      : `no rule has the id or name ${example.rule}`;
  const found = example.kind === "match" ? matched(ruleSet, example) : alerted(ruleSet, example);
  const fired = subjects.filter(({ id }) => found.has(id));
  if (example.expected)
    return fired.length > 0 ? undefined : `${titles(subjects)} should ${example.kind}, and does not`;
  return fired.length === 0 ? undefined : `${titles(fired)} should not ${example.kind}, and does`;
}

function titles(rules: readonly Rule[]): string {
  return rules.map(({ title }) => `"${title}"`).join(", ");
}

function matched(ruleSet: RuleSet, { events }: RuleExample): Set<string> {
  return new Set(events.flatMap((event) => ruleSet.match(event).map(({ id }) => id)));
}

/** Ids of the rules that alert on events in their order. */
function alerted(ruleSet: RuleSet, { events }: RuleExample): Set<string> {
  const alerts = new Set<string>();
  const correlations = new Map<string, Judge>();
  const follow = (hit: Hit): void => {
    if (ruleSet.alertsItself(hit.rule)) alerts.add(hit.rule.id);
    for (const correlation of ruleSet.correlationsOn(hit.rule.id)) {
      const grouped = entryOf(correlation, hit);
      if (!grouped) continue;
      const key = `${correlation.id}\n${grouped.groupKey}`;
      const judge = correlations.get(key) ?? judgeOf(correlation);
      correlations.set(key, judge);
      if (judge(grouped.entry)) follow({ ...hit, rule: correlation });
    }
  };
  for (const event of events) for (const rule of ruleSet.match(event)) follow(hitOf(rule, event));
  return alerts;
}

/** Takes the entries of a group one after the other, and says which of them satisfy the correlation. */
type Judge = (entry: Entry) => boolean;

function judgeOf({ correlation }: CorrelationRule): Judge {
  if (correlation.type === "first_seen") {
    const seen = new SeenValues(correlation);
    return (entry) => seen.add(entry).length > 0;
  }
  const window = new CorrelationWindow(correlation);
  return (entry) => window.add(entry) !== undefined;
}
