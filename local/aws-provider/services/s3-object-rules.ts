import {
  DeleteBucketLifecycleCommand,
  DeleteBucketReplicationCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
  PutBucketReplicationCommand,
  type ReplicationRule,
} from "@aws-sdk/client-s3";
import type * as aws from "@pulumi/aws";
import type { Plain } from "../resource";
import { defineBucketSetting } from "./s3-setting";
import { tagPairs } from "./tags";
import { pascalCase } from "../values";

export const bucketLifecycleConfiguration = defineBucketSetting<aws.s3.BucketLifecycleConfigurationArgs>({
  type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  required: ["bucket"],
  optional: ["region", "rules", "timeouts", "transitionDefaultMinimumObjectSize"],
  unsupported: ["expectedBucketOwner"],
  defaults: { transitionDefaultMinimumObjectSize: "all_storage_classes_128K" },
  put: (s3, inputs) =>
    s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket: inputs.bucket,
        TransitionDefaultMinimumObjectSize:
          inputs.transitionDefaultMinimumObjectSize as "all_storage_classes_128K",
        LifecycleConfiguration: { Rules: inputs.rules?.map(lifecycleRule) },
      }),
    ),
  remove: (s3, Bucket) => s3.send(new DeleteBucketLifecycleCommand({ Bucket })),
});

type LifecycleRuleInput = NonNullable<Plain<aws.s3.BucketLifecycleConfigurationArgs>["rules"]>[number];

function lifecycleRule({ filter, ...rule }: LifecycleRuleInput): LifecycleRule {
  return {
    ...pascalCase<LifecycleRule>(rule, { id: "ID" }),
    // S3 wants a filter in every rule; an empty prefix means every object.
    Filter: filter ? filterWithTags(filter) : { Prefix: "" },
  };
}

/** `and.tags` is a map with keys of the user's own, which pascalCase must not touch. */
function filterWithTags<Filter extends { and?: { tags?: Readonly<Record<string, string>> } }>({
  and,
  ...filter
}: Filter): LifecycleRule["Filter"] & ReplicationRule["Filter"] {
  const single = pascalCase<object>(filter);
  if (!and) return Object.keys(single).length === 0 ? { Prefix: "" } : single;
  const { tags, ...conditions } = and;
  return {
    ...single,
    And: { ...pascalCase<object>(conditions), ...(tags ? { Tags: tagPairs(tags) } : {}) },
  };
}

export const bucketReplicationConfig = defineBucketSetting<aws.s3.BucketReplicationConfigArgs>({
  type: "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
  required: ["bucket", "role", "rules"],
  optional: ["region"],
  unsupported: ["token"],
  put: (s3, inputs) =>
    s3.send(
      new PutBucketReplicationCommand({
        Bucket: inputs.bucket,
        ReplicationConfiguration: { Role: inputs.role, Rules: inputs.rules.map(replicationRule) },
      }),
    ),
  remove: (s3, Bucket) => s3.send(new DeleteBucketReplicationCommand({ Bucket })),
});

type ReplicationRuleInput = Plain<aws.s3.BucketReplicationConfigArgs>["rules"][number];

function replicationRule({ filter, ...rule }: ReplicationRuleInput): ReplicationRule {
  return {
    ...pascalCase<ReplicationRule>(rule, { id: "ID", replicaKmsKeyId: "ReplicaKmsKeyID" }),
    ...(filter ? { Filter: filterWithTags(filter) } : {}),
  };
}
