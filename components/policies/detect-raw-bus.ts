import type * as aws from "@pulumi/aws";
import { FORWARD_ROLE_SUFFIX } from "../detector-names";

/** What the policy of the raw-event bus depends on. */
export interface RawBusPolicyArgs {
  readonly partition: string;
  readonly accountId: string;
  readonly busArn: string;
  /** The own account's forwarding role. */
  readonly forwardRoleArn: string;
  /** Organization whose members may forward. @default the own account alone */
  readonly organizationId?: string;
}

/**
 * Policy of the bus for raw events: forwarding rules put events, nobody else does whatever IAM allows him. A rule
 * forwards as its role, and must have one where an organization is admitted as a whole (EventBridge API reference,
 * PutPermission), so that the role's name tells forwarding rules from everything else of a member.
 *
 * What a member's administrators could still do is forward events that did not happen to their own account's
 * resources: no caller can put events whose source begins with `aws.`, and the bus's rule takes no others.
 */
export function rawBusPolicy(args: RawBusPolicyArgs): aws.iam.PolicyDocument {
  const { partition, accountId, busArn, forwardRoleArn, organizationId } = args;
  const memberRoles = `arn:${partition}:iam::*:role/*${FORWARD_ROLE_SUFFIX}`;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OwnRulesForward",
        Effect: "Allow",
        Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
        Action: "events:PutEvents",
        Resource: busArn,
        Condition: { ArnEquals: { "aws:PrincipalArn": forwardRoleArn } },
      },
      ...(organizationId === undefined
        ? []
        : [
            {
              Sid: "MembersRulesForward",
              Effect: "Allow" as const,
              Principal: "*",
              Action: "events:PutEvents",
              Resource: busArn,
              Condition: {
                StringEquals: { "aws:PrincipalOrgID": organizationId },
                ArnLike: { "aws:PrincipalArn": memberRoles },
              },
            },
          ]),
      {
        Sid: "NobodyElsePutsEvents",
        Effect: "Deny",
        Principal: "*",
        Action: "events:PutEvents",
        Resource: busArn,
        Condition: {
          ArnNotLike: {
            "aws:PrincipalArn":
              organizationId === undefined ? [forwardRoleArn] : [forwardRoleArn, memberRoles],
          },
        },
      },
    ],
  };
}
