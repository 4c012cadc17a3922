import type * as aws from "@pulumi/aws";
import { parseArn } from "../../formats/arn";

/**
 * Actions that could blind an audit pipeline, and that no playbook needs to contain anything: who responds to attacks on
 * others must not be a way to attack the trail. CloudTrail is here with all it has, since restoring the trail is the
 * restore function's work alone.
 */
export const TRAIL_WEAKENING_ACTIONS: readonly string[] = [
  "cloudtrail:*",
  "cloudwatch:Delete*",
  "cloudwatch:DisableAlarmActions",
  "cloudwatch:PutAlarmMuteRule",
  "cloudwatch:PutCompositeAlarm",
  "cloudwatch:PutMetricAlarm",
  "cloudwatch:SetAlarmState",
  "dynamodb:Delete*Policy",
  "dynamodb:DeleteBackup",
  "dynamodb:DeleteTable*",
  "dynamodb:PutResourcePolicy",
  "dynamodb:UpdateContinuousBackups",
  "dynamodb:UpdateTable*",
  "dynamodb:UpdateTimeToLive",
  "events:Delete*",
  "events:DisableRule",
  "events:PutPermission",
  "events:PutRule",
  "events:PutTargets",
  "events:Remove*",
  "events:Update*",
  "iam:AttachRolePolicy",
  "iam:CreatePolicyVersion",
  "iam:DeleteRole*",
  "iam:DetachRolePolicy",
  "iam:PassRole",
  "iam:PutRolePermissionsBoundary",
  "iam:UpdateAssumeRolePolicy",
  "kms:CreateGrant",
  "kms:DeleteAlias",
  "kms:DeleteImportedKeyMaterial",
  "kms:DisableKey*",
  "kms:PutKeyPolicy",
  "kms:RetireGrant",
  "kms:RevokeGrant",
  "kms:ScheduleKeyDeletion",
  "kms:UpdateAlias",
  "lambda:*Code",
  "lambda:*EventSourceMapping",
  "lambda:AddPermission",
  "lambda:CreateFunctionUrlConfig",
  "lambda:DeleteFunction",
  "lambda:InvokeFunction",
  "lambda:PutFunction*",
  "lambda:PutRuntimeManagementConfig",
  "lambda:UpdateFunctionConfiguration",
  "logs:Associate*",
  "logs:Delete*",
  "logs:Disassociate*",
  "logs:PutDataProtectionPolicy",
  "logs:PutLogGroupDeletionProtection",
  "logs:PutMetricFilter",
  "logs:PutRetentionPolicy",
  "logs:PutSubscriptionFilter",
  "logs:PutTransformer",
  "s3:BypassGovernanceRetention",
  "s3:Delete*",
  "s3:PutBucketAcl",
  "s3:PutBucketLogging",
  "s3:PutBucketNotification",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketOwnershipControls",
  "s3:PutBucketPolicy",
  "s3:PutBucketRequestPayment",
  "s3:PutBucketVersioning",
  "s3:PutEncryptionConfiguration",
  "s3:PutLifecycleConfiguration",
  "s3:PutObject*",
  "s3:PutReplicationConfiguration",
  "s3:Replicate*",
  "sns:AddPermission",
  "sns:DeleteTopic",
  "sns:PutDataProtectionPolicy",
  "sns:RemovePermission",
  "sns:Set*",
  "sns:Subscribe",
  "sns:Unsubscribe",
  "sqs:*MessageMoveTask",
  "sqs:AddPermission",
  "sqs:DeleteQueue",
  "sqs:PurgeQueue",
  "sqs:RemovePermission",
  "sqs:SetQueueAttributes",
];

/** What playbooks do to the resources of others, and never to the pipeline's own; and what else changes its buckets. */
const CONTAINING_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  iam: ["iam:PutRolePolicy"],
  lambda: ["lambda:DeleteFunctionUrlConfig", "lambda:RemovePermission"],
  s3: ["s3:PauseReplication", "s3:Put*"],
};

/**
 * Denies a role everything that could weaken the trail, whatever else it is allowed: what no playbook needs, on
 * everything; what some need, on the pipeline's own buckets, roles and functions.
 *
 * @param partArns ARNs of what the pipeline is made of; those of other kinds do not matter
 */
export function denyTrailWeakening(partArns: readonly string[]): aws.iam.PolicyStatement[] {
  const ownParts = [...new Set(partArns)].filter((arn) =>
    Object.hasOwn(CONTAINING_ACTIONS, parseArn(arn)?.service ?? ""),
  );
  return [
    {
      Sid: "DenyTrailWeakening",
      Effect: "Deny",
      Action: [...TRAIL_WEAKENING_ACTIONS],
      Resource: "*",
    },
    ...(ownParts.length === 0
      ? []
      : [
          {
            Sid: "DenyTouchingThePipeline",
            Effect: "Deny" as const,
            Action: Object.values(CONTAINING_ACTIONS).flat(),
            Resource: ownParts.sort(),
          },
        ]),
  ];
}
