import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What the policy of an alert topic depends on. */
export interface AlertTopicPolicyArgs {
  readonly partition: string;
  readonly region: string;
  readonly accountId: pulumi.Input<string>;
  readonly topicArn: pulumi.Input<string>;
  /** ARN of the role that the notify function runs as. */
  readonly notifyRoleArn: pulumi.Input<string>;
}

/**
 * Policy of an alert topic: the account's own CloudWatch alarms and the notify function publish, over TLS; nobody else
 * does, whatever IAM allows them, because a forged page is as useful to an intruder as a suppressed one.
 */
export function alertTopicPolicy(args: AlertTopicPolicyArgs): aws.iam.PolicyDocument {
  const { partition, region, accountId, topicArn, notifyRoleArn } = args;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AlarmsPublish",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: {
          StringEquals: { "aws:SourceAccount": accountId },
          ArnLike: {
            "aws:SourceArn": pulumi.interpolate`arn:${partition}:cloudwatch:${region}:${accountId}:alarm:*`,
          },
        },
      },
      {
        Sid: "NotifyPublishes",
        Effect: "Allow",
        Principal: { AWS: notifyRoleArn },
        Action: "sns:Publish",
        Resource: topicArn,
      },
      {
        // Bool without IfExists: where a service's request lacks the key, the alarm must still get through.
        // Anonymous requests lack it too, but nothing allows those.
        Sid: "NobodyElsePublishes",
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: {
          ArnNotEquals: { "aws:PrincipalArn": notifyRoleArn },
          Bool: { "aws:PrincipalIsAWSService": "false" },
        },
      },
      {
        Sid: "NoPlainHttp",
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  };
}
