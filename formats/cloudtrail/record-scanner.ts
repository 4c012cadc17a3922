import { literalEnd, numberEnd } from "./json-tokens";

/** What a scan came to, beside the position behind a sound value. */
export const INCOMPLETE = -1;
export const INVALID = -2;
/** The value is an object whose `Records` is a list; `position` is behind the list's bracket. */
export const RECORDS = -3;

/** Fields that are picked while a record is scanned. */
export const PICKED = {
  eventName: 0,
  eventSource: 1,
  eventID: 2,
  eventTime: 3,
  eventVersion: 4,
  "@timestamp": 5,
  Records: 6,
  digestS3Object: 7,
  eventType: 8,
  errorCode: 9,
  errorMessage: 10,
  sourceIPAddress: 11,
  vpcEndpointId: 12,
  requestParameters: 13,
  responseElements: 14,
  additionalEventData: 15,
  userIdentity: 16,
} as const;

/** Fields of which a record has at least one. */
const RECORD_FIELDS = 5;

/** Start of a picked field that is absent or null. */
export const ABSENT = -1;

const NOT_PICKED = -1;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const MINUS = 0x2d;
const NULL = 0x6e;
const ZERO = 0x30;
const NINE = 0x39;

/** 1 for bytes that interrupt the plain content of a string: quote, backslash, control characters. */
const INTERRUPTS = table((byte) => byte === QUOTE || byte === BACKSLASH || byte < 0x20);
const IS_SPACE = table((byte) => byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09);
const IS_ESCAPE = table((byte) => '"\\/bfnrt'.includes(String.fromCharCode(byte)));
const IS_HEX = table((byte) => /[0-9a-fA-F]/.test(String.fromCharCode(byte)));
const FIELDS = Object.keys(PICKED).length;

/** Length of what {@link RecordScanner.savePositions} writes. */
export const POSITIONS = 2 * FIELDS + 1;

interface FieldName {
  readonly field: number;
  readonly bytes: Uint8Array;
}

/** Picked fields by the length of their names. */
const FIELDS_BY_LENGTH: readonly (readonly FieldName[] | undefined)[] = fieldsByLength();

function fieldsByLength(): FieldName[][] {
  const byLength: FieldName[][] = [];
  for (const [name, field] of Object.entries(PICKED))
    (byLength[name.length] ??= []).push({ field, bytes: Buffer.from(name) });
  return byLength;
}

/** What a scan of a value comes to. */
export interface ScannedValue {
  /** Bytes. */
  readonly length: number;
  /** Levels of objects and lists. */
  readonly depth: number;
  readonly newlines: number;
  /** Some character is written as an escape of its code. */
  readonly hasEscapedLetter: boolean;
}

/** Scans the objects that records have as `userIdentity`; undefined for what is no sound JSON or not all there. */
export interface IdentityReader<Identity extends ScannedValue> {
  read(bytes: Uint8Array, start: number, end: number): Identity | undefined;
}

/**
 * Checks one JSON value in bytes against the grammar (RFC 8259) without building it, and notes where the top-level
 * fields are that a reader of CloudTrail records asks for first: several times as fast as `JSON.parse`, and as strict.
 * What it does not see: whether string content is UTF-8.
 *
 * The bytes must have a zero byte at `end`, which stands for "more may follow": loops then need no bounds.
 */
export class RecordScanner<Identity extends ScannedValue = ScannedValue> {
  private readonly starts = new Int32Array(FIELDS);
  private readonly ends = new Int32Array(FIELDS);
  /** A key where picked fields are is written with escapes, so that one may hide in it. */
  escapedKey = false;
  /** Some character is written as an escape of its code. */
  hasEscapedLetter = false;
  /** The object that the record has as `userIdentity`, if there is a reader for them. */
  identity: Identity | undefined;
  /** Levels of objects and lists. */
  depth = 0;
  /** Newlines between `from` and the end of the scan. */
  newlines = 0;
  /** Where the scan ended when it did not end well. */
  position = 0;
  private stack = new Uint8Array(64);
  private wordsOf: Uint8Array | undefined;
  private words: Int32Array = new Int32Array();

  /** @param identities reads objects below `userIdentity`; @default they are scanned as all else */
  constructor(private readonly identities?: IdentityReader<Identity>) {}

  /**
   * @param lookForRecords stop at a top-level `Records` list of an object that has no field of a record before it
   * @param insideObject `from` is behind a value of an object that is already open; picked fields are kept
   * @returns the position behind the value, or {@link INCOMPLETE}, {@link INVALID}, {@link RECORDS}
   */
  scan(bytes: Uint8Array, from: number, end: number, lookForRecords = false, insideObject = false): number {
    if (!insideObject) {
      this.starts.fill(ABSENT);
      this.escapedKey = false;
      this.hasEscapedLetter = false;
      this.identity = undefined;
    }
    if (bytes !== this.wordsOf) {
      this.wordsOf = bytes;
      this.words =
        bytes.byteOffset % 4 === 0
          ? new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
          : new Int32Array();
    }
    let position = from;
    let depth = insideObject ? 1 : 0;
    let deepest = depth;
    let newlines = 0;
    let stack = this.stack;
    if (insideObject) stack[0] = OPEN_BRACE;
    let picked: number = NOT_PICKED;
    // What comes next: a value, or what follows one.
    let valueEnded = insideObject;
    // A value may not be there at all: right behind an opening bracket.
    let mayClose = false;
    let keyNext = false;

    for (;;) {
      let byte = bytes[position] as number;
      while (IS_SPACE[byte] === 1) {
        if (byte === NEWLINE) newlines++;
        byte = bytes[++position] as number;
      }

      if (valueEnded) {
        const inObject = stack[depth - 1] === OPEN_BRACE;
        if (byte === COMMA) {
          keyNext = inObject;
          mayClose = false;
          valueEnded = false;
        } else if (byte === (inObject ? CLOSE_BRACE : CLOSE_BRACKET)) {
          // The value ends here, before any space that follows.
          if (--depth === 0) {
            position++;
            break;
          }
        } else {
          return this.stop(position, end, deepest, newlines);
        }
        position++;
        continue;
      }

      if (keyNext) {
        if (byte === CLOSE_BRACE && mayClose) {
          depth--;
          position++;
          keyNext = false;
          valueEnded = true;
          if (depth === 0) break;
          continue;
        }
        if (byte !== QUOTE) return this.stop(position, end, deepest, newlines);
        const keyStart = position + 1;
        position = this.stringEnd(bytes, keyStart, end);
        if (position < 0) return this.stop(~position, end, deepest, newlines);
        if (depth === 1) {
          this.endOther(picked, keyStart);
          picked = this.pick(bytes, keyStart, position);
        }
        byte = bytes[++position] as number;
        while (IS_SPACE[byte] === 1) {
          if (byte === NEWLINE) newlines++;
          byte = bytes[++position] as number;
        }
        if (byte !== COLON) return this.stop(position, end, deepest, newlines);
        position++;
        keyNext = false;
        mayClose = false;
        continue;
      }

      if (byte === QUOTE) {
        const start = position + 1;
        position = this.stringEnd(bytes, start, end);
        if (position < 0) return this.stop(~position, end, deepest, newlines);
        if (depth === 1 && picked !== NOT_PICKED) {
          this.starts[picked] = start;
          this.ends[picked] = position;
        }
        position++;
        valueEnded = true;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (depth === 1 && picked === PICKED.userIdentity && byte === OPEN_BRACE) {
          const identity = this.identities?.read(bytes, position, end);
          if (identity) {
            this.identity = identity;
            if (identity.hasEscapedLetter) this.hasEscapedLetter = true;
            deepest = Math.max(deepest, 1 + identity.depth);
            newlines += identity.newlines;
            position += identity.length;
            valueEnded = true;
            mayClose = false;
            continue;
          }
        }
        if (depth === stack.length) {
          this.stack = new Uint8Array(2 * depth);
          this.stack.set(stack);
          stack = this.stack;
        }
        position++;
        if (
          byte === OPEN_BRACKET &&
          depth === 1 &&
          picked === PICKED.Records &&
          lookForRecords &&
          !this.looksLikeRecord
        ) {
          this.finish(position, deepest, newlines);
          return RECORDS;
        }
        stack[depth++] = byte;
        if (depth > deepest) deepest = depth;
        keyNext = byte === OPEN_BRACE;
        mayClose = true;
        continue;
      } else if (byte === CLOSE_BRACKET && mayClose) {
        depth--;
        position++;
        valueEnded = true;
      } else if (byte === MINUS || (byte >= ZERO && byte <= NINE)) {
        position = numberEnd(bytes, position);
        if (position < 0) return this.stop(~position, end, deepest, newlines);
        // A number may go on behind the bytes at hand.
        if (position === end) return this.stop(position, end, deepest, newlines);
        valueEnded = true;
      } else {
        // Null is as good as absent.
        if (byte === NULL && depth === 1 && picked !== NOT_PICKED) this.starts[picked] = ABSENT;
        position = literalEnd(bytes, position);
        if (position < 0) return this.stop(~position, end, deepest, newlines);
        valueEnded = true;
      }
      mayClose = false;
      if (depth === 0) break;
    }
    this.endOther(picked, position);
    this.finish(position, deepest, newlines);
    return position;
  }

  /** Whether a picked field is there and not null. */
  has(field: number): boolean {
    return this.starts[field] !== ABSENT;
  }

  /**
   * Writes down where picked fields are, for {@link startOf} and {@link endOf}; of a key that is there twice, where the
   * last one is, which is the one that parsing yields.
   */
  savePositions(positions: Int32Array, at: number): void {
    positions.set(this.starts, at);
    positions.set(this.ends, at + FIELDS);
    positions[at + 2 * FIELDS] = this.hasEscapedLetter ? 1 : 0;
  }

  /** A top-level field is there that records have. */
  get looksLikeRecord(): boolean {
    for (let field = 0; field < RECORD_FIELDS; field++) if (this.starts[field] !== ABSENT) return true;
    return false;
  }

  /** Position of the closing quote, or the complement of where the string stops being one. */
  private stringEnd(bytes: Uint8Array, start: number, end: number): number {
    const { words } = this;
    let position = start;
    for (;;) {
      while ((position & 3) !== 0 && INTERRUPTS[bytes[position] as number] === 0) position++;
      if ((position & 3) === 0) {
        let word = position >> 2;
        while (word < words.length && isPlain(words[word] as number)) word++;
        position = word << 2;
      }
      while (INTERRUPTS[bytes[position] as number] === 0) position++;
      const byte = bytes[position];
      if (byte === QUOTE) return position;
      if (byte !== BACKSLASH) return ~position;
      const escape = bytes[position + 1] as number;
      if (IS_ESCAPE[escape] === 1) {
        position += 2;
      } else if (escape === 0x75) {
        for (let digit = position + 2; digit < position + 6; digit++) {
          if (IS_HEX[bytes[digit] as number] !== 1) return ~Math.min(digit, end);
        }
        position += 6;
        this.hasEscapedLetter = true;
      } else {
        return ~Math.min(position + 1, end);
      }
    }
  }

  private stop(position: number, end: number, depth: number, newlines: number): number {
    this.finish(position, depth, newlines);
    return position >= end ? INCOMPLETE : INVALID;
  }

  private finish(position: number, depth: number, newlines: number): void {
    this.position = position;
    this.depth = depth;
    this.newlines = newlines;
  }

  /** Of a value that is no text, notes a place behind it, but before what else has a name. */
  private endOther(picked: number, position: number): void {
    if (picked !== NOT_PICKED && (this.starts[picked] as number) < ABSENT) this.ends[picked] = position;
  }

  private pick(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    const ofLength = FIELDS_BY_LENGTH[length];
    if (ofLength) {
      for (const { field, bytes: name } of ofLength) {
        let index = 0;
        while (index < length && name[index] === bytes[start + index]) index++;
        if (index === length) {
          this.starts[field] = ~end;
          // Of a key that is there twice, the last one counts.
          if (field === PICKED.userIdentity) this.identity = undefined;
          return field;
        }
      }
    }
    if (hasBackslash(bytes, start, end)) this.escapedKey = true;
    return NOT_PICKED;
  }
}

/**
 * Where a picked field's text starts, behind the quote; {@link ABSENT}; or, for other values, the complement of a place
 * before it, but behind all that has another name.
 */
export function startOf(positions: Int32Array, at: number, field: number): number {
  return positions[at + field] as number;
}

/** Whether some character of the record is written as an escape of its code. */
export function hasEscapedLetter(positions: Int32Array, at: number): boolean {
  return positions[at + 2 * FIELDS] === 1;
}

/** Where a picked field's text ends, before the quote; or, for other values, a place behind it. */
export function endOf(positions: Int32Array, at: number, field: number): number {
  return positions[at + FIELDS + field] as number;
}

/** Whether a string's content is written with escapes. */
export function hasBackslash(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index++) if (bytes[index] === BACKSLASH) return true;
  return false;
}

/** Whether none of the four bytes interrupts the plain content of a string; see Hacker's Delight, 6-1. */
function isPlain(word: number): boolean {
  const quote = word ^ 0x22222222;
  const backslash = word ^ 0x5c5c5c5c;
  const found =
    ((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash) | ((word - 0x20202020) & ~word);
  return (found & 0x80808080) === 0;
}

function table(test: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (test(byte) ? 1 : 0));
}
