import type * as aws from "@pulumi/aws";
import { ALERT_SOURCE } from "../../detections/alert";
import { RESPONSE_DETAIL_TYPE } from "../../responses/record";
import { denyLockingOut, type PlaybookPermissionsArgs, playbookStatements } from "./respond-permissions";
import { denyTrailWeakening } from "./trail-weakening";

/** What the respond function works with. */
export interface RespondRolePolicyArgs extends PlaybookPermissionsArgs {
  readonly queueArn: string;
  readonly tableArn: string;
  readonly alertBusArn: string;
  /** Without a trailing `:*`. */
  readonly logGroupArn: string;
  /** Role that it may take in other accounts. @default none */
  readonly memberRoleName?: string;
  /** ARN patterns of those who can mend what a response has done: break-glass principals, and who deploys the stack. */
  readonly menderArns: readonly string[];
  /** ARNs of what the stack is made of. */
  readonly stackArns: readonly string[];
}

/** Longest that a role's inline policies may be together, white space left out (IAM User Guide, "IAM and AWS STS quotas"). */
const MAX_POLICY_CHARACTERS = 10_240;

/**
 * What the respond function may do: read its queue, what the playbooks that are on need and no other playbook's calls,
 * keep records, tell the alert bus what became of a response (and nothing else), write its log. Whatever that amounts to,
 * it is denied what could weaken the trail, and to lock out those who can mend things, so that neither rests on code
 * alone. Its use of the responses' key is in the key's own policy.
 *
 * @throws Error when it is longer than IAM takes, which only long lists in the settings can bring about
 */
export function respondRolePolicy(args: RespondRolePolicyArgs): aws.iam.PolicyDocument {
  const policy: aws.iam.PolicyDocument = {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ReadQueue",
        Effect: "Allow",
        Action: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
        Resource: args.queueArn,
      },
      ...keepRecords(args.tableArn),
      {
        Sid: "TellOutcome",
        Effect: "Allow",
        Action: "events:PutEvents",
        Resource: args.alertBusArn,
        // A call puts several events (EventBridge User Guide, "Using IAM policy conditions"); none is no reason to allow.
        Condition: {
          "ForAllValues:StringEquals": {
            "events:source": ALERT_SOURCE,
            "events:detail-type": RESPONSE_DETAIL_TYPE,
          },
          Null: { "events:source": "false", "events:detail-type": "false" },
        },
      },
      {
        Sid: "WriteLog",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: `${args.logGroupArn}:*`,
      },
      ...playbookStatements(args),
      ...reachMembers(args),
      ...denyLockingOut(args),
      ...denyTrailWeakening(args.stackArns),
    ],
  };
  const length = JSON.stringify(policy).replaceAll(/\s/g, "").length;
  if (length > MAX_POLICY_CHARACTERS)
    throw new Error(
      `the respond role's policy has ${length} characters, and IAM takes ${MAX_POLICY_CHARACTERS}: write several entries of ` +
        "trailkeeper:breakGlassPrincipals or archiveAdministrators as one with *",
    );
  return policy;
}

/** Records are evidence: only locks are ever deleted, which have a partition of their own. */
function keepRecords(tableArn: string): aws.iam.PolicyStatement[] {
  return [
    {
      Sid: "KeepRecords",
      Effect: "Allow",
      Action: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      Resource: tableArn,
    },
    {
      Sid: "GiveLocksBack",
      Effect: "Allow",
      Action: "dynamodb:DeleteItem",
      Resource: tableArn,
      Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": "lock" } },
    },
  ];
}

function reachMembers({ partition, memberRoleName }: RespondRolePolicyArgs): aws.iam.PolicyStatement[] {
  if (memberRoleName === undefined) return [];
  return [
    {
      Sid: "ReachOtherAccounts",
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Resource: `arn:${partition}:iam::*:role/${memberRoleName}`,
    },
  ];
}
