import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { RecordReader, type RecordEntry } from "../../formats/cloudtrail/record-stream";
import type { ObjectRef } from "./messages";

/**
 * Reads the records of a log file of the archive while it is downloaded, so that memory does not depend on its size.
 *
 * @param read is waited for before more is read
 * @throws when the object cannot be fetched, is no gzip, is cut off, or is no log; what `read` throws
 */
export async function readArchiveFile(
  s3: S3Client,
  { bucket, key }: ObjectRef,
  read: (entry: RecordEntry) => Promise<void>,
): Promise<void> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const reader = new RecordReader();
  // The SDK types what browsers give as well.
  await pipeline(Body as Readable, createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) for (const entry of reader.read(chunk)) await read(entry);
    for (const entry of reader.end()) await read(entry);
  });
}
