import { alertFromHit, type Evidence } from "../../detections/alert-from-hit";
import type { Alert } from "../../detections/alert";
import { entryOf } from "../../detections/correlation-window";
import type { Hit } from "../../detections/hit";
import { alertGroupOf, quietPeriodMsOf } from "../../detections/quiet-period";
import type { CorrelationRule, Rule } from "../../detections/sigma/model";
import { suppressionFor } from "../../detections/suppressions";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import { type CorrelationGroup, newCorrelationGroup } from "./correlation-group";
import { EventIdSet } from "./event-id-set";
import type { FactFields } from "./fact-paths";
import { type HitStore, NO_FACT } from "./hit-store";
import { isAtLeast, type PreparedYardstick } from "./yardstick";

/** An alert as people would get it, with what joined it within its quiet period. */
export interface BacktestAlert {
  readonly rule: Rule;
  readonly alert: Alert;
  /** Of all events, by time. */
  readonly eventIDs: readonly string[];
}

/** What became of the hits. */
export interface Decisions {
  /** By time, then by rule. */
  readonly alerts: readonly BacktestAlert[];
  /** Hits that a suppression held for, those that correlations were kept from included. */
  readonly suppressed: number;
}

/**
 * Decides on hits as the detector would on the same events in order of time: one decision a rule and event,
 * suppressions, correlations, and repeats within a quiet period as one alert. The order of the hits does not matter.
 */
export function decide(hits: HitStore, yardstick: PreparedYardstick): Decisions {
  return new Decider(hits, yardstick).decide();
}

interface OpenAlert {
  readonly hit: Hit;
  readonly correlationGroup: string | undefined;
  readonly evidence: Map<string, Evidence>;
}

/** A group of a correlation, and what was told of it: a burst may satisfy a correlation with each of its events. */
interface Group {
  readonly entries: CorrelationGroup;
  lastMs: number;
  told?: { readonly alert: OpenAlert; readonly added: number };
}

/** After so many entries, groups are dropped whose entries are all too old to count. */
const ENTRIES_BETWEEN_SWEEPS = 10_000;
/** Facts are parsed once, as long as there are not too many. */
const MAX_PARSED_FACTS = 10_000;

class Decider {
  private readonly groups = new Map<string, Group>();
  private readonly open = new Map<string, OpenAlert>();
  private readonly alerts: OpenAlert[] = [];
  private parsed: unknown[] = [];
  private parsedCount = 0;
  private suppressed = 0;
  private entriesSinceSweep = 0;

  constructor(
    private readonly hits: HitStore,
    private readonly yardstick: PreparedYardstick,
  ) {}

  decide(): Decisions {
    const { factFields, plain, ruleSet } = this.yardstick;
    const decided = plain.rules.map(() => new EventIdSet());
    let eventTime = "";
    let lastMs = Number.NaN;
    for (const index of this.hits.sorted()) {
      const { rule: number, eventID, timeMs, suppressed, facts } = this.hits.at(index);
      if (!this.hits.addIdTo(decided[number] as EventIdSet, index)) continue;
      if (suppressed) {
        this.suppressed++;
        continue;
      }
      if (timeMs !== lastMs) eventTime = isoTime(timeMs);
      lastMs = timeMs;
      const rule = plain.rules[number] as Rule;
      const hit: Hit = {
        rule,
        event: this.eventOf(facts, factFields[number], eventID, eventTime),
        eventID,
        timeMs,
      };
      if (ruleSet.alertsItself(rule)) this.raise(hit).evidence.set(eventID, { eventID, timeMs });
      this.correlate(hit);
    }
    const alerts = this.alerts
      .filter(({ hit }) => isAtLeast(hit.rule.level, plain.minLevel))
      .map(finished)
      .sort(inOrder);
    return { alerts, suppressed: this.suppressed };
  }

  /** As much of the event as was remembered. */
  private eventOf(
    facts: ArrayLike<number>,
    fields: FactFields,
    eventID: string,
    eventTime: string,
  ): CloudTrailEvent {
    if (!fields) return this.factAt(facts[0] as number) as CloudTrailEvent;
    const event: Record<string, unknown> = { eventID, eventTime };
    let place = 0;
    for (const [field] of fields) {
      const fact = facts[place++] as number;
      if (fact !== NO_FACT) event[field] = this.factAt(fact);
    }
    return event as CloudTrailEvent;
  }

  private factAt(number: number): unknown {
    const known = this.parsed[number];
    if (known !== undefined) return known;
    if (this.parsedCount++ >= MAX_PARSED_FACTS) {
      this.parsed = [];
      this.parsedCount = 1;
    }
    const value: unknown = JSON.parse(this.hits.textOf(number));
    this.parsed[number] = value;
    return value;
  }

  private correlate(hit: Hit): void {
    const { now, plain, ruleSet } = this.yardstick;
    for (const rule of ruleSet.correlationsOn(hit.rule.id)) {
      const grouped = entryOf(rule, hit);
      if (!grouped) continue;
      if (suppressionFor({ rule, event: hit.event }, plain.suppressions, now)) {
        this.suppressed++;
        continue;
      }
      const group = this.groupOf(rule, grouped.groupKey, hit.timeMs);
      if (!group.entries.add(grouped.entry)) continue;
      const outcome = { ...hit, rule };
      if (ruleSet.alertsItself(rule)) this.raiseOf(group, outcome, grouped.groupKey);
      this.correlate(outcome);
    }
  }

  private groupOf(rule: CorrelationRule, groupKey: string, timeMs: number): Group {
    const key = `${rule.id}\n${groupKey}`;
    if (++this.entriesSinceSweep > ENTRIES_BETWEEN_SWEEPS) this.sweep(timeMs);
    let group = this.groups.get(key);
    if (!group) {
      group = { entries: newCorrelationGroup(rule.correlation), lastMs: timeMs };
      this.groups.set(key, group);
    }
    group.lastMs = timeMs;
    return group;
  }

  private sweep(nowMs: number): void {
    this.entriesSinceSweep = 0;
    for (const [key, { lastMs, entries }] of this.groups)
      if (nowMs - lastMs > entries.keptMs) this.groups.delete(key);
  }

  /** Tells the alert of the entries that satisfy a correlation, but for those it has been told of before. */
  private raiseOf(group: Group, hit: Hit, correlationGroup: string): void {
    const alert = this.raise(hit, correlationGroup);
    const known = group.told?.alert === alert ? group.told.added : 0;
    for (const entry of group.entries.satisfying(known)) alert.evidence.set(entry.eventID, entry);
    group.told = { alert, added: group.entries.added };
  }

  /** The alert that a hit raises, or joins as a repeat within the quiet period. */
  private raise(hit: Hit, correlationGroup?: string): OpenAlert {
    const key = `${hit.rule.id}\n${alertGroupOf(hit.rule, hit, correlationGroup)}`;
    const last = this.open.get(key);
    const quietMs = quietPeriodMsOf(hit.rule);
    if (last && quietMs > 0 && hit.timeMs - last.hit.timeMs <= quietMs) return last;
    const alert = { hit, correlationGroup, evidence: new Map<string, Evidence>() };
    this.open.set(key, alert);
    this.alerts.push(alert);
    return alert;
  }
}

function finished({ hit, correlationGroup, evidence }: OpenAlert): BacktestAlert {
  const events = [...evidence.values()].sort(
    (a, b) => a.timeMs - b.timeMs || (a.eventID < b.eventID ? -1 : 1),
  );
  const alert = alertFromHit({
    hit,
    evidence: events,
    ...(correlationGroup === undefined ? {} : { correlationGroup }),
    // What the detector would take for now is another time each run.
    now: new Date(events.at(-1)?.timeMs ?? hit.timeMs),
  });
  return { rule: hit.rule, alert, eventIDs: events.map(({ eventID }) => eventID) };
}

function inOrder(a: BacktestAlert, b: BacktestAlert): number {
  return (
    Date.parse(a.alert.when.firstEventTime) - Date.parse(b.alert.when.firstEventTime) ||
    (a.rule.id === b.rule.id ? 0 : a.rule.id < b.rule.id ? -1 : 1) ||
    (a.alert.id < b.alert.id ? -1 : 1)
  );
}

function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(".000Z", "Z");
}
