import { createHash, randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import { writeLogFile } from "../../formats/cloudtrail/log-file";
import { formatDigestKey, formatLogFileKey } from "../../formats/cloudtrail/object-key";

/** Where the trail under test delivers to. */
export interface DeliveryTarget {
  readonly bucketName: string;
  /** The trail's account: the first part of every key. */
  readonly accountId: string;
  readonly trailName: string;
  readonly trailRegion: string;
  readonly organizationId?: string;
}

/** A log file as a digest lists it. */
export interface DeliveredLogFile {
  readonly key: string;
  /** Of the object's bytes, in hex. */
  readonly sha256: string;
}

const LOG_ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Stands in for CloudTrail's delivery to S3: log files and, beside them, digests, each under AWS's own key layout. */
export class ArchiveDelivery {
  constructor(
    private readonly s3: S3Client,
    private readonly target: DeliveryTarget,
  ) {}

  /** Delivers one log file, as CloudTrail does: gzipped, one Region, named after its time. */
  async deliverLogFile(
    events: readonly CloudTrailEvent[],
    region: string,
    time: Date,
  ): Promise<DeliveredLogFile> {
    const bytes = writeLogFile(events);
    const id = [...randomBytes(16)].map((byte) => LOG_ID_ALPHABET[byte % LOG_ID_ALPHABET.length]).join("");
    const { accountId, organizationId } = this.target;
    const key = formatLogFileKey({ accountId, organizationId, region, time, id });
    await this.put(key, bytes);
    return { key, sha256: createHash("sha256").update(bytes).digest("hex") };
  }

  /**
   * Delivers a digest-named object that lists a log file. It carries no signature: the local cloud has no CloudTrail
   * keys, and what matters here is that no consumer takes it for a log file.
   */
  async deliverDigest(logFile: DeliveredLogFile, region: string, time: Date): Promise<void> {
    const { accountId, bucketName, organizationId, trailName, trailRegion } = this.target;
    const digest = {
      awsAccountId: accountId,
      digestEndTime: time.toISOString(),
      digestS3Bucket: bucketName,
      logFiles: [
        {
          s3Bucket: bucketName,
          s3Object: logFile.key,
          hashAlgorithm: "SHA-256",
          hashValue: logFile.sha256,
        },
      ],
    };
    const key = formatDigestKey({ accountId, organizationId, region, trailName, trailRegion, time });
    await this.put(key, gzipSync(JSON.stringify(digest)));
  }

  private async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.s3.send(
      new PutObjectCommand({
        Bucket: this.target.bucketName,
        Key: key,
        Body: bytes,
        ContentType: "application/json",
        ContentEncoding: "gzip",
        ACL: "bucket-owner-full-control",
      }),
    );
  }
}
