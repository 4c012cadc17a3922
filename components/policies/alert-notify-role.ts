import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What the notify function works with. */
export interface NotifyRolePolicyArgs {
  readonly queueArn: pulumi.Input<string>;
  readonly topicArns: readonly pulumi.Input<string>[];
  /** Without a trailing `:*`. */
  readonly logGroupArn: pulumi.Input<string>;
}

/**
 * What the notify function may do: read its queue, publish to the topics, write its log. Its use of the key is in the
 * key's own policy. The three queue actions are those that an event source mapping needs (Lambda Developer Guide,
 * "Using Lambda with Amazon SQS").
 */
export function notifyRolePolicy(args: NotifyRolePolicyArgs): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ReadQueue",
        Effect: "Allow",
        Action: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
        Resource: args.queueArn,
      },
      { Sid: "PublishToTopics", Effect: "Allow", Action: "sns:Publish", Resource: [...args.topicArns] },
      {
        Sid: "WriteLog",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: pulumi.interpolate`${args.logGroupArn}:*`,
      },
    ],
  };
}
