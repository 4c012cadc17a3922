import type * as aws from "@pulumi/aws";
import { logFilePrefixes } from "../log-file-prefixes";
import { archiveDenials } from "./archive-denials";
import { accountRootOf } from "./key-administration";

/** What the archive's bucket policy depends on. */
export interface ArchiveBucketPolicyArgs {
  readonly bucketArn: string;
  readonly trailArn: string;
  /** Account that owns the trail; the management account for an organization trail. */
  readonly trailAccountId: string;
  readonly organizationId?: string;
  readonly administratorArns: readonly string[];
  /** Principals that may read, beside those of the bucket's own account (whose IAM policies decide). */
  readonly readers: readonly string[];
  /** Role of the detections in the trail's account, which need not exist yet. @default none: the role is the own account's */
  readonly detectRoleArn?: string;
  /** Role of the own account that puts policy and public access block back; it need not exist yet. @default nobody */
  readonly restoreRoleArn?: string;
}

/**
 * Bucket policy of the archive: the trail writes under its own paths, readers read, and nothing else changes
 * anything (CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail").
 *
 * There is no denial of writes without SSE-KMS: AWS's pages disagree on how digest files are encrypted, and a denied
 * digest breaks the chain of evidence. The bucket's default encryption covers every object anyway.
 */
export function archiveBucketPolicy(args: ArchiveBucketPolicyArgs): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      allowCloudTrailAclCheck(args),
      allowCloudTrailWrite("AllowCloudTrailWrite", args, args.trailAccountId),
      ...(args.organizationId === undefined
        ? []
        : [allowCloudTrailWrite("AllowCloudTrailOrganizationWrite", args, args.organizationId)]),
      ...allowReaders(args),
      ...allowDetections(args),
      ...archiveDenials(args.bucketArn, args),
    ],
  };
}

function allowCloudTrailAclCheck({ bucketArn, trailArn }: ArchiveBucketPolicyArgs): aws.iam.PolicyStatement {
  return {
    Sid: "AllowCloudTrailAclCheck",
    Effect: "Allow",
    Principal: { Service: "cloudtrail.amazonaws.com" },
    Action: "s3:GetBucketAcl",
    Resource: bucketArn,
    Condition: { StringEquals: { "aws:SourceArn": trailArn } },
  };
}

function allowCloudTrailWrite(
  sid: string,
  { bucketArn, trailArn }: ArchiveBucketPolicyArgs,
  folder: string,
): aws.iam.PolicyStatement {
  return {
    Sid: sid,
    Effect: "Allow",
    Principal: { Service: "cloudtrail.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `${bucketArn}/AWSLogs/${folder}/*`,
    Condition: {
      StringEquals: { "aws:SourceArn": trailArn, "s3:x-amz-acl": "bucket-owner-full-control" },
    },
  };
}

function allowReaders({ bucketArn, readers }: ArchiveBucketPolicyArgs): aws.iam.PolicyStatement[] {
  if (readers.length === 0) return [];
  return [
    {
      Sid: "AllowReadersToList",
      Effect: "Allow",
      Principal: { AWS: [...readers] },
      Action: ["s3:ListBucket", "s3:GetBucketLocation"],
      Resource: bucketArn,
    },
    {
      Sid: "AllowReadersToRead",
      Effect: "Allow",
      Principal: { AWS: [...readers] },
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: `${bucketArn}/*`,
    },
  ];
}

/** By condition and not by principal: the archive stands before the role does, and AWS refuses to name who does not exist. */
function allowDetections({
  bucketArn,
  trailAccountId,
  organizationId,
  detectRoleArn,
}: ArchiveBucketPolicyArgs): aws.iam.PolicyStatement[] {
  if (detectRoleArn === undefined) return [];
  return [
    {
      Sid: "AllowDetectionsToReadLogFiles",
      Effect: "Allow",
      Principal: { AWS: accountRootOf(detectRoleArn) },
      Action: "s3:GetObject",
      Resource: logFilePrefixes(trailAccountId, organizationId).map((prefix) => `${bucketArn}/${prefix}*`),
      Condition: { ArnEquals: { "aws:PrincipalArn": detectRoleArn } },
    },
  ];
}
