import type * as aws from "@pulumi/aws";
import { accountRootOf } from "./key-administration";
import { type PlaybookPermissionsArgs, denyLockingOut, playbookStatements } from "./respond-permissions";
import { denyTrailWeakening } from "./trail-weakening";

/** What the responder may do in an account of the organization. */
export interface MemberRolePolicyArgs extends PlaybookPermissionsArgs {
  /** ARN patterns of those in the account who can mend what a response has done. */
  readonly menderArns: readonly string[];
  /** ARNs of what the stack in the account is made of, the role itself among it. */
  readonly stackArns: readonly string[];
}

/**
 * Trust policy of the role: the respond function of the account with the detections. By condition, since IAM refuses a
 * policy whose principals do not exist; the role's sessions carry the role's ARN in that key.
 */
export function memberTrustPolicy(respondRoleArn: string): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ResponderAssumes",
        Effect: "Allow",
        Principal: { AWS: accountRootOf(respondRoleArn) },
        Action: "sts:AssumeRole",
        Condition: { ArnEquals: { "aws:PrincipalArn": respondRoleArn } },
      },
    ],
  };
}

/** What the playbooks need in the account, less what could weaken its part of the trail or lock out its people. */
export function memberRolePolicy(args: MemberRolePolicyArgs): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [...playbookStatements(args), ...denyLockingOut(args), ...denyTrailWeakening(args.stackArns)],
  };
}
