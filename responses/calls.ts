import { UnfinishedResponseError } from "./errors";
import { makeCall, type Outputs } from "./make-call";
import type { Call, CallAws } from "./operations";
import { isPassingFailure } from "./passing-failure";
import type { CallRecord } from "./record";

/** How the calls of a response, or of its undo, went. */
export interface CallsMade {
  readonly calls: readonly CallRecord[];
  /** AWS's code and message of the call that was refused, after which none was made. */
  readonly failure?: string;
}

/** What surrounds the making of calls. */
export interface CallsArgs {
  /** Calls of earlier attempts that succeeded; kept in front. */
  readonly made: readonly CallRecord[];
  /** Writes the calls down as they are now. */
  readonly save: (calls: readonly CallRecord[]) => Promise<void>;
  /** ISO 8601 in UTC. */
  readonly now: () => string;
  /** A passing failure counts as a refusal. */
  readonly isLastAttempt: boolean;
}

/**
 * Makes calls in their order until one fails, and records each before the next is made.
 *
 * @throws UnfinishedResponseError for a failure that may pass, once it is recorded; what `save` throws
 */
export async function makeCalls(
  callAws: CallAws,
  planned: readonly Call[],
  { made, save, now, isLastAttempt }: CallsArgs,
): Promise<CallsMade> {
  const calls = [...made, ...planned.map(plannedRecord)];
  const outputs: Outputs = new Map();
  for (const [index, call] of planned.entries()) {
    const place = made.length + index;
    try {
      await makeCall(callAws, call, outputs);
    } catch (error) {
      const failure = errorText(error);
      calls[place] = { ...plannedRecord(call), outcome: "failed", time: now(), error: failure };
      await save(calls);
      if ((isPassingFailure(error) || isNotThereYet(error, outputs)) && !isLastAttempt)
        throw new UnfinishedResponseError(`${call.operation} failed, to be tried again: ${failure}`, {
          cause: error,
        });
      return { calls, failure };
    }
    calls[place] = { ...plannedRecord(call), outcome: "made", time: now() };
    await save(calls);
  }
  return { calls };
}

/** What an earlier call has just made, and AWS does not know everywhere yet. */
function isNotThereYet(error: unknown, outputs: Outputs): boolean {
  return outputs.size > 0 && error instanceof Error && error.name.endsWith(".NotFound");
}

/** A call that is not made yet, as records hold it. */
export function plannedRecord({ operation, input }: Call): CallRecord {
  // As JSON, which is what stores keep: undefined keys are none.
  return { operation, input: JSON.parse(JSON.stringify(input)) as unknown, outcome: "planned" };
}

/** Whether a call is known to have been made. */
export function isSettled({ outcome }: CallRecord): boolean {
  return outcome === "made" || outcome === "found";
}

/** Messages can be long: those of EC2 hold an encoded explanation. */
const MAX_ERROR_LENGTH = 300;

/** AWS's error code and message, on one line of bounded length. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
  return line.length <= MAX_ERROR_LENGTH ? line : `${line.slice(0, MAX_ERROR_LENGTH - 3)}...`;
}
