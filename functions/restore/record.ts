import { createHash } from "node:crypto";
import { RESTORE_TRAIL } from "../../responses/playbook-ids";
import type { Target } from "../../responses/playbook";
import {
  type CallRecord,
  RESPONSE_SCHEMA_VERSION,
  type ResponseOutcome,
  type ResponseRecord,
} from "../../responses/record";
import type { RestoreAlert } from "./alert";
import type { Verdict } from "./ending";
import type { RestoreOperation } from "./operations";

/** Id of the response to an alert: the same whenever the alert comes. 32 hex digits. */
export function restoreId(alertId: string, trailArn: string): string {
  const identity = JSON.stringify([alertId, RESTORE_TRAIL, trailArn]);
  return createHash("sha256").update(identity).digest("hex").slice(0, 32);
}

/** What a record is begun with. */
export interface Beginning extends RestoreAlert {
  readonly id: string;
  readonly mode: ResponseRecord["mode"];
  readonly target: Target;
  /** What an attempt before this one has left. */
  readonly previous?: ResponseRecord;
  /** What differs, by part. */
  readonly before: Readonly<Record<string, unknown>>;
  readonly planned: readonly { readonly operation: RestoreOperation; readonly input: unknown }[];
  /** Operations that there is nothing to do for, the state being as deployed. */
  readonly needless: ReadonlySet<string>;
  /** ISO 8601 in UTC. */
  readonly now: string;
}

/** The record of an attempt that has made no call yet. What attempts before it found and made stays in it. */
export function begunRecord({
  id,
  mode,
  target,
  alert,
  actor,
  previous,
  ...beginning
}: Beginning): ResponseRecord {
  const { before, planned, now } = beginning;
  return {
    schemaVersion: RESPONSE_SCHEMA_VERSION,
    id,
    playbook: RESTORE_TRAIL,
    mode,
    status: "running",
    sentence: "Putting back what differs from what was deployed",
    alert,
    actor,
    target,
    orderedBy: "alert",
    before: previous?.before ?? before,
    calls: [
      ...earlierCalls(previous?.calls ?? [], beginning),
      ...planned.map((call): CallRecord => ({ ...call, outcome: "planned" })),
    ],
    createdTime: previous?.createdTime ?? now,
    updatedTime: now,
  };
}

/** What became of the calls of attempts before: one that died may have made a call that its record does not know of. */
function earlierCalls(
  calls: readonly CallRecord[],
  { planned, needless, now }: Pick<Beginning, "planned" | "needless" | "now">,
): CallRecord[] {
  const again = new Set<string>(planned.map(({ operation }) => operation));
  return calls.flatMap(({ operation, input, ...call }): CallRecord[] => {
    if (call.outcome === "made" || call.outcome === "found") return [{ operation, input, ...call }];
    if (needless.has(operation)) return [{ operation, input, outcome: "found", time: now }];
    return again.has(operation) ? [] : [{ operation, input, ...call }];
  });
}

/** The record after one of its planned calls. @param error what the call has thrown, as text */
export function afterCall(
  record: ResponseRecord,
  operation: RestoreOperation,
  now: string,
  error?: string,
): ResponseRecord {
  const calls = record.calls.map((call): CallRecord => {
    if (call.operation !== operation || call.outcome !== "planned") return call;
    return error === undefined
      ? { ...call, outcome: "made", time: now }
      : { ...call, outcome: "failed", time: now, error };
  });
  return { ...record, calls, updatedTime: now };
}

/** Operations of a record that put something back. */
export function madeOperations({ calls }: Pick<ResponseRecord, "calls">): ReadonlySet<string> {
  return new Set(
    calls
      .filter(({ outcome }) => outcome === "made" || outcome === "found")
      .map(({ operation }) => operation),
  );
}

/** The record of a response that has ended. @param verified where something was put back: that it was seen to be so */
export function endedRecord(
  record: ResponseRecord,
  { status, reason, sentence }: Verdict,
  now: string,
  verified?: boolean,
): ResponseRecord {
  return {
    ...record,
    status,
    ...(reason && { reason }),
    sentence,
    ...(verified === undefined ? {} : { verified }),
    updatedTime: now,
  };
}

/** What the alert bus is told of a response that has ended. */
export function outcomeOf(record: ResponseRecord, { level, command }: Verdict): ResponseOutcome {
  const { schemaVersion, id, playbook, mode, status, reason, sentence, alert, actor, target } = record;
  return {
    schemaVersion,
    id,
    playbook,
    mode,
    status,
    ...(reason && { reason }),
    level,
    sentence,
    ...(command === undefined ? {} : { command }),
    alert,
    actor,
    target,
    time: record.updatedTime,
  };
}
