import { gzipSync } from "node:zlib";
import { GzipError, gunzip, isGzip } from "../gzip";
import type { CloudTrailEvent } from "./event";

/** What a log file holds. */
export interface LogFile {
  /** In the file's order; records that are there twice stay twice. */
  readonly events: CloudTrailEvent[];
  /** What could not be used or looks wrong; empty for a sound file. */
  readonly malformed: MalformedRecord[];
}

/** A record, or a stretch of the file, that is no usable event. */
export interface MalformedRecord {
  /** Line in the unpacked file, from 1. */
  readonly line?: number;
  /** Place in the list of records, from 0. */
  readonly index?: number;
  readonly reason: string;
}

/** A whole file that cannot be read as a log; the message says why and what to do, without naming the file. */
export class LogFileError extends Error {
  override readonly name = "LogFileError";
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
  const text = decode(unpack(bytes, name, malformed), malformed);
  if (text.trim() === "") throw new LogFileError("the file is empty; leave it out or fetch it again");
  const whole = parseJson(text);
  const records = whole.error === undefined ? recordsOf(whole.value) : readLines(text, whole.error);
  const events: CloudTrailEvent[] = [];
  for (const record of records) {
    const event = "reason" in record ? record : toEvent(record.value);
    if ("reason" in event) malformed.push({ ...record.place, reason: event.reason });
    else events.push(event.event);
  }
  return { events, malformed };
}

/** A log file as CloudTrail delivers it: gzip of `{"Records": [...]}`. */
export function writeLogFile(events: readonly CloudTrailEvent[]): Uint8Array {
  return gzipSync(JSON.stringify({ Records: events }));
}

type Place = { readonly line: number } | { readonly index: number };

/** A value that claims to be a record, or why there is none. */
type RecordFound =
  { readonly place: Place; readonly value: unknown } | { readonly place: Place; readonly reason: string };

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
  const looksLikeText = /^(?:\xef\xbb\xbf)?\s*[{[]/.test(
    Buffer.from(bytes.subarray(0, 64)).toString("latin1"),
  );
  if (/\.gz$/i.test(name) && !looksLikeText) {
    throw new LogFileError("the name says gzip, the content is neither gzip nor JSON; fetch the file again");
  }
  return bytes;
}

function decode(bytes: Uint8Array, malformed: MalformedRecord[]): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new LogFileError("the file is UTF-16 text; save it as UTF-8");
  }
  // A byte order mark at the start is dropped by the decoder.
  const text = new TextDecoder("utf-8").decode(bytes);
  if (text.includes("\ufffd")) {
    const line = firstLineNotUtf8(bytes);
    if (line !== undefined) {
      malformed.push({ line, reason: "the line holds bytes that are not UTF-8; they were read as \ufffd" });
    }
  }
  return text;
}

/** The replacement character may also be in the file itself, rightly encoded. */
function firstLineNotUtf8(bytes: Uint8Array): number | undefined {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch (error) {
      if (error instanceof TypeError) return line;
      throw error;
    }
    start = end;
  }
  return undefined;
}

type Parsed = { readonly value: unknown; readonly error?: undefined } | { readonly error: string };

function parseJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // V8 quotes the text around the problem; log contents stay out of messages.
    return { error: error.message.replace(/, (?:\.\.\.)?"[\s\S]*$/, "") };
  }
}

function recordsOf(value: unknown): RecordFound[] {
  const list = Array.isArray(value) ? value : isObject(value) && "Records" in value ? value.Records : [value];
  if (!Array.isArray(list)) {
    throw new LogFileError(
      'its Records is no list; a log is {"Records": [...]}, a list of events, or an event a line',
    );
  }
  const records = list as unknown[];
  const isLog = list !== value && isObject(value) && "Records" in value;
  if (!isLog && !records.some(looksLikeRecord)) {
    throw new LogFileError(
      isObject(value) && "digestS3Object" in value
        ? "the file is a CloudTrail digest, not a log; leave it out"
        : 'the file is JSON, but no CloudTrail log: {"Records": [...]}, a list of events, one event, or an event a line',
    );
  }
  return records.map((record, index) => ({ place: { index }, value: record }));
}

function readLines(text: string, wholeError: string): RecordFound[] {
  const records: RecordFound[] = [];
  let recordSeen = false;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const parsed = parseJson(line);
    const place = { line: index + 1 };
    if (parsed.error !== undefined) {
      records.push({ place, reason: `not JSON: ${parsed.error}` });
    } else {
      recordSeen ||= looksLikeRecord(parsed.value);
      records.push({ place, value: parsed.value });
    }
  }
  if (!recordSeen) {
    throw new LogFileError(
      `the file is not JSON (${wholeError}) and no line of it is an event; fetch it again`,
    );
  }
  return records;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const RECORD_FIELDS = ["eventName", "eventTime", "eventSource", "eventID", "eventVersion"];

function looksLikeRecord(value: unknown): boolean {
  return isObject(value) && RECORD_FIELDS.some((field) => field in value);
}

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})$/;
/** Deeper than any API's parameters; `JSON.stringify` gives up some thousands of levels later. */
const MAX_DEPTH = 500;

/**
 * Logstash and Filebeat rename a record's time to `@timestamp` on the way; it becomes `eventTime` again, so that logs
 * exported through them can be read.
 */
function toEvent(record: unknown): { readonly event: CloudTrailEvent } | { readonly reason: string } {
  if (!isObject(record)) return { reason: "the record is no JSON object" };
  const { eventName, eventTime = record["@timestamp"] } = record;
  if (typeof eventName !== "string" || eventName === "") return { reason: "the record has no eventName" };
  if (typeof eventTime !== "string" || !ISO_TIME.test(eventTime) || Number.isNaN(Date.parse(eventTime))) {
    return { reason: "the record has no eventTime like 2026-01-31T23:59:59Z" };
  }
  if (isDeeperThan(record, MAX_DEPTH))
    return { reason: `the record is nested deeper than ${MAX_DEPTH} levels` };
  return { event: "eventTime" in record ? (record as CloudTrailEvent) : { ...record, eventName, eventTime } };
}

/** Level by level, so that no depth can exhaust the stack. */
function isDeeperThan(value: object, levels: number): boolean {
  let current: object[] = [value];
  for (let depth = 1; current.length > 0; depth++) {
    if (depth > levels) return true;
    current = current.flatMap((node) =>
      Object.values(node).filter((child): child is object => typeof child === "object" && child !== null),
    );
  }
  return false;
}
