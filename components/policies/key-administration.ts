import type * as aws from "@pulumi/aws";
import { parseArn } from "../../formats/arn";

/** Who administers a key. */
export interface KeyAdministration {
  readonly partition: string;
  readonly accountId: string;
  /** ARN patterns of those who may change the key. */
  readonly administratorArns: readonly string[];
}

const KEY_READING = ["kms:Describe*", "kms:Get*", "kms:List*"];
/** What DynamoDB does with a table's key in the name of whoever uses the table (DynamoDB Developer Guide, "Encryption at rest"). */
export const TABLE_KEY_USE: readonly string[] = [
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:Encrypt",
  "kms:GenerateDataKey*",
  "kms:ReEncrypt*",
];

/** Restores what a change took away; harmless in anybody's hands. */
const KEY_RESCUE = ["kms:CancelKeyDeletion", "kms:EnableKey", "kms:EnableKeyRotation"];
const KEY_CHANGES = [
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

/**
 * IAM of the account administers the key but cannot use it: no data action, and no grant, which would give one.
 * Changes are for the administrators. KMS itself refuses a policy that locks out whoever puts it, as long as
 * `bypassPolicyLockoutSafetyCheck` stays unset.
 */
export function keyAdministration({
  partition,
  accountId,
  administratorArns,
}: KeyAdministration): aws.iam.PolicyStatement[] {
  return [
    {
      Sid: "AllowAdministrationThroughIam",
      Effect: "Allow",
      Principal: { AWS: accountRoot(partition, accountId) },
      Action: [...KEY_READING, ...KEY_RESCUE, ...KEY_CHANGES],
      Resource: "*",
    },
    {
      Sid: "DenyKeyChanges",
      Effect: "Deny",
      Principal: { AWS: "*" },
      Action: ["kms:CreateGrant", ...KEY_CHANGES],
      Resource: "*",
      Condition: { ArnNotLike: { "aws:PrincipalArn": [...administratorArns] } },
    },
  ];
}

/**
 * Administrators use a key through a service, whose encrypted resources they make and look into. By condition and not
 * by principal: the list may hold wildcards and roles that do not exist yet.
 */
export function administratorsUseKey(
  { partition, region, accountId, administratorArns }: KeyAdministration & { readonly region: string },
  sid: string,
  throughService: "dynamodb" | "events" | "sqs",
  actions: readonly string[],
): aws.iam.PolicyStatement {
  return {
    Sid: sid,
    Effect: "Allow",
    Principal: { AWS: accountRoot(partition, accountId) },
    Action: [...actions],
    Resource: "*",
    Condition: {
      ArnLike: { "aws:PrincipalArn": [...administratorArns] },
      // The suffix differs in China.
      StringLike: { "kms:ViaService": `${throughService}.${region}.amazonaws.com*` },
    },
  };
}

/** The principal that hands a decision over to the IAM policies of an account. */
export function accountRoot(partition: string, accountId: string): string {
  return `arn:${partition}:iam::${accountId}:root`;
}

/** {@link accountRoot} of the account that a principal belongs to. */
export function accountRootOf(principalArn: string): string {
  const { partition = "", accountId = "" } = parseArn(principalArn) ?? {};
  return accountRoot(partition, accountId);
}
