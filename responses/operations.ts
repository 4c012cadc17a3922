import type * as ec2 from "@aws-sdk/client-ec2";
import type * as iam from "@aws-sdk/client-iam";
import type * as kms from "@aws-sdk/client-kms";
import type * as lambda from "@aws-sdk/client-lambda";
import type * as rds from "@aws-sdk/client-rds";
import type * as s3 from "@aws-sdk/client-s3";

interface Shape<Input, Output> {
  readonly input: Input;
  readonly output: Output;
}

/**
 * Every AWS API operation that a playbook may call, with the shapes of AWS's SDK (types alone: playbooks are pure). The
 * prefix is the SDK client, not the IAM service: `s3:PutPublicAccessBlock` needs `s3:PutBucketPublicAccessBlock`.
 */
export interface Operations {
  "iam:GetUser": Shape<iam.GetUserCommandInput, iam.GetUserCommandOutput>;
  "iam:GetRole": Shape<iam.GetRoleCommandInput, iam.GetRoleCommandOutput>;
  "iam:GetAccessKeyLastUsed": Shape<
    iam.GetAccessKeyLastUsedCommandInput,
    iam.GetAccessKeyLastUsedCommandOutput
  >;
  "iam:ListAccessKeys": Shape<iam.ListAccessKeysCommandInput, iam.ListAccessKeysCommandOutput>;
  "iam:UpdateAccessKey": Shape<iam.UpdateAccessKeyCommandInput, iam.UpdateAccessKeyCommandOutput>;
  "iam:GetUserPolicy": Shape<iam.GetUserPolicyCommandInput, iam.GetUserPolicyCommandOutput>;
  "iam:PutUserPolicy": Shape<iam.PutUserPolicyCommandInput, iam.PutUserPolicyCommandOutput>;
  "iam:DeleteUserPolicy": Shape<iam.DeleteUserPolicyCommandInput, iam.DeleteUserPolicyCommandOutput>;
  "iam:GetRolePolicy": Shape<iam.GetRolePolicyCommandInput, iam.GetRolePolicyCommandOutput>;
  "iam:PutRolePolicy": Shape<iam.PutRolePolicyCommandInput, iam.PutRolePolicyCommandOutput>;
  "iam:DeleteRolePolicy": Shape<iam.DeleteRolePolicyCommandInput, iam.DeleteRolePolicyCommandOutput>;
  "iam:GetLoginProfile": Shape<iam.GetLoginProfileCommandInput, iam.GetLoginProfileCommandOutput>;
  "iam:DeleteLoginProfile": Shape<iam.DeleteLoginProfileCommandInput, iam.DeleteLoginProfileCommandOutput>;
  "iam:CreateLoginProfile": Shape<iam.CreateLoginProfileCommandInput, iam.CreateLoginProfileCommandOutput>;

  "s3:GetPublicAccessBlock": Shape<s3.GetPublicAccessBlockCommandInput, s3.GetPublicAccessBlockCommandOutput>;
  "s3:PutPublicAccessBlock": Shape<s3.PutPublicAccessBlockCommandInput, s3.PutPublicAccessBlockCommandOutput>;
  "s3:DeletePublicAccessBlock": Shape<
    s3.DeletePublicAccessBlockCommandInput,
    s3.DeletePublicAccessBlockCommandOutput
  >;

  "kms:DescribeKey": Shape<kms.DescribeKeyCommandInput, kms.DescribeKeyCommandOutput>;
  "kms:CancelKeyDeletion": Shape<kms.CancelKeyDeletionCommandInput, kms.CancelKeyDeletionCommandOutput>;
  "kms:EnableKey": Shape<kms.EnableKeyCommandInput, kms.EnableKeyCommandOutput>;
  "kms:DisableKey": Shape<kms.DisableKeyCommandInput, kms.DisableKeyCommandOutput>;
  "kms:ScheduleKeyDeletion": Shape<kms.ScheduleKeyDeletionCommandInput, kms.ScheduleKeyDeletionCommandOutput>;

  "lambda:GetPolicy": Shape<lambda.GetPolicyCommandInput, lambda.GetPolicyCommandOutput>;
  "lambda:AddPermission": Shape<lambda.AddPermissionCommandInput, lambda.AddPermissionCommandOutput>;
  "lambda:RemovePermission": Shape<lambda.RemovePermissionCommandInput, lambda.RemovePermissionCommandOutput>;
  "lambda:GetFunctionUrlConfig": Shape<
    lambda.GetFunctionUrlConfigCommandInput,
    lambda.GetFunctionUrlConfigCommandOutput
  >;
  "lambda:UpdateFunctionUrlConfig": Shape<
    lambda.UpdateFunctionUrlConfigCommandInput,
    lambda.UpdateFunctionUrlConfigCommandOutput
  >;

  "ec2:DescribeSecurityGroupRules": Shape<
    ec2.DescribeSecurityGroupRulesCommandInput,
    ec2.DescribeSecurityGroupRulesCommandOutput
  >;
  "ec2:RevokeSecurityGroupIngress": Shape<
    ec2.RevokeSecurityGroupIngressCommandInput,
    ec2.RevokeSecurityGroupIngressCommandOutput
  >;
  "ec2:AuthorizeSecurityGroupIngress": Shape<
    ec2.AuthorizeSecurityGroupIngressCommandInput,
    ec2.AuthorizeSecurityGroupIngressCommandOutput
  >;
  "ec2:DescribeVpcs": Shape<ec2.DescribeVpcsCommandInput, ec2.DescribeVpcsCommandOutput>;
  "ec2:DescribeSecurityGroups": Shape<
    ec2.DescribeSecurityGroupsCommandInput,
    ec2.DescribeSecurityGroupsCommandOutput
  >;
  "ec2:CreateSecurityGroup": Shape<ec2.CreateSecurityGroupCommandInput, ec2.CreateSecurityGroupCommandOutput>;
  "ec2:RevokeSecurityGroupEgress": Shape<
    ec2.RevokeSecurityGroupEgressCommandInput,
    ec2.RevokeSecurityGroupEgressCommandOutput
  >;
  "ec2:DescribeSnapshotAttribute": Shape<
    ec2.DescribeSnapshotAttributeCommandInput,
    ec2.DescribeSnapshotAttributeCommandOutput
  >;
  "ec2:ModifySnapshotAttribute": Shape<
    ec2.ModifySnapshotAttributeCommandInput,
    ec2.ModifySnapshotAttributeCommandOutput
  >;
  "ec2:DescribeImageAttribute": Shape<
    ec2.DescribeImageAttributeCommandInput,
    ec2.DescribeImageAttributeCommandOutput
  >;
  "ec2:ModifyImageAttribute": Shape<
    ec2.ModifyImageAttributeCommandInput,
    ec2.ModifyImageAttributeCommandOutput
  >;
  "ec2:DescribeInstances": Shape<ec2.DescribeInstancesCommandInput, ec2.DescribeInstancesCommandOutput>;
  "ec2:ModifyInstanceMetadataOptions": Shape<
    ec2.ModifyInstanceMetadataOptionsCommandInput,
    ec2.ModifyInstanceMetadataOptionsCommandOutput
  >;
  "ec2:ModifyNetworkInterfaceAttribute": Shape<
    ec2.ModifyNetworkInterfaceAttributeCommandInput,
    ec2.ModifyNetworkInterfaceAttributeCommandOutput
  >;
  "ec2:DescribeSnapshots": Shape<ec2.DescribeSnapshotsCommandInput, ec2.DescribeSnapshotsCommandOutput>;
  "ec2:CreateSnapshots": Shape<ec2.CreateSnapshotsCommandInput, ec2.CreateSnapshotsCommandOutput>;
  "ec2:CreateTags": Shape<ec2.CreateTagsCommandInput, ec2.CreateTagsCommandOutput>;
  "ec2:DeleteTags": Shape<ec2.DeleteTagsCommandInput, ec2.DeleteTagsCommandOutput>;

  "rds:DescribeDBSnapshotAttributes": Shape<
    rds.DescribeDBSnapshotAttributesCommandInput,
    rds.DescribeDBSnapshotAttributesCommandOutput
  >;
  "rds:ModifyDBSnapshotAttribute": Shape<
    rds.ModifyDBSnapshotAttributeCommandInput,
    rds.ModifyDBSnapshotAttributeCommandOutput
  >;
  "rds:DescribeDBClusterSnapshotAttributes": Shape<
    rds.DescribeDBClusterSnapshotAttributesCommandInput,
    rds.DescribeDBClusterSnapshotAttributesCommandOutput
  >;
  "rds:ModifyDBClusterSnapshotAttribute": Shape<
    rds.ModifyDBClusterSnapshotAttributeCommandInput,
    rds.ModifyDBClusterSnapshotAttributeCommandOutput
  >;
}

export type OperationName = keyof Operations;
export type Input<Operation extends OperationName> = Operations[Operation]["input"];
export type Output<Operation extends OperationName> = Operations[Operation]["output"];

/**
 * Calls AWS in the account and region of one target. Throws what the SDK throws: an Error whose `name` is AWS's error
 * code. Throttling and other passing failures have been tried again by the SDK before.
 */
export type CallAws = <Operation extends OperationName>(
  operation: Operation,
  input: Input<Operation>,
) => Promise<Output<Operation>>;

/**
 * One call that changes something, as data: it is recorded before it is made, and shown to people where it is only
 * proposed.
 *
 * A text of the form `${NAME.KEY}` anywhere in the input stands for a key of the output of an earlier call of the same
 * list that is named `as: NAME` (see {@link outputOf}); `${random-password}` for a password that nobody learns, which
 * is made when the call is, and never recorded.
 */
export type Call = {
  readonly [Operation in OperationName]: {
    readonly operation: Operation;
    readonly input: Input<Operation>;
    readonly as?: string;
  };
}[OperationName];

/** Stands for a key of the output of an earlier call; see {@link Call}. */
export function outputOf(call: string, key: string): string {
  return `\${${call}.${key}}`;
}

/** Stands for a password that nobody learns; see {@link Call}. */
export const RANDOM_PASSWORD = "${random-password}";
