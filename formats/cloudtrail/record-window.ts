import { isUtf8 } from "node:buffer";

/** What {@link RecordWindow.peek} finds instead of a byte. */
export const NEEDS_MORE = -1;
export const AT_END = -2;

const NEWLINE = 0x0a;

/** The part of a log that is at hand: pieces go in at the end, what has been read goes out at the start. */
export class RecordWindow {
  /** A zero byte follows the bytes at hand, as the scanner wants it. */
  bytes = Buffer.alloc(1);
  /** Next byte to read. */
  position = 0;
  /** Line of `position`, from 1. Whoever moves the position counts the newlines it passes. */
  line = 1;
  /** First line that held bytes which are not UTF-8, once it is known. */
  lineNotUtf8: number | undefined;
  private pieces: Uint8Array[] = [];
  private pieceBytes = 0;
  private wantedBytes = 0;
  private closed = false;
  private checkedTo = 0;
  private checkedLine = 1;

  /** Bytes at hand. */
  get end(): number {
    return this.bytes.length - 1;
  }

  /** Bytes at hand that have not been read. */
  get remainingBytes(): number {
    return this.end - this.position;
  }

  /** Adds a piece of the log. Returns false while there are too few for what {@link askForMore} wants. */
  add(piece: Uint8Array): boolean {
    this.pieces.push(piece);
    this.pieceBytes += piece.length;
    if (this.pieceBytes < this.wantedBytes) return false;
    this.join(0);
    return true;
  }

  /** Says that nothing follows. A space is put behind, so that a number at the end is known to be whole. */
  close(): void {
    this.closed = true;
    this.join(1);
  }

  /** Whether more can come; as much as is there already, so that a long record is not looked at for every piece. */
  askForMore(): boolean {
    this.wantedBytes = this.remainingBytes;
    return !this.closed;
  }

  /** The next byte that is no white space, without reading it; or {@link NEEDS_MORE}, {@link AT_END}. */
  peek(): number {
    const { bytes, end } = this;
    for (; this.position < end; this.position++) {
      const byte = bytes[this.position] as number;
      if (byte === NEWLINE) this.line++;
      else if (byte !== 0x20 && byte !== 0x0d && byte !== 0x09) return byte;
    }
    this.wantedBytes = 0;
    return this.closed ? AT_END : NEEDS_MORE;
  }

  /**
   * Looks for bytes that are not UTF-8 between the last check and the position, which must not be inside a character.
   * What is in a part of the log that is left out does not matter.
   */
  check(): void {
    if (this.lineNotUtf8 === undefined) {
      const read = this.bytes.subarray(this.checkedTo, this.position);
      if (!isUtf8(read)) this.lineNotUtf8 = this.checkedLine + linesBeforeNotUtf8(read);
    }
    this.skipCheck();
  }

  skipCheck(): void {
    this.checkedTo = this.position;
    this.checkedLine = this.line;
  }

  private join(extraBytes: number): void {
    this.check();
    const rest = this.bytes.subarray(this.position, this.end);
    const joined = Buffer.allocUnsafe(rest.length + this.pieceBytes + extraBytes + 1);
    joined.set(rest);
    let length = rest.length;
    for (const piece of this.pieces) {
      joined.set(piece, length);
      length += piece.length;
    }
    if (extraBytes > 0) joined[length++] = 0x20;
    joined[length] = 0;
    this.bytes = joined;
    this.position = 0;
    this.checkedTo = 0;
    this.pieces = [];
    this.pieceBytes = 0;
    this.wantedBytes = 0;
  }
}

function linesBeforeNotUtf8(bytes: Buffer): number {
  let start = 0;
  for (let lines = 0; ; lines++) {
    const newline = bytes.indexOf(NEWLINE, start);
    if (newline < 0 || !isUtf8(bytes.subarray(start, newline))) return lines;
    start = newline + 1;
  }
}
