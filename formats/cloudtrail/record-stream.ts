import {
  type LogRecord,
  type MalformedRecord,
  MAX_DEPTH,
  RecordMemory,
  type Place,
  recordAt,
  rewritten,
} from "./record";
import type { WrittenIdentity } from "./record-identity";
import { INCOMPLETE, INVALID, PICKED, RECORDS, RecordScanner } from "./record-scanner";
import { AT_END, NEEDS_MORE, RecordWindow } from "./record-window";

/** A sound record, or a stretch of the log that is none; told apart by `"reason" in entry`. */
export type RecordEntry = LogRecord | MalformedRecord;

/** A whole file that cannot be read as a log; the message says why and what to do, without naming the file. */
export class LogFileError extends Error {
  override readonly name = "LogFileError";
}

/**
 * The records of an unpacked log that comes in pieces; see {@link RecordReader}.
 *
 * @throws LogFileError when the log as a whole is none, or is cut off; after the records that are there
 */
export async function* readRecords(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<RecordEntry, void, void> {
  const reader = new RecordReader();
  for await (const piece of pieces) yield* reader.read(piece);
  yield* reader.end();
}

/** Records larger than this are left out and listed. CloudTrail's own are some 256 KB, at the most a few MB. */
const MAX_RECORD_BYTES = 32 * 2 ** 20;
const TOO_LARGE = `the record is larger than ${MAX_RECORD_BYTES / 2 ** 20} MiB`;

/** After so many values or lines of which none looks like a record, the file is no log. */
const MAX_FOREIGN_VALUES = 1_000;

const MORE = Symbol("more bytes");
type Steps<Result> = Generator<RecordEntry | typeof MORE, Result, void>;

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Reads records out of the pieces of an unpacked log: `{"Records": [...]}`, a list of events, or events one after the
 * other (one a line, or not); also several of these in a row. A broken record or line is an entry, and reading goes on
 * behind it. Memory is bounded by the largest record, whatever the size of the log.
 *
 * The generators must be read to their ends. They throw LogFileError when the log as a whole is none, or is cut off;
 * after the records that are there.
 */
export class RecordReader {
  private readonly window = new RecordWindow();
  private readonly scanner: RecordScanner<WrittenIdentity>;
  private readonly steps = this.readLog();
  private isLog = false;
  private values = 0;
  /** Found before anything that looks like a record; given out once there is one. */
  private held: MalformedRecord[] = [];
  private firstProblem: string | undefined;
  private isDigest = false;
  private hasOtherRecords = false;

  /** @param memory what logs have in common that are read one after the other; @default none */
  constructor(private readonly memory = new RecordMemory()) {
    this.scanner = new RecordScanner(memory.identities);
  }

  /** The records that are complete with this piece, which may be of any size. */
  *read(chunk: Uint8Array): Generator<RecordEntry, void, void> {
    if (this.window.add(chunk)) yield* this.advance();
  }

  /** The records that are complete because nothing follows. */
  *end(): Generator<RecordEntry, void, void> {
    this.window.close();
    yield* this.advance();
  }

  private *advance(): Generator<RecordEntry, void, void> {
    for (;;) {
      const step = this.steps.next();
      if (step.done || step.value === MORE) return;
      yield step.value;
    }
  }

  /** The whole reading as one course, which pauses wherever bytes are missing. */
  private *readLog(): Steps<void> {
    const { window, scanner } = this;
    yield* this.readByteOrderMark();
    for (;;) {
      const byte = window.peek();
      if (byte === NEEDS_MORE) {
        yield MORE;
        continue;
      }
      if (byte === AT_END) break;
      this.values++;
      if (byte === OPEN_BRACKET) {
        window.position++;
        yield* this.readList();
        continue;
      }
      const place = { line: window.line };
      let end = scanner.scan(window.bytes, window.position, window.end, true);
      if (end === INCOMPLETE) end = yield* this.scanWithMore(true, false);
      if (end >= 0) {
        const entry = this.entryUpTo(end, place);
        if (this.isLog) yield entry;
        else yield* this.giveEarly(entry);
      } else if (end === RECORDS) {
        this.isLog = true;
        yield* this.releaseHeld();
        this.moveTo(scanner.position);
        yield* this.readRecordsObject();
      } else {
        yield* this.leaveOut(end, place);
        yield* this.skipLine();
      }
    }
    window.check();
    if (!this.isLog) throw this.foreign();
    if (window.lineNotUtf8 !== undefined) {
      yield {
        line: window.lineNotUtf8,
        reason: "the line holds bytes that are not UTF-8; they were read as \ufffd",
      };
    }
  }

  private *readByteOrderMark(): Steps<void> {
    const { window } = this;
    while (window.remainingBytes < 3 && window.askForMore()) yield MORE;
    const [first, second, third] = window.bytes;
    if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
      throw new LogFileError("the file is UTF-16 text; save it as UTF-8");
    }
    if (first === 0xef && second === 0xbb && third === 0xbf) window.position += 3;
  }

  /** From behind the bracket of a `Records` list to the end of its object. */
  private *readRecordsObject(): Steps<void> {
    const { window, scanner } = this;
    for (;;) {
      yield* this.readList();
      let end = scanner.scan(window.bytes, window.position, window.end, true, true);
      if (end === INCOMPLETE) end = yield* this.scanWithMore(true, true);
      if (end === INCOMPLETE) throw this.cutOff();
      if (end === INVALID) throw this.broken();
      if (end !== RECORDS) return this.moveTo(end);
      this.moveTo(scanner.position);
    }
  }

  /** From behind a list's opening bracket to behind its closing one. */
  private *readList(): Steps<void> {
    const { window, scanner } = this;
    let next: "first" | "separator" | "record" = "first";
    for (let index = 0; ;) {
      const byte = window.peek();
      if (byte === NEEDS_MORE) {
        yield MORE;
        continue;
      }
      if (byte === AT_END) throw this.cutOff();
      if (next !== "record" && byte === CLOSE_BRACKET) {
        window.position++;
        return;
      }
      if (next === "separator") {
        if (byte !== COMMA) throw this.broken();
        window.position++;
        next = "record";
        continue;
      }
      next = "separator";
      const place = { index: index++ };
      let end = scanner.scan(window.bytes, window.position, window.end);
      if (end === INCOMPLETE) end = yield* this.scanWithMore(false, false);
      if (end >= 0) {
        const entry = this.entryUpTo(end, place);
        if (this.isLog) yield entry;
        else yield* this.giveEarly(entry);
      } else {
        if (end === INCOMPLETE && window.remainingBytes <= MAX_RECORD_BYTES) throw this.cutOff();
        yield* this.leaveOut(end, place);
        yield* this.skipToSeparator();
      }
    }
  }

  /** Scans again and again until the value is complete, too large, or the log ends. */
  private *scanWithMore(lookForRecords: boolean, insideObject: boolean): Steps<number> {
    const { window, scanner } = this;
    for (;;) {
      if (window.remainingBytes > MAX_RECORD_BYTES || !window.askForMore()) return INCOMPLETE;
      yield MORE;
      const end = scanner.scan(window.bytes, window.position, window.end, lookForRecords, insideObject);
      if (end !== INCOMPLETE) return end;
    }
  }

  private entryUpTo(end: number, place: Place): RecordEntry {
    const { window, scanner } = this;
    const { bytes, position: start } = window;
    this.moveTo(end);
    if (end - start > MAX_RECORD_BYTES) return { ...place, reason: TOO_LARGE };
    if (!scanner.escapedKey || scanner.depth > MAX_DEPTH) {
      return recordAt(scanner, bytes, start, end, place, this.memory);
    }
    const again = rewritten(bytes.toString("utf8", start, end));
    scanner.scan(again, 0, again.length - 1);
    return recordAt(scanner, again, 0, again.length - 1, place, this.memory);
  }

  private moveTo(position: number): void {
    this.window.position = position;
    this.window.line += this.scanner.newlines;
  }

  /** Nothing is said about parts of a file that may be no log at all, until something looks like a record. */
  private *giveEarly(entry: RecordEntry): Steps<void> {
    if ("reason" in entry && !this.scanner.looksLikeRecord) {
      this.isDigest ||= this.scanner.has(PICKED.digestS3Object);
      this.hasOtherRecords ||= this.scanner.has(PICKED.Records);
      this.hold(entry);
      return;
    }
    this.isLog = true;
    yield* this.releaseHeld();
    yield entry;
  }

  private hold(entry: MalformedRecord): void {
    this.held.push(entry);
    if (this.held.length >= MAX_FOREIGN_VALUES) throw this.foreign();
  }

  private *releaseHeld(): Steps<void> {
    yield* this.held;
    this.held = [];
  }

  /** Lists a value that is no JSON or too large, for the reader to go behind it. */
  private *leaveOut(result: number, place: Place): Steps<void> {
    const problem = this.problem(result);
    this.firstProblem ??= problem;
    const entry = { ...place, reason: problem };
    if (this.isLog) yield entry;
    else this.hold(entry);
    this.window.check();
  }

  private problem(result: number): string {
    const { window, scanner } = this;
    if (result === INCOMPLETE) {
      return window.remainingBytes > MAX_RECORD_BYTES ? TOO_LARGE : "not JSON: it ends in the middle";
    }
    return window.bytes[scanner.position] === NEWLINE
      ? "not JSON: the line ends in the middle"
      : `not JSON: unexpected byte ${scanner.position - window.position}`;
  }

  private *skipLine(): Steps<void> {
    const { window } = this;
    for (;;) {
      const newline = window.bytes.indexOf(NEWLINE, window.position);
      if (newline >= 0) {
        window.position = newline + 1;
        window.line++;
        return window.skipCheck();
      }
      window.position = window.end;
      window.skipCheck();
      if (!window.askForMore()) return;
      yield MORE;
    }
  }

  /** To the comma or bracket behind a list's broken element, by brackets and quotes alone. */
  private *skipToSeparator(): Steps<void> {
    const { window } = this;
    let depth = 0;
    let inString = false;
    let escaped = false;
    for (;;) {
      for (; window.position < window.end; window.position++) {
        const byte = window.bytes[window.position];
        if (byte === NEWLINE) window.line++;
        if (escaped) escaped = false;
        else if (inString) {
          if (byte === BACKSLASH) escaped = true;
          else if (byte === QUOTE) inString = false;
        } else if (byte === QUOTE) inString = true;
        else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
        else if (depth === 0 && (byte === COMMA || byte === CLOSE_BRACKET)) return window.skipCheck();
        else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
      }
      window.skipCheck();
      if (!window.askForMore()) return;
      yield MORE;
    }
  }

  private cutOff(): LogFileError {
    return new LogFileError("the file is not JSON: it is cut off in the middle of a list; fetch it again");
  }

  private broken(): LogFileError {
    const { line } = this.window;
    return new LogFileError(
      `the file is not JSON from line ${line} on, behind a record of a list; fetch it again`,
    );
  }

  /** Why a file without anything that looks like a record is none. */
  private foreign(): LogFileError {
    if (this.values === 0) return new LogFileError("the file is empty; leave it out or fetch it again");
    if (this.firstProblem !== undefined || this.values > 1) {
      const problem = this.firstProblem ?? "several values";
      return new LogFileError(
        `the file is not JSON (${problem.replace(/^not JSON: /, "")}) and no line of it is an event; fetch it again`,
      );
    }
    if (this.isDigest) {
      return new LogFileError("the file is a CloudTrail digest, not a log; leave it out");
    }
    if (this.hasOtherRecords) {
      return new LogFileError(
        'its Records is no list; a log is {"Records": [...]}, a list of events, or an event a line',
      );
    }
    return new LogFileError(
      'the file is JSON, but no CloudTrail log: {"Records": [...]}, a list of events, one event, or an event a line',
    );
  }
}
