import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSnapshotsCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeImageAttributeCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  DescribeVpcsCommand,
  ModifyImageAttributeCommand,
  ModifyInstanceMetadataOptionsCommand,
  ModifyNetworkInterfaceAttributeCommand,
  ModifySnapshotAttributeCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateLoginProfileCommand,
  DeleteLoginProfileCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  GetAccessKeyLastUsedCommand,
  GetLoginProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import {
  CancelKeyDeletionCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import {
  AddPermissionCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  RemovePermissionCommand,
  UpdateFunctionUrlConfigCommand,
} from "@aws-sdk/client-lambda";
import {
  DescribeDBClusterSnapshotAttributesCommand,
  DescribeDBSnapshotAttributesCommand,
  ModifyDBClusterSnapshotAttributeCommand,
  ModifyDBSnapshotAttributeCommand,
} from "@aws-sdk/client-rds";
import {
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import type { Input, OperationName } from "../../responses/operations";

/** A command's class as far as it is told apart here: by what it takes. */
type CommandOf<Operation extends OperationName> = new (input: Input<Operation>) => {
  readonly input: Input<Operation>;
};

/**
 * The SDK's command for every operation that a playbook may call; the operation's prefix is the client that sends it.
 * Imported by name, so that a bundle has no others.
 */
export const COMMANDS: { readonly [Operation in OperationName]: CommandOf<Operation> } = {
  "iam:GetUser": GetUserCommand,
  "iam:GetRole": GetRoleCommand,
  "iam:GetAccessKeyLastUsed": GetAccessKeyLastUsedCommand,
  "iam:ListAccessKeys": ListAccessKeysCommand,
  "iam:UpdateAccessKey": UpdateAccessKeyCommand,
  "iam:GetUserPolicy": GetUserPolicyCommand,
  "iam:PutUserPolicy": PutUserPolicyCommand,
  "iam:DeleteUserPolicy": DeleteUserPolicyCommand,
  "iam:GetRolePolicy": GetRolePolicyCommand,
  "iam:PutRolePolicy": PutRolePolicyCommand,
  "iam:DeleteRolePolicy": DeleteRolePolicyCommand,
  "iam:GetLoginProfile": GetLoginProfileCommand,
  "iam:DeleteLoginProfile": DeleteLoginProfileCommand,
  "iam:CreateLoginProfile": CreateLoginProfileCommand,

  "s3:GetPublicAccessBlock": GetPublicAccessBlockCommand,
  "s3:PutPublicAccessBlock": PutPublicAccessBlockCommand,
  "s3:DeletePublicAccessBlock": DeletePublicAccessBlockCommand,

  "kms:DescribeKey": DescribeKeyCommand,
  "kms:CancelKeyDeletion": CancelKeyDeletionCommand,
  "kms:EnableKey": EnableKeyCommand,
  "kms:DisableKey": DisableKeyCommand,
  "kms:ScheduleKeyDeletion": ScheduleKeyDeletionCommand,

  "lambda:GetPolicy": GetPolicyCommand,
  "lambda:AddPermission": AddPermissionCommand,
  "lambda:RemovePermission": RemovePermissionCommand,
  "lambda:GetFunctionUrlConfig": GetFunctionUrlConfigCommand,
  "lambda:UpdateFunctionUrlConfig": UpdateFunctionUrlConfigCommand,

  "ec2:DescribeSecurityGroupRules": DescribeSecurityGroupRulesCommand,
  "ec2:RevokeSecurityGroupIngress": RevokeSecurityGroupIngressCommand,
  "ec2:AuthorizeSecurityGroupIngress": AuthorizeSecurityGroupIngressCommand,
  "ec2:DescribeVpcs": DescribeVpcsCommand,
  "ec2:DescribeSecurityGroups": DescribeSecurityGroupsCommand,
  "ec2:CreateSecurityGroup": CreateSecurityGroupCommand,
  "ec2:RevokeSecurityGroupEgress": RevokeSecurityGroupEgressCommand,
  "ec2:DescribeSnapshotAttribute": DescribeSnapshotAttributeCommand,
  "ec2:ModifySnapshotAttribute": ModifySnapshotAttributeCommand,
  "ec2:DescribeImageAttribute": DescribeImageAttributeCommand,
  "ec2:ModifyImageAttribute": ModifyImageAttributeCommand,
  "ec2:DescribeInstances": DescribeInstancesCommand,
  "ec2:ModifyInstanceMetadataOptions": ModifyInstanceMetadataOptionsCommand,
  "ec2:ModifyNetworkInterfaceAttribute": ModifyNetworkInterfaceAttributeCommand,
  "ec2:DescribeSnapshots": DescribeSnapshotsCommand,
  "ec2:CreateSnapshots": CreateSnapshotsCommand,
  "ec2:CreateTags": CreateTagsCommand,
  "ec2:DeleteTags": DeleteTagsCommand,

  "rds:DescribeDBSnapshotAttributes": DescribeDBSnapshotAttributesCommand,
  "rds:ModifyDBSnapshotAttribute": ModifyDBSnapshotAttributeCommand,
  "rds:DescribeDBClusterSnapshotAttributes": DescribeDBClusterSnapshotAttributesCommand,
  "rds:ModifyDBClusterSnapshotAttribute": ModifyDBClusterSnapshotAttributeCommand,
};
