import type { Entry } from "../../detections/correlation-window";
import type { Sightings } from "../../detections/first-seen";
import type { Anchor } from "../../detections/quiet-period";

/** One decision is made for each rule and event, whichever way the event came. */
export interface DecisionKey {
  readonly ruleId: string;
  readonly eventID: string;
}

/** A rule's events that belong together. */
export interface GroupKey {
  readonly ruleId: string;
  readonly group: string;
}

/**
 * What became of the wish to decide: it is `claimed` for the caller until the lease ends, `decided` for good, or another
 * caller is `busy` with it.
 */
export type Claim = "claimed" | "decided" | "busy";

/** The anchors of a group, and what tells a later state from this one. */
export interface AnchorState {
  readonly anchors: readonly Anchor[];
  /** 0 for a group without anchors. */
  readonly version: number;
}

/**
 * What the detector remembers between events. Every method may be called again with the same arguments, after it has
 * failed or its caller has died, and then changes nothing more; reads see all writes that came before them.
 */
export interface DetectionStore {
  /**
   * Begins a decision.
   *
   * @param nowMs a claim whose lease has ended by then is taken over: whoever held it has died
   * @param leaseEndMs until when the caller is sure to be done, or dead
   */
  claim(decision: DecisionKey, nowMs: number, leaseEndMs: number): Promise<Claim>;
  /** Ends a decision; from then on it is `decided`. */
  finish(decision: DecisionKey): Promise<void>;

  anchors(group: GroupKey): Promise<AnchorState>;
  /** Replaces a group's anchors, unless its state is no longer of that version; says whether it did. */
  replaceAnchors(group: GroupKey, state: AnchorState): Promise<boolean>;
  /** Adds an event to those that joined an alert; returns how many there are, which is exact up to some hundred. */
  addRepeat(alertId: string, eventID: string): Promise<number>;

  addEntry(group: GroupKey, entry: Entry, spanMs: number): Promise<void>;
  /** Entries of a group within a span before and after a time, by time: at most so many on either side, the nearest. */
  entriesAround(group: GroupKey, timeMs: number, spanMs: number, limit: number): Promise<Entry[]>;

  sightings(group: GroupKey, value: string): Promise<Sightings>;
  /** @param keptMs how long both the group and the value are remembered from the event on */
  addSighting(group: GroupKey, value: string, timeMs: number, keptMs: number): Promise<void>;
}

/** Events that are remembered as having joined an alert. */
export const MAX_REPEATS = 200;
