import { ALERT_LEVELS, type AlertLevel } from "../../detections/alert-identity";
import { RuleSet } from "../../detections/rule-set";
import type { Rule } from "../../detections/sigma/model";
import { byMatrixOrder, tacticsOf, techniquesOf } from "../attack";
import type { BacktestResult } from "../backtest/backtest";
import type { BacktestAlert } from "../backtest/decider";

/** A rule that alerted, and how much. */
export interface RuleNoise {
  readonly rule: Rule;
  readonly alerts: number;
  readonly events: number;
}

/** Rules that alerted, most alerts first. */
export function noisiestRules({ alerts }: Pick<BacktestResult, "alerts">): RuleNoise[] {
  const byRule = new Map<string, RuleNoise>();
  for (const { rule, eventIDs } of alerts) {
    const known = byRule.get(rule.id) ?? { rule, alerts: 0, events: 0 };
    byRule.set(rule.id, { rule, alerts: known.alerts + 1, events: known.events + eventIDs.length });
  }
  return [...byRule.values()].sort(
    (a, b) => b.alerts - a.alerts || b.events - a.events || (a.rule.id < b.rule.id ? -1 : 1),
  );
}

/** Alerts by level, worst first, and by time within a level. */
export function worstFirst(alerts: readonly BacktestAlert[]): BacktestAlert[] {
  return [...alerts].sort((a, b) => rankOf(b.alert.level) - rankOf(a.alert.level));
}

/** Levels, worst first. */
export const WORST_LEVELS_FIRST: readonly AlertLevel[] = [...ALERT_LEVELS].reverse();

/** What rules there are for a technique within a tactic, and what they alerted of. */
export interface TechniqueCoverage {
  /** For example `T1098.001`. */
  readonly technique: string;
  /** Rules that alert by themselves. */
  readonly rules: readonly Rule[];
  readonly alerts: number;
  /** Of the worst alert; absent without alerts. */
  readonly worst?: AlertLevel;
}

/** The techniques of a tactic that rules are tagged with. */
export interface TacticCoverage {
  readonly tactic: string;
  readonly rules: number;
  readonly alerts: number;
  readonly techniques: readonly TechniqueCoverage[];
}

/** Coverage by tactic, in the order of the matrix. A rule counts for each tactic and technique that it is tagged with. */
export function coverageOf(rules: readonly Rule[], alerts: readonly BacktestAlert[]): TacticCoverage[] {
  const ruleSet = new RuleSet(rules);
  const alerting = rules.filter((rule) => ruleSet.alertsItself(rule));
  const alertsByRule = new Map<string, BacktestAlert[]>();
  for (const alert of alerts)
    alertsByRule.set(alert.rule.id, [...(alertsByRule.get(alert.rule.id) ?? []), alert]);
  const alertsOf = (some: readonly Rule[]): BacktestAlert[] =>
    some.flatMap(({ id }) => alertsByRule.get(id) ?? []);

  const tactics = [...new Set(alerting.flatMap(({ tags }) => tacticsOf(tags)))].sort(byMatrixOrder);
  return tactics.map((tactic) => {
    const ofTactic = alerting.filter(({ tags }) => tacticsOf(tags).includes(tactic));
    const techniques = [...new Set(ofTactic.flatMap(({ tags }) => techniquesOf(tags)))].sort();
    return {
      tactic,
      rules: ofTactic.length,
      alerts: alertsOf(ofTactic).length,
      techniques: techniques.map((technique) => {
        const ofTechnique = ofTactic.filter(({ tags }) => techniquesOf(tags).includes(technique));
        const [worst] = worstFirst(alertsOf(ofTechnique));
        return {
          technique,
          rules: ofTechnique,
          alerts: alertsOf(ofTechnique).length,
          ...(worst ? { worst: worst.alert.level } : {}),
        };
      }),
    };
  });
}

/** A stretch of time on the timeline, or a gap without alerts. */
export type TimeSlot =
  | { readonly startMs: number; readonly counts: Readonly<Record<AlertLevel, number>> }
  | { readonly gapMs: number };

/** Alerts over time. */
export interface Timeline {
  readonly slotMs: number;
  readonly slots: readonly TimeSlot[];
}

const MINUTE_MS = 60_000;
const SLOT_LENGTHS_MS = [1, 5, 15, 60, 360, 1440, 10_080, 43_200].map((minutes) => minutes * MINUTE_MS);
const MAX_SLOTS = 100;
/** So many empty slots in a row are drawn as a gap. */
const MAX_EMPTY_SLOTS = 6;

/** Alerts by the time of their first event, in the shortest slots that fit; long silences are cut short. */
export function timelineOf(alerts: readonly BacktestAlert[]): Timeline {
  for (const slotMs of SLOT_LENGTHS_MS) {
    const slots = slotsOf(alerts, slotMs);
    if (slots.length <= MAX_SLOTS) return { slotMs, slots };
  }
  const slotMs = (SLOT_LENGTHS_MS.at(-1) ?? MINUTE_MS) * 12;
  return { slotMs, slots: slotsOf(alerts, slotMs) };
}

function slotsOf(alerts: readonly BacktestAlert[], slotMs: number): TimeSlot[] {
  const counts = new Map<number, Record<AlertLevel, number>>();
  for (const { alert } of alerts) {
    const slot = Math.floor(Date.parse(alert.when.firstEventTime) / slotMs);
    const inSlot = counts.get(slot) ?? noCounts();
    inSlot[alert.level]++;
    counts.set(slot, inSlot);
  }
  const slots: TimeSlot[] = [];
  let previous: number | undefined;
  for (const [slot, inSlot] of [...counts].sort(([a], [b]) => a - b)) {
    const empty = previous === undefined ? 0 : slot - previous - 1;
    if (empty > MAX_EMPTY_SLOTS) slots.push({ gapMs: empty * slotMs });
    else
      for (let back = empty; back > 0; back--)
        slots.push({ startMs: (slot - back) * slotMs, counts: noCounts() });
    slots.push({ startMs: slot * slotMs, counts: inSlot });
    previous = slot;
  }
  return slots;
}

function noCounts(): Record<AlertLevel, number> {
  return { informational: 0, low: 0, medium: 0, high: 0, critical: 0 };
}

/** 0 for the mildest level. */
function rankOf(level: AlertLevel): number {
  return ALERT_LEVELS.indexOf(level);
}
