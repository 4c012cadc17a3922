import { type Entry, isWithin, satisfiedBy } from "../../detections/correlation-window";
import type { Correlation } from "../../detections/sigma/model";

/**
 * The entries of one group of a correlation that lie within its timespan, for entries that come in order of time: what
 * {@link satisfiedBy} finds with all entries at hand, at a cost that does not grow with their number.
 */
export class StreamWindow {
  /** By time; those before `head` are too old. */
  private entries: Entry[] = [];
  private head = 0;
  private dropped = 0;
  /** How many entries have each value, or are of each rule. */
  private readonly counts = new Map<string, number>();

  constructor(private readonly correlation: Correlation) {}

  get keptMs(): number {
    return this.correlation.timespanSeconds * 1000;
  }

  get added(): number {
    return this.dropped + this.entries.length;
  }

  add(entry: Entry): boolean {
    this.entries.push(entry);
    this.count(entry, 1);
    const start = entry.timeMs - this.keptMs;
    for (;;) {
      const oldest = this.entries[this.head];
      if (!oldest || oldest.timeMs >= start) break;
      this.count(oldest, -1);
      this.head++;
    }
    if (this.head > this.entries.length / 2) this.dropOld();
    return this.isSatisfied(entry);
  }

  satisfying(withoutFirst: number): readonly Entry[] {
    return this.entries.slice(Math.max(this.head, withoutFirst - this.dropped));
  }

  private isSatisfied(last: Entry): boolean {
    const { type, rules, count = {} } = this.correlation;
    switch (type) {
      case "event_count":
        return isWithin(count, this.entries.length - this.head);
      case "value_count":
        return isWithin(count, this.counts.size);
      case "temporal":
        return new Set(rules).size === this.counts.size;
      case "temporal_ordered":
        return (
          new Set(rules).size === this.counts.size &&
          satisfiedBy(this.correlation, this.satisfying(0), last).length > 0
        );
      case "first_seen":
        return false;
    }
  }

  private count(entry: Entry, by: 1 | -1): void {
    const { type } = this.correlation;
    if (type === "event_count") return;
    for (const key of type === "value_count" ? (entry.values ?? []) : [entry.ruleId]) {
      const count = (this.counts.get(key) ?? 0) + by;
      if (count === 0) this.counts.delete(key);
      else this.counts.set(key, count);
    }
  }

  private dropOld(): void {
    this.entries = this.entries.slice(this.head);
    this.dropped += this.head;
    this.head = 0;
  }
}
