import assert from "node:assert/strict";
import type { Permission } from "../../../responses/playbook";
import type { PlaybookId } from "../../../responses/playbook-ids";
import { PLAYBOOKS } from "../../../responses/playbooks";
import { decide, type Verdict } from "../../support/iam";

const ACCOUNT = "111122223333";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/trail-respond`;

function policyOf(permissions: readonly Permission[]) {
  return {
    Version: "2012-10-17",
    Statement: permissions.map(({ actions, resources, condition }) => ({
      Effect: "Allow",
      Action: actions,
      Resource: resources.map((pattern) =>
        pattern.replaceAll("{partition}", "aws").replaceAll("{account}", ACCOUNT),
      ),
      ...(condition && { Condition: condition }),
    })),
  };
}

/** Playbook, what is asked for, of what, with which context keys, and whether it is allowed to contain. */
type Case = readonly [PlaybookId, string, string, Readonly<Record<string, string | string[]>>, boolean];

const ec2 = (resource: string) => `arn:aws:ec2:us-east-1:${ACCOUNT}:${resource}`;
const SNAPSHOT = "arn:aws:ec2:us-east-1::snapshot/snap-0123456789abcdef0";
const URL_FUNCTION = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:orders`;
const BUCKET = "arn:aws:s3:::customers";
/** Keys that AWS sets by itself. */
const OWN = { "aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": ACCOUNT };
const OURS = { "aws:ResourceTag/trailkeeper:purpose": "isolation" };

const CASES: readonly Case[] = [
  ["block-public-bucket", "s3:PutBucketPublicAccessBlock", BUCKET, OWN, true],
  [
    "block-public-bucket",
    "s3:PutBucketPublicAccessBlock",
    BUCKET,
    { ...OWN, "aws:ResourceAccount": "999988887777" },
    false,
  ],
  ["block-public-bucket", "s3:PutBucketPolicy", BUCKET, OWN, false],
  ["unshare-ebs-snapshot", "ec2:ModifySnapshotAttribute", SNAPSHOT, { "ec2:Remove/group": "all" }, true],
  ["unshare-ebs-snapshot", "ec2:ModifySnapshotAttribute", SNAPSHOT, { "ec2:Add/group": "all" }, false],
  [
    "unshare-ebs-snapshot",
    "ec2:ModifySnapshotAttribute",
    SNAPSHOT,
    { "ec2:Add/userId": "444455556666" },
    false,
  ],
  ["close-public-function", "lambda:RemovePermission", URL_FUNCTION, {}, true],
  ["close-public-function", "lambda:AddPermission", URL_FUNCTION, {}, false],
  [
    "close-public-function",
    "lambda:UpdateFunctionUrlConfig",
    URL_FUNCTION,
    { "lambda:FunctionUrlAuthType": "AWS_IAM" },
    true,
  ],
  [
    "close-public-function",
    "lambda:UpdateFunctionUrlConfig",
    URL_FUNCTION,
    { "lambda:FunctionUrlAuthType": "NONE" },
    false,
  ],
  ["cancel-key-deletion", "kms:EnableKey", `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd`, {}, true],
  [
    "cancel-key-deletion",
    "kms:ScheduleKeyDeletion",
    `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd`,
    {},
    false,
  ],
  ["cancel-key-deletion", "kms:EnableKey", "arn:aws:kms:us-east-1:999988887777:key/1234abcd", {}, false],
  [
    "require-imdsv2",
    "ec2:ModifyInstanceMetadataOptions",
    ec2("instance/i-0123456789abcdef0"),
    { "ec2:Attribute/HttpTokens": "required" },
    true,
  ],
  [
    "require-imdsv2",
    "ec2:ModifyInstanceMetadataOptions",
    ec2("instance/i-0123456789abcdef0"),
    { "ec2:Attribute/HttpTokens": "optional" },
    false,
  ],
  ["isolate-instance", "ec2:RevokeSecurityGroupEgress", ec2("security-group/sg-0a"), OURS, true],
  ["isolate-instance", "ec2:RevokeSecurityGroupEgress", ec2("security-group/sg-0a"), {}, false],
  [
    "isolate-instance",
    "ec2:CreateTags",
    ec2("instance/i-0123456789abcdef0"),
    { "aws:TagKeys": ["trailkeeper:response"] },
    true,
  ],
  [
    "isolate-instance",
    "ec2:CreateTags",
    ec2("instance/i-0123456789abcdef0"),
    { "aws:TagKeys": ["trailkeeper:response", "Owner"] },
    false,
  ],
  ["isolate-instance", "ec2:CreateTags", SNAPSHOT, { "ec2:CreateAction": "CreateSnapshots" }, true],
  ["isolate-instance", "ec2:CreateTags", SNAPSHOT, { "ec2:CreateAction": "CreateSnapshot" }, false],
  ["isolate-instance", "ec2:TerminateInstances", ec2("instance/i-0123456789abcdef0"), {}, false],
  ["isolate-instance", "ec2:StopInstances", ec2("instance/i-0123456789abcdef0"), {}, false],
];

/** As KMS makes it by default: IAM of the account decides. */
const KEY_POLICY = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "kms:*", Resource: "*" },
  ],
};

describe("what playbooks on resources may do to contain", () => {
  for (const [id, action, resource, context, isAllowed] of CASES) {
    it(`${id} ${isAllowed ? "may" : "may not"} ${action} ${JSON.stringify(context)} on ${resource}`, async () => {
      const verdict = await decide({
        principal: ROLE,
        action,
        resource,
        resourceAccountId: ACCOUNT,
        resourcePolicy: action.startsWith("kms:") ? KEY_POLICY : undefined,
        identityPolicy: policyOf(PLAYBOOKS.get(id)?.permissions.contain ?? []),
        context,
      });
      const expected: Verdict = isAllowed ? "Allowed" : "ImplicitlyDenied";
      assert.equal(verdict, expected);
    });
  }
});
