import { absentAsUndefined } from "../../responses/absent";
import type { CallStack, RestoreOperation, RestoreOperations } from "./operations";

/** What sentences say of a part that is not as it was deployed. */
export interface PartWords {
  /** "started logging" */
  readonly did: string;
  /** "start logging" */
  readonly would: string;
}

/** One thing of the stack that one call puts back. */
export interface StackPart<State = unknown, Operation extends RestoreOperation = RestoreOperation> {
  /** Names it in records. */
  readonly id: string;
  readonly of: "trail" | "archive";
  /** Of the call that puts it back; no two parts have the same. */
  readonly operation: Operation;
  readonly words: PartWords;
  /** How it is now, as plain JSON; undefined when the trail or the bucket that it is of is gone. */
  read(call: CallStack): Promise<State | undefined>;
  isAsDeployed(state: State): boolean;
  /**
   * The input of the call that puts it back.
   *
   * @param state how it is, if that could be seen: who hides it from us has changed it
   */
  repair(state: State | undefined): RestoreOperations[Operation]["input"];
}

/** Words of a part that is put back as a whole. */
export function putBack(what: string): PartWords {
  return { did: `put back ${what}`, would: `put back ${what}` };
}

/** The answer of a call, or an empty one when AWS says that the setting that was asked for is not set at all. */
export async function nothingIfUnset<Output>(
  answer: Promise<Output>,
  code: string,
): Promise<Partial<Output>> {
  return (await absentAsUndefined(answer, code)) ?? {};
}
