import type * as pulumi from "@pulumi/pulumi";
import { parseArn } from "../formats/arn";
import type { DesiredArchive } from "../functions/restore/desired";
import type { CloudContext } from "./context";
import type { LogArchive } from "./log-archive";

/** The archive as the rest of a stack sees it, whether it is built here or stands elsewhere. */
export interface ArchiveParts {
  readonly bucketName: pulumi.Input<string>;
  readonly bucketArn: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  /** Account of bucket, key and topic. */
  readonly accountId: pulumi.Input<string>;
  /** Region of bucket, key and topic. */
  readonly region: string;
  /** Announces log files; absent where nothing does. */
  readonly fileArrivedTopicArn?: pulumi.Input<string>;
  readonly ownBucketArns: pulumi.Input<string>[];
  readonly ownTopicArns: pulumi.Input<string>[];
  /** ARNs of all its parts that have one. */
  readonly partArns: pulumi.Input<string>[];
  /** What its bucket is to be; absent where another stack, or nobody, says so. */
  readonly desired?: pulumi.Output<DesiredArchive>;
  /** What a trail has to wait for. */
  readonly components: LogArchive[];
  /** What the stack tells of it. */
  readonly outputs: Readonly<Record<string, pulumi.Input<string>>>;
}

/** An archive that this stack builds. */
export function builtArchive(archive: LogArchive, { accountId, region }: CloudContext): ArchiveParts {
  return {
    accountId,
    bucketName: archive.bucketName,
    bucketArn: archive.bucketArn,
    keyArn: archive.keyArn,
    region,
    fileArrivedTopicArn: archive.fileArrivedTopicArn,
    ownBucketArns: [
      archive.bucketArn,
      archive.accessLogBucketArn,
      ...(archive.replicaBucketArn ? [archive.replicaBucketArn] : []),
    ],
    ownTopicArns: [archive.fileArrivedTopicArn],
    partArns: archive.partArns,
    desired: archive.desired,
    components: [archive],
    outputs: {
      archiveBucketName: archive.bucketName,
      archiveKeyArn: archive.keyArn,
      accessLogBucketName: archive.accessLogBucketName,
      fileArrivedTopicArn: archive.fileArrivedTopicArn,
      ...(archive.replicaBucketName && { replicaBucketName: archive.replicaBucketName }),
    },
  };
}

/** An archive of another stack, or a bucket that was there before; neither is managed here. */
export interface ExistingArchiveArgs {
  readonly partition: string;
  readonly archive?: {
    readonly bucketName: string;
    readonly keyArn: string;
    readonly accessLogBucketName?: string;
    readonly replicaBucketName?: string;
    readonly fileArrivedTopicArn?: string;
  };
  readonly existingBucketName?: string;
  readonly existingKeyArn?: string;
}

/** The parts of an archive that is not managed here; undefined where this stack has to build one. */
export function existingArchive({
  partition,
  archive,
  existingBucketName,
  existingKeyArn,
}: ExistingArchiveArgs): ArchiveParts | undefined {
  const bucketName = archive?.bucketName ?? existingBucketName;
  const keyArn = archive?.keyArn ?? existingKeyArn;
  if (bucketName === undefined || keyArn === undefined) return undefined;
  const ownBucketArns = [bucketName, archive?.accessLogBucketName, archive?.replicaBucketName]
    .filter((name) => name !== undefined)
    .map((name) => `arn:${partition}:s3:::${name}`);
  const key = parseArn(keyArn);
  const fileArrivedTopicArn = archive?.fileArrivedTopicArn;
  const ownTopicArns = fileArrivedTopicArn === undefined ? [] : [fileArrivedTopicArn];
  return {
    bucketName,
    bucketArn: `arn:${partition}:s3:::${bucketName}`,
    keyArn,
    accountId: key?.accountId ?? "",
    // A trail's key has to be in its bucket's region (CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail").
    region: key?.region ?? "",
    fileArrivedTopicArn,
    ownBucketArns,
    ownTopicArns,
    partArns: [...ownBucketArns, keyArn, ...ownTopicArns],
    components: [],
    outputs: { archiveBucketName: bucketName },
  };
}
