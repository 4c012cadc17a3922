import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What the policy of the alert bus depends on. */
export interface AlertBusPolicyArgs {
  readonly partition: string;
  readonly accountId: pulumi.Input<string>;
  readonly busArn: pulumi.Input<string>;
}

/**
 * Policy of the alert bus: principals of the bus's own account put events as far as IAM lets them, and no other
 * account's do (Security Hub EventBridge.3 asks for a policy that says so).
 */
export function alertBusPolicy(args: AlertBusPolicyArgs): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OwnAccountPutsEvents",
        Effect: "Allow",
        Principal: { AWS: pulumi.interpolate`arn:${args.partition}:iam::${args.accountId}:root` },
        Action: "events:PutEvents",
        Resource: args.busArn,
      },
    ],
  };
}
