import { readUuid } from "../uuid";
import type { CloudTrailEvent } from "./event";
import {
  ABSENT,
  endOf,
  hasBackslash,
  hasEscapedLetter,
  PICKED,
  POSITIONS,
  type RecordScanner,
  startOf,
} from "./record-scanner";
import { type GlanceText, IdentityMemory, type WrittenIdentity } from "./record-identity";
import { isTime } from "./record-time";

/** Where a record is: its line in the unpacked file, from 1, or its place in the list of records, from 0. */
export type Place = { readonly line: number } | { readonly index: number };

/** A record, or a stretch of the file, that is no usable event. */
export interface MalformedRecord {
  /** Line in the unpacked file, from 1. */
  readonly line?: number;
  /** Place in the list of records, from 0. */
  readonly index?: number;
  readonly reason: string;
}

/** Deeper than any API's parameters; `JSON.stringify` gives up some thousands of levels later. */
export const MAX_DEPTH = 500;

/**
 * A record that is sound JSON and has a name and a time, not parsed as a whole yet: a rule set that asks for neither
 * its name nor its text need never do so. Keeps the piece of the log that it lies in alive: take from it what is
 * needed, and let it go.
 */
export class LogRecord {
  private json: string | undefined;

  constructor(
    readonly place: Place,
    /** Never empty. */
    readonly eventName: string,
    readonly eventSource: string | undefined,
    private readonly bytes: Buffer,
    private readonly start: number,
    private readonly end: number,
    private readonly positions: Int32Array,
    private readonly positionsAt: number,
    private readonly memory: RecordMemory,
    private readonly writtenIdentity: WrittenIdentity | undefined,
  ) {}

  /**
   * The same object for records that have the same `userIdentity`. Undefined when it is no object, and for records
   * whose like has not come before.
   */
  get identity(): WrittenIdentity | undefined {
    return this.writtenIdentity?.isRepeated ? this.writtenIdentity : undefined;
  }

  /** When the request was completed, as the record says it. */
  get eventTime(): string {
    return this.unique(PICKED.eventTime) ?? this.unique(PICKED["@timestamp"]) ?? "";
  }

  /** Unique per record; a record delivered twice usually has the same one. */
  get eventID(): string | undefined {
    return this.unique(PICKED.eventID);
  }

  /** Reads the eventID into words, if it is a lower-case UUID, as CloudTrail's are; see `readUuid`. */
  readEventUuid(words: Uint32Array): boolean {
    const start = startOf(this.positions, this.positionsAt, PICKED.eventID);
    const end = endOf(this.positions, this.positionsAt, PICKED.eventID);
    return start >= 0 && readUuid(this.bytes, start, end, words);
  }

  /** The record's JSON. */
  get text(): string {
    this.json ??= this.bytes.toString("utf8", this.start, this.end);
    return this.json;
  }

  /** What is known of a field, given as a path with dots, without parsing. */
  glance(field: string): GlanceText {
    const { picked, parent, inIdentity } = glancePlace(field);
    if (inIdentity !== undefined && this.writtenIdentity) return this.writtenIdentity.text(inIdentity);
    if (picked !== undefined) {
      const start = startOf(this.positions, this.positionsAt, picked);
      if (start >= 0)
        return this.memory.text(this.bytes, start, endOf(this.positions, this.positionsAt, picked));
      // Another field may take the place of eventTime.
      return start === ABSENT && field !== "eventTime" ? undefined : null;
    }
    // What would be part of something that is not there is not there either.
    if (parent === undefined) return null;
    return startOf(this.positions, this.positionsAt, parent) === ABSENT ? undefined : null;
  }

  /** False only when a field, given as a path with dots, cannot be there: nothing has its key. */
  mayHave(field: string): boolean {
    if (hasEscapedLetter(this.positions, this.positionsAt)) return true;
    const { key, parent } = glancePlace(field);
    if (parent === undefined) return this.bytes.subarray(this.start, this.end).includes(key);
    const start = startOf(this.positions, this.positionsAt, parent);
    // A text, or nothing, has no fields.
    if (start >= ABSENT) return false;
    return this.bytes.subarray(~start, endOf(this.positions, this.positionsAt, parent)).includes(key);
  }

  /** A text that hardly any two records share. */
  private unique(field: number): string | undefined {
    const start = startOf(this.positions, this.positionsAt, field);
    return start < 0 ? undefined : textAt(this.bytes, start, endOf(this.positions, this.positionsAt, field));
  }

  /** The whole record. Logstash and Filebeat rename its time to `@timestamp` on the way; it is `eventTime` again. */
  parse(): CloudTrailEvent {
    const record = JSON.parse(this.text) as Readonly<Record<string, unknown>>;
    if (typeof record.eventTime === "string") return record as CloudTrailEvent;
    return { ...record, eventName: this.eventName, eventTime: this.eventTime };
  }
}

/** Where to look for a field: among the picked ones, else in the picked one that it is part of. */
interface GlancePlace {
  /** Path below `userIdentity`. */
  readonly inIdentity?: string;
  readonly picked?: number;
  readonly parent?: number;
  /** The field's own name as JSON. */
  readonly key: Buffer;
}

const PICKED_BY_NAME: Readonly<Record<string, number>> = PICKED;
const glancePlaces = new Map<string, GlancePlace>();

function glancePlace(field: string): GlancePlace {
  let place = glancePlaces.get(field);
  if (!place) {
    const [first = "", ...below] = field.split(".");
    const ofFirst = Object.hasOwn(PICKED_BY_NAME, first) ? PICKED_BY_NAME[first] : undefined;
    place = {
      ...(below.length === 0 ? { picked: ofFirst } : { parent: ofFirst }),
      ...(first === "userIdentity" && below.length > 0 ? { inIdentity: below.join(".") } : {}),
      key: Buffer.from(JSON.stringify(below.at(-1) ?? first)),
    };
    glancePlaces.set(field, place);
  }
  return place;
}

/**
 * The record that a scanner has just found in `bytes` from `start` up to `end`, or why it is none.
 *
 * @param memory of the reader of this log
 */
export function recordAt(
  scanner: RecordScanner<WrittenIdentity>,
  bytes: Buffer,
  start: number,
  end: number,
  place: Place,
  memory: RecordMemory,
): LogRecord | MalformedRecord {
  if (bytes[start] !== 0x7b) return { ...place, reason: "the record is no JSON object" };
  const at = memory.save(scanner);
  const { positions } = memory;
  const name = startOf(positions, at, PICKED.eventName);
  const nameEnd = endOf(positions, at, PICKED.eventName);
  if (name < 0 || name === nameEnd) return { ...place, reason: "the record has no eventName" };
  const timeField = scanner.has(PICKED.eventTime) ? PICKED.eventTime : PICKED["@timestamp"];
  const time = startOf(positions, at, timeField);
  if (time < 0 || !isTime(bytes, time, endOf(positions, at, timeField)))
    return { ...place, reason: "the record has no eventTime like 2026-01-31T23:59:59Z" };
  if (scanner.depth > MAX_DEPTH)
    return { ...place, reason: `the record is nested deeper than ${MAX_DEPTH} levels` };
  const source = startOf(positions, at, PICKED.eventSource);
  if (source < 0 && source !== ABSENT) return { ...place, reason: "the record's eventSource is no text" };
  return new LogRecord(
    place,
    memory.text(bytes, name, nameEnd),
    source < 0 ? undefined : memory.text(bytes, source, endOf(positions, at, PICKED.eventSource)),
    bytes,
    start,
    end,
    positions,
    at,
    memory,
    scanner.identity,
  );
}

/** A record's JSON with as few escapes as can be, and a zero byte behind it: in it, no key hides in escapes. */
export function rewritten(text: string): Buffer {
  const json = Buffer.from(JSON.stringify(JSON.parse(text)));
  return Buffer.concat([json, Buffer.alloc(1)]);
}

function textAt(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString("utf8", start, end);
  return hasBackslash(bytes, start, end) ? (JSON.parse(`"${text}"`) as string) : text;
}

/** As many distinct names as are remembered; AWS has some 20,000 API operations. */
const MAX_NAMES = 50_000;

/** Records whose positions are kept in one piece. */
const RECORDS_A_PIECE = 512;

/**
 * What records have in common: the same string for the same bytes, since event names and sources repeat in nearly every
 * record, and pieces of memory that the positions of many records' fields are in.
 */
export class RecordMemory {
  /** Where {@link save} has written last. */
  positions = new Int32Array(0);
  readonly identities = new IdentityMemory();
  private nextAt = 0;
  private readonly known = new Map<number, { readonly bytes: Buffer; readonly text: string }>();

  /** Keeps where a scanner has found fields; returns the place in {@link positions}. */
  save(scanner: RecordScanner): number {
    if (this.nextAt === this.positions.length) {
      this.positions = new Int32Array(RECORDS_A_PIECE * POSITIONS);
      this.nextAt = 0;
    }
    const at = this.nextAt;
    scanner.savePositions(this.positions, at);
    this.nextAt += POSITIONS;
    return at;
  }

  text(bytes: Buffer, start: number, end: number): string {
    // FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv), 32 bits.
    let hash = 0x811c9dc5;
    for (let index = start; index < end; index++)
      hash = Math.imul(hash ^ (bytes[index] as number), 0x01000193);
    const known = this.known.get(hash);
    if (known && equals(known.bytes, bytes, start, end)) return known.text;
    const text = textAt(bytes, start, end);
    if (this.known.size >= MAX_NAMES) this.known.clear();
    this.known.set(hash, { bytes: Buffer.from(bytes.subarray(start, end)), text });
    return text;
  }
}

function equals(known: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let index = 0; index < known.length; index++) if (known[index] !== bytes[start + index]) return false;
  return true;
}
