import {
  type BucketLoggingStatus,
  DeleteBucketEncryptionCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  type EventBridgeConfiguration,
  type LambdaFunctionConfiguration,
  type ObjectLockRule,
  PutBucketEncryptionCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
  type QueueConfiguration,
  S3ServiceException,
  type ServerSideEncryptionRule,
  type TopicConfiguration,
} from "@aws-sdk/client-s3";
import type * as aws from "@pulumi/aws";
import { defineBucketSetting } from "./s3-setting";
import { jsonText, pascalCase } from "../values";

export const bucketPublicAccessBlock = defineBucketSetting<aws.s3.BucketPublicAccessBlockArgs>({
  type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  required: ["bucket"],
  optional: [
    "blockPublicAcls",
    "blockPublicPolicy",
    "ignorePublicAcls",
    "region",
    "restrictPublicBuckets",
    "skipDestroy",
  ],
  defaults: {
    blockPublicAcls: false,
    blockPublicPolicy: false,
    ignorePublicAcls: false,
    restrictPublicBuckets: false,
  },
  put: (s3, inputs) =>
    s3.send(
      new PutPublicAccessBlockCommand({
        Bucket: inputs.bucket,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: inputs.blockPublicAcls,
          BlockPublicPolicy: inputs.blockPublicPolicy,
          IgnorePublicAcls: inputs.ignorePublicAcls,
          RestrictPublicBuckets: inputs.restrictPublicBuckets,
        },
      }),
    ),
  remove: async (s3, Bucket, { skipDestroy }) => {
    if (!skipDestroy) await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  },
});

export const bucketOwnershipControls = defineBucketSetting<aws.s3.BucketOwnershipControlsArgs>({
  type: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  required: ["bucket", "rule"],
  optional: ["region"],
  put: (s3, inputs) =>
    s3.send(
      new PutBucketOwnershipControlsCommand({
        Bucket: inputs.bucket,
        OwnershipControls: {
          Rules: [{ ObjectOwnership: inputs.rule.objectOwnership as "BucketOwnerEnforced" }],
        },
      }),
    ),
  remove: (s3, Bucket) => s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket })),
});

export const bucketVersioning = defineBucketSetting<aws.s3.BucketVersioningArgs>({
  type: "aws:s3/bucketVersioning:BucketVersioning",
  required: ["bucket", "versioningConfiguration"],
  optional: ["mfa", "region"],
  unsupported: ["expectedBucketOwner"],
  put: (s3, inputs) =>
    s3.send(
      new PutBucketVersioningCommand({
        Bucket: inputs.bucket,
        MFA: inputs.mfa,
        VersioningConfiguration: {
          Status: inputs.versioningConfiguration.status as "Enabled",
          MFADelete: inputs.versioningConfiguration.mfaDelete as "Enabled" | undefined,
        },
      }),
    ),
  remove: async (s3, Bucket, inputs) => {
    if (inputs.versioningConfiguration.status !== "Enabled") return;
    try {
      await s3.send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }),
      );
    } catch (error) {
      // A bucket with Object Lock can never suspend versioning (S3 User Guide, "Object Lock considerations");
      // versioning then ends with the bucket, which is deleted next.
      if (!(error instanceof S3ServiceException && error.name === "InvalidBucketState")) throw error;
    }
  },
});

export const bucketObjectLockConfiguration = defineBucketSetting<aws.s3.BucketObjectLockConfigurationArgs>({
  type: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  required: ["bucket"],
  optional: ["objectLockEnabled", "region", "rule"],
  unsupported: ["expectedBucketOwner", "token"],
  defaults: { objectLockEnabled: "Enabled" },
  put: (s3, inputs) =>
    s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket: inputs.bucket,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: inputs.rule && pascalCase<ObjectLockRule>(inputs.rule),
        },
      }),
    ),
  // Object Lock itself stays for the life of the bucket; only the default retention can go.
  remove: (s3, Bucket) =>
    s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" },
      }),
    ),
});

export const bucketServerSideEncryptionConfiguration =
  defineBucketSetting<aws.s3.BucketServerSideEncryptionConfigurationArgs>({
    type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    required: ["bucket", "rules"],
    optional: ["region"],
    unsupported: ["expectedBucketOwner"],
    put: (s3, inputs) =>
      s3.send(
        new PutBucketEncryptionCommand({
          Bucket: inputs.bucket,
          ServerSideEncryptionConfiguration: {
            Rules: pascalCase<ServerSideEncryptionRule[]>(inputs.rules, {
              kmsMasterKeyId: "KMSMasterKeyID",
              sseAlgorithm: "SSEAlgorithm",
            }),
          },
        }),
      ),
    remove: (s3, Bucket) => s3.send(new DeleteBucketEncryptionCommand({ Bucket })),
  });

export const bucketPolicy = defineBucketSetting<aws.s3.BucketPolicyArgs>({
  type: "aws:s3/bucketPolicy:BucketPolicy",
  required: ["bucket", "policy"],
  optional: ["region"],
  put: (s3, inputs) =>
    s3.send(new PutBucketPolicyCommand({ Bucket: inputs.bucket, Policy: jsonText(inputs.policy) })),
  remove: (s3, Bucket) => s3.send(new DeleteBucketPolicyCommand({ Bucket })),
});

export const bucketLogging = defineBucketSetting<aws.s3.BucketLoggingArgs>({
  type: "aws:s3/bucketLogging:BucketLogging",
  required: ["bucket", "targetBucket", "targetPrefix"],
  optional: ["region", "targetObjectKeyFormat"],
  unsupported: ["expectedBucketOwner", "targetGrants"],
  put: (s3, { bucket, targetBucket, targetPrefix, targetObjectKeyFormat }) =>
    s3.send(
      new PutBucketLoggingCommand({
        Bucket: bucket,
        BucketLoggingStatus: pascalCase<BucketLoggingStatus>({
          loggingEnabled: { targetBucket, targetPrefix, targetObjectKeyFormat },
        }),
      }),
    ),
  remove: (s3, Bucket) => s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: {} })),
});

export const bucketNotification = defineBucketSetting<aws.s3.BucketNotificationArgs>({
  type: "aws:s3/bucketNotification:BucketNotification",
  required: ["bucket"],
  optional: ["eventbridge", "lambdaFunctions", "queues", "region", "topics"],
  defaults: { eventbridge: false },
  put: (s3, inputs) =>
    s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: inputs.bucket,
        NotificationConfiguration: {
          EventBridgeConfiguration: inputs.eventbridge ? ({} satisfies EventBridgeConfiguration) : undefined,
          LambdaFunctionConfigurations: inputs.lambdaFunctions?.map(
            (lambda): LambdaFunctionConfiguration => ({
              ...delivery(lambda),
              LambdaFunctionArn: lambda.lambdaFunctionArn,
            }),
          ),
          QueueConfigurations: inputs.queues?.map((queue): QueueConfiguration => ({
            ...delivery(queue),
            QueueArn: queue.queueArn,
          })),
          TopicConfigurations: inputs.topics?.map((topic): TopicConfiguration => ({
            ...delivery(topic),
            TopicArn: topic.topicArn,
          })),
        },
      }),
    ),
  remove: (s3, Bucket) =>
    s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} })),
});

interface DeliveryInput {
  readonly id?: string;
  readonly events?: readonly string[];
  readonly filterPrefix?: string;
  readonly filterSuffix?: string;
}

function delivery({ id, events = [], filterPrefix, filterSuffix }: DeliveryInput) {
  const FilterRules = [
    ...(filterPrefix === undefined ? [] : [{ Name: "prefix" as const, Value: filterPrefix }]),
    ...(filterSuffix === undefined ? [] : [{ Name: "suffix" as const, Value: filterSuffix }]),
  ];
  return {
    Id: id,
    Events: events as TopicConfiguration["Events"],
    Filter: FilterRules.length === 0 ? undefined : { Key: { FilterRules } },
  };
}
