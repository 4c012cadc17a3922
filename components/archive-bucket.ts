import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What each bucket of the archive decides for itself. */
export interface ArchiveBucketArgs {
  /** @default the provider's region */
  readonly region?: string;
  /** Only known when the bucket is made; S3 cannot take it back. */
  readonly objectLock: boolean;
  /** Destroying the stack empties the bucket, locked versions included where governance allows it. */
  readonly disposable: boolean;
  /** Name of an existing bucket to import. */
  readonly adopt?: string;
}

/** A bucket that is private, versioned and free of ACLs; its policy is put with {@link putBucketPolicy}. */
export interface ArchiveBucket {
  readonly bucket: aws.s3.Bucket;
  readonly versioning: aws.s3.BucketVersioning;
  readonly publicAccessBlock: aws.s3.BucketPublicAccessBlock;
  readonly ownershipControls: aws.s3.BucketOwnershipControls;
}

/** The public access block of every bucket of the archive. */
export const NOTHING_PUBLIC = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
} as const;

/**
 * Makes a bucket with everything that all buckets of the archive share.
 *
 * Pulumi imports only what matches the program, so that whatever an adopted bucket may differ in is left alone while
 * `adopt` is set; the next update without `adopt` brings it in line.
 */
export function archiveBucket(
  name: string,
  args: ArchiveBucketArgs,
  opts: pulumi.CustomResourceOptions,
): ArchiveBucket {
  const { region } = args;
  const bucket = new aws.s3.Bucket(
    name,
    { region, objectLockEnabled: args.objectLock, forceDestroy: args.disposable },
    {
      ...opts,
      import: args.adopt,
      // The provider replaces a bucket for this property. An adopted bucket gets its lock from the lock
      // configuration, which needs no replacement; a lock that is on cannot be switched off anyway. The name stays
      // what it is: left to the provider, an adopted bucket would get a name of Pulumi's making, which replaces it.
      ignoreChanges: [
        "bucket",
        "objectLockEnabled",
        ...(args.adopt ? ["forceDestroy", "tags", "tagsAll"] : []),
      ],
    },
  );
  const publicAccessBlock = new aws.s3.BucketPublicAccessBlock(
    `${name}-public-access`,
    { region, bucket: bucket.id, ...NOTHING_PUBLIC },
    opts,
  );
  const ownershipControls = new aws.s3.BucketOwnershipControls(
    `${name}-ownership`,
    { region, bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } },
    opts,
  );
  const versioning = new aws.s3.BucketVersioning(
    `${name}-versioning`,
    { region, bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
    opts,
  );
  return { bucket, versioning, publicAccessBlock, ownershipControls };
}

/** Encrypts new objects with a key by default, through a Bucket Key: one call to KMS serves many objects. */
export function encryptWithKey(
  name: string,
  { bucket }: ArchiveBucket,
  key: aws.kms.Key,
  region: string | undefined,
  opts: pulumi.CustomResourceOptions,
): void {
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    {
      region,
      bucket: bucket.id,
      rules: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
          bucketKeyEnabled: true,
        },
      ],
    },
    opts,
  );
}

/**
 * Puts the bucket's policy. It comes last and goes first: S3 answers parallel changes of a bucket's access settings
 * with a conflict, and a stack that is destroyed must lose the denials before it empties the bucket.
 */
export function putBucketPolicy(
  name: string,
  { bucket, ...settings }: ArchiveBucket,
  policy: pulumi.Input<aws.iam.PolicyDocument>,
  region: string | undefined,
  opts: pulumi.CustomResourceOptions,
): aws.s3.BucketPolicy {
  return new aws.s3.BucketPolicy(
    `${name}-policy`,
    { region, bucket: bucket.id, policy: pulumi.jsonStringify(policy) },
    { ...opts, dependsOn: Object.values(settings) },
  );
}
