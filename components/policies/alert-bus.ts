import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What the policy of the alert bus depends on. */
export interface AlertBusPolicyArgs {
  readonly partition: string;
  readonly accountId: pulumi.Input<string>;
  readonly busArn: pulumi.Input<string>;
  /** ARNs, wildcards allowed, of those who put alerts: the detect function's role, and administrators who test the way. */
  readonly publisherArns: pulumi.Input<string[]>;
}

/**
 * Policy of the alert bus: the publishers put alerts, and nobody else does whatever IAM allows him, because a forged
 * alert wakes people up and starts responses. Services are let be, so that EventBridge can replay its archive.
 *
 * Publishers are named by condition and not as principals: their roles need not exist yet.
 */
export function alertBusPolicy(args: AlertBusPolicyArgs): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "PublishersPutAlerts",
        Effect: "Allow",
        Principal: { AWS: pulumi.interpolate`arn:${args.partition}:iam::${args.accountId}:root` },
        Action: "events:PutEvents",
        Resource: args.busArn,
        Condition: { ArnLike: { "aws:PrincipalArn": args.publisherArns } },
      },
      {
        Sid: "NobodyElsePutsAlerts",
        Effect: "Deny",
        Principal: "*",
        Action: "events:PutEvents",
        Resource: args.busArn,
        Condition: {
          ArnNotLike: { "aws:PrincipalArn": args.publisherArns },
          Bool: { "aws:PrincipalIsAWSService": "false" },
        },
      },
    ],
  };
}
