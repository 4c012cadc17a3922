import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ArchiveBucket } from "./archive-bucket";

/** How long objects are kept, and how long they cannot be deleted. */
export interface RetentionArgs {
  /** Objects expire after this many days. */
  readonly retentionDays: number;
  readonly lockMode: "governance" | "compliance";
  readonly lockDays: number;
  /** Move objects to a cheaper storage class after this many days. @default never */
  readonly transition?: { readonly storageClass: string; readonly afterDays: number };
}

/**
 * Days for which a version stays after it was expired or overwritten. S3 keeps locked versions whatever this says;
 * past the lock it is the time in which people can notice that something vanished and get it back.
 */
const NONCURRENT_DAYS = 30;

const ABORT_UPLOADS_AFTER_DAYS = 7;

/** Locks new versions for the days given: S3's default retention, which no writer has to ask for. */
export function lockObjects(
  name: string,
  { bucket, versioning }: ArchiveBucket,
  { lockMode, lockDays }: RetentionArgs,
  region: string | undefined,
  opts: pulumi.CustomResourceOptions,
): void {
  new aws.s3.BucketObjectLockConfiguration(
    `${name}-lock`,
    {
      region,
      bucket: bucket.id,
      rule: {
        defaultRetention: { mode: lockMode === "compliance" ? "COMPLIANCE" : "GOVERNANCE", days: lockDays },
      },
    },
    { ...opts, dependsOn: [versioning] },
  );
}

/** Expires objects and cleans up what expiry leaves behind. */
export function expireObjects(
  name: string,
  { bucket, versioning }: ArchiveBucket,
  args: Pick<RetentionArgs, "retentionDays" | "transition">,
  region: string | undefined,
  opts: pulumi.CustomResourceOptions,
): void {
  new aws.s3.BucketLifecycleConfiguration(
    `${name}-lifecycle`,
    { region, bucket: bucket.id, rules: expiryRules(args) },
    { ...opts, dependsOn: [versioning] },
  );
}

/**
 * In a versioned bucket expiry puts a delete marker on the object, the noncurrent version is removed later, and the
 * marker that then stands alone last. S3 takes no rule that both expires objects and cleans markers, hence two.
 */
function expiryRules({
  retentionDays,
  transition,
}: Pick<
  RetentionArgs,
  "retentionDays" | "transition"
>): aws.types.input.s3.BucketLifecycleConfigurationRule[] {
  return [
    {
      id: "expire",
      status: "Enabled",
      filter: {},
      expiration: { days: retentionDays },
      noncurrentVersionExpiration: { noncurrentDays: NONCURRENT_DAYS },
      abortIncompleteMultipartUpload: { daysAfterInitiation: ABORT_UPLOADS_AFTER_DAYS },
      ...(transition && {
        transitions: [{ days: transition.afterDays, storageClass: transition.storageClass }],
      }),
    },
    {
      id: "clean-delete-markers",
      status: "Enabled",
      filter: {},
      expiration: { expiredObjectDeleteMarker: true },
    },
  ];
}

/** One line for the preview: until when nobody can delete what arrives today. */
export function lockNotice({ lockMode, lockDays }: RetentionArgs, today: Date): string {
  const until = new Date(today.getTime() + lockDays * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
  const strength =
    lockMode === "compliance"
      ? "Nobody can delete them or shorten the lock before, the account's root user and AWS Support included."
      : "The bucket's policy must be changed before anyone can delete them sooner.";
  return `Log files that arrive today are locked until ${until} (${lockMode} mode, days: ${lockDays}). ${strength}`;
}
