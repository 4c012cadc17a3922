import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import type { Alert } from "../../detections/alert";
import { alertFromHit, alertIdOf, type Evidence } from "../../detections/alert-from-hit";
import { enoughFor, type Entry, entryOf, satisfiedBy } from "../../detections/correlation-window";
import type { ArchiveTable } from "../../detections/evidence-links";
import { isFirstSeen } from "../../detections/first-seen";
import { type Hit, hitOf } from "../../detections/hit";
import { type Anchor, alertGroupOf, anchorFor, quietPeriodMsOf } from "../../detections/quiet-period";
import type { RuleSet } from "../../detections/rule-set";
import type { Correlation, CorrelationRule, Rule } from "../../detections/sigma/model";
import { suppressionFor, type Suppression } from "../../detections/suppressions";
import type { DetectLogger } from "./log";
import type { Metrics } from "./metrics";
import type { Claim, DecisionKey, DetectionStore, GroupKey } from "./store";

/** What a detector works with. */
export interface DetectorParts {
  readonly ruleSet: RuleSet;
  readonly suppressions: readonly Suppression[];
  readonly store: DetectionStore;
  /** Publishes an alert, or fails; a later call with the same id is a repeat. */
  readonly publish: (alert: Alert) => Promise<void>;
  readonly metrics: Pick<Metrics, "count">;
  readonly logger: DetectLogger;
  readonly archive?: ArchiveTable;
  readonly runbooksUrl?: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Waits for so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
}

/** Another invocation is deciding the same; the message has to come again. */
export class DecisionBusyError extends Error {
  override readonly name = "DecisionBusyError";
}

/** One decision: the event that is decided on, and the alerts it has raised. */
interface Decision {
  readonly trigger: Hit;
  readonly raised: Set<string>;
}

/** A hit as one correlation takes part in a decision. */
interface Part {
  readonly decision: Decision;
  readonly rule: CorrelationRule;
  readonly key: GroupKey;
  readonly entry: Entry;
  readonly hit: Hit;
}

/** Entries that a correlation looks at on either side of an event, if its bound does not ask for more. */
const WINDOW_ENTRIES = 1_000;
/** Looked at where those are not enough: many repeats of one thing must not hide another that came before them. */
const MOST_WINDOW_ENTRIES = 10_000;
/** Enough to be shown, where only their number matters. */
const COUNTED_ENTRIES = 100;

/**
 * Decides on events: one decision for each rule that matches, whichever way and however often the event comes. A
 * decision is begun, alerts are published, what was seen is remembered, and then the decision is ended; whoever dies in
 * between leaves a decision that is taken over and publishes the same alert, under the same id, again.
 */
export class Detector {
  constructor(private readonly parts: DetectorParts) {}

  /** The rules that match an event, as decisions to make. */
  hits(event: CloudTrailEvent): Hit[] {
    return this.parts.ruleSet.match(event).map((rule) => hitOf(rule, event));
  }

  /**
   * Makes a decision, unless it is made.
   *
   * @param leaseEndMs until when the caller is sure to be done, or dead
   * @throws DecisionBusyError when another caller has begun and is still at it after a few seconds
   */
  async decide(hit: Hit, leaseEndMs: number): Promise<void> {
    const { store } = this.parts;
    const key = { ruleId: hit.rule.id, eventID: hit.eventID };
    const claim = await this.claim(key, leaseEndMs);
    if (claim === "decided") return;
    if (claim === "busy") throw new DecisionBusyError(`event ${hit.eventID} is being decided on elsewhere`);
    if (!this.isSuppressed(hit)) {
      const decision: Decision = { trigger: hit, raised: new Set() };
      if (this.parts.ruleSet.alertsItself(hit.rule)) await this.raise(decision, hit.rule);
      await this.correlate(decision, hit);
    }
    await store.finish(key);
  }

  /**
   * The two paths may bring an event at the same moment. A decision takes a fraction of a second, so waiting for the
   * other caller is quicker than the queue's visibility timeout.
   */
  private async claim(key: DecisionKey, leaseEndMs: number): Promise<Claim> {
    const { store, clock, pause } = this.parts;
    for (const waitMs of BUSY_WAITS_MS) {
      const claim = await store.claim(key, clock(), leaseEndMs);
      if (claim !== "busy") return claim;
      await pause(waitMs);
    }
    return store.claim(key, clock(), leaseEndMs);
  }

  private isSuppressed(hit: Hit): boolean {
    const { suppressions, metrics, logger, clock } = this.parts;
    const suppression = suppressionFor(hit, suppressions, new Date(clock()));
    if (!suppression) return false;
    metrics.count("SuppressedHits");
    logger.info("hit suppressed", {
      rule: hit.rule.id,
      eventID: hit.eventID,
      reason: suppression.reason,
      owner: suppression.owner,
      expires: suppression.expires,
    });
    return true;
  }

  private async correlate(decision: Decision, hit: Hit): Promise<void> {
    for (const rule of this.parts.ruleSet.correlationsOn(hit.rule.id)) {
      const grouped = entryOf(rule, hit);
      if (!grouped || this.isSuppressed({ ...hit, rule })) continue;
      const key = { ruleId: rule.id, group: grouped.groupKey };
      const part: Part = { decision, rule, key, entry: grouped.entry, hit };
      if (rule.correlation.type === "first_seen") await this.lookForNew(part);
      else await this.lookAround(part);
    }
  }

  /** The entry is written before its surroundings are read, so that of two at the same time one sees both. */
  private async lookAround(part: Part): Promise<void> {
    const { rule, key, entry } = part;
    const { store } = this.parts;
    const spanMs = rule.correlation.timespanSeconds * 1000;
    await store.addEntry(key, entry, spanMs);
    let windows: Entry[][] = [];
    for (const limit of entriesLookedAt(rule.correlation)) {
      const entries = await store.entriesAround(key, entry.timeMs, spanMs, limit);
      windows = satisfiedBy(rule.correlation, entries, entry);
      if (windows.length > 0 || entries.length < limit) break;
    }
    await this.fire(part, windows);
  }

  /** What was seen is written last: a decision that is made again must find what it found the first time. */
  private async lookForNew(part: Part): Promise<void> {
    const { rule, key, entry } = part;
    const { store } = this.parts;
    const { correlation } = rule;
    const { values = [] } = entry;
    const judged = await Promise.all(
      values.map(async (value) => {
        const sightings = await store.sightings(key, value);
        return { value, isNew: isFirstSeen(correlation, sightings, entry.timeMs) };
      }),
    );
    const unseen = judged.filter(({ isNew }) => isNew).map(({ value }) => value);
    if (unseen.length > 0) await this.fire(part, [[{ ...entry, values: unseen }]]);
    const keptSeconds = Math.max(correlation.timespanSeconds, correlation.learningSeconds ?? 0);
    for (const value of values) await store.addSighting(key, value, entry.timeMs, keptSeconds * 1000);
  }

  /** @param windows what satisfies the correlation; each counts for correlations on this one */
  private async fire(
    { decision, rule, key, hit }: Part,
    windows: readonly (readonly Entry[])[],
  ): Promise<void> {
    const [first] = windows;
    if (!first) return;
    if (this.parts.ruleSet.alertsItself(rule)) await this.raise(decision, rule, key.group, first);
    for (const window of windows) {
      const last = window.at(-1);
      if (last) await this.correlate(decision, { ...hit, rule, eventID: last.eventID, timeMs: last.timeMs });
    }
  }

  /** Publishes the alert of a rule, or counts a repeat of one within its quiet period. */
  private async raise(
    { trigger, raised }: Decision,
    rule: Rule,
    correlationGroup?: string,
    evidence?: readonly Evidence[],
  ): Promise<void> {
    const { store, metrics, logger } = this.parts;
    const hit = { ...trigger, rule };
    const id = alertIdOf(hit, correlationGroup);
    if (raised.has(id)) return;
    raised.add(id);
    const group = { ruleId: rule.id, group: alertGroupOf(rule, hit, correlationGroup) };
    const anchor = await this.anchorOf(group, hit, quietPeriodMsOf(rule));
    if (anchor.eventID !== hit.eventID) {
      const alert = alertIdOf({ ...hit, eventID: anchor.eventID }, correlationGroup);
      const repeats = await store.addRepeat(alert, hit.eventID);
      // People have been told, but what a second call did has to be contained as well.
      const repeat = this.alertOf(hit, correlationGroup, evidence, alert);
      if (repeat.responses) await this.parts.publish(repeat);
      metrics.count("AlertRepeats");
      logger.info("alert repeated within its quiet period", {
        alert,
        rule: rule.id,
        eventID: hit.eventID,
        repeats,
      });
      return;
    }
    const alert = this.alertOf(hit, correlationGroup, evidence);
    await this.parts.publish(alert);
    metrics.count("AlertsPublished");
    logger.info("alert published", {
      alert: alert.id,
      rule: rule.id,
      alertLevel: alert.level,
      eventID: hit.eventID,
    });
  }

  private alertOf(
    hit: Hit,
    correlationGroup: string | undefined,
    evidence: readonly Evidence[] | undefined,
    repeatOf?: string,
  ): Alert {
    const { clock, archive, runbooksUrl } = this.parts;
    return alertFromHit({
      hit,
      evidence,
      correlationGroup,
      now: new Date(clock()),
      archive,
      runbooksUrl,
      repeatOf,
    });
  }

  /** The anchor that an event joins, or the event as a new anchor of its group. */
  private async anchorOf(group: GroupKey, hit: Hit, quietPeriodMs: number): Promise<Anchor> {
    const { store } = this.parts;
    const own: Anchor = { eventID: hit.eventID, timeMs: hit.timeMs };
    for (let attempt = 0; attempt < ANCHOR_ATTEMPTS; attempt++) {
      const { anchors, version } = await store.anchors(group);
      const joined = anchorFor(anchors, own, quietPeriodMs);
      if (joined) return joined;
      if (await store.replaceAnchors(group, { anchors: recent([...anchors, own]), version })) return own;
    }
    throw new DecisionBusyError(
      `rule ${group.ruleId} alerts too often at the same moment; to be tried again`,
    );
  }
}

/** About six seconds in all. */
const BUSY_WAITS_MS: readonly number[] = [50, 100, 200, 400, 800, 1_600, 3_200];
/** Of writers that collide one succeeds each time. */
const ANCHOR_ATTEMPTS = 20;
/** Weeks of alerts at the default quiet period. */
const MAX_ANCHORS = 500;

function recent(anchors: readonly Anchor[]): Anchor[] {
  return [...anchors].sort((a, b) => a.timeMs - b.timeMs).slice(-MAX_ANCHORS);
}

/** How many entries to look at, and how many after that where those satisfy nothing and there are more. */
function entriesLookedAt({ type, count = {} }: Correlation): readonly number[] {
  const enough = enoughFor(count);
  if (type === "event_count") return [Math.max(COUNTED_ENTRIES, enough)];
  return [Math.max(WINDOW_ENTRIES, 2 * enough), Math.max(MOST_WINDOW_ENTRIES, 2 * enough)];
}
