import { gzipSync } from "node:zlib";
import { GzipError, gunzip, isGzip } from "../gzip";
import type { CloudTrailEvent } from "./event";
import { refuseMisnamed } from "./log-stream";
import type { MalformedRecord } from "./record";
import { LogFileError, type RecordEntry, RecordReader } from "./record-stream";

export { LogFileError };

/** What a log file holds. */
export interface LogFile {
  /** In the file's order; records that are there twice stay twice. */
  readonly events: CloudTrailEvent[];
  /** What could not be used or looks wrong; empty for a sound file. */
  readonly malformed: MalformedRecord[];
}

/** Five times what CloudTrail puts into one file before gzip (50 MB; CloudTrail User Guide, "Quotas"). */
const MAX_FILE_BYTES = 256 * 2 ** 20;

/**
 * Reads CloudTrail events out of a file's bytes: `{"Records": [...]}`, a JSON array of events, one event, or one
 * event a line; plain or gzip, by content. Records that are no event are listed and the others kept.
 *
 * @param name the file's name, used to tell a misnamed file only
 * @throws LogFileError when the file as a whole is no log: empty, cut off, too large, not JSON, other JSON
 */
export function readLogFile(bytes: Uint8Array, name: string): LogFile {
  const malformed: MalformedRecord[] = [];
  const events: CloudTrailEvent[] = [];
  const take = (entries: Iterable<RecordEntry>): void => {
    for (const entry of entries) {
      if ("reason" in entry) malformed.push(entry);
      else events.push(entry.parse());
    }
  };
  const reader = new RecordReader();
  take(reader.read(unpack(bytes, name, malformed)));
  take(reader.end());
  return { events, malformed };
}

/** A log file as CloudTrail delivers it: gzip of `{"Records": [...]}`. */
export function writeLogFile(events: readonly CloudTrailEvent[]): Uint8Array {
  return gzipSync(JSON.stringify({ Records: events }));
}

function unpack(bytes: Uint8Array, name: string, malformed: MalformedRecord[]): Uint8Array {
  if (bytes.length === 0) throw new LogFileError("the file is empty; leave it out or fetch it again");
  if (isGzip(bytes)) {
    try {
      const { data, trailingBytes } = gunzip(bytes, MAX_FILE_BYTES);
      if (trailingBytes > 0) {
        malformed.push({
          reason: `${trailingBytes} bytes after the gzip data are no gzip data and were left out`,
        });
      }
      return data;
    } catch (error) {
      if (!(error instanceof GzipError)) throw error;
      throw new LogFileError(error.message, { cause: error });
    }
  }
  if (bytes.length > MAX_FILE_BYTES) {
    throw new LogFileError(`the file is larger than ${MAX_FILE_BYTES / 2 ** 20} MiB; split it`);
  }
  refuseMisnamed(bytes, name);
  return bytes;
}
