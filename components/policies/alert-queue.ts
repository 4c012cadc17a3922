import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** What the policy of an alert queue depends on. */
export interface AlertQueuePolicyArgs {
  readonly queueArn: pulumi.Input<string>;
  /** The AWS service that sends, for example `events.amazonaws.com`. */
  readonly senderService: string;
  /** The rules, buses or topics on whose behalf it may send. */
  readonly senderArns: readonly pulumi.Input<string>[];
  /** ARNs, wildcards allowed, of those who may put a message back by hand (a redrive sends as its caller). */
  readonly administratorArns: pulumi.Input<string[]>;
}

/**
 * Policy of a queue that holds alerts: one service sends on behalf of named resources, administrators may move dead
 * letters back, nobody else sends whatever IAM allows them, and everything goes over TLS. What SQS itself moves to a
 * dead-letter queue needs no permission.
 */
export function alertQueuePolicy(args: AlertQueuePolicyArgs): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ServiceSends",
        Effect: "Allow",
        Principal: { Service: args.senderService },
        Action: "sqs:SendMessage",
        Resource: args.queueArn,
        Condition: { ArnEquals: { "aws:SourceArn": [...args.senderArns] } },
      },
      {
        Sid: "OnlyServiceAndAdministratorsSend",
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: "sqs:SendMessage",
        Resource: args.queueArn,
        Condition: {
          ArnNotLike: { "aws:PrincipalArn": args.administratorArns },
          Bool: { "aws:PrincipalIsAWSService": "false" },
        },
      },
      {
        Sid: "NoPlainHttp",
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: "sqs:*",
        Resource: args.queueArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  };
}
