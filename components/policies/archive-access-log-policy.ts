import type * as aws from "@pulumi/aws";
import { archiveDenials } from "./archive-denials";

/** What the access-log bucket's policy depends on. */
export interface AccessLogBucketPolicyArgs {
  readonly bucketArn: string;
  readonly accountId: string;
  /** The bucket whose access is logged. */
  readonly sourceBucketArn: string;
  readonly administratorArns: readonly string[];
}

/**
 * Bucket policy of the access-log bucket: S3's log delivery writes for one source bucket, and protections are as in
 * the archive (S3 User Guide, "Enabling Amazon S3 server access logging").
 */
export function accessLogBucketPolicy(args: AccessLogBucketPolicyArgs): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AllowLogDelivery",
        Effect: "Allow",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `${args.bucketArn}/*`,
        Condition: {
          ArnLike: { "aws:SourceArn": args.sourceBucketArn },
          StringEquals: { "aws:SourceAccount": args.accountId },
        },
      },
      ...archiveDenials(args.bucketArn, args),
    ],
  };
}
