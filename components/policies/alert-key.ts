import type * as aws from "@pulumi/aws";
import { administratorsUseKey, type KeyAdministration, keyAdministration } from "./key-administration";
import { allowLogsToEncrypt } from "./logs-key-use";

/** What the policy of the alert key depends on. */
export interface AlertKeyPolicyArgs extends KeyAdministration {
  readonly region: string;
  /** ARN of the role that the notify function runs as. */
  readonly notifyRoleArn: string;
  /** Name of the notify function; its log group is named after it. */
  readonly functionName: string;
}

const PUBLISH_ENCRYPTED = ["kms:Decrypt", "kms:GenerateDataKey*"];

/**
 * Policy of the one key that encrypts alerts wherever they rest: bus, archive, topics, queues, and the notify
 * function's log. Services may use it for this account's resources, the notify role for its work; administrators may
 * use it through EventBridge to build on the bus, and through SQS to look into dead letters. The account administers
 * the key through IAM but has no data action, and only the administrators may take the key away.
 */
export function alertKeyPolicy(args: AlertKeyPolicyArgs): aws.iam.PolicyDocument {
  const { partition, region, accountId } = args;
  return {
    Version: "2012-10-17",
    Statement: [
      ...keyAdministration(args),
      {
        // SNS Developer Guide, "Key management": alarms publish to an encrypted topic with these two actions.
        Sid: "AlarmsPublish",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: PUBLISH_ENCRYPTED,
        Resource: "*",
        Condition: {
          StringEquals: { "aws:SourceAccount": accountId },
          ArnLike: {
            "aws:SourceArn": `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:*`,
          },
        },
      },
      {
        // Undeliverable notifications go to an encrypted queue (SNS Developer Guide, "Dead-letter queues").
        Sid: "TopicsKeepDeadLetters",
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: PUBLISH_ENCRYPTED,
        Resource: "*",
        Condition: {
          ArnLike: { "aws:SourceArn": `arn:${partition}:sns:${region}:${accountId}:*` },
        },
      },
      {
        // The bus and its archive (EventBridge User Guide, "Encrypting event buses", "Encrypting archives"), and
        // sending to encrypted queues. For the last, KMS sees no aws:SourceArn or aws:SourceAccount from EventBridge
        // (SNS Developer Guide, "Key management"), so conditions would silently stop delivery.
        Sid: "EventBridgeCarriesAlerts",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        Resource: "*",
      },
      allowLogsToEncrypt(
        partition,
        region,
        `arn:${partition}:logs:${region}:${accountId}:log-group:/aws/lambda/${args.functionName}`,
      ),
      {
        Sid: "NotifyReadsQueueAndPublishes",
        Effect: "Allow",
        Principal: { AWS: args.notifyRoleArn },
        Action: PUBLISH_ENCRYPTED,
        Resource: "*",
      },
      // Who makes an encrypted bus needs these on the key himself, and kms:Decrypt for its rules and targets
      // (EventBridge User Guide, "KMS key permissions for event bus actions").
      administratorsUseKey(args, "AdministratorsBuildOnBus", "events", [
        "kms:Decrypt",
        "kms:Encrypt",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
      ]),
      administratorsUseKey(args, "AdministratorsHandleDeadLetters", "sqs", PUBLISH_ENCRYPTED),
    ],
  };
}
