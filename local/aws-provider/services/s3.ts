import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectsCommand,
  HeadBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  NotFound,
  type ObjectIdentifier,
  PutBucketTaggingCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type * as aws from "@pulumi/aws";
import { defineResource, present } from "../resource";
import { type Tags, tagPairs } from "./tags";

export const bucket = defineResource<aws.s3.BucketArgs>({
  type: "aws:s3/bucket:Bucket",
  optional: ["bucket", "forceDestroy", "objectLockEnabled", "region", "tags"],
  // All deprecated or rare; each has a resource of its own.
  unsupported: [
    "accelerationStatus",
    "acl",
    "bucketNamespace",
    "bucketPrefix",
    "corsRules",
    "grants",
    "lifecycleRules",
    "logging",
    "objectLockConfiguration",
    "policy",
    "replicationConfiguration",
    "requestPayer",
    "serverSideEncryptionConfiguration",
    "versioning",
    "website",
  ],
  replaceOn: ["bucket", "objectLockEnabled"],
  outputs: ["arn", "bucketDomainName", "bucketRegion", "bucketRegionalDomainName"],
  defaults: { forceDestroy: false },
  autoName: { property: "bucket", lowerCase: true, maxLength: 63 },

  async create({ inputs, aws, location }) {
    const id = present(inputs.bucket, "a bucket name");
    await aws.s3.send(
      new CreateBucketCommand({
        Bucket: id,
        ObjectLockEnabledForBucket: inputs.objectLockEnabled,
        // us-east-1 is the one region that S3 wants unnamed (S3 API reference, CreateBucket).
        CreateBucketConfiguration:
          location.region === "us-east-1"
            ? undefined
            : { LocationConstraint: location.region as "eu-west-1" },
      }),
    );
    if (inputs.tags !== undefined) await putTags(aws.s3, id, inputs.tags);
    const suffix = location.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
    return {
      id,
      outputs: {
        arn: `arn:${location.partition}:s3:::${id}`,
        bucketDomainName: `${id}.s3.${suffix}`,
        bucketRegion: location.region,
        bucketRegionalDomainName: `${id}.s3.${location.region}.${suffix}`,
      },
    };
  },

  async update({ id, inputs, aws, changed }) {
    if (changed("tags")) await putTags(aws.s3, id, inputs.tags ?? {});
  },

  async delete({ id, inputs, aws }) {
    if (inputs.forceDestroy) await emptyBucket(aws.s3, id);
    await aws.s3.send(new DeleteBucketCommand({ Bucket: id }));
  },

  async exists({ id, aws }) {
    try {
      await aws.s3.send(new HeadBucketCommand({ Bucket: id }));
      return true;
    } catch (error) {
      if (error instanceof NotFound) return false;
      throw error;
    }
  },
});

async function putTags(s3: S3Client, Bucket: string, tags: Tags): Promise<void> {
  await (Object.keys(tags).length === 0
    ? s3.send(new DeleteBucketTaggingCommand({ Bucket }))
    : s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tagPairs(tags) } })));
}

/**
 * Deletes every object version, delete marker and unfinished upload. Governance locks are bypassed, as the real
 * provider's `forceDestroy` does; a compliance lock stops it with S3's own error.
 */
async function emptyBucket(s3: S3Client, Bucket: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }): ObjectIdentifier => ({
      Key: present(Key, "an object's key"),
      VersionId,
    }));
    if (Objects.length === 0) break;
    for (let start = 0; start < Objects.length; start += DELETE_BATCH)
      await deleteVersions(s3, Bucket, Objects.slice(start, start + DELETE_BATCH));
  }
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  for (const { Key, UploadId } of Uploads)
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
}

/** The most objects one DeleteObjects takes (S3 API reference). */
const DELETE_BATCH = 1000;

async function deleteVersions(s3: S3Client, Bucket: string, Objects: ObjectIdentifier[]): Promise<void> {
  const { Errors = [] } = await s3.send(
    new DeleteObjectsCommand({
      Bucket,
      BypassGovernanceRetention: true,
      Delete: { Objects, Quiet: true },
    }),
  );
  const [first] = Errors;
  if (first)
    throw new Error(
      `${Errors.length} object version(s) of bucket ${Bucket} cannot be deleted; the first: ${first.Key} (${first.Code}: ${first.Message})`,
    );
}
