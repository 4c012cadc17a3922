import { type IdentityReader, RecordScanner, type ScannedValue } from "./record-scanner";

/** A field's text; undefined when it is absent or null, null when only parsing will tell. */
export type GlanceText = string | undefined | null;

/** A `userIdentity` as it is written: one object for all records of a reader that have the same bytes there. */
export class WrittenIdentity implements ScannedValue {
  readonly length: number;
  /** Records before this one had it too, so that it pays to remember what is found out about it. */
  isRepeated = false;
  private parsed: unknown;
  private readonly texts = new Map<string, GlanceText>();

  constructor(
    /** JSON of an object. */
    readonly bytes: Buffer,
    readonly depth: number,
    readonly newlines: number,
    readonly hasEscapedLetter: boolean,
  ) {
    this.length = bytes.length;
  }

  /** The text of a field, given as a path with dots below `userIdentity`; as `LogRecord.glance` gives it. */
  text(field: string): GlanceText {
    let text = this.texts.get(field);
    if (text === undefined && !this.texts.has(field)) {
      this.parsed ??= JSON.parse(this.bytes.toString("utf8"));
      text = textAt(this.parsed, field.split("."));
      this.texts.set(field, text);
    }
    return text;
  }
}

function textAt(root: unknown, path: readonly string[]): GlanceText {
  let node = root;
  for (const key of path) {
    // A list stands for its elements, of which there may be several.
    if (Array.isArray(node)) return null;
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, key)) return undefined;
    node = (node as Readonly<Record<string, unknown>>)[key];
  }
  if (typeof node === "string") return node;
  return node === null ? undefined : null;
}

/** Identities that are remembered; one takes some 4 KB. */
const MAX_IDENTITIES = 2_000;
/** Identities that start alike and are remembered: sessions of one role and name have other keys, further on. */
const MAX_ALIKE = 8;
/** So many bytes tell most identities apart: type, and the principal's id with the session's name. */
const TELLING_BYTES = 104;

const CLOSE_BRACE = 0x7d;

/** Knows identities again by their bytes, so that those that come again and again need not be scanned. */
export class IdentityMemory implements IdentityReader<WrittenIdentity> {
  private readonly scanner = new RecordScanner();
  /** By a hash of the first {@link TELLING_BYTES}. */
  private readonly known = new Map<number, WrittenIdentity[]>();
  private size = 0;

  /** The identity whose opening brace is at `start`; undefined when it is no sound JSON or not all there. */
  read(bytes: Buffer, start: number, end: number): WrittenIdentity | undefined {
    const hash = hashOf(bytes, start, end);
    const alike = this.known.get(hash);
    if (alike) {
      for (const identity of alike) {
        if (!isAt(identity.bytes, bytes, start, end)) continue;
        identity.isRepeated = true;
        return identity;
      }
    }
    const { scanner } = this;
    const identityEnd = scanner.scan(bytes, start, end);
    if (identityEnd < 0) return undefined;
    const identity = new WrittenIdentity(
      Buffer.from(bytes.subarray(start, identityEnd)),
      scanner.depth,
      scanner.newlines,
      scanner.hasEscapedLetter,
    );
    this.remember(identity, hash);
    return identity;
  }

  private remember(identity: WrittenIdentity, hash: number): void {
    if (this.size >= MAX_IDENTITIES) {
      this.known.clear();
      this.size = 0;
    }
    const alike = this.known.get(hash) ?? [];
    if (alike.length === MAX_ALIKE) alike.shift();
    else this.size++;
    alike.push(identity);
    this.known.set(hash, alike);
  }
}

function hashOf(bytes: Buffer, start: number, end: number): number {
  const last = Math.min(end, start + TELLING_BYTES);
  let hash = 0;
  for (let index = start; index < last; index++) {
    const byte = bytes[index] as number;
    // What is behind a short identity must not count.
    if (byte === CLOSE_BRACE) break;
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash;
}

function isAt(known: Buffer, bytes: Buffer, start: number, end: number): boolean {
  const knownEnd = start + known.length;
  return knownEnd <= end && bytes.compare(known, 0, known.length, start, knownEnd) === 0;
}
