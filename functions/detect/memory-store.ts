import { type Entry, entryKey } from "../../detections/correlation-window";
import type { Sightings } from "../../detections/first-seen";
import {
  type AnchorState,
  type Claim,
  type DecisionKey,
  type DetectionStore,
  type GroupKey,
  MAX_REPEATS,
} from "./store";

/** A store that forgets with the process: for tests and trials. */
export class MemoryStore implements DetectionStore {
  private readonly decisions = new Map<string, { leaseEndMs: number }>();
  private readonly groups = new Map<string, AnchorState>();
  private readonly repeats = new Map<string, Set<string>>();
  private readonly entries = new Map<string, Map<string, Entry>>();
  private readonly firstSeen = new Map<string, number>();
  private readonly lastSeen = new Map<string, number>();

  claim(decision: DecisionKey, nowMs: number, leaseEndMs: number): Promise<Claim> {
    const key = JSON.stringify([decision.ruleId, decision.eventID]);
    const known = this.decisions.get(key);
    if (known && known.leaseEndMs >= nowMs)
      return Promise.resolve(known.leaseEndMs === Infinity ? "decided" : "busy");
    this.decisions.set(key, { leaseEndMs });
    return Promise.resolve("claimed");
  }

  finish({ ruleId, eventID }: DecisionKey): Promise<void> {
    this.decisions.set(JSON.stringify([ruleId, eventID]), { leaseEndMs: Infinity });
    return Promise.resolve();
  }

  anchors(group: GroupKey): Promise<AnchorState> {
    return Promise.resolve(this.groups.get(keyOf(group)) ?? { anchors: [], version: 0 });
  }

  async replaceAnchors(group: GroupKey, { anchors, version }: AnchorState): Promise<boolean> {
    if ((this.groups.get(keyOf(group))?.version ?? 0) !== version) return Promise.resolve(false);
    this.groups.set(keyOf(group), { anchors, version: version + 1 });
    return Promise.resolve(true);
  }

  addRepeat(alertId: string, eventID: string): Promise<number> {
    const known = this.repeats.get(alertId) ?? new Set();
    if (known.size < MAX_REPEATS) known.add(eventID);
    this.repeats.set(alertId, known);
    return Promise.resolve(known.size);
  }

  addEntry(group: GroupKey, entry: Entry): Promise<void> {
    const known = this.entries.get(keyOf(group)) ?? new Map<string, Entry>();
    known.set(entryKey(entry), entry);
    this.entries.set(keyOf(group), known);
    return Promise.resolve();
  }

  entriesAround(group: GroupKey, timeMs: number, spanMs: number, limit: number): Promise<Entry[]> {
    const all = [...(this.entries.get(keyOf(group))?.values() ?? [])].sort((a, b) => a.timeMs - b.timeMs);
    const before = all.filter((entry) => entry.timeMs <= timeMs && entry.timeMs >= timeMs - spanMs);
    const after = all.filter((entry) => entry.timeMs > timeMs && entry.timeMs <= timeMs + spanMs);
    return Promise.resolve([...before.slice(-limit), ...after.slice(0, limit)]);
  }

  sightings(group: GroupKey, value: string): Promise<Sightings> {
    return Promise.resolve({
      groupFirstSeenMs: this.firstSeen.get(keyOf(group)),
      valueLastSeenMs: this.lastSeen.get(keyOf(group, value)),
    });
  }

  addSighting(group: GroupKey, value: string, timeMs: number): Promise<void> {
    this.firstSeen.set(keyOf(group), Math.min(timeMs, this.firstSeen.get(keyOf(group)) ?? Infinity));
    const key = keyOf(group, value);
    this.lastSeen.set(key, Math.max(timeMs, this.lastSeen.get(key) ?? -Infinity));
    return Promise.resolve();
  }
}

function keyOf({ ruleId, group }: GroupKey, value?: string): string {
  return JSON.stringify([ruleId, group, value]);
}
