import { readFile, readdir, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import { LogFileError, readLogFile } from "../../formats/cloudtrail/log-file";
import { isRegionName } from "../../formats/cloudtrail/object-key";

/** A log file whose records are ready to be delivered. */
export interface SourceFile {
  /** Path as the person would recognise it: relative to the path they gave. */
  readonly name: string;
  readonly events: readonly CloudTrailEvent[];
}

/** A file, or a record of a file, that is no CloudTrail log. */
export interface Malformed {
  readonly file: string;
  readonly reason: string;
}

/** What the names of log files end with. */
export const LOG_SUFFIXES = [".json", ".json.gz", ".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz"];

/**
 * Names of the log files below a path, sorted, so that a replay is the same every time. A file given by name is
 * taken whatever its suffix; folders are walked.
 *
 * @throws when the path does not exist, cannot be read, or holds no log file
 */
export async function findLogFiles(path: string): Promise<string[]> {
  let info;
  try {
    info = await stat(path);
  } catch (error) {
    throw new Error(
      `--logs ${path}: ${fileErrorReason(error)}. Give a log file (${LOG_SUFFIXES.join(", ")}) or a folder of them.`,
      { cause: error },
    );
  }
  if (!info.isDirectory()) return [path];
  const files = (await logFilesBelow(path)).sort();
  if (files.length === 0)
    throw new Error(`--logs ${path}: no log file in this folder (looked for ${LOG_SUFFIXES.join(", ")}).`);
  return files;
}

async function logFilesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      // A folder that cannot be read is named itself: reading it later fails for the same reason, and that is listed.
      found.push(...(await logFilesBelow(path).catch(() => [path])));
    } else if (
      (entry.isFile() || entry.isSymbolicLink()) &&
      LOG_SUFFIXES.some((suffix) => entry.name.endsWith(suffix))
    ) {
      found.push(path);
    }
  }
  return found;
}

/**
 * Reads log files one after the other, so that a large folder needs the memory of one file. What cannot be read
 * goes to `malformed` with the reason, and the others go on.
 */
export async function* readLogFiles(
  root: string,
  paths: readonly string[],
  malformed: Malformed[],
): AsyncGenerator<SourceFile> {
  for (const path of paths) {
    const name = relative(root, path) || basename(path);
    let bytes: Uint8Array;
    try {
      bytes = await readFile(path);
    } catch (error) {
      malformed.push({ file: name, reason: fileErrorReason(error) });
      continue;
    }
    try {
      const file = readLogFile(bytes, name);
      for (const record of file.malformed)
        malformed.push({ file: name, reason: `${positionOf(record)}${record.reason}` });
      const events = file.events.filter((event) => {
        const reason = reasonNotDeliverable(event);
        if (reason !== undefined) malformed.push({ file: name, reason });
        return reason === undefined;
      });
      if (events.length > 0) yield { name, events };
    } catch (error) {
      if (!(error instanceof LogFileError)) throw error;
      malformed.push({ file: name, reason: error.message });
    }
  }
}

/** Keys of the archive are made of an event's Region; one that is no Region cannot have come from CloudTrail. */
function reasonNotDeliverable({ awsRegion, eventID, eventName }: CloudTrailEvent): string | undefined {
  if (awsRegion === undefined || (typeof awsRegion === "string" && isRegionName(awsRegion))) return undefined;
  const which = typeof eventID === "string" ? ` ${eventID}` : "";
  return `event ${eventName}${which}: its awsRegion is no Region like eu-west-1`;
}

function positionOf(record: { readonly line?: number; readonly index?: number }): string {
  if (record.line !== undefined) return `line ${record.line}: `;
  if (record.index !== undefined) return `record ${record.index}: `;
  return "";
}

/** What the operating system says, in words. */
export function fileErrorReason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such file or folder";
  if (code === "EACCES" || code === "EPERM") return "no permission to read it";
  if (code === "EISDIR") return "it is a folder";
  if (code === "ELOOP") return "it is a symbolic link that leads back to itself";
  return error instanceof Error ? error.message : String(error);
}
