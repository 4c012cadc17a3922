import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CloudContext } from "./context";
import { logFilePrefixes } from "./log-file-prefixes";
import { archiveTopicPolicy } from "./policies/archive-topic-policy";

/** What the file-arrived topic is made from. */
export interface ArchiveTopicArgs {
  readonly context: CloudContext;
  readonly bucket: aws.s3.Bucket;
  readonly key: aws.kms.Key;
  /** What must be there before S3 may use the key. */
  readonly keyReady: pulumi.Resource[];
  readonly trailAccountId: pulumi.Input<string>;
  readonly organizationId?: string;
}

/**
 * Announces each log file that arrives. It cannot loop: only CloudTrail can write to the bucket, and the trail does
 * not record the data events of the stack's own bucket.
 */
export function fileArrivedTopic(
  name: string,
  { context, bucket, key, keyReady, trailAccountId, organizationId }: ArchiveTopicArgs,
  opts: pulumi.CustomResourceOptions,
): aws.sns.Topic {
  const topic = new aws.sns.Topic(name, { kmsMasterKeyId: key.arn }, opts);
  const policy = new aws.sns.TopicPolicy(
    `${name}-policy`,
    {
      arn: topic.arn,
      policy: pulumi.jsonStringify(
        pulumi
          .output({
            partition: context.partition,
            accountId: context.accountId,
            topicArn: topic.arn,
            bucketArn: bucket.arn,
            trailAccountId,
          })
          .apply(archiveTopicPolicy),
      ),
    },
    opts,
  );
  new aws.s3.BucketNotification(
    `${name}-notification`,
    {
      bucket: bucket.id,
      topics: pulumi.output(trailAccountId).apply((accountId) =>
        logFilePrefixes(accountId, organizationId).map((filterPrefix) => ({
          topicArn: topic.arn,
          events: ["s3:ObjectCreated:*"],
          filterPrefix,
          filterSuffix: ".json.gz",
        })),
      ),
    },
    // S3 publishes a test message when it is configured, and refuses a topic or key that it may not use.
    { ...opts, dependsOn: [policy, ...keyReady] },
  );
  return topic;
}
