import type * as aws from "@pulumi/aws";
import { archiveDenials } from "./archive-denials";
import { allowDecryptionThroughS3, ofBucket, viaS3 } from "./archive-key-policy";
import { accountRoot, keyAdministration, type KeyAdministration } from "./key-administration";

/** Trust policy of the replication role. */
export const REPLICATION_TRUST: aws.iam.PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

/** Both ends of the replication. */
export interface ReplicationRolePolicyArgs {
  readonly source: ReplicationEnd;
  readonly destination: ReplicationEnd;
}

/** A bucket with its key. */
export interface ReplicationEnd {
  readonly region: string;
  readonly bucketArn: string;
  readonly keyArn: string;
}

/**
 * What the replication role may do: read locked, encrypted versions and write them to the replica. It may not
 * replicate delete markers. Retention is copied with each object, for which the role reads it (S3 User Guide,
 * "Object Lock considerations"); Bucket Keys need kms:Decrypt at the destination ("Replicating encrypted objects").
 */
export function replicationRolePolicy({
  source,
  destination,
}: ReplicationRolePolicyArgs): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
        Resource: source.bucketArn,
      },
      {
        Effect: "Allow",
        Action: [
          "s3:GetObjectLegalHold",
          "s3:GetObjectRetention",
          "s3:GetObjectVersionAcl",
          "s3:GetObjectVersionForReplication",
        ],
        Resource: `${source.bucketArn}/*`,
      },
      { Effect: "Allow", Action: "s3:ReplicateObject", Resource: `${destination.bucketArn}/*` },
      {
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: source.keyArn,
        Condition: throughS3(source),
      },
      {
        Effect: "Allow",
        Action: ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"],
        Resource: destination.keyArn,
        Condition: throughS3(destination),
      },
    ],
  };
}

/** What the replica's bucket policy depends on. */
export interface ReplicaBucketPolicyArgs {
  readonly bucketArn: string;
  readonly replicationRoleArn: string;
  readonly administratorArns: readonly string[];
}

/** Bucket policy of the replica: protected as the archive is; only the replication role adds objects. */
export function replicaBucketPolicy(args: ReplicaBucketPolicyArgs): aws.iam.PolicyDocument {
  return { Version: "2012-10-17", Statement: archiveDenials(args.bucketArn, args) };
}

/** What the policy of the replica's key depends on. */
export interface ReplicaKeyPolicyArgs extends KeyAdministration {
  readonly region: string;
  readonly bucketArn: string;
  readonly replicationRoleArn: string;
}

/** Key policy of the replica: the replication role encrypts, IAM of the account may decrypt what the replica holds. */
export function replicaKeyPolicy(args: ReplicaKeyPolicyArgs): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      ...keyAdministration(args),
      {
        Sid: "AllowReplicationToEncrypt",
        Effect: "Allow",
        Principal: { AWS: args.replicationRoleArn },
        Action: ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"],
        Resource: "*",
        Condition: throughS3(args),
      },
      allowDecryptionThroughS3([accountRoot(args.partition, args.accountId)], args.region, args.bucketArn),
    ],
  };
}

function throughS3({ region, bucketArn }: { region: string; bucketArn: string }) {
  return { StringLike: { "kms:ViaService": viaS3(region), ...ofBucket(bucketArn) } };
}
