import type * as aws from "@pulumi/aws";

/** What the file-arrived topic's policy depends on. */
export interface ArchiveTopicPolicyArgs {
  readonly partition: string;
  readonly topicArn: string;
  readonly bucketArn: string;
  readonly accountId: string;
  /** Account that owns the trail; may subscribe its queues and functions when it is not the topic's own. */
  readonly trailAccountId: string;
}

/**
 * Policy of the file-arrived topic: S3 publishes for one bucket and nobody else does, whatever his IAM policies say.
 * The account's own consumers subscribe through IAM. In a log-archive account, so may those of the trail's account,
 * but only with queues and functions of their own.
 */
export function archiveTopicPolicy(args: ArchiveTopicPolicyArgs): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AllowS3ToPublish",
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "sns:Publish",
        Resource: args.topicArn,
        Condition: {
          ArnEquals: { "aws:SourceArn": args.bucketArn },
          StringEquals: { "aws:SourceAccount": args.accountId },
        },
      },
      ...allowTrailAccountToSubscribe(args),
      {
        Sid: "DenyOtherPublishers",
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: "sns:Publish",
        Resource: args.topicArn,
        Condition: { ArnNotEquals: { "aws:SourceArn": args.bucketArn } },
      },
      {
        Sid: "DenyInsecureTransport",
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: "sns:Publish",
        Resource: args.topicArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  };
}

function allowTrailAccountToSubscribe(args: ArchiveTopicPolicyArgs): aws.iam.PolicyStatement[] {
  const { partition, accountId, trailAccountId, topicArn } = args;
  if (trailAccountId === accountId) return [];
  return [
    {
      Sid: "AllowTrailAccountToSubscribe",
      Effect: "Allow",
      Principal: { AWS: `arn:${partition}:iam::${trailAccountId}:root` },
      Action: "sns:Subscribe",
      Resource: topicArn,
      Condition: {
        StringEquals: { "sns:Protocol": ["sqs", "lambda"] },
        StringLike: {
          "sns:Endpoint": [
            `arn:${partition}:sqs:*:${trailAccountId}:*`,
            `arn:${partition}:lambda:*:${trailAccountId}:function:*`,
          ],
        },
      },
    },
  ];
}
