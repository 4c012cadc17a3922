import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { archiveBucket, putBucketPolicy, type ArchiveBucket } from "./archive-bucket";
import { expireObjects } from "./archive-bucket-retention";
import { accessLogBucketPolicy } from "./policies/archive-access-log-policy";

/** What the access-log bucket is made from. */
export interface AccessLogBucketArgs {
  readonly accountId: pulumi.Input<string>;
  readonly administratorArns: pulumi.Input<string[]>;
  /** The bucket whose access is logged. */
  readonly source: ArchiveBucket;
  readonly retentionDays: number;
  readonly disposable: boolean;
}

/**
 * Logs who reads the source bucket, in a bucket of its own. S3 delivers access logs only to buckets without Object
 * Lock and with SSE-S3, and the target should not be logged itself (S3 User Guide, "Enabling Amazon S3 server access
 * logging").
 */
export function accessLogBucket(
  name: string,
  args: AccessLogBucketArgs,
  opts: pulumi.CustomResourceOptions,
): aws.s3.Bucket {
  const target = archiveBucket(name, { objectLock: false, disposable: args.disposable }, opts);
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    {
      bucket: target.bucket.id,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    },
    opts,
  );
  expireObjects(name, target, args, undefined, opts);
  const policy = putBucketPolicy(
    name,
    target,
    pulumi
      .output({
        bucketArn: target.bucket.arn,
        sourceBucketArn: args.source.bucket.arn,
        accountId: args.accountId,
        administratorArns: args.administratorArns,
      })
      .apply(accessLogBucketPolicy),
    undefined,
    opts,
  );
  new aws.s3.BucketLogging(
    `${name}-logging`,
    { bucket: args.source.bucket.id, targetBucket: target.bucket.id, targetPrefix: "archive/" },
    { ...opts, dependsOn: [policy] },
  );
  return target.bucket;
}
