import { constants, crc32, createInflateRaw } from "node:zlib";
import { checkTrailer, CUT_OFF, DAMAGED, GzipError, headerEnd, isGzip, TRAILER_LENGTH } from "./gzip";

/** Input goes in by so much, so that what one piece can unpack to is bounded (a thousand times as much, at most). */
const INPUT_BYTES = 32 * 2 ** 10;
const OUTPUT_BYTES = 1024 * 2 ** 10;

/**
 * As `gunzip` for data that comes in pieces, in bounded memory; all that is intact is given out. The next piece is
 * unpacked, on a thread of Node's own, while the reader is busy with the last one.
 *
 * @param onTrailingBytes is called when other bytes than zeros follow the gzip data, which are left out
 * @throws GzipError when the data is cut off or damaged; after what was read before
 */
export async function* gunzipStream(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  onTrailingBytes: () => void,
): AsyncGenerator<Uint8Array, void, void> {
  const input = new Input(inSlices(pieces));
  try {
    do {
      yield* gunzipMember(input);
    } while (isGzip(await input.peek(2)));
    for (let rest = await input.peek(1); rest.length > 0; rest = await input.peek(1)) {
      if (rest.some((byte) => byte !== 0)) return onTrailingBytes();
      input.skip(rest.length);
    }
  } finally {
    await input.close();
  }
}

async function* gunzipMember(input: Input): AsyncGenerator<Uint8Array, void, void> {
  await skipHeader(input);
  const inflater = new Inflater();
  let checksum = 0;
  let length = 0;
  let passing = passNext(input, inflater);
  try {
    for (;;) {
      await passing;
      const { ended } = inflater;
      const ready = inflater.takeOutput();
      if (!ended) passing = passNext(input, inflater);
      for (const piece of ready) {
        checksum = crc32(piece, checksum);
        length += piece.length;
        yield piece;
      }
      if (ended) break;
    }
  } finally {
    // Whoever stops reading does not learn of what comes later.
    passing.catch(() => undefined);
    inflater.close();
  }
  input.putBack(inflater.leftOver());
  const trailer = await input.peek(TRAILER_LENGTH);
  if (trailer.length < TRAILER_LENGTH) throw new GzipError(CUT_OFF);
  checkTrailer(trailer, checksum, length);
  input.skip(TRAILER_LENGTH);
}

async function passNext(input: Input, inflater: Inflater): Promise<void> {
  await inflater.pass(await input.next());
}

async function skipHeader(input: Input): Promise<void> {
  for (let wanted = 64; ; wanted *= 2) {
    const start = await input.peek(wanted);
    try {
      return input.skip(headerEnd(start, 0));
    } catch (error) {
      // A header may hold a long name or comment.
      const isShort = error instanceof GzipError && error.message === CUT_OFF && start.length >= wanted;
      if (!isShort) throw error;
    }
  }
}

/** Unpacks the data of one member. */
class Inflater {
  /** The member's data has ended. */
  ended = false;
  private readonly stream = createInflateRaw({ chunkSize: OUTPUT_BYTES, finishFlush: constants.Z_FINISH });
  private output: Uint8Array[] = [];
  private passed: Uint8Array = new Uint8Array();
  private passedBytes = 0;
  private failure: Error | undefined;
  private wake: () => void = () => undefined;

  constructor() {
    this.stream.on("data", (piece: Uint8Array) => this.output.push(piece));
    this.stream.on("end", () => {
      this.ended = true;
      this.wake();
    });
    this.stream.on("error", (error) => {
      this.failure = error;
      this.wake();
    });
  }

  /** Passes on a piece, or that there is none. @throws GzipError */
  async pass(piece: Uint8Array | undefined): Promise<void> {
    await new Promise<void>((done) => {
      this.wake = done;
      if (!piece) {
        this.stream.end();
        return;
      }
      this.passed = piece;
      this.passedBytes += piece.length;
      // The end, if this piece has it, is told after the piece is done with.
      this.stream.write(piece, () => setImmediate(done));
    });
    if (!this.failure) return;
    const { code } = this.failure as NodeJS.ErrnoException;
    if (code !== "Z_DATA_ERROR" && code !== "Z_BUF_ERROR") throw this.failure;
    throw new GzipError(code === "Z_BUF_ERROR" ? CUT_OFF : DAMAGED, { cause: this.failure });
  }

  takeOutput(): readonly Uint8Array[] {
    const { output } = this;
    this.output = [];
    return output;
  }

  /** What of the last piece is behind the member's data. */
  leftOver(): Uint8Array {
    const bytes = this.passedBytes - this.stream.bytesWritten;
    return this.passed.subarray(this.passed.length - bytes);
  }

  close(): void {
    this.stream.destroy();
  }
}

/** Pieces of input, of which some can be looked at or given back. */
class Input {
  private start: Uint8Array = new Uint8Array();

  constructor(private readonly pieces: AsyncGenerator<Uint8Array, void, void>) {}

  /** The next piece; undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    const { start } = this;
    if (start.length > 0) {
      this.start = new Uint8Array();
      return start;
    }
    const { done, value } = (await this.pieces.next()) as { done?: boolean; value?: Uint8Array };
    return done ? undefined : value;
  }

  /** At least so many of the next bytes, fewer only at the end, without reading them. */
  async peek(length: number): Promise<Uint8Array> {
    while (this.start.length < length) {
      const { start } = this;
      this.start = new Uint8Array();
      const piece = await this.next();
      this.start = piece && start.length > 0 ? Buffer.concat([start, piece]) : (piece ?? start);
      if (!piece) break;
    }
    return this.start;
  }

  skip(length: number): void {
    this.start = this.start.subarray(length);
  }

  putBack(bytes: Uint8Array): void {
    this.start = this.start.length === 0 ? bytes : Buffer.concat([bytes, this.start]);
  }

  async close(): Promise<void> {
    await this.pieces.return();
  }
}

async function* inSlices(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const piece of pieces) {
    for (let start = 0; start < piece.length; start += INPUT_BYTES)
      yield piece.subarray(start, start + INPUT_BYTES);
  }
}
