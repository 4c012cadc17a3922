import { constants, crc32, inflateRawSync } from "node:zlib";

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

/** Bytes of checksum and length behind a member's data (RFC 1952, section 2.3.1). */
export const TRAILER_LENGTH = 8;

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

export const CUT_OFF = "the gzip data is cut off; fetch the file again";
export const DAMAGED = "the gzip data is damaged; fetch the file again";

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
  checkTrailer(bytes.subarray(trailerAt, end), crc32(data), data.length);
  return { data, end };
}

/** @throws GzipError when checksum or length is not what a member's trailer says */
export function checkTrailer(trailer: Uint8Array, checksum: number, length: number): void {
  const view = new DataView(trailer.buffer, trailer.byteOffset, TRAILER_LENGTH);
  if (view.getUint32(0, true) !== checksum || view.getUint32(4, true) !== length % 2 ** 32)
    throw new GzipError("the gzip data is damaged (its checksum is wrong); fetch the file again");
}

/** Position behind a member's header; fields as flagged, RFC 1952, section 2.3. */
export function headerEnd(bytes: Uint8Array, offset: number): number {
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
