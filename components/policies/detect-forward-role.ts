import type * as aws from "@pulumi/aws";

/** Who may take the forwarding role. */
export interface ForwardTrustArgs {
  readonly partition: string;
  readonly accountId: string;
  /** Name of the forwarding rules, `*` allowed; they are on the default bus of any region. */
  readonly ruleName: string;
}

/**
 * Trust policy of the forwarding role: EventBridge, on behalf of the account's own forwarding rules (EventBridge User
 * Guide, "Cross-service confused deputy prevention": the source of a target's role is the rule).
 */
export function forwardTrustPolicy({
  partition,
  accountId,
  ruleName,
}: ForwardTrustArgs): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ForwardingRulesAssume",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": accountId },
          ArnLike: { "aws:SourceArn": `arn:${partition}:events:*:${accountId}:rule/${ruleName}` },
        },
      },
    ],
  };
}

/** The one thing a forwarding role may do: put events on one bus. */
export function forwardRolePolicy(busArn: string): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [{ Sid: "PutEvents", Effect: "Allow", Action: "events:PutEvents", Resource: busArn }],
  };
}
