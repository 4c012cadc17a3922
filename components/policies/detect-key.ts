import type * as aws from "@pulumi/aws";
import { parseArn } from "../../formats/arn";
import {
  administratorsUseKey,
  keyAdministration,
  type KeyAdministration,
  TABLE_KEY_USE,
} from "./key-administration";
import { allowLogsToEncrypt } from "./logs-key-use";
import { snsPrincipal } from "./sns-principal";

/** What the policy of the detector's key depends on. */
export interface DetectKeyPolicyArgs extends KeyAdministration {
  readonly region: string;
  /** ARN of the role that the detect function runs as; it must exist. */
  readonly detectRoleArn: string;
  /** Name of the detect function; its log group is named after it. */
  readonly functionName: string;
  /** The topic that announces log files. @default none, and no complete path */
  readonly fileArrivedTopicArn?: string;
}

/**
 * Policy of the key that encrypts what the detector works with: raw-event bus, queues, table, and the function's log.
 * Services use it for what they carry, the detect role for its queues and its table; administrators use it through the
 * services whose resources they make and whose dead letters they handle.
 */
export function detectKeyPolicy(args: DetectKeyPolicyArgs): aws.iam.PolicyDocument {
  const { partition, region, accountId, detectRoleArn } = args;
  const via = (service: string) => ({
    StringLike: { "kms:ViaService": `${service}.${region}.amazonaws.com*` },
  });
  return {
    Version: "2012-10-17",
    Statement: [
      ...keyAdministration(args),
      {
        // The bus, and sending to encrypted queues, for which KMS sees no source (SNS Developer Guide, "Key management").
        Sid: "EventBridgeCarriesEvents",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"],
        Resource: "*",
      },
      ...allowTopicToAnnounce(args.fileArrivedTopicArn, region),
      allowLogsToEncrypt(
        partition,
        region,
        `arn:${partition}:logs:${region}:${accountId}:log-group:/aws/lambda/${args.functionName}`,
      ),
      {
        Sid: "DetectReadsQueues",
        Effect: "Allow",
        Principal: { AWS: detectRoleArn },
        Action: "kms:Decrypt",
        Resource: "*",
        Condition: via("sqs"),
      },
      {
        Sid: "DetectUsesTable",
        Effect: "Allow",
        Principal: { AWS: detectRoleArn },
        Action: [...TABLE_KEY_USE],
        Resource: "*",
        Condition: via("dynamodb"),
      },
      administratorsUseKey(args, "AdministratorsBuildOnBus", "events", [
        "kms:Decrypt",
        "kms:Encrypt",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
      ]),
      administratorsUseKey(args, "AdministratorsHandleDeadLetters", "sqs", [
        "kms:Decrypt",
        "kms:GenerateDataKey*",
      ]),
      // DynamoDB gives itself a grant when the table is made.
      administratorsUseKey(args, "AdministratorsMakeTable", "dynamodb", [
        ...TABLE_KEY_USE,
        "kms:CreateGrant",
      ]),
    ],
  };
}

/** The topic sends to an encrypted queue in the name of SNS, also when it belongs to another account. */
function allowTopicToAnnounce(topicArn: string | undefined, region: string): aws.iam.PolicyStatement[] {
  if (topicArn === undefined) return [];
  const topicRegion = parseArn(topicArn)?.region ?? region;
  return [
    {
      Sid: "TopicAnnouncesFiles",
      Effect: "Allow",
      Principal: { Service: snsPrincipal(topicRegion, region) },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
      Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
    },
  ];
}
