import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileErrorReason, LOG_SUFFIXES } from "../../local/replay/log-source";

/** A file to read. */
export interface LogPath {
  /** As the person gave it, or below the folder they gave. */
  readonly path: string;
  readonly sizeBytes: number;
}

/** A file that is left out, and why. */
export interface Skipped {
  readonly file: string;
  readonly reason: string;
}

/** What the paths of a backtest hold. */
export interface FoundFiles {
  /** In the order of the paths, those of a folder by name; each file once, however often it is named. */
  readonly files: readonly LogPath[];
  readonly skipped: readonly Skipped[];
  /** Folders and files that cannot be read. */
  readonly unreadable: readonly Skipped[];
}

/** A path that a backtest cannot start with; the message says which, and what to give. */
export class PathError extends Error {
  override readonly name = "PathError";
}

/**
 * Finds log files: a file given by name is taken whatever its suffix; folders are walked for files with the suffix of
 * a log, without CloudTrail's digest and Insights files, which hold no events.
 *
 * @throws PathError when a path does not exist, or there is no log file at all
 */
export async function findFiles(paths: readonly string[]): Promise<FoundFiles> {
  const files = new Map<string, LogPath>();
  const skipped: Skipped[] = [];
  const unreadable: Skipped[] = [];
  const take = async (path: string): Promise<void> => {
    const { size } = await stat(path);
    const known = await realpath(path);
    if (!files.has(known)) files.set(known, { path, sizeBytes: size });
  };
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      const isLog = LOG_SUFFIXES.some((suffix) => entry.name.toLowerCase().endsWith(suffix));
      const other = isLog ? kindWithoutEvents(entry.name) : undefined;
      if (other !== undefined) skipped.push({ file: path, reason: other });
      else if (entry.isDirectory() || (isLog && (entry.isFile() || entry.isSymbolicLink())))
        await (entry.isDirectory() ? walk : take)(path).catch((error: unknown) =>
          unreadable.push({ file: path, reason: fileErrorReason(error) }),
        );
    }
  };
  for (const path of paths) {
    try {
      await ((await stat(path)).isDirectory() ? walk : take)(path);
    } catch (error) {
      throw new PathError(`${path}: ${fileErrorReason(error)}; give log files or folders of them`, {
        cause: error,
      });
    }
  }
  if (files.size === 0 && unreadable.length === 0) {
    const others = skipped.length > 0 ? `, only ${skipped.length} digest or Insights files` : "";
    throw new PathError(
      `${paths.join(", ")}: no log file there${others}; looked for ${LOG_SUFFIXES.join(", ")}`,
    );
  }
  return { files: [...files.values()], skipped, unreadable };
}

function kindWithoutEvents(name: string): string | undefined {
  // A file name carries the kind as its folder does.
  const kind = /^\d{12}_(CloudTrail-[A-Za-z]+)_/.exec(name)?.[1];
  if (kind === "CloudTrail-Digest") return "a digest, which holds no events";
  if (kind === "CloudTrail-Insight" || kind === "CloudTrail-Aggregated")
    return "Insights or aggregated data, which holds no events";
  return undefined;
}
