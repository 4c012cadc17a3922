import { checkFlag } from "../../checks";
import { nist } from "../../controls";
import type { ResourceRule } from "../../rule";
import { STACK_PATTERN, matchesStack } from "../../stack-identity";
import { BUCKET } from "../../tokens";
import { NOT_APPLICABLE } from "../../verdict";

export const bucketNotForceDestroyed: ResourceRule = {
  id: "bucket-not-force-destroyed",
  scope: "resource",
  service: "s3",
  severity: "high",
  title: "S3 buckets are not emptied when they are destroyed",
  rationale: "with forceDestroy one mistaken destroy or rename deletes everything that the bucket holds",
  fix: "Remove forceDestroy, or have the owner of the policy configuration list the stack under disposableStacks.",
  controls: nist("AU-9", "CP-9"),
  url: "https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucket/#forcedestroy_nodejs",
  types: BUCKET,
  settings: {
    disposableStacks: {
      description:
        "Stacks whose buckets may be destroyed with their contents, as PROJECT/STACK with * as wildcard.",
      pattern: STACK_PATTERN,
    },
  },
  check: (bucket, context) =>
    matchesStack(context.strings("disposableStacks"), context.identity)
      ? NOT_APPLICABLE
      : checkFlag(bucket, "forceDestroy", false, false, "forceDestroy is on"),
};
