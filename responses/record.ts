import type { Actor, OrderingAlert } from "./order";
import type { PlaybookId, RESTORE_TRAIL } from "./playbook-ids";
import type { Target } from "./playbook";

/** Version of the record; added keys do not raise it. */
export const RESPONSE_SCHEMA_VERSION = 1;

/** EventBridge `detail-type` of what becomes of a response, on the alert bus. */
export const RESPONSE_DETAIL_TYPE = "Response";

/**
 * What became of a response:
 * - `running`: begun; whoever does it is at it, or has died
 * - `proposed`: not done, but could be (`trailkeeper respond run`): observed, or stopped by the circuit breaker
 * - `skipped`: not to be done, or nothing to do; `reason` says why
 * - `done`: every call was made, and the target was seen to be contained
 * - `partial`: some calls were made, or all without the target being contained; the calls say which
 * - `failed`: no call was made
 * - `undone`: done or in part, and taken back by a person
 */
export const RESPONSE_STATUSES = [
  "running",
  "proposed",
  "skipped",
  "done",
  "partial",
  "failed",
  "undone",
] as const;

export type ResponseStatus = (typeof RESPONSE_STATUSES)[number];

/** Why a response is only proposed, or skipped. */
export const RESPONSE_REASONS = [
  /** The playbook observes. */
  "observed",
  /** The actor is a person who has just taken back a response of the same playbook: that is what caused the alert. */
  "undone-by-hand",
  /** Too many for the same actor; a person has to look. */
  "circuit-open",
  /** The principal, or the resource, is never to be touched. */
  "never-touch",
  /** The account has no role that the responder could use. */
  "no-reach",
  "gone",
  "already-contained",
  /** The playbook's own refusal. */
  "refused",
] as const;

export type ResponseReason = (typeof RESPONSE_REASONS)[number];

/** One changing call, and how it went. The input is as in {@link Call}: nothing secret is in it. */
export interface CallRecord {
  readonly operation: string;
  readonly input: unknown;
  /** `found`: an attempt that died, or somebody else, made it; the state shows its effect. */
  readonly outcome: "planned" | "made" | "failed" | "found";
  /** When it was made, failed or found, ISO 8601 in UTC. */
  readonly time?: string;
  /** AWS's error code and message of the last failure. */
  readonly error?: string;
}

/** What is kept of one response: who asked for it and why, what was found, what was done, and how to take it back. */
export interface ResponseRecord {
  readonly schemaVersion: typeof RESPONSE_SCHEMA_VERSION;
  /** The same for the same alert, playbook and target, so that a repeated alert changes nothing. 32 hex digits. */
  readonly id: string;
  readonly playbook: PlaybookId | typeof RESTORE_TRAIL;
  readonly mode: "observe" | "enforce";
  readonly status: ResponseStatus;
  readonly reason?: ResponseReason;
  /** For people: what was, would be or was not done, and why. */
  readonly sentence: string;
  readonly alert: OrderingAlert;
  readonly actor: Actor;
  readonly target: Target;
  /** `alert`, or the ARN of the person who ran it. */
  readonly orderedBy: string;
  /** State of the target before the first change, as the playbook reads it. */
  readonly before?: unknown;
  /** `now` of the playbook's context when the calls were planned, ISO 8601 in UTC; an attempt that follows a dead one keeps it. */
  readonly contextTime?: string;
  readonly calls: readonly CallRecord[];
  /** Whether the target was seen to be contained afterwards. */
  readonly verified?: boolean;
  /** The target belongs to the stack: its next deployment would change it back. */
  readonly partOfStack?: boolean;
  readonly undo?: {
    readonly by: string;
    readonly time: string;
    readonly calls: readonly CallRecord[];
    readonly verified: boolean;
  };
  readonly createdTime: string;
  readonly updatedTime: string;
}

/** Detail of the event that tells the alert bus what became of a response. */
export interface ResponseOutcome {
  readonly schemaVersion: typeof RESPONSE_SCHEMA_VERSION;
  readonly id: string;
  readonly playbook: ResponseRecord["playbook"];
  readonly mode: ResponseRecord["mode"];
  readonly status: ResponseStatus;
  readonly reason?: ResponseReason;
  /** Level by which people hear of it; see functions/notify. */
  readonly level: string;
  readonly sentence: string;
  /** Command that takes it back, or runs what is only proposed; absent where there is nothing to do. */
  readonly command?: string;
  readonly alert: OrderingAlert;
  readonly actor: Actor;
  readonly target: Target;
  readonly partOfStack?: boolean;
  readonly time: string;
}
