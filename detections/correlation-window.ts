import { createHash } from "node:crypto";
import type { Hit } from "./hit";
import { fieldTexts } from "./field-texts";
import type { Correlation, CorrelationRule, CountCondition, RuleHead } from "./sigma/model";

/** What a correlation remembers of a hit. */
export interface Entry {
  readonly ruleId: string;
  readonly eventID: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** What is counted distinctly or has to be new; only where the correlation has a `field`. */
  readonly values?: readonly string[];
}

/** A hit as one correlation sees it. */
export interface GroupedEntry {
  /** Hits of different keys never meet; compare for equality only. */
  readonly groupKey: string;
  readonly entry: Entry;
}

/**
 * A hit of one of the rules that a correlation rests on, as an entry of its group. Undefined when the event lacks a
 * field that the correlation groups by or counts: it takes no part.
 */
export function entryOf(rule: CorrelationRule, hit: Hit): GroupedEntry | undefined {
  const { groupBy, field } = rule.correlation;
  const key: string[] = [];
  for (const name of groupBy) {
    const values = valuesOf(rule.correlation, hit, name);
    if (values.length === 0) return undefined;
    key.push(bounded(values.join(",")));
  }
  const values = field === undefined ? undefined : valuesOf(rule.correlation, hit, field);
  if (values?.length === 0) return undefined;
  return {
    groupKey: JSON.stringify(key),
    entry: {
      ruleId: hit.rule.id,
      eventID: hit.eventID,
      timeMs: hit.timeMs,
      ...(values === undefined ? {} : { values: values.slice(0, MAX_VALUES).map(bounded) }),
    },
  };
}

/** The values of a field of a hit, each once and in one order: each element of a list counts by itself. */
function valuesOf({ aliases }: Correlation, hit: Hit, name: string): string[] {
  const field = aliases[name]?.[hit.rule.id] ?? name;
  if (field === "trailkeeper.rule") return [hit.rule.id];
  const tactic = tacticOf(hit.rule);
  if (field === "trailkeeper.tactic") return tactic === undefined ? [] : [tactic];
  return [...new Set(fieldTexts(hit.event, field))].sort();
}

/** Of one event; more in one call is a handful of thresholds at once anyway. */
const MAX_VALUES = 100;
const MAX_VALUE_LENGTH = 256;

/** Values are kept by the thousand and compared for equality only. */
function bounded(text: string): string {
  if (text.length <= MAX_VALUE_LENGTH) return text;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 32);
  return `${text.slice(0, MAX_VALUE_LENGTH - hash.length - 3)}...${hash}`;
}

/** The first ATT&CK tactic among a rule's tags, for example `privilege-escalation`. */
export function tacticOf({ tags }: Pick<RuleHead, "tags">): string | undefined {
  // Techniques, groups and software are a letter and digits.
  const tactic = tags.find((tag) => /^attack\.(?![tgsc][a-z]*\d)/i.test(tag));
  return tactic?.slice("attack.".length).toLowerCase().replaceAll("_", "-");
}

/**
 * Every stretch of at most the correlation's timespan that contains `added` and satisfies it: one for each entry that
 * it can end with, earliest end first. Because later entries count as well, the outcome does not depend on the order
 * in which entries arrive: whichever comes last completes the stretch.
 *
 * @param entries of one group, `added` among them, by time
 */
export function satisfiedBy(correlation: Correlation, entries: readonly Entry[], added: Entry): Entry[][] {
  const span = correlation.timespanSeconds * 1000;
  const windows: Entry[][] = [];
  let end = firstIndex(entries, added.timeMs, true);
  while (end <= entries.length) {
    const last = entries[end - 1];
    if (!last || last.timeMs > added.timeMs + span) break;
    const start = firstIndex(entries, last.timeMs - span, false);
    if (isSatisfied(correlation, entries, start, end)) windows.push(entries.slice(start, end));
    const next = entries[end];
    if (!next) break;
    end = firstIndex(entries, next.timeMs, true);
  }
  return windows;
}

/** Index of the first entry at or, with `after`, later than a time. */
function firstIndex(entries: readonly Entry[], timeMs: number, after: boolean): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const time = entries[middle]?.timeMs ?? Infinity;
    if (time < timeMs || (after && time === timeMs)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isSatisfied(
  { type, rules, count = {} }: Correlation,
  entries: readonly Entry[],
  start: number,
  end: number,
): boolean {
  switch (type) {
    case "event_count":
      return isWithin(count, end - start);
    case "value_count":
      return isWithin(count, distinctValues(entries, start, end, enoughFor(count)));
    case "temporal": {
      const missing = new Set(rules);
      for (let i = start; i < end && missing.size > 0; i++) missing.delete(entries[i]?.ruleId ?? "");
      return missing.size === 0;
    }
    case "temporal_ordered":
      return isInOrder(rules, entries, start, end);
    case "first_seen":
      return false;
  }
}

/** A count above which more makes no difference. */
export function enoughFor({ gt, gte, lt, lte, eq }: CountCondition): number {
  return Math.max(gt ?? 0, gte ?? 0, lt ?? 0, lte ?? 0, eq ?? 0) + 1;
}

function distinctValues(entries: readonly Entry[], start: number, end: number, enough: number): number {
  const values = new Set<string>();
  for (let i = end - 1; i >= start && values.size < enough; i--)
    for (const value of entries[i]?.values ?? []) values.add(value);
  return values.size;
}

/** CloudTrail's times are to the second, so entries of the same time stand in either order. */
function isInOrder(rules: readonly string[], entries: readonly Entry[], start: number, end: number): boolean {
  let from = start;
  for (const rule of rules) {
    while (from < end && entries[from]?.ruleId !== rule) from++;
    const found = entries[from];
    if (from >= end || !found) return false;
    from = Math.max(start, firstIndex(entries, found.timeMs, false));
  }
  return true;
}

/** Whether a count is within all bounds. */
export function isWithin({ gt, gte, lt, lte, eq }: CountCondition, n: number): boolean {
  return (
    (gt === undefined || n > gt) &&
    (gte === undefined || n >= gte) &&
    (lt === undefined || n < lt) &&
    (lte === undefined || n <= lte) &&
    (eq === undefined || n === eq)
  );
}

/** Entries that a group keeps at least; see {@link CorrelationWindow}. */
export const KEPT_ENTRIES = 500;

/**
 * The entries of one group of a correlation, in memory. Keeps at most twice {@link KEPT_ENTRIES} (or the correlation's
 * bound, if that is higher) entries: beyond, entries whose absence changes no outcome are dropped first, then the
 * oldest.
 */
export class CorrelationWindow {
  /** By time. */
  private entries: Entry[] = [];
  private readonly known = new Set<string>();
  private readonly kept: number;

  constructor(private readonly correlation: Correlation) {
    this.kept = Math.max(KEPT_ENTRIES, enoughFor(correlation.count ?? {}));
  }

  /**
   * Adds an entry, in any order of time; one that is known (same rule and event) is ignored. Returns the entries that
   * satisfy the correlation together with the new one, by time; undefined when there are none.
   */
  add(entry: Entry): readonly Entry[] | undefined {
    return this.addAll(entry)[0];
  }

  /** As {@link add}, with every stretch that the entry completes; see {@link satisfiedBy}. */
  addAll(entry: Entry): readonly (readonly Entry[])[] {
    const key = entryKey(entry);
    if (this.known.has(key)) return [];
    this.known.add(key);
    this.entries.splice(firstIndex(this.entries, entry.timeMs, true), 0, entry);
    const windows = satisfiedBy(this.correlation, this.entries, entry);
    if (this.entries.length > 2 * this.kept) this.shrink();
    return windows;
  }

  private shrink(): void {
    const needed = withoutRedundant(this.correlation, this.entries);
    this.entries = needed.slice(-this.kept);
    this.known.clear();
    for (const entry of this.entries) this.known.add(entryKey(entry));
  }
}

/** What makes an entry the same. */
export function entryKey({ ruleId, eventID }: Entry): string {
  return `${ruleId}\n${eventID}`;
}

/**
 * Where only presence counts, an entry is in no stretch that needs it when each of its values is there shortly before and
 * shortly after as well, within one timespan.
 */
function withoutRedundant({ type, timespanSeconds }: Correlation, entries: readonly Entry[]): Entry[] {
  if (type !== "value_count" && type !== "temporal") return [...entries];
  const marksOf = ({ ruleId, values = [] }: Entry) => (type === "temporal" ? [ruleId] : values);
  const next = new Map<string, number>();
  const nextTimes = new Array<readonly number[]>(entries.length);
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i];
    if (!entry) continue;
    nextTimes[i] = marksOf(entry).map((mark) => next.get(mark) ?? Infinity);
    for (const mark of marksOf(entry)) next.set(mark, entry.timeMs);
  }
  const previous = new Map<string, number>();
  return entries.filter((entry, i) => {
    const marks = marksOf(entry);
    const isRedundant = marks.every(
      (mark, n) =>
        (nextTimes[i]?.[n] ?? Infinity) - (previous.get(mark) ?? -Infinity) <= timespanSeconds * 1000,
    );
    if (isRedundant) return false;
    for (const mark of marks) previous.set(mark, entry.timeMs);
    return true;
  });
}
