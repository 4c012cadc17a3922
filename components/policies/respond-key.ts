import type * as aws from "@pulumi/aws";
import {
  administratorsUseKey,
  type KeyAdministration,
  keyAdministration,
  TABLE_KEY_USE,
} from "./key-administration";
import { allowLogsToEncrypt } from "./logs-key-use";

/** What the policy of the responses' key depends on. */
export interface RespondKeyPolicyArgs extends KeyAdministration {
  readonly region: string;
  /** ARNs of the roles of the functions that respond; they need not exist yet. */
  readonly roleArns: readonly string[];
  /** Names of these functions; their log groups are named after them. */
  readonly functionNames: readonly string[];
  /** ARN patterns of those who run and undo responses with their own credentials, beside the administrators. */
  readonly breakGlassArns: readonly string[];
}

/**
 * Policy of the key that encrypts what responses work with: queues, table, and the functions' logs. EventBridge sends to
 * the queues, the functions' roles read them and use the table. Administrators use it through the services whose
 * resources they make and whose dead letters they handle; they and break-glass principals use the table when they run or
 * undo a response.
 */
export function respondKeyPolicy(args: RespondKeyPolicyArgs): aws.iam.PolicyDocument {
  const { partition, region, accountId, roleArns, functionNames } = args;
  const rolesUseKey = (
    Sid: string,
    service: string,
    actions: readonly string[],
  ): aws.iam.PolicyStatement => ({
    Sid,
    Effect: "Allow",
    // By condition, since KMS refuses a policy whose principals do not exist; and of everybody, since the account as
    // principal would leave the decision to IAM.
    Principal: { AWS: "*" },
    Action: [...actions],
    Resource: "*",
    Condition: {
      ArnEquals: { "aws:PrincipalArn": [...roleArns] },
      // The suffix differs in China.
      StringLike: { "kms:ViaService": `${service}.${region}.amazonaws.com*` },
    },
  });
  return {
    Version: "2012-10-17",
    Statement: [
      ...keyAdministration(args),
      {
        // Sending to encrypted queues, for which KMS sees no source (SNS Developer Guide, "Key management").
        Sid: "EventBridgeSends",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: "*",
      },
      allowLogsToEncrypt(
        partition,
        region,
        ...functionNames.map(
          (name) => `arn:${partition}:logs:${region}:${accountId}:log-group:/aws/lambda/${name}`,
        ),
      ),
      rolesUseKey("FunctionsReadQueues", "sqs", ["kms:Decrypt"]),
      rolesUseKey("FunctionsUseTable", "dynamodb", TABLE_KEY_USE),
      administratorsUseKey(args, "AdministratorsHandleDeadLetters", "sqs", [
        "kms:Decrypt",
        "kms:GenerateDataKey*",
      ]),
      // DynamoDB gives itself a grant when the table is made.
      administratorsUseKey(args, "AdministratorsMakeTable", "dynamodb", [
        ...TABLE_KEY_USE,
        "kms:CreateGrant",
      ]),
      ...(args.breakGlassArns.length === 0
        ? []
        : [
            administratorsUseKey(
              { ...args, administratorArns: args.breakGlassArns },
              "BreakGlassUsesTable",
              "dynamodb",
              TABLE_KEY_USE,
            ),
          ]),
    ],
  };
}
