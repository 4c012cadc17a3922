import type { ResponseRecord, ResponseStatus } from "./record";

/** What became of the wish to work on a response. */
export type Begun =
  /** The caller holds it until the lease ends; `record` is what a dead predecessor, or a proposal, has left. */
  | { readonly claim: "claimed"; readonly record?: ResponseRecord }
  /** Somebody else holds it. */
  | { readonly claim: "busy" }
  /** It is ended. */
  | { readonly claim: "ended"; readonly record: ResponseRecord };

/** Where responses are remembered. Times are milliseconds since 1970. Reads see all writes that came before them. */
export interface ResponseStore {
  /**
   * Begins a response, or takes over one whose lease has ended: before `nowMs`, not at it. Again by the same holder:
   * extends.
   *
   * @param holder a new id for each attempt
   * @param reopen also a response that has ended: a person runs or undoes it; for all others it stays ended
   */
  begin(id: string, holder: string, nowMs: number, leaseEndMs: number, reopen?: boolean): Promise<Begun>;
  /** Writes the record as it is now. @throws LeaseLostError when the holder holds it no more */
  save(record: ResponseRecord, holder: string): Promise<void>;
  /**
   * Gives a response back: ended, or to be tried again (`ended: false`), which leaves one that had ended before ended.
   *
   * @throws LeaseLostError
   */
  release(id: string, holder: string, ended: boolean): Promise<void>;
  get(id: string): Promise<ResponseRecord | undefined>;
  /** Records by creation, latest first. */
  list(filter: {
    readonly status?: ResponseStatus;
    readonly sinceMs?: number;
    readonly limit: number;
  }): Promise<readonly ResponseRecord[]>;

  /** Holds a target, so that one response at a time works on it; false when another holds it. Again by the same holder: extends. */
  lock(target: string, holder: string, nowMs: number, leaseEndMs: number): Promise<boolean>;
  unlock(target: string, holder: string): Promise<void>;

  /**
   * Counts a response towards the circuit of a playbook and an actor, once however often it is called: at the time of
   * the first call. One that is not allowed is not counted; a repeat by the one that opened the circuit says so again.
   *
   * @returns whether it may act: fewer than `limit` others were counted within the window before, and the circuit is
   *   closed. The response that exceeds the limit opens the circuit; it stays open until {@link closeCircuit}.
   */
  countAction(
    circuit: string,
    responseId: string,
    nowMs: number,
    windowMs: number,
    limit: number,
  ): Promise<{
    readonly allowed: boolean;
    /** This very response has opened it. */
    readonly opened: boolean;
  }>;
  /**
   * Lets a playbook act on an actor's doings again; a person has looked. What was counted is forgotten. False, and no
   * change, when it was not open.
   */
  closeCircuit(circuit: string): Promise<boolean>;
  /** Circuits that are open. */
  openCircuits(): Promise<readonly string[]>;
}

/** The caller's lease has ended, and another has taken over: what it was about to write must not be. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}
