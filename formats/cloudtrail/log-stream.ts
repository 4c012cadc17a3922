import { GzipError, isGzip } from "../gzip";
import { gunzipStream } from "../gzip-stream";
import { LogFileError } from "./record-stream";

/** Pieces of a file, of any size. */
export type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * The unpacked bytes of a log file: of gzip data what it holds, and plain text as it is.
 *
 * @param name the file's name, used to tell a misnamed file only
 * @param warn is told of what is wrong and does not keep the rest from being read
 * @throws LogFileError when the data is cut off, damaged, or neither gzip nor text; after what is intact
 */
export async function* unpackLog(
  pieces: Pieces,
  name: string,
  warn: (reason: string) => void,
): AsyncGenerator<Uint8Array, void, void> {
  const iterator = iterate(pieces);
  const start = await firstBytes(iterator);
  const all = joined(start, iterator);
  if (!isGzip(start)) {
    refuseMisnamed(start, name);
    yield* all;
    return;
  }
  try {
    yield* gunzipStream(all, () => warn("the bytes after the gzip data are no gzip data and were left out"));
  } catch (error) {
    if (!(error instanceof GzipError)) throw error;
    throw new LogFileError(error.message, { cause: error });
  }
}

/** @throws LogFileError for content that is neither gzip nor JSON under a name that says gzip */
export function refuseMisnamed(start: Uint8Array, name: string): void {
  const text = Buffer.from(start.subarray(0, LOOKED_AT_BYTES)).toString("latin1");
  if (/\.gz$/i.test(name) && !/^(?:\xef\xbb\xbf)?\s*[{[]/.test(text) && text !== "") {
    throw new LogFileError("the name says gzip, the content is neither gzip nor JSON; fetch the file again");
  }
}

/** Enough to tell gzip and JSON from other content. */
const LOOKED_AT_BYTES = 64;

async function firstBytes(iterator: AsyncIterator<Uint8Array, void>): Promise<Uint8Array> {
  let start: Uint8Array = Buffer.alloc(0);
  while (start.length < LOOKED_AT_BYTES) {
    const next = await iterator.next();
    if (next.done) break;
    start = start.length === 0 ? next.value : Buffer.concat([start, next.value]);
  }
  return start;
}

async function* joined(
  start: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void, void>,
): AsyncGenerator<Uint8Array, void, void> {
  yield start;
  yield* rest;
}

async function* iterate(pieces: Pieces): AsyncGenerator<Uint8Array, void, void> {
  for await (const piece of pieces) yield piece;
}
