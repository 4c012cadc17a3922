import { randomUUID } from "node:crypto";
import { readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../process/process";
import type { Tell } from "../step";

const HEARTBEAT_MS = 1_000;
const POLL_MS = 200;
/** A holder that has not touched its lock for this long is gone, whatever its process id says. */
const SILENT_MS = 15_000;

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Tells this holding of the lock from every other. */
  readonly id: string;
}

/** A lock file held by this process. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes a lock file, waiting for the process that holds it. A lock is stale, and is taken over, when its holder ran on
 * this machine and its process is gone, or when the holder stopped touching the file: process ids repeat, above all in
 * containers that share a cache folder. In the worst race two processes both hold it; what they guard is installed
 * by rename, so that costs time and nothing else.
 *
 * @param what names what the holder is busy with, for the message while waiting.
 */
export async function acquireLock(
  file: string,
  what: string,
  { tell, signal }: { readonly tell: Tell; readonly signal: AbortSignal },
): Promise<Lock> {
  const me: Holder = { pid: process.pid, host: hostname(), id: randomUUID() };
  let seenAt = Date.now();
  let seen = "";
  for (;;) {
    signal.throwIfAborted();
    if (await tryCreate(file, me)) return holdLock(file, me);
    const state = await readLock(file);
    if (!state) continue; // released in between
    if (state.fingerprint !== seen) {
      seen = state.fingerprint;
      seenAt = Date.now();
    }
    if (isGone(state.holder) || Date.now() - seenAt > SILENT_MS) {
      if ((await readLock(file))?.fingerprint === seen) await rm(file, { force: true });
      continue;
    }
    const who = state.holder ? `process ${state.holder.pid}` : "another process";
    tell(`waiting for ${who}, which is installing ${what}`);
    await sleep(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

async function tryCreate(file: string, me: Holder): Promise<boolean> {
  try {
    await writeFile(file, JSON.stringify(me), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function holdLock(file: string, me: Holder): Lock {
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => {
      // The lock was taken over or its folder removed; the rename that follows decides who wins.
    });
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    release: async () => {
      clearInterval(heartbeat);
      if ((await readLock(file))?.holder?.id === me.id) await rm(file, { force: true });
    },
  };
}

/** The holder (absent while it is still writing its name) and a fingerprint that changes with every heartbeat. */
async function readLock(file: string): Promise<{ holder?: Holder; fingerprint: string } | undefined> {
  try {
    const text = await readFile(file, "utf8");
    const { mtimeMs } = await stat(file);
    return { holder: parseHolder(text), fingerprint: `${mtimeMs} ${text}` };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined; // half written; it is complete at the next look, or silent and then stale
  }
}

function isGone(holder: Holder | undefined): boolean {
  return holder !== undefined && holder.host === hostname() && !isAlive(holder.pid);
}
