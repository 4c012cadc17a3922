import type * as aws from "@pulumi/aws";

type Statement = aws.iam.PolicyStatement;

/** Who administers a key of the archive. */
export interface KeyAdministration {
  readonly partition: string;
  readonly accountId: string;
  /** ARN patterns of those who may change the key. */
  readonly administratorArns: readonly string[];
}

/** What the policy of the archive's key depends on. */
export interface ArchiveKeyPolicyArgs extends KeyAdministration {
  readonly region: string;
  readonly bucketArn: string;
  readonly trailArn: string;
  readonly trailAccountId: string;
  /** Principals of other accounts that may decrypt what they read. */
  readonly readers: readonly string[];
}

const KEY_READING = ["kms:Describe*", "kms:Get*", "kms:List*"];
/** Restores what a change took away; harmless in anybody's hands. */
const KEY_RESCUE = ["kms:CancelKeyDeletion", "kms:EnableKey", "kms:EnableKeyRotation"];
const KEY_CHANGES = [
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

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
      allowS3ToPublish(args),
    ],
  };
}

/**
 * IAM of the account administers the key but cannot use it: no data action, and no grant, which would give one.
 * Changes are for the administrators. KMS itself refuses a policy that locks out whoever puts it, as long as
 * `bypassPolicyLockoutSafetyCheck` stays unset.
 */
export function keyAdministration({
  partition,
  accountId,
  administratorArns,
}: KeyAdministration): Statement[] {
  return [
    {
      Sid: "AllowAdministrationThroughIam",
      Effect: "Allow",
      Principal: { AWS: accountRoot(partition, accountId) },
      Action: [...KEY_READING, ...KEY_RESCUE, ...KEY_CHANGES],
      Resource: "*",
    },
    {
      Sid: "DenyKeyChanges",
      Effect: "Deny",
      Principal: { AWS: "*" },
      Action: ["kms:CreateGrant", ...KEY_CHANGES],
      Resource: "*",
      Condition: { ArnNotLike: { "aws:PrincipalArn": [...administratorArns] } },
    },
  ];
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

/** The principal that hands a decision over to the IAM policies of an account. */
export function accountRoot(partition: string, accountId: string): string {
  return `arn:${partition}:iam::${accountId}:root`;
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
