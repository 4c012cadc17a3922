import type { Entry } from "../../detections/correlation-window";
import { SeenValues } from "../../detections/first-seen";
import type { Correlation } from "../../detections/sigma/model";
import { StreamWindow } from "./stream-window";

/** What a correlation remembers of one group, of entries that come in order of time. */
export interface CorrelationGroup {
  /** Adds an entry; returns whether the correlation is satisfied with it as the last. */
  add(entry: Entry): boolean;
  /** The entries that satisfy it, without those that were among the first so many of all. */
  satisfying(withoutFirst: number): readonly Entry[];
  /** Entries that have been added so far. */
  readonly added: number;
  /** An entry so much older than the next one makes no difference to it. */
  readonly keptMs: number;
}

export function newCorrelationGroup(correlation: Correlation): CorrelationGroup {
  return correlation.type === "first_seen" ? new Sightings(correlation) : new StreamWindow(correlation);
}

/** The values of a group, and when they were seen. */
class Sightings implements CorrelationGroup {
  readonly added = 0;
  /** A value may come again much later, and the group's first event counts for ever. */
  readonly keptMs = Infinity;
  private readonly seen: SeenValues;
  private found: readonly Entry[] = [];

  constructor(correlation: Correlation) {
    this.seen = new SeenValues(correlation);
  }

  add(entry: Entry): boolean {
    const unseen = this.seen.add(entry);
    this.found = unseen.length > 0 ? [{ ...entry, values: unseen }] : [];
    return unseen.length > 0;
  }

  satisfying(): readonly Entry[] {
    return this.found;
  }
}
