import { withoutSession } from "./arn-pattern";
import { errorText } from "./calls";
import { ResponseBusyError } from "./errors";
import type { Actor } from "./order";
import { isPassingFailure } from "./passing-failure";
import type { Playbook, PlaybookContext, Target } from "./playbook";
import type { ResponseRecord } from "./record";
import type { ResponderParts } from "./responder-parts";
import { sortedEntries } from "./response-id";

/** IAM, and what rests on it, is eventually consistent: a change can take seconds to be seen. */
const VERIFY_WAITS_MS: readonly number[] = [0, 500, 1_500, 4_000];

/** A response takes a second or two; waiting that long for another is quicker than the queue, which counts attempts. */
const BUSY_WAITS_MS: readonly number[] = [100, 200, 400, 800, 1_600, 3_200];

/**
 * Runs with the target held, so that what is read stays true until it is changed.
 *
 * @throws ResponseBusyError when another response holds it for longer than some seconds
 */
export async function withTargetHeld<Result>(
  { store, clock, pause }: Pick<ResponderParts, "store" | "clock" | "pause">,
  playbook: Playbook,
  target: Target,
  holder: string,
  leaseEndMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const key = lockKeyOf(playbook, target);
  for (const waitMs of [...BUSY_WAITS_MS, undefined]) {
    if (await store.lock(key, holder, clock(), leaseEndMs)) break;
    if (waitMs === undefined)
      throw new ResponseBusyError(`another response of ${playbook.id} is at the same target`);
    await pause(waitMs);
  }
  try {
    return await work();
  } finally {
    await store.unlock(key, holder);
  }
}

/** What is in no Region, such as IAM's, is the same wherever the event was recorded. */
function lockKeyOf({ id, permissions }: Playbook, { partition, accountId, region, ids }: Target): string {
  const isGlobal = permissions.contain.every(({ resources }) =>
    resources.every((resource) => resource.split(":")[3] === ""),
  );
  return JSON.stringify([id, partition, accountId, ...(isGlobal ? [] : [region]), sortedEntries(ids)]);
}

/** By then, both paths have brought the events of an undo (CloudTrail delivers log files within some 15 minutes). */
const UNDO_REMEMBERED_MS = 30 * 60_000;

/** Remembers that a person is about to take back a response of a playbook: what that causes is not to be answered. */
export async function rememberUndo(
  { store, clock }: Pick<ResponderParts, "store" | "clock">,
  record: Pick<ResponseRecord, "playbook" | "target">,
  person: string,
): Promise<void> {
  await store.lock(undoKey(record, person), person, clock(), clock() + UNDO_REMEMBERED_MS);
}

/** Whether an actor has taken back a response of a playbook of late, in the same account. */
export async function hasUndone(
  { store, clock }: Pick<ResponderParts, "store" | "clock">,
  { playbook, target, actor }: Pick<ResponseRecord, "playbook" | "target" | "actor">,
  holder: string,
): Promise<boolean> {
  if (actor.arn === undefined) return false;
  // Asked for a lease that has ended already: nothing is held by it.
  return !(await store.lock(undoKey({ playbook, target }, actor.arn), holder, clock(), clock() - 1));
}

function undoKey({ playbook, target }: Pick<ResponseRecord, "playbook" | "target">, person: string): string {
  return JSON.stringify(["undo", playbook, target.accountId, person]);
}

/** What the circuit breaker counts together: a playbook's responses to one actor, whichever of its sessions acts. */
export function circuitOf(playbook: string, actor: Actor): string {
  return `${playbook} ${actor.sessionIssuerArn ?? withoutSession(actor.arn ?? actor.name)}`;
}

/** Whether something is seen in the end, after a few looks. */
export async function isSeen(
  { pause, logger }: Pick<ResponderParts, "pause" | "logger">,
  look: () => Promise<boolean>,
): Promise<boolean> {
  for (const waitMs of VERIFY_WAITS_MS) {
    if (waitMs > 0) await pause(waitMs);
    try {
      if (await look()) return true;
    } catch (error) {
      // What was done is recorded; whether it shows is one of the answers that the record gives.
      if (!isAwsError(error)) throw error;
      logger.warn("the outcome could not be read", { reason: errorText(error) });
    }
  }
  return false;
}

/** What the SDK throws has AWS's answer with it, or is a failure on the way there; anything else is a defect of ours. */
export function isAwsError(error: unknown): boolean {
  return (error instanceof Error && "$metadata" in error) || isPassingFailure(error);
}

export function contextOf(
  responseId: string,
  { alert }: Pick<ResponseRecord, "alert">,
  now: Date,
): PlaybookContext {
  return { responseId, now, eventTime: new Date(alert.eventTime) };
}

/** The moment as records have it. */
export function isoNow({ clock }: Pick<ResponderParts, "clock">): string {
  return new Date(clock()).toISOString();
}
