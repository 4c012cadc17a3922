import type * as aws from "@pulumi/aws";

type Statement = aws.iam.PolicyStatement;

/** Who may do what the archive's buckets deny to everybody else. */
export interface DenialExceptions {
  /** ARN patterns of those who may change the bucket's protections. */
  readonly administratorArns: readonly string[];
  /** The role that may write objects by replication. @default nobody */
  readonly replicationRoleArn?: string;
  /** The role that may put the bucket's policy and public access block back, and nothing else. @default nobody */
  readonly restoreRoleArn?: string;
}

/** What of a bucket the restore function puts back. */
export const RESTORED_ON_BUCKET: readonly string[] = ["s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock"];

/**
 * The denials that every bucket of the archive carries. Both lists of what is allowed are closed (`NotAction`), so
 * that an S3 action that does not exist yet is denied from its first day; an explicit list would let it pass.
 *
 * The account's root user can always read, replace and delete a bucket's policy, whatever the policy says (S3 API
 * Reference, PutBucketPolicy): the way back from administrators that no longer exist.
 */
export function archiveDenials(bucketArn: string, exceptions: DenialExceptions): Statement[] {
  return [
    denyInsecureTransport(bucketArn),
    denyTlsBelow12(bucketArn),
    denyForgedObjects(bucketArn),
    denyForgedReplicas(bucketArn, exceptions.replicationRoleArn),
    denyObjectChanges(bucketArn),
    ...denyProtectionChanges(bucketArn, exceptions),
  ];
}

function denyInsecureTransport(bucketArn: string): Statement {
  return {
    Sid: "DenyInsecureTransport",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

function denyTlsBelow12(bucketArn: string): Statement {
  return {
    Sid: "DenyTlsBelow12",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } },
  };
}

/**
 * Only AWS services write objects, and which of them is said by the bucket's Allow statements. Without this, anyone
 * in the account with s3:PutObject could slip in a log file of his own, or abort the upload of a real one. Services
 * keep s3:PutObjectAcl: CloudTrail sends an ACL with each file, and S3 names that permission for such requests (API
 * Reference, PutObject). The ACL has no effect in a bucket that its owner enforces.
 */
function denyForgedObjects(bucketArn: string): Statement {
  return {
    Sid: "DenyForgedObjects",
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectVersionAcl", "s3:AbortMultipartUpload"],
    Resource: `${bucketArn}/*`,
    // Anonymous requests do not carry the key at all.
    Condition: { BoolIfExists: { "aws:PrincipalIsAWSService": "false" } },
  };
}

/** Replication is the other way to write an object: it needs no s3:PutObject. */
function denyForgedReplicas(bucketArn: string, replicationRoleArn: string | undefined): Statement {
  return {
    Sid: "DenyForgedReplicas",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:ReplicateObject",
    Resource: `${bucketArn}/*`,
    ...(replicationRoleArn !== undefined && {
      Condition: { ArnNotEquals: { "aws:PrincipalArn": replicationRoleArn } },
    }),
  };
}

/**
 * Nobody deletes an object or a version, bypasses or changes its retention, puts it under another key or touches its
 * tags, administrators included: they must change this policy first, which is recorded. S3 Lifecycle is not
 * subject to bucket policies and goes on expiring objects.
 */
function denyObjectChanges(bucketArn: string): Statement {
  return {
    Sid: "DenyObjectChanges",
    Effect: "Deny",
    Principal: "*",
    NotAction: [
      "s3:Get*",
      "s3:List*",
      "s3:RestoreObject",
      // These have denials of their own, with exceptions.
      "s3:PutObject",
      "s3:PutObjectAcl",
      "s3:PutObjectVersionAcl",
      "s3:AbortMultipartUpload",
      "s3:ReplicateObject",
    ],
    Resource: `${bucketArn}/*`,
  };
}

/**
 * Policy, public access, lifecycle, lock, versioning, logging, encryption, replication, the bucket itself. The restore
 * role has to exist as little as the administrators do, since a condition names it.
 */
function denyProtectionChanges(
  bucketArn: string,
  { administratorArns, restoreRoleArn }: DenialExceptions,
): Statement[] {
  const restored = restoreRoleArn === undefined ? [] : RESTORED_ON_BUCKET;
  const unlessBy = (...arns: readonly string[]) => ({ ArnNotLike: { "aws:PrincipalArn": [...arns] } });
  return [
    {
      Sid: "DenyProtectionChanges",
      Effect: "Deny",
      Principal: "*",
      NotAction: ["s3:Get*", "s3:List*", ...restored],
      Resource: bucketArn,
      Condition: unlessBy(...administratorArns),
    },
    ...(restoreRoleArn === undefined
      ? []
      : [
          {
            Sid: "DenyPolicyChanges",
            Effect: "Deny" as const,
            Principal: "*",
            Action: [...restored],
            Resource: bucketArn,
            Condition: unlessBy(...administratorArns, restoreRoleArn),
          },
        ]),
  ];
}
