import type { PublicAccessBlockConfiguration } from "@aws-sdk/client-s3";
import { AwsError, type Handlers } from "./fake-aws";

/** Buckets of all accounts by name, as plain data. */
export type S3World = Record<string, WorldBucket>;

export interface WorldBucket {
  readonly accountId: string;
  /** Null when the bucket has no settings of its own. */
  block: PublicAccessBlockConfiguration | null;
}

/** Block public access of buckets as the S3 API Reference describes it. */
export function serveS3(world: S3World): Handlers {
  const bucket = (request: { Bucket?: string | undefined; ExpectedBucketOwner?: string | undefined }) => {
    const found = world[request.Bucket ?? ""];
    if (!found) throw new AwsError("NoSuchBucket", "The specified bucket does not exist");
    if (request.ExpectedBucketOwner !== undefined && request.ExpectedBucketOwner !== found.accountId)
      throw new AwsError("AccessDenied", "Access Denied");
    return found;
  };
  return {
    "s3:GetPublicAccessBlock": (request) => {
      const { block } = bucket(request);
      if (!block)
        throw new AwsError(
          "NoSuchPublicAccessBlockConfiguration",
          "The public access block configuration was not found",
        );
      return { PublicAccessBlockConfiguration: block };
    },
    "s3:PutPublicAccessBlock": (request) => {
      const { PublicAccessBlockConfiguration: flags = {} } = request;
      bucket(request).block = {
        BlockPublicAcls: flags.BlockPublicAcls ?? false,
        IgnorePublicAcls: flags.IgnorePublicAcls ?? false,
        BlockPublicPolicy: flags.BlockPublicPolicy ?? false,
        RestrictPublicBuckets: flags.RestrictPublicBuckets ?? false,
      };
      return {};
    },
    "s3:DeletePublicAccessBlock": (request) => {
      bucket(request).block = null;
      return {};
    },
  };
}
