import type { PublicAccessBlockConfiguration } from "@aws-sdk/client-s3";
import { absentAsUndefined } from "../../responses/absent";
import type { DesiredArchive } from "./desired";
import { isPolicy, sameValues } from "./same-values";
import { nothingIfUnset, putBack, type StackPart } from "./stack-part";

const NO_BUCKET = "NoSuchBucket";

/** Whether the archive's bucket keeps the public out whatever else is set. */
export function publicAccessBlock(
  archive: DesiredArchive,
): StackPart<PublicAccessBlockConfiguration, "s3:PutPublicAccessBlock"> {
  const { publicAccessBlock: desired } = archive;
  const bucket = { Bucket: archive.bucketName, ExpectedBucketOwner: archive.accountId };
  return {
    id: "public-access-block",
    of: "archive",
    operation: "s3:PutPublicAccessBlock",
    words: putBack("the archive's public access block"),
    read: async (call) => {
      const found = await absentAsUndefined(
        nothingIfUnset(call("s3:GetPublicAccessBlock", bucket), "NoSuchPublicAccessBlockConfiguration"),
        NO_BUCKET,
      );
      return found && (found.PublicAccessBlockConfiguration ?? {});
    },
    isAsDeployed: (found) => sameValues(found, desired),
    repair: () => ({ ...bucket, PublicAccessBlockConfiguration: desired }),
  };
}

/** Who may do what with the archive: what its bucket policy grants, and what it denies to everybody. */
export function bucketPolicy(
  archive: DesiredArchive,
): StackPart<{ readonly policy?: string }, "s3:PutBucketPolicy"> {
  const bucket = { Bucket: archive.bucketName, ExpectedBucketOwner: archive.accountId };
  return {
    id: "bucket-policy",
    of: "archive",
    operation: "s3:PutBucketPolicy",
    words: putBack("the archive's bucket policy"),
    read: async (call) => {
      const found = await absentAsUndefined(
        nothingIfUnset(call("s3:GetBucketPolicy", bucket), "NoSuchBucketPolicy"),
        NO_BUCKET,
      );
      return found && (found.Policy === undefined ? {} : { policy: found.Policy });
    },
    isAsDeployed: ({ policy }) => isPolicy(policy, archive.policy),
    repair: () => ({ ...bucket, Policy: JSON.stringify(archive.policy) }),
  };
}
