import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { archiveBucket, encryptWithKey, putBucketPolicy, type ArchiveBucket } from "./archive-bucket";
import { expireObjects, lockObjects, type RetentionArgs } from "./archive-bucket-retention";
import type { CloudContext } from "./context";
import {
  REPLICATION_TRUST,
  replicaBucketPolicy,
  replicaKeyPolicy,
  replicationRolePolicy,
} from "./policies/archive-replica-policies";

/** What the replica is made from. */
export interface ArchiveReplicaArgs extends RetentionArgs {
  readonly context: CloudContext;
  /** Region of the replica; another one than the archive's. */
  readonly region: string;
  readonly source: ArchiveBucket;
  readonly sourceKey: aws.kms.Key;
  readonly administratorArns: pulumi.Input<string[]>;
  readonly keyDeletionWindowDays: number;
  readonly disposable: boolean;
}

/** What a replica is made of. */
export interface ArchiveReplica {
  readonly bucket: aws.s3.Bucket;
  readonly key: aws.kms.Key;
  readonly role: aws.iam.Role;
}

/** Options for the replica's parts. */
export interface ReplicaOptions {
  readonly child: pulumi.CustomResourceOptions;
  /** For what must outlive the stack where the archive does: the copies and their protections. */
  readonly guarded: pulumi.CustomResourceOptions;
}

/** Copies the archive to a bucket in another region, with a key, a lock and protections of its own. */
export function archiveReplica(
  name: string,
  args: ArchiveReplicaArgs,
  { child, guarded }: ReplicaOptions,
): ArchiveReplica {
  const { context, region, source } = args;
  const replica = archiveBucket(name, { region, objectLock: true, disposable: args.disposable }, guarded);
  const role = new aws.iam.Role(
    `${name}-role`,
    {
      description: "Copies the log archive to its replica",
      assumeRolePolicy: pulumi.jsonStringify(REPLICATION_TRUST),
    },
    child,
  );
  const facts = pulumi.output({
    partition: context.partition,
    accountId: context.accountId,
    region,
    bucketArn: replica.bucket.arn,
    replicationRoleArn: role.arn,
    administratorArns: args.administratorArns,
  });
  const key = new aws.kms.Key(
    `${name}-key`,
    {
      region,
      description: "Encrypts the replica of the log archive",
      enableKeyRotation: true,
      deletionWindowInDays: args.keyDeletionWindowDays,
      policy: pulumi.jsonStringify(facts.apply(replicaKeyPolicy)),
    },
    guarded,
  );
  encryptWithKey(name, replica, key, region, guarded);
  lockObjects(name, replica, args, region, guarded);
  expireObjects(name, replica, args, region, guarded);
  const policy = putBucketPolicy(name, replica, facts.apply(replicaBucketPolicy), region, guarded);

  const rolePolicy = new aws.iam.RolePolicy(
    `${name}-role-policy`,
    {
      role: role.id,
      policy: pulumi.jsonStringify(
        pulumi
          .output({
            source: { region: context.region, bucketArn: source.bucket.arn, keyArn: args.sourceKey.arn },
            destination: { region, bucketArn: replica.bucket.arn, keyArn: key.arn },
          })
          .apply(replicationRolePolicy),
      ),
    },
    child,
  );
  // Not retained: a stack without the replica setting must stop copying, even where the copies stay.
  new aws.s3.BucketReplicationConfig(
    `${name}-replication`,
    {
      bucket: source.bucket.id,
      role: role.arn,
      rules: [
        {
          id: "replica",
          status: "Enabled",
          filter: {},
          // A delete marker in the archive would be an attacker's; the replica shows what it hides.
          deleteMarkerReplication: { status: "Disabled" },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
          destination: {
            bucket: replica.bucket.arn,
            encryptionConfiguration: { replicaKmsKeyId: key.arn },
          },
        },
      ],
    },
    { ...child, dependsOn: [source.versioning, replica.versioning, policy, rolePolicy] },
  );
  return { bucket: replica.bucket, key, role };
}
