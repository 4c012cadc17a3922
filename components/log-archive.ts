import * as pulumi from "@pulumi/pulumi";
import type { DesiredArchive } from "../functions/restore/desired";
import { accessLogBucket } from "./access-log-bucket";
import { administratorArns } from "./administrators";
import { archiveBucket, encryptWithKey, NOTHING_PUBLIC, putBucketPolicy } from "./archive-bucket";
import { expireObjects, lockNotice, lockObjects } from "./archive-bucket-retention";
import { archiveKey } from "./archive-key";
import { archiveReplica } from "./archive-replica";
import { fileArrivedTopic } from "./archive-topic";
import type { CloudContext } from "./context";
import { archiveBucketPolicy } from "./policies/archive-bucket-policy";
import { archiveKeyPolicy } from "./policies/archive-key-policy";

/** What a {@link LogArchive} is made from. */
export interface LogArchiveArgs {
  readonly context: CloudContext;
  /** The trail that writes, known before it exists; see `trailArn`. May belong to another account. */
  readonly trailArn: pulumi.Input<string>;
  /** Account that owns the trail; the management account for an organization trail. */
  readonly trailAccountId: pulumi.Input<string>;
  /** Organization id (`o-...`) of an organization trail. @default an account trail */
  readonly organizationId?: string;
  /** Who alone may change protections: `role/NAME`, `user/NAME` or full ARNs, at least one. */
  readonly administrators: readonly string[];
  /** ARNs of principals of other accounts that may read. They must exist: AWS refuses policies that name others. */
  readonly readers: readonly string[];
  /** Role of the detections where they run in another account; it need not exist yet. @default none */
  readonly detectRoleArn?: pulumi.Input<string>;
  /**
   * Role of this account that may put the bucket's policy and public access block back; it need not exist yet. S3 lets no
   * other account do so (API Reference, PutBucketPolicy). @default nobody
   */
  readonly restoreRoleArn?: pulumi.Input<string>;
  /** Log files expire after this many days. */
  readonly retentionDays: number;
  /** How strong the lock is; `compliance` can never be taken back. */
  readonly lockMode: "governance" | "compliance";
  /** For how many days a log file cannot be deleted. */
  readonly lockDays: number;
  /**
   * Move log files to a cheaper storage class. Hardly ever worth it: S3 leaves objects below 128 KB where they are,
   * and archive classes are out of Athena's reach.
   * @default never
   */
  readonly transition?: { readonly storageClass: string; readonly afterDays: number };
  /** Access logs of the archive expire after this many days. */
  readonly accessLogRetentionDays: number;
  /** Copy the archive to this region. @default no replica */
  readonly replicaRegion?: string;
  /** Days between the order to delete a key and its end, 7 to 30. */
  readonly keyDeletionWindowDays: number;
  /** Destroying the stack empties and deletes the buckets. */
  readonly disposable: boolean;
  /** Protect every part from deletion, and retain buckets, keys and their protections (`retainOnDelete`). */
  readonly protect: boolean;
  /**
   * Take over an existing bucket (by name) and key (by id or ARN). The first update imports them; the next one,
   * without this setting, brings their own properties in line. What surrounds them (policies, lifecycle, lock, logging,
   * notifications) is replaced at once.
   * @default new ones
   */
  readonly adopt?: { readonly bucket?: string; readonly key?: string };
}

/**
 * The log archive: an encrypted, locked, private bucket that one trail writes to and nobody else, its key, a bucket
 * with the archive's access logs, a topic that announces log files, and optionally a replica in another region.
 *
 * With `protect`, every part is protected: the engine deletes whatever is not before it stops at what is, and a bucket
 * must not lose its policy to a `pulumi destroy` that is refused. What holds or protects logs is also retained on
 * delete, policies and locks like the buckets themselves; the rest would go on working for nobody.
 */
export class LogArchive extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  readonly accessLogBucketName: pulumi.Output<string>;
  readonly accessLogBucketArn: pulumi.Output<string>;
  readonly fileArrivedTopicArn: pulumi.Output<string>;
  readonly replicaBucketName?: pulumi.Output<string>;
  readonly replicaBucketArn?: pulumi.Output<string>;
  /** What the archive's bucket is to be, for those who put it back. */
  readonly desired: pulumi.Output<DesiredArchive>;
  /** ARNs of all its parts that have one, for the rules that watch over the pipeline. */
  readonly partArns: pulumi.Output<string>[];

  constructor(name: string, args: LogArchiveArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trailkeeper:index:LogArchive", name, {}, opts);
    if (args.administrators.length === 0) {
      throw new Error(
        `LogArchive "${name}" needs at least one administrator: without one nobody could ever change it`,
      );
    }
    const { context, disposable, retentionDays } = args;
    const child = { parent: this, protect: args.protect };
    const guarded = { ...child, retainOnDelete: args.protect };
    const administrators = administratorArns(context, args.administrators);

    const archive = archiveBucket(
      `${name}-bucket`,
      { objectLock: true, disposable, adopt: args.adopt?.bucket },
      guarded,
    );
    const facts = pulumi.output({
      partition: context.partition,
      accountId: context.accountId,
      region: context.region,
      bucketArn: archive.bucket.arn,
      trailArn: args.trailArn,
      trailAccountId: args.trailAccountId,
      organizationId: args.organizationId,
      administratorArns: administrators,
      readers: [...args.readers],
      detectRoleArn: args.detectRoleArn,
      restoreRoleArn: args.restoreRoleArn,
    });
    const bucketPolicy = facts.apply(archiveBucketPolicy);
    const { key, ready: keyReady } = archiveKey(
      `${name}-key`,
      {
        policy: facts.apply(archiveKeyPolicy),
        keyDeletionWindowDays: args.keyDeletionWindowDays,
        adopt: args.adopt?.key,
      },
      guarded,
    );
    encryptWithKey(`${name}-bucket`, archive, key, undefined, guarded);
    lockObjects(`${name}-bucket`, archive, args, undefined, guarded);
    expireObjects(`${name}-bucket`, archive, args, undefined, guarded);
    const policy = putBucketPolicy(`${name}-bucket`, archive, bucketPolicy, undefined, guarded);
    const accessLogs = accessLogBucket(
      `${name}-access-logs`,
      {
        accountId: context.accountId,
        administratorArns: administrators,
        source: archive,
        retentionDays: args.accessLogRetentionDays,
        disposable,
      },
      guarded,
    );
    const topic = fileArrivedTopic(
      `${name}-file-arrived`,
      {
        context,
        bucket: archive.bucket,
        key,
        keyReady,
        trailAccountId: args.trailAccountId,
        organizationId: args.organizationId,
      },
      child,
    );
    const replica =
      args.replicaRegion === undefined
        ? undefined
        : archiveReplica(
            `${name}-replica`,
            {
              context,
              region: args.replicaRegion,
              source: archive,
              sourceKey: key,
              administratorArns: administrators,
              retentionDays,
              lockMode: args.lockMode,
              lockDays: args.lockDays,
              transition: args.transition,
              keyDeletionWindowDays: args.keyDeletionWindowDays,
              disposable,
            },
            { child, guarded },
          );
    void pulumi.log.info(lockNotice(args, new Date()), this);

    // A trail is refused as long as the bucket's policy does not admit it: whoever uses the name waits for the policy.
    this.bucketName = pulumi.all([archive.bucket.id, policy.id]).apply(([bucketName]) => bucketName);
    this.bucketArn = archive.bucket.arn;
    this.keyArn = key.arn;
    this.accessLogBucketName = accessLogs.id;
    this.accessLogBucketArn = accessLogs.arn;
    this.fileArrivedTopicArn = topic.arn;
    this.replicaBucketName = replica?.bucket.id;
    this.replicaBucketArn = replica?.bucket.arn;
    this.desired = pulumi
      .all([context.accountId, this.bucketName, bucketPolicy])
      .apply(([accountId, bucketName, policy]) => ({
        accountId,
        bucketName,
        publicAccessBlock: {
          BlockPublicAcls: NOTHING_PUBLIC.blockPublicAcls,
          BlockPublicPolicy: NOTHING_PUBLIC.blockPublicPolicy,
          IgnorePublicAcls: NOTHING_PUBLIC.ignorePublicAcls,
          RestrictPublicBuckets: NOTHING_PUBLIC.restrictPublicBuckets,
        },
        policy,
      }));
    this.partArns = [
      archive.bucket.arn,
      key.arn,
      accessLogs.arn,
      topic.arn,
      ...(replica ? [replica.bucket.arn, replica.key.arn, replica.role.arn] : []),
    ];
    this.registerOutputs({
      bucketName: this.bucketName,
      bucketArn: this.bucketArn,
      keyArn: this.keyArn,
      accessLogBucketName: this.accessLogBucketName,
      accessLogBucketArn: this.accessLogBucketArn,
      fileArrivedTopicArn: this.fileArrivedTopicArn,
      replicaBucketName: this.replicaBucketName,
      replicaBucketArn: this.replicaBucketArn,
    });
  }
}
