import type * as aws from "@pulumi/aws";
import { accountRoot, accountRootOf, keyAdministration, type KeyAdministration } from "./key-administration";

type Statement = aws.iam.PolicyStatement;

/** What the policy of the archive's key depends on. */
export interface ArchiveKeyPolicyArgs extends KeyAdministration {
  readonly region: string;
  readonly bucketArn: string;
  readonly trailArn: string;
  readonly trailAccountId: string;
  /** Principals of other accounts that may decrypt what they read. */
  readonly readers: readonly string[];
  /** Role of the detections in the trail's account, which need not exist yet. @default none: the role is the own account's */
  readonly detectRoleArn?: string;
}

/**
 * Key policy of the archive (CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail"): the trail
 * encrypts, IAM of the account and the readers named may decrypt what the archive holds, nobody encrypts by hand.
 */
export function archiveKeyPolicy(args: ArchiveKeyPolicyArgs): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      ...keyAdministration(args),
      ...allowCloudTrail(args),
      ...allowReadersToDecrypt(args),
      ...allowDetectionsToDecrypt(args),
      allowS3ToPublish(args),
    ],
  };
}

/**
 * Decryption through S3, for the objects of one bucket. S3 sets `aws:s3:arn` to the bucket where an S3 Bucket Key is
 * used, to the object elsewhere (S3 User Guide, "Specifying server-side encryption with AWS KMS").
 */
export function allowDecryptionThroughS3(
  principals: readonly string[],
  region: string,
  bucketArn: string,
): Statement {
  return {
    Sid: "AllowDecryptionThroughS3",
    Effect: "Allow",
    Principal: { AWS: [...principals] },
    Action: "kms:Decrypt",
    Resource: "*",
    Condition: { StringLike: { "kms:ViaService": viaS3(region), ...ofBucket(bucketArn) } },
  };
}

/** The value of `kms:ViaService` for S3 in a region; the wildcard stands for `.cn` at the end of China's host names. */
export function viaS3(region: string): string {
  return `s3.${region}.amazonaws.com*`;
}

/** StringLike values for the encryption context of a bucket's objects, with and without an S3 Bucket Key. */
export function ofBucket(bucketArn: string): Record<string, string[]> {
  return { "kms:EncryptionContext:aws:s3:arn": [bucketArn, `${bucketArn}/*`] };
}

/**
 * Encryption under CloudTrail's own encryption context, and under the one that S3 uses for a Bucket Key, for which
 * CloudTrail needs kms:Decrypt too.
 */
function allowCloudTrail(args: ArchiveKeyPolicyArgs): Statement[] {
  const principal = { Service: "cloudtrail.amazonaws.com" };
  const fromTrail = { "aws:SourceArn": args.trailArn };
  const anyTrailOfAccount = `arn:${args.partition}:cloudtrail:*:${args.trailAccountId}:trail/*`;
  return [
    {
      Sid: "AllowCloudTrailToEncrypt",
      Effect: "Allow",
      Principal: principal,
      Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
      Resource: "*",
      Condition: {
        StringEquals: fromTrail,
        StringLike: { "kms:EncryptionContext:aws:cloudtrail:arn": anyTrailOfAccount },
      },
    },
    {
      Sid: "AllowCloudTrailToUseBucketKey",
      Effect: "Allow",
      Principal: principal,
      Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
      Resource: "*",
      Condition: { StringEquals: fromTrail, StringLike: ofBucket(args.bucketArn) },
    },
    {
      Sid: "AllowCloudTrailToDescribe",
      Effect: "Allow",
      Principal: principal,
      Action: "kms:DescribeKey",
      Resource: "*",
      Condition: { StringEquals: fromTrail },
    },
  ];
}

function allowReadersToDecrypt(args: ArchiveKeyPolicyArgs): Statement[] {
  const principals = [accountRoot(args.partition, args.accountId), ...args.readers];
  return [
    {
      Sid: "AllowDecryptionOfLogFiles",
      Effect: "Allow",
      Principal: { AWS: principals },
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: { Null: { "kms:EncryptionContext:aws:cloudtrail:arn": "false" } },
    },
    allowDecryptionThroughS3(principals, args.region, args.bucketArn),
  ];
}

/** By condition and not by principal: KMS refuses a policy that names who does not exist. */
function allowDetectionsToDecrypt({ detectRoleArn, region, bucketArn }: ArchiveKeyPolicyArgs): Statement[] {
  if (detectRoleArn === undefined) return [];
  return [
    {
      Sid: "AllowDetectionsToDecrypt",
      Effect: "Allow",
      Principal: { AWS: accountRootOf(detectRoleArn) },
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: {
        ArnEquals: { "aws:PrincipalArn": detectRoleArn },
        StringLike: { "kms:ViaService": viaS3(region), ...ofBucket(bucketArn) },
      },
    },
  ];
}

/** S3 publishes to the encrypted file-arrived topic in its own name (SNS Developer Guide, "Managing SNS encryption keys and costs"). */
function allowS3ToPublish({ accountId, bucketArn }: ArchiveKeyPolicyArgs): Statement {
  return {
    Sid: "AllowS3ToPublishFileArrivals",
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
    Resource: "*",
    Condition: {
      ArnEquals: { "aws:SourceArn": bucketArn },
      StringEquals: { "aws:SourceAccount": accountId },
    },
  };
}
