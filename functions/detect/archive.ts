import type { Readable } from "node:stream";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { readRecords, type RecordEntry } from "../../formats/cloudtrail/record-stream";
import { gunzipStream } from "../../formats/gzip-stream";
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
  let trailing = false;
  // The SDK types what browsers give as well.
  const unpacked = gunzipStream(Body as Readable, () => (trailing = true));
  for await (const entry of readRecords(unpacked)) await read(entry);
  if (trailing) await read({ reason: "the bytes after the gzip data are no gzip data and were left out" });
}
