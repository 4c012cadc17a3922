import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** How a child process ended: its exit code, or the signal that ended it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A command that could not be started, failed, or took too long. `output` holds its last lines. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  constructor(
    message: string,
    readonly output: readonly string[],
    readonly exit?: Exit,
  ) {
    super(message);
  }
}

/** A long-running child process and everything it started, stopped as one. */
export interface ManagedProcess {
  readonly pid: number;
  /** Settles when the process itself has ended. */
  readonly exited: Promise<Exit>;
  /** Asks the process group to end (SIGTERM) and ends it (SIGKILL) after the grace period. Safe to call again. */
  stop(graceMs?: number): Promise<void>;
}

export interface RunOptions {
  readonly cwd?: string;
  /** The whole environment of the child. @default this process's own */
  readonly env?: NodeJS.ProcessEnv;
  /** Stops the command and its children; `run` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** @default no limit */
  readonly timeLimitSeconds?: number;
  /** Called with every line of stdout and stderr as it comes. */
  readonly onLine?: (line: string) => void;
}

const OUTPUT_LINES_KEPT = 40;
const STOP_GRACE_MS = 3_000;
const PIPE_CLOSE_LIMIT_MS = 1_000;

/** Process groups (POSIX) or process trees (Windows) started here and not known to have ended, by leader pid. */
const liveGroups = new Set<number>();

/** Ends, at once and without waiting, every process started here that still runs. The last resort of a forced exit. */
export function killLiveProcesses(): void {
  for (const pid of liveGroups) signalGroup(pid, "SIGKILL");
  liveGroups.clear();
}

/**
 * Runs a command to its end and returns its stdout.
 *
 * @throws CommandError when it cannot be started, exits other than 0, or runs into its time limit.
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  options.signal?.throwIfAborted();
  const child = spawnGroup(command, args, options, ["ignore", "pipe", "pipe"]);
  let stdout = "";
  const output: string[] = [];
  const keep = (line: string) => {
    output.push(line);
    if (output.length > OUTPUT_LINES_KEPT) output.shift();
    options.onLine?.(line);
  };
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  eachLine(child.stdout, keep);
  eachLine(child.stderr, keep);

  const process = await manage(child, command);
  const stopOnAbort = () => void process.stop();
  options.signal?.addEventListener("abort", stopOnAbort, { once: true });
  const limitMs = (options.timeLimitSeconds ?? 0) * 1_000;
  let timedOut = false;
  const timer =
    limitMs > 0 &&
    setTimeout(() => {
      timedOut = true;
      void process.stop();
    }, limitMs);
  try {
    const exit = await process.exited;
    await process.stop(0); // leaves no grandchild behind
    options.signal?.throwIfAborted();
    if (timedOut) {
      throw new CommandError(`${command} was stopped after ${limitMs / 1_000} s`, output, exit);
    }
    if (exit.code !== 0) {
      throw new CommandError(`${command} failed (${describeExit(exit)})`, output, exit);
    }
    return stdout;
  } finally {
    if (timer) clearTimeout(timer);
    options.signal?.removeEventListener("abort", stopOnAbort);
  }
}

/**
 * Starts a process that runs until it is stopped; its stdout and stderr go to a file.
 *
 * @throws CommandError when it cannot be started.
 */
export async function launch(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env: NodeJS.ProcessEnv; readonly logFile: string },
): Promise<ManagedProcess> {
  const log = openSync(options.logFile, "w");
  try {
    return await manage(spawnGroup(command, args, options, ["ignore", log, log]), command);
  } finally {
    closeSync(log);
  }
}

/** `exit code 1` or `SIGKILL`. */
export function describeExit(exit: Exit): string {
  return exit.signal ?? `exit code ${exit.code}`;
}

/** True while a process with this id runs. One that has ended and waits for its parent to notice does not count. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists but belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return !isZombie(pid);
}

function isZombie(pid: number): boolean {
  try {
    return /^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false; // no /proc on this system, or the process is gone by now
  }
}

function spawnGroup(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
  stdio: ("ignore" | "pipe" | number)[],
): ChildProcess {
  return spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio,
    // A group of its own, so that the children of the child can be stopped with it, and so that the terminal's
    // Ctrl-C reaches this process alone, which then stops things in the right order.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
}

async function manage(child: ChildProcess, command: string): Promise<ManagedProcess> {
  const closed = new Promise<Exit>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) =>
      reject(new CommandError(`${command} could not be started: ${error.message}`, [])),
    );
  });
  const pid = child.pid as number;
  liveGroups.add(pid);
  const exited = new Promise<Exit>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  let stopping: Promise<void> | undefined;
  const stopGroup = async (graceMs: number): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      signalGroup(pid, "SIGTERM");
      const ended = await Promise.race([exited.then(() => true), sleep(graceMs, false, { ref: false })]);
      if (!ended) signalGroup(pid, "SIGKILL");
      await exited;
    }
    // The leader is gone; whatever it left in its group goes too.
    signalGroup(pid, "SIGKILL");
    liveGroups.delete(pid);
    // Pipes close with their last writer; a process that left the group may hold them open for ever.
    await Promise.race([closed, sleep(PIPE_CLOSE_LIMIT_MS, undefined, { ref: false })]);
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  return { pid, exited, stop: (graceMs = STOP_GRACE_MS) => (stopping ??= stopGroup(graceMs)) };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  if (process.platform === "win32") {
    // Windows has neither groups nor signals: end the tree.
    spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: nothing of the group is left, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function eachLine(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  let rest = "";
  stream?.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") onLine(line);
  });
  stream?.on("end", () => {
    if (rest !== "") onLine(rest);
  });
}
