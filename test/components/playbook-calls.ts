import type { PlaybookId } from "../../responses/playbook-ids";
import type { AccessRequest } from "../support/iam";
import { ACCOUNT } from "./policy-cases";

/** A call by its IAM action, what it is made on, and the context keys that AWS sets for it. */
export type PlaybookCall = readonly [action: string, resource: string, context?: AccessRequest["context"]];

const USER = `arn:aws:iam::${ACCOUNT}:user/path/build`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/path/build`;
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const CODE = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:orders`;
const BUCKET = "arn:aws:s3:::customers";
const SNAPSHOT = "arn:aws:ec2:us-east-1::snapshot/snap-0123456789abcdef0";
const IMAGE = "arn:aws:ec2:us-east-1::image/ami-0123456789abcdef0";
const DB = `arn:aws:rds:us-east-1:${ACCOUNT}:snapshot:orders`;
const DB_CLUSTER = `arn:aws:rds:us-east-1:${ACCOUNT}:cluster-snapshot:orders`;
const ec2 = (resource: string) => `arn:aws:ec2:us-east-1:${ACCOUNT}:${resource}`;
const INSTANCE = ec2("instance/i-0123456789abcdef0");
const GROUP = ec2("security-group/sg-0123456789abcdef0");
const OWN_BUCKET = { "aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": ACCOUNT };
const OUR_GROUP = { "aws:ResourceTag/trailkeeper:purpose": "isolation" };

/** What each playbook calls to look, and to contain. */
export const PLAYBOOK_CALLS: Readonly<
  Record<PlaybookId, { readonly looks: readonly PlaybookCall[]; readonly changes: readonly PlaybookCall[] }>
> = {
  "deactivate-access-key": {
    looks: [
      ["iam:GetUser", USER],
      ["iam:ListAccessKeys", USER],
    ],
    changes: [["iam:UpdateAccessKey", USER]],
  },
  "quarantine-user": {
    looks: [
      ["iam:GetUser", USER],
      ["iam:GetUserPolicy", USER],
    ],
    changes: [["iam:PutUserPolicy", USER]],
  },
  "remove-login-profile": {
    looks: [
      ["iam:GetUser", USER],
      ["iam:GetLoginProfile", USER],
    ],
    changes: [["iam:DeleteLoginProfile", USER]],
  },
  "revoke-role-sessions": {
    looks: [
      ["iam:GetRole", ROLE],
      ["iam:GetRolePolicy", ROLE],
    ],
    changes: [["iam:PutRolePolicy", ROLE]],
  },
  "deny-destruction": {
    looks: [
      ["iam:GetUser", USER],
      ["iam:GetUserPolicy", USER],
      ["iam:GetRole", ROLE],
      ["iam:GetRolePolicy", ROLE],
    ],
    changes: [
      ["iam:PutUserPolicy", USER],
      ["iam:PutRolePolicy", ROLE],
    ],
  },
  "block-public-bucket": {
    looks: [["s3:GetBucketPublicAccessBlock", BUCKET, OWN_BUCKET]],
    changes: [["s3:PutBucketPublicAccessBlock", BUCKET, OWN_BUCKET]],
  },
  "revoke-open-ingress": {
    looks: [
      ["ec2:DescribeSecurityGroups", "*"],
      ["ec2:DescribeSecurityGroupRules", "*"],
    ],
    changes: [["ec2:RevokeSecurityGroupIngress", GROUP]],
  },
  "unshare-ebs-snapshot": {
    looks: [["ec2:DescribeSnapshotAttribute", SNAPSHOT]],
    changes: [["ec2:ModifySnapshotAttribute", SNAPSHOT, { "ec2:Remove/group": "all" }]],
  },
  "unshare-rds-snapshot": {
    looks: [
      ["rds:DescribeDBSnapshotAttributes", DB],
      ["rds:DescribeDBClusterSnapshotAttributes", DB_CLUSTER],
    ],
    changes: [
      ["rds:ModifyDBSnapshotAttribute", DB],
      ["rds:ModifyDBClusterSnapshotAttribute", DB_CLUSTER],
    ],
  },
  "unshare-ami": {
    looks: [["ec2:DescribeImageAttribute", IMAGE]],
    changes: [["ec2:ModifyImageAttribute", IMAGE]],
  },
  "close-public-function": {
    looks: [
      ["lambda:GetPolicy", CODE],
      ["lambda:GetFunctionUrlConfig", CODE],
    ],
    changes: [
      ["lambda:RemovePermission", CODE],
      ["lambda:UpdateFunctionUrlConfig", CODE, { "lambda:FunctionUrlAuthType": "AWS_IAM" }],
    ],
  },
  "cancel-key-deletion": {
    looks: [["kms:DescribeKey", KEY]],
    changes: [
      ["kms:CancelKeyDeletion", KEY],
      ["kms:EnableKey", KEY],
    ],
  },
  "require-imdsv2": {
    looks: [["ec2:DescribeInstances", "*"]],
    changes: [["ec2:ModifyInstanceMetadataOptions", INSTANCE, { "ec2:Attribute/HttpTokens": "required" }]],
  },
  "isolate-instance": {
    looks: [
      ["ec2:DescribeInstances", "*"],
      ["ec2:DescribeSecurityGroups", "*"],
      ["ec2:DescribeSecurityGroupRules", "*"],
      ["ec2:DescribeSnapshots", "*"],
      ["ec2:DescribeVpcs", "*"],
    ],
    changes: [
      ["ec2:CreateSecurityGroup", ec2("vpc/vpc-0123456789abcdef0")],
      ["ec2:CreateSecurityGroup", GROUP, { "aws:RequestTag/trailkeeper:purpose": "isolation" }],
      ["ec2:RevokeSecurityGroupIngress", GROUP, OUR_GROUP],
      ["ec2:RevokeSecurityGroupEgress", GROUP, OUR_GROUP],
      ["ec2:ModifyNetworkInterfaceAttribute", ec2("network-interface/eni-0123456789abcdef0")],
      ["ec2:ModifyNetworkInterfaceAttribute", GROUP, OUR_GROUP],
      ["ec2:CreateSnapshots", INSTANCE],
      ["ec2:CreateSnapshots", ec2("volume/vol-0123456789abcdef0")],
      ["ec2:CreateSnapshots", SNAPSHOT],
      ["ec2:CreateTags", INSTANCE, { "aws:TagKeys": ["trailkeeper:response"] }],
      ["ec2:CreateTags", GROUP, { "ec2:CreateAction": "CreateSecurityGroup" }],
      ["ec2:CreateTags", SNAPSHOT, { "ec2:CreateAction": "CreateSnapshots" }],
    ],
  },
};
