import { constants, crc32, createGunzip, inflateRawSync } from "node:zlib";

/** Gzip data that cannot be unpacked; the message says why, without naming the file. */
export class GzipError extends Error {
  override readonly name = "GzipError";
}

/** Unpacked data, and how many bytes behind the gzip data were no gzip data. */
export interface Gunzipped {
  readonly data: Uint8Array;
  readonly trailingBytes: number;
}

/** Whether the bytes start as gzip data does (RFC 1952, section 2.3.1). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

const TRAILER_LENGTH = 8;

/**
 * Unpacks gzip data of one or more members (RFC 1952, section 2.2) and keeps what is intact when other bytes follow,
 * which Node's own gunzip does not. Zero padding is no trailing data.
 *
 * @param maxBytes refuse to unpack to more than this
 * @throws GzipError when the data is cut off, damaged, or too large
 */
export function gunzip(bytes: Uint8Array, maxBytes: number): Gunzipped {
  const members: Uint8Array[] = [];
  let offset = 0;
  let remainingBytes = maxBytes;
  do {
    const member = unpackMember(bytes, offset, remainingBytes, maxBytes);
    members.push(member.data);
    offset = member.end;
    remainingBytes -= member.data.length;
  } while (isGzip(bytes.subarray(offset)));
  const trailing = bytes.subarray(offset);
  return {
    data: members.length === 1 && members[0] ? members[0] : Buffer.concat(members),
    trailingBytes: trailing.every((byte) => byte === 0) ? 0 : trailing.length,
  };
}

const CUT_OFF = "the gzip data is cut off; fetch the file again";
const DAMAGED = "the gzip data is damaged; fetch the file again";

/** Input goes in by so much, so that what one piece can unpack to is bounded (a thousand times as much, at most). */
const INPUT_BYTES = 32 * 2 ** 10;
const OUTPUT_BYTES = 2 ** 20;

/**
 * {@link gunzip} for data that comes in pieces, in bounded memory; all that is intact is given out. The next piece is
 * unpacked, on a thread of Node's own, while the reader is busy with the last one.
 *
 * @param onTrailingBytes is called when other bytes follow the gzip data
 * @throws GzipError when the data is cut off or damaged; after what is intact
 */
export async function* gunzipStream(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  onTrailingBytes: () => void,
): AsyncGenerator<Uint8Array, void, void> {
  const stream = createGunzip({ chunkSize: OUTPUT_BYTES });
  let output: Uint8Array[] = [];
  let failure: Error | undefined;
  let wake: () => void = () => undefined;
  stream.on("data", (piece: Uint8Array) => output.push(piece));
  stream.on("error", (error) => {
    failure = error;
    wake();
  });
  const pass = (piece: Uint8Array | undefined): Promise<void> =>
    new Promise((done) => {
      wake = done;
      if (piece) stream.write(piece, () => done());
      else stream.once("end", done).end();
    });
  let started = false;
  try {
    let passing: Promise<void> | undefined;
    for await (const piece of inSlices(pieces)) {
      await passing;
      if (failure) break;
      const ready = output;
      output = [];
      passing = pass(piece);
      for (const unpacked of ready) {
        started = true;
        yield unpacked;
      }
    }
    await passing;
    if (!failure) await pass(undefined);
    yield* output;
    started ||= output.length > 0;
  } finally {
    stream.destroy();
  }
  if (!failure) return;
  const { code, message } = failure as NodeJS.ErrnoException;
  // The first header is known to be one, so it is another's: what follows a member is none.
  if (code === "Z_DATA_ERROR" && started && HEADER_PROBLEM.test(message)) return onTrailingBytes();
  if (code !== "Z_DATA_ERROR" && code !== "Z_BUF_ERROR") throw failure;
  throw new GzipError(code === "Z_BUF_ERROR" ? CUT_OFF : DAMAGED, { cause: failure });
}

/** What zlib says of bytes that are no gzip header. */
const HEADER_PROBLEM = /header|compression method/;

async function* inSlices(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const piece of pieces) {
    for (let start = 0; start < piece.length; start += INPUT_BYTES)
      yield piece.subarray(start, start + INPUT_BYTES);
  }
}

function unpackMember(
  bytes: Uint8Array,
  offset: number,
  remainingBytes: number,
  maxBytes: number,
): { readonly data: Uint8Array; readonly end: number } {
  const start = headerEnd(bytes, offset);
  const { data, consumedBytes } = inflateRaw(bytes.subarray(start), remainingBytes, maxBytes);
  const trailerAt = start + consumedBytes;
  const end = trailerAt + TRAILER_LENGTH;
  if (end > bytes.length) throw new GzipError(CUT_OFF);
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + trailerAt, TRAILER_LENGTH);
  const intact = trailer.getUint32(0, true) === crc32(data) && trailer.getUint32(4, true) === data.length;
  if (!intact) throw new GzipError("the gzip data is damaged (its checksum is wrong); fetch the file again");
  return { data, end };
}

/** Header fields as flagged, RFC 1952, section 2.3. */
function headerEnd(bytes: Uint8Array, offset: number): number {
  const flags = bytes[offset + 3];
  if (flags === undefined || bytes.length < offset + 10) throw new GzipError(CUT_OFF);
  if (bytes[offset + 2] !== 8) throw new GzipError("the gzip data uses an unknown compression method");
  let position = offset + 10;
  const textEnd = (from: number): number => {
    const end = bytes.indexOf(0, from);
    if (end < 0) throw new GzipError(CUT_OFF);
    return end + 1;
  };
  if (flags & 4) position += 2 + (bytes[position] ?? 0) + 256 * (bytes[position + 1] ?? 0);
  if (flags & 8) position = textEnd(position);
  if (flags & 16) position = textEnd(position);
  if (flags & 2) position += 2;
  return position;
}

/** What Node returns for the `info` option, which its type definitions leave out. */
interface InflateInfo {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

function inflateRaw(
  bytes: Uint8Array,
  remainingBytes: number,
  maxBytes: number,
): { readonly data: Uint8Array; readonly consumedBytes: number } {
  try {
    const maxOutputLength = Math.max(remainingBytes, 1);
    const result: unknown = inflateRawSync(bytes, {
      info: true,
      maxOutputLength,
      finishFlush: constants.Z_FINISH,
    });
    const { buffer, engine } = result as InflateInfo;
    return { data: buffer, consumedBytes: engine.bytesWritten };
  } catch (error) {
    const reasons: Readonly<Record<string, string>> = {
      Z_BUF_ERROR: CUT_OFF,
      Z_DATA_ERROR: DAMAGED,
      ERR_BUFFER_TOO_LARGE: `the file unpacks to more than ${maxBytes / 2 ** 20} MiB`,
    };
    const reason = reasons[(error as NodeJS.ErrnoException).code ?? ""];
    if (reason === undefined) throw error;
    throw new GzipError(reason, { cause: error });
  }
}
