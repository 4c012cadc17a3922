import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { acquireLock } from "./lock";
import type { Tell } from "../step";

/**
 * Where the engine, the emulator and the Go build's fall-back folders are kept between runs: `TRAILKEEPER_CACHE`, else
 * `trailkeeper` in the user's cache directory (`XDG_CACHE_HOME`; `~/.cache`, `~/Library/Caches` or `%LOCALAPPDATA%`).
 */
export function cacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (env.TRAILKEEPER_CACHE) return resolve(env.TRAILKEEPER_CACHE);
  return join(userCacheFolder(env, platform, home), "trailkeeper");
}

function userCacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): string {
  if (env.XDG_CACHE_HOME) return env.XDG_CACHE_HOME;
  if (platform === "darwin") return join(home, "Library", "Caches");
  if (platform === "win32") return env.LOCALAPPDATA ?? join(home, "AppData", "Local");
  return join(home, ".cache");
}

/**
 * Makes sure that `folder` exists, installing it with `install` if it does not. The installation is made beside it and
 * renamed into place when complete, so that a folder that exists is whole. Two processes that want the same folder
 * take turns: the second waits, says so, and finds it done.
 *
 * @param what names what is installed, for the messages: "the Pulumi engine".
 * @param install fills the empty staging folder it is given.
 */
export async function installOnce(
  folder: string,
  what: string,
  install: (staging: string) => Promise<void>,
  options: { readonly tell: Tell; readonly signal: AbortSignal },
): Promise<void> {
  if (existsSync(folder)) return;
  await makeFolder(dirname(folder));
  const lock = await acquireLock(`${folder}.lock`, what, options);
  try {
    if (existsSync(folder)) return;
    await removeStaging(folder); // of processes that were killed: the lock is ours, so nobody uses them
    const staging = `${folder}.staging-${process.pid}`;
    try {
      await mkdir(staging);
      await install(staging);
      options.signal.throwIfAborted();
      await rename(staging, folder);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  } finally {
    await lock.release();
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new Error(
      `the cache folder ${folder} cannot be made (${(error as Error).message}); ` +
        "set TRAILKEEPER_CACHE to a folder that can be written to",
      { cause: error },
    );
  }
}

async function removeStaging(folder: string): Promise<void> {
  const prefix = `${basename(folder)}.staging-`;
  for (const name of await readdir(dirname(folder))) {
    if (name.startsWith(prefix)) await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}
