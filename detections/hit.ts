import { createHash } from "node:crypto";
import type { CloudTrailEvent } from "../formats/cloudtrail/event";
import type { Rule } from "./sigma/model";

/** A rule that matched an event; for a correlation, the event that is at hand when it is satisfied. */
export interface Hit {
  readonly rule: Rule;
  /** See {@link eventIdOf}. For a correlation, of the last event of what satisfied it. */
  readonly eventID: string;
  /** When it happened, milliseconds since 1970. */
  readonly timeMs: number;
  readonly event: CloudTrailEvent;
}

/** A rule's match of an event. */
export function hitOf(rule: Rule, event: CloudTrailEvent): Hit {
  return { rule, event, eventID: eventIdOf(event), timeMs: Date.parse(event.eventTime) };
}

/** CloudTrail's are UUIDs; anything of this form may stand in keys, queries and links as it is. */
const EVENT_ID = /^[A-Za-z0-9-]{8,128}$/;

/** What the ids of records without a usable one of their own start with. */
const HASHED_ID_PREFIX = "sha256:";

/**
 * The record's `eventID`, or a hash of its content where it has none that can be used: the same for a record that is
 * delivered twice, whatever the order of its keys.
 */
export function eventIdOf(event: CloudTrailEvent): string {
  if (hasRecordedId(event)) return event.eventID;
  return HASHED_ID_PREFIX + createHash("sha256").update(canonicalJson(event)).digest("hex");
}

/** Whether the id of a record is its own, so that AWS's tools find it. */
export function hasRecordedId(
  event: CloudTrailEvent,
): event is CloudTrailEvent & { readonly eventID: string } {
  return typeof event.eventID === "string" && EVENT_ID.test(event.eventID);
}

/** Records are no deeper than {@link readLogFile} lets them be, so recursion is safe. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
