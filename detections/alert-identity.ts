import { createHash } from "node:crypto";

// Apart from the schema, so that who writes alerts need not carry the library that checks them.

/** Version of the alert contract; a change that a reader could trip over raises it, added keys do not. */
export const ALERT_SCHEMA_VERSION = 1;

/** EventBridge `source` of every alert on the alert bus. */
export const ALERT_SOURCE = "trailkeeper";

/** EventBridge `detail-type` of every alert on the alert bus. */
export const ALERT_DETAIL_TYPE = "Alert";

/**
 * EventBridge `detail-type` of a repeat of an alert within its quiet period: an alert by the same contract, which nobody
 * is told of, and which is responded to as any other. Only rules with a playbook have them.
 */
export const REPEAT_DETAIL_TYPE = "Repeat";

/** Levels of an alert, mildest first (Sigma specification, rule field `level`). */
export const ALERT_LEVELS = ["informational", "low", "medium", "high", "critical"] as const;

export type AlertLevel = (typeof ALERT_LEVELS)[number];

/**
 * Id of the alert that a rule raises for events: the same whenever and wherever the same rule meets the same events,
 * in any order, so that a consumer can drop repeats.
 */
export function alertId(ruleId: string, eventIDs: readonly string[]): string {
  const identity = JSON.stringify([ruleId, ...[...new Set(eventIDs)].sort()]);
  return createHash("sha256").update(identity).digest("hex").slice(0, 32);
}
