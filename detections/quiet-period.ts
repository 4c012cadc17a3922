import type { Hit } from "./hit";
import { fieldTexts } from "./field-texts";
import type { Rule } from "./sigma/model";

/** An event that alerted; repeats within the quiet period before and after it belong to the same alert. */
export interface Anchor {
  readonly eventID: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
}

const DEFAULT_QUIET_PERIOD_SECONDS = 3600;
const DEFAULT_GROUP_BY: readonly string[] = ["trailkeeper.actor"];

/** How long repeats of a rule join its alert, in milliseconds. @default one hour */
export function quietPeriodMsOf(rule: Rule): number {
  return (rule.custom?.quietPeriodSeconds ?? DEFAULT_QUIET_PERIOD_SECONDS) * 1000;
}

/**
 * What keeps repeats of a rule apart: the values of `custom.trailkeeper.group_by`; without it, a correlation's own
 * group and else the actor. A field that the event lacks counts as empty. Compare for equality only.
 *
 * @param correlationGroup group of the correlation, where the rule is one
 */
export function alertGroupOf(rule: Rule, hit: Pick<Hit, "event">, correlationGroup?: string): string {
  const fields = rule.custom?.groupBy;
  if (fields === undefined && correlationGroup !== undefined) return correlationGroup;
  return JSON.stringify(
    (fields ?? DEFAULT_GROUP_BY).map((field) => [...new Set(fieldTexts(hit.event, field))].sort()),
  );
}

/**
 * The anchor that an event joins: the nearest within the quiet period, before or after; the event itself, if it is an
 * anchor. Undefined when the event becomes an anchor of its own, that is, alerts. A burst shorter than the quiet
 * period so gives one alert, whichever of its events comes first.
 */
export function anchorFor(
  anchors: readonly Anchor[],
  event: Anchor,
  quietPeriodMs: number,
): Anchor | undefined {
  let nearest: Anchor | undefined;
  let distance = Infinity;
  for (const anchor of anchors) {
    if (anchor.eventID === event.eventID) return anchor;
    const gap = Math.abs(anchor.timeMs - event.timeMs);
    if (quietPeriodMs > 0 && gap <= quietPeriodMs && gap < distance) {
      nearest = anchor;
      distance = gap;
    }
  }
  return nearest;
}
