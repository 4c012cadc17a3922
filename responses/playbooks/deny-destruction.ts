import {
  type DenyPolicy,
  type InlinePolicyState,
  markedPolicy,
  putInlinePolicy,
  readInlinePolicy,
  saysTheSame,
  undoInlinePolicy,
} from "../inline-policy";
import type { Playbook, TargetIds } from "../playbook";
import { actorOf } from "../principal-of-event";

const POLICY_NAME = "TrailkeeperDenyDestruction";
const USERS = ["arn:{partition}:iam::{account}:user/*"];
const ROLES = ["arn:{partition}:iam::{account}:role/*"];

/**
 * Denies the user or role behind a call what destroys data, backups and keys, and leaves it the rest: the one case where
 * AWS's playbook contains at once and asks afterwards (IRP-Ransomware, 3.1). Read access, and work that only adds, goes
 * on, so that the wrong actor loses little.
 */
export const denyDestruction: Playbook<InlinePolicyState> = {
  id: "deny-destruction",
  title: "Deny a user or role the destruction of data, backups and keys",

  targets(event) {
    const actor = actorOf(event);
    return actor ? [actor] : [];
  },

  read: ({ ids }, call) => readInlinePolicy(ids, POLICY_NAME, call),

  principals: (_target, { principalArn }) => [principalArn],

  contain: ({ ids }, state, context) =>
    saysTheSame(state, denialFor(state))
      ? []
      : [putInlinePolicy(ids, POLICY_NAME, markedPolicy(denialFor(state), context))],

  isContained: (_target, state) => saysTheSame(state, denialFor(state)),

  undo: ({ ids }, before, now, context) => undoInlinePolicy(ids, POLICY_NAME, before, now, context),

  words({ ids }) {
    const whom = nameOf(ids);
    return {
      did: `Denied ${whom} the destruction of data, backups and keys`,
      would: `would deny ${whom} the destruction of data, backups and keys`,
      undid: `Allowed ${whom} the destruction of data, backups and keys again, as far as its other policies do`,
    };
  },

  permissions: {
    read: [
      { actions: ["iam:GetUser", "iam:GetUserPolicy"], resources: USERS },
      { actions: ["iam:GetRole", "iam:GetRolePolicy"], resources: ROLES },
    ],
    contain: [
      { actions: ["iam:PutUserPolicy"], resources: USERS },
      { actions: ["iam:PutRolePolicy"], resources: ROLES },
    ],
    undo: [
      { actions: ["iam:DeleteUserPolicy", "iam:PutUserPolicy"], resources: USERS },
      { actions: ["iam:DeleteRolePolicy", "iam:PutRolePolicy"], resources: ROLES },
    ],
  },
};

/**
 * AWS incident response playbook IRP-Ransomware: the policies DenyAllKMSActions, DenyDestructiveS3Actions and
 * DenySnapshotDeletion of 1.2 and the emergency policy of 3.2; completed with what else destroys data for good, or
 * takes away the way back, by the rules of `detections/rules/impact`. Short, because a user's inline policies may have
 * 2,048 characters together.
 */
const DESTRUCTIVE = [
  "s3:BypassGovernanceRetention",
  // Of batch operations, which delete by the million.
  "s3:CreateJob",
  "s3:DeleteBucket",
  "s3:DeleteObject*",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketVersioning",
  "s3:PutLifecycleConfiguration",
  "ec2:DeleteSnapshot",
  "ec2:DeleteVolume",
  "ec2:DeregisterImage",
  "ec2:UnlockSnapshot",
  "rbin:DeleteRule",
  "rbin:UnlockRule",
  "rbin:UpdateRule",
  // Instances, clusters, their snapshots and automated backups.
  "rds:DeleteDB*",
  "dynamodb:DeleteBackup",
  "dynamodb:DeleteTable",
  "dynamodb:UpdateContinuousBackups",
  "elasticfilesystem:DeleteFileSystem",
  "fsx:DeleteBackup",
  "redshift:DeleteClusterSnapshot",
  "backup:Delete*",
  "backup:DisassociateRecoveryPoint*",
  "backup:UpdateRecoveryPointLifecycle",
  // Keys, and encryption under those of somebody else.
  "kms:CreateGrant",
  "kms:CreateKey",
  "kms:DeleteImportedKeyMaterial",
  "kms:DisableKey",
  "kms:Encrypt",
  "kms:GenerateDataKey*",
  "kms:PutKeyPolicy",
  "kms:ReEncrypt*",
  "kms:ScheduleKeyDeletion",
];

function denialFor({ principalArn }: InlinePolicyState): DenyPolicy {
  return {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Deny", Action: DESTRUCTIVE, Resource: "*" },
      {
        // Objects encrypted under a key that only the caller has (SSE-C); other writing goes on.
        Effect: "Deny",
        Action: "s3:PutObject",
        Resource: "*",
        Condition: { Null: { "s3:x-amz-server-side-encryption-customer-algorithm": "false" } },
      },
      {
        // Else an administrator's credentials would take this very policy off.
        Effect: "Deny",
        Action: ["iam:DeleteRolePolicy", "iam:DeleteUserPolicy", "iam:PutRolePolicy", "iam:PutUserPolicy"],
        Resource: principalArn,
      },
    ],
  };
}

function nameOf({ userName, roleName = "" }: TargetIds): string {
  return userName === undefined ? `role ${roleName}` : `user ${userName}`;
}
