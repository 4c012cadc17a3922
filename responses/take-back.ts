import { isSettled, makeCalls } from "./calls";
import { ResponseStateError } from "./errors";
import type { Playbook } from "./playbook";
import type { CallRecord, ResponseRecord } from "./record";
import type { ResponderParts } from "./responder-parts";
import { contextOf, isoNow, isSeen } from "./shared-steps";

/**
 * Takes a response back, as far as its target still is as the response left it, and records that.
 *
 * @param person ARN of whoever does it
 * @throws ResponseStateError where there is nothing to go back to
 */
export async function takeBack(
  parts: ResponderParts,
  record: ResponseRecord,
  playbook: Playbook,
  holder: string,
  person: string,
): Promise<ResponseRecord> {
  const { target, before, id } = record;
  const callAws = await parts.aws(target.accountId, target.region);
  if (!callAws)
    throw new ResponseStateError(
      `response ${id} cannot be undone: there is no role to use in account ${target.accountId}`,
    );
  const state = await playbook.read(target, callAws);
  if (state === undefined)
    throw new ResponseStateError(`response ${id} cannot be undone: its target is gone`);
  const context = contextOf(id, record, new Date(record.contextTime ?? record.createdTime));
  const begun = (calls: readonly CallRecord[]): ResponseRecord => ({
    ...record,
    undo: { by: person, time: isoNow(parts), calls, verified: false },
    updatedTime: isoNow(parts),
  });
  const { calls, failure } = await makeCalls(callAws, playbook.undo(target, before, state, context), {
    made: record.undo?.calls.filter(isSettled) ?? [],
    // Who dies in between leaves a response that is done still, and says which calls have taken it back.
    save: (sofar) => parts.store.save(begun(sofar), holder),
    now: () => isoNow(parts),
    isLastAttempt: true,
  });
  const verified = await isSeen(parts, async () => {
    const now = await playbook.read(target, callAws);
    return now !== undefined && playbook.undo(target, before, now, context).length === 0;
  });
  const gap = failure ?? "it cannot be seen";
  const undone: ResponseRecord = {
    ...begun(calls),
    ...(verified && { status: "undone" as const }),
    sentence: verified
      ? playbook.words(target, before).undid
      : `${record.sentence}; undoing it failed (${gap})`,
    undo: { by: person, time: isoNow(parts), calls, verified },
  };
  await parts.store.save(undone, holder);
  return undone;
}
