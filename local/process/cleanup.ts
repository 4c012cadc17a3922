import { constants } from "node:os";
import { killLiveProcesses } from "./process";
import type { Tell } from "../step";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Signals this close to the first are the same key press: the terminal signals every process of the foreground
 * group, and npm and the start script pass on what they get.
 */
const SAME_KEY_PRESS_MS = 1_000;

/** How long interrupted work may take to notice before its resources are stopped underneath it. */
const SETTLE_LIMIT_MS = 10_000;

/** The run was ended from outside: Ctrl-C, `kill`, or a closed terminal. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  /** The shell's convention: 128 and the signal's number (130 for Ctrl-C). */
  readonly exitCode: number;
  constructor(readonly signal: (typeof SIGNALS)[number]) {
    super(signal === "SIGINT" ? "stopped by Ctrl-C" : `stopped by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** What has to be stopped or removed when the run ends, however it ends. */
export class Cleanup {
  readonly #stops: { readonly what: string; readonly stop: () => Promise<void> | void }[] = [];

  /** @param signal aborted as soon as the run is interrupted; pass it to everything that waits. */
  constructor(readonly signal: AbortSignal) {}

  /** Registers what to do at the end; the newest is done first. `what` completes "could not stop ...". */
  add(what: string, stop: () => Promise<void> | void): void {
    this.#stops.push({ what, stop });
  }

  /** Runs every registered stop once, newest first. One that fails does not keep the others from running. */
  async run(): Promise<readonly Error[]> {
    const failures: Error[] = [];
    for (let next = this.#stops.pop(); next; next = this.#stops.pop()) {
      try {
        await next.stop();
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        failures.push(new Error(`could not stop ${next.what}: ${reason}`, { cause: error }));
      }
    }
    return failures;
  }
}

/**
 * Runs `work` and afterwards everything it registered for clean-up: on success, on failure, and on SIGINT, SIGTERM and
 * SIGHUP. The first signal aborts `cleanup.signal`; a second Ctrl-C, a second or more after the first, ends every child
 * process at once and exits.
 *
 * @param tell says what is going on while the run is being stopped, and which clean-up failed.
 * @throws Interrupted when a signal ended the run; else whatever `work` threw; else the first failed clean-up.
 */
export async function withCleanup<T>(work: (cleanup: Cleanup) => Promise<T>, tell: Tell): Promise<T> {
  const controller = new AbortController();
  const { signal } = controller;
  const cleanup = new Cleanup(signal);
  let interruptedAt = 0;
  const onSignal = (name: (typeof SIGNALS)[number]) => {
    if (!signal.aborted) {
      interruptedAt = Date.now();
      tell("stopping; press Ctrl-C again to force");
      controller.abort(new Interrupted(name));
    } else if (Date.now() - interruptedAt >= SAME_KEY_PRESS_MS) {
      process.exit(new Interrupted(name).exitCode); // the exit handler ends the children
    }
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  process.on("exit", killLiveProcesses);

  let result: T;
  try {
    result = await untilInterrupted(work(cleanup), signal);
  } catch (error) {
    // What interrupted work fails with is only an echo of the interruption.
    const failures = await finish();
    for (const failure of failures) tell(failure.message);
    throw signal.aborted ? signal.reason : error;
  }
  const [failure] = await finish();
  if (failure) throw failure;
  signal.throwIfAborted();
  return result;

  async function finish(): Promise<readonly Error[]> {
    try {
      return await cleanup.run();
    } finally {
      killLiveProcesses();
      process.off("exit", killLiveProcesses);
      for (const name of SIGNALS) process.off(name, onSignal);
    }
  }
}

/** Waits for the work, but once interrupted no longer than the settle limit. */
async function untilInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => {
      timer = setTimeout(() => reject(signal.reason as Error), SETTLE_LIMIT_MS);
    });
  });
  try {
    return await Promise.race([work, overdue]);
  } finally {
    clearTimeout(timer);
  }
}
