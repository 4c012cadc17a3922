import assert from "node:assert/strict";
import { rawBusPolicy } from "../../components/policies/detect-raw-bus";
import type { Graph } from "../support/graph";
import { decide, type Verdict } from "../support/iam";
import { ARCHIVE_KEY_ARN, detectorGraph, TOPIC_ARN } from "./build-detector";
import {
  ACCOUNT,
  ADMIN,
  arnIn,
  checkPolicy,
  documentIn,
  NOBODY,
  OTHER_ACCOUNT,
  ROOT,
  STRANGER,
} from "./policy-cases";

const DETECT = `arn:aws:sts::${ACCOUNT}:assumed-role/audit-detect/trailkeeper-test-detect`;
const FORWARD = `arn:aws:sts::${ACCOUNT}:assumed-role/trailkeeper-test-forward-events/events`;

describe("the policies of Detector", () => {
  let graph: Graph;

  before(async () => {
    graph = await detectorGraph();
  });

  const arn = (type: string, nameFragment?: string) => arnIn(graph, type, nameFragment);
  const document = (type: string, nameFragment?: string, input?: string) =>
    documentIn(graph, type, nameFragment, input);

  describe("on the raw-event bus", () => {
    checkPolicy(
      [
        ["the own forwarding rules to put events", "Allowed", FORWARD, "events:PutEvents"],
        ["an administrator to put events", "ExplicitlyDenied", ADMIN, "events:PutEvents"],
        ["anybody of the account to put events", "ExplicitlyDenied", NOBODY, "events:PutEvents"],
        ["the account's root to put events", "ExplicitlyDenied", ROOT, "events:PutEvents"],
        ["the detect function to put events", "ExplicitlyDenied", DETECT, "events:PutEvents"],
        ["another account to put events", "ExplicitlyDenied", STRANGER, "events:PutEvents"],
      ],
      () => ({
        resource: arn("aws:cloudwatch/eventBus:EventBus"),
        resourcePolicy: document("aws:cloudwatch/eventBusPolicy:EventBusPolicy"),
      }),
    );
  });

  describe("on the raw-event bus of an organization", () => {
    const busArn = `arn:aws:events:eu-west-1:${ACCOUNT}:event-bus/raw`;
    const member = (role: string) => `arn:aws:sts::${OTHER_ACCOUNT}:assumed-role/${role}/events`;
    const ours = { "aws:PrincipalOrgID": "o-a1b2c3d4e5" };
    checkPolicy(
      [
        ["the own forwarding rules to put events", "Allowed", FORWARD, "events:PutEvents", ours],
        [
          "a member's forwarding rules",
          "Allowed",
          member("trailkeeper-member-forward-events"),
          "events:PutEvents",
          ours,
        ],
        ["anything else of a member", "ExplicitlyDenied", member("Admin"), "events:PutEvents", ours],
        [
          "a member to close the bus",
          "ImplicitlyDenied",
          member("a-forward-events"),
          "events:DeleteEventBus",
          ours,
        ],
        [
          "forwarding rules of another organization",
          "ImplicitlyDenied",
          member("trailkeeper-member-forward-events"),
          "events:PutEvents",
          { "aws:PrincipalOrgID": "o-z9y8x7w6v5" },
        ],
        [
          "forwarding rules of an account without an organization",
          "ImplicitlyDenied",
          member("trailkeeper-member-forward-events"),
          "events:PutEvents",
        ],
        ["anybody of the own account", "ExplicitlyDenied", NOBODY, "events:PutEvents", ours],
      ],
      () => ({
        resource: busArn,
        resourcePolicy: rawBusPolicy({
          partition: "aws",
          accountId: ACCOUNT,
          busArn,
          forwardRoleArn: `arn:aws:iam::${ACCOUNT}:role/trailkeeper-test-forward-events`,
          organizationId: "o-a1b2c3d4e5",
        }),
      }),
    );
  });

  describe("of the forwarding role", () => {
    const silent = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: "*" }],
    };
    const role = `arn:aws:iam::${ACCOUNT}:role/trailkeeper-test-forward-events`;
    const rule = (name: string, account = ACCOUNT) => ({
      "aws:SourceArn": `arn:aws:events:us-east-1:${account}:rule/${name}`,
      "aws:SourceAccount": account,
    });
    checkPolicy(
      [
        [
          "EventBridge to take it for a forwarding rule of any region",
          "Allowed",
          "events.amazonaws.com",
          "sts:AssumeRole",
          rule("trailkeeper-test-forward-2"),
        ],
        [
          "EventBridge for another rule",
          "ImplicitlyDenied",
          "events.amazonaws.com",
          "sts:AssumeRole",
          rule("other"),
        ],
        [
          "EventBridge for another account's rule",
          "ImplicitlyDenied",
          "events.amazonaws.com",
          "sts:AssumeRole",
          rule("trailkeeper-test-forward-2", OTHER_ACCOUNT),
        ],
        ["another account to take it", "ImplicitlyDenied", STRANGER, "sts:AssumeRole"],
      ],
      () => ({
        resource: role,
        resourcePolicy: document("aws:iam/role:Role", "forward", "assumeRolePolicy"),
      }),
    );

    for (const [action, bus, verdict] of [
      ["events:PutEvents", "trailkeeper-test-raw-events", "Allowed"],
      ["events:PutEvents", "default", "ImplicitlyDenied"],
      ["events:PutRule", "trailkeeper-test-raw-events", "ImplicitlyDenied"],
    ] as const)
      it(`${verdict === "Allowed" ? "allow" : "do not allow"} ${action} on ${bus}`, async () => {
        const decided = await decide({
          principal: FORWARD,
          action,
          resource:
            action === "events:PutRule"
              ? `arn:aws:events:eu-west-1:${ACCOUNT}:rule/${bus}/x`
              : `arn:aws:events:eu-west-1:${ACCOUNT}:event-bus/${bus}`,
          resourceAccountId: ACCOUNT,
          identityPolicy: document("aws:iam/rolePolicy:RolePolicy", "forward"),
          resourcePolicy: silent,
        });

        assert.equal(decided, verdict);
      });
  });

  describe("on the queues", () => {
    const topic = { "aws:SourceArn": TOPIC_ARN };
    checkPolicy(
      [
        [
          "the file-arrived topic to announce files",
          "Allowed",
          "sns.amazonaws.com",
          "sqs:SendMessage",
          topic,
        ],
        [
          "another topic to announce files",
          "ImplicitlyDenied",
          "sns.amazonaws.com",
          "sqs:SendMessage",
          { "aws:SourceArn": `${TOPIC_ARN}-other` },
        ],
        [
          "EventBridge to announce files",
          "ImplicitlyDenied",
          "events.amazonaws.com",
          "sqs:SendMessage",
          topic,
        ],
        ["anybody of the account to announce files", "ExplicitlyDenied", NOBODY, "sqs:SendMessage"],
        ["an administrator to put a message back", "Allowed", ADMIN, "sqs:SendMessage"],
        ["the detect function to receive", "Allowed", DETECT, "sqs:ReceiveMessage"],
        ["another account to receive", "ImplicitlyDenied", STRANGER, "sqs:ReceiveMessage"],
      ],
      () => ({
        resource: arn("aws:sqs/queue:Queue", "detector-complete-queue"),
        resourcePolicy: document("aws:sqs/queuePolicy:QueuePolicy", "detector-complete-queue"),
      }),
    );

    const sourceOf = (service: string, resource: string) =>
      ({ "aws:SourceArn": `arn:aws:${service}:eu-west-1:${ACCOUNT}:${resource}` }) as const;
    checkPolicy(
      [
        [
          "the raw-event bus's rule to send",
          "Allowed",
          "events.amazonaws.com",
          "sqs:SendMessage",
          sourceOf("events", "rule/detector-fast-rule-1a2b3c4"),
        ],
        [
          "a forwarding rule to send past the bus",
          "ImplicitlyDenied",
          "events.amazonaws.com",
          "sqs:SendMessage",
          sourceOf("events", "rule/trailkeeper-test-forward-1"),
        ],
        ["anybody of the account to forge an event", "ExplicitlyDenied", NOBODY, "sqs:SendMessage"],
      ],
      () => ({
        resource: arn("aws:sqs/queue:Queue", "detector-fast-queue"),
        resourcePolicy: document("aws:sqs/queuePolicy:QueuePolicy", "detector-fast-queue"),
      }),
    );
    checkPolicy(
      [
        [
          "a forwarding rule to leave in its region what it gave up",
          "Allowed",
          "events.amazonaws.com",
          "sqs:SendMessage",
          { "aws:SourceArn": `arn:aws:events:us-east-1:${ACCOUNT}:rule/trailkeeper-test-forward-1` },
        ],
        [
          "another region's rule to do so",
          "ImplicitlyDenied",
          "events.amazonaws.com",
          "sqs:SendMessage",
          sourceOf("events", "rule/trailkeeper-test-forward-1"),
        ],
      ],
      () => ({
        resource: arn("aws:sqs/queue:Queue", "us-east-1-dead-letters"),
        resourcePolicy: document("aws:sqs/queuePolicy:QueuePolicy", "us-east-1-dead-letters"),
      }),
    );
  });

  describe("on the key", () => {
    const via = (service: string) => ({ "kms:ViaService": `${service}.eu-west-1.amazonaws.com` });
    const logs = "logs.eu-west-1.amazonaws.com";
    const logGroup = `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/lambda/trailkeeper-test-detect`;
    checkPolicy(
      [
        ["EventBridge to carry events", "Allowed", "events.amazonaws.com", "kms:GenerateDataKey"],
        ["EventBridge to re-encrypt", "ImplicitlyDenied", "events.amazonaws.com", "kms:ReEncryptFrom"],
        [
          "the file-arrived topic to encrypt what it sends",
          "Allowed",
          "sns.amazonaws.com",
          "kms:GenerateDataKey",
          { "aws:SourceArn": TOPIC_ARN },
        ],
        [
          "another topic",
          "ImplicitlyDenied",
          "sns.amazonaws.com",
          "kms:GenerateDataKey",
          { "aws:SourceArn": `${TOPIC_ARN}-other` },
        ],
        [
          "the Logs service for the detect function's log",
          "Allowed",
          logs,
          "kms:GenerateDataKey",
          { "kms:EncryptionContext:aws:logs:arn": logGroup },
        ],
        [
          "the Logs service for another log",
          "ImplicitlyDenied",
          logs,
          "kms:GenerateDataKey",
          { "kms:EncryptionContext:aws:logs:arn": `${logGroup}-other` },
        ],
        ["the detect function to read its queues", "Allowed", DETECT, "kms:Decrypt", via("sqs")],
        ["the detect function to send", "ImplicitlyDenied", DETECT, "kms:GenerateDataKey", via("sqs")],
        ["the detect function to use its table", "Allowed", DETECT, "kms:GenerateDataKey", via("dynamodb")],
        ["the detect function to decrypt by hand", "ImplicitlyDenied", DETECT, "kms:Decrypt", via("s3")],
        [
          "the detect function to make a grant",
          "ExplicitlyDenied",
          DETECT,
          "kms:CreateGrant",
          via("dynamodb"),
        ],
        ["an administrator to make the table", "Allowed", ADMIN, "kms:CreateGrant", via("dynamodb")],
        ["an administrator to make a grant by hand", "ImplicitlyDenied", ADMIN, "kms:CreateGrant", via("s3")],
        ["an administrator to make the bus", "Allowed", ADMIN, "kms:GenerateDataKey", via("events")],
        ["an administrator to read dead letters", "Allowed", ADMIN, "kms:Decrypt", via("sqs")],
        ["anybody else to read the table", "ImplicitlyDenied", NOBODY, "kms:Decrypt", via("dynamodb")],
        ["anybody else to read queues", "ImplicitlyDenied", NOBODY, "kms:Decrypt", via("sqs")],
        ["anybody else to make a grant", "ExplicitlyDenied", NOBODY, "kms:CreateGrant", via("dynamodb")],
        ["anybody else to schedule its deletion", "ExplicitlyDenied", NOBODY, "kms:ScheduleKeyDeletion"],
        ["an administrator to schedule its deletion", "Allowed", ADMIN, "kms:ScheduleKeyDeletion"],
      ],
      () => ({ resource: arn("aws:kms/key:Key"), resourcePolicy: document("aws:kms/key:Key") }),
    );
  });

  describe("of the detect role", () => {
    const silent = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:PutBucketPolicy", Resource: "*" }],
    };
    const resources = {
      "its fast queue": () => arn("aws:sqs/queue:Queue", "detector-fast-queue"),
      "its complete queue": () => arn("aws:sqs/queue:Queue", "detector-complete-queue"),
      "a dead-letter queue": () => arn("aws:sqs/queue:Queue", "detector-fast-dead-letters"),
      "its table": () => arn("aws:dynamodb/table:Table"),
      "another table": () => `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/other`,
      "a log file": () => `arn:aws:s3:::archive-1a2b3c4/AWSLogs/${ACCOUNT}/CloudTrail/eu-west-1/f.json.gz`,
      "a digest": () => `arn:aws:s3:::archive-1a2b3c4/AWSLogs/${ACCOUNT}/CloudTrail-Digest/f.json.gz`,
      "the archive's key": () => ARCHIVE_KEY_ARN,
      "the alert bus": () => `arn:aws:events:eu-west-1:${ACCOUNT}:event-bus/trailkeeper-test-alerts`,
      "the default bus": () => `arn:aws:events:eu-west-1:${ACCOUNT}:event-bus/default`,
      "its log": () => `${arn("aws:cloudwatch/logGroup:LogGroup")}:log-stream:s`,
    };
    const alert = { "events:source": "trailkeeper", "events:detail-type": "Alert" };
    const viaS3 = { "kms:ViaService": "s3.eu-west-1.amazonaws.com" };
    const cases: readonly [string, keyof typeof resources, Verdict, Record<string, string>?][] = [
      ["sqs:ReceiveMessage", "its fast queue", "Allowed"],
      ["sqs:DeleteMessage", "its complete queue", "Allowed"],
      ["sqs:PurgeQueue", "its complete queue", "ImplicitlyDenied"],
      ["sqs:ReceiveMessage", "a dead-letter queue", "ImplicitlyDenied"],
      ["dynamodb:UpdateItem", "its table", "Allowed"],
      ["dynamodb:Query", "its table", "Allowed"],
      ["dynamodb:DeleteItem", "its table", "ImplicitlyDenied"],
      ["dynamodb:Scan", "its table", "ImplicitlyDenied"],
      ["dynamodb:PutItem", "another table", "ImplicitlyDenied"],
      ["s3:GetObject", "a log file", "Allowed"],
      ["s3:PutObject", "a log file", "ImplicitlyDenied"],
      ["s3:GetObject", "a digest", "ImplicitlyDenied"],
      ["kms:Decrypt", "the archive's key", "Allowed", viaS3],
      ["kms:GenerateDataKey", "the archive's key", "ImplicitlyDenied", viaS3],
      ["events:PutEvents", "the alert bus", "Allowed", alert],
      [
        "events:PutEvents",
        "the alert bus",
        "ImplicitlyDenied",
        { "events:source": "other", "events:detail-type": "Alert" },
      ],
      ["events:PutEvents", "the default bus", "ImplicitlyDenied", alert],
      ["logs:PutLogEvents", "its log", "Allowed"],
      ["logs:DeleteLogStream", "its log", "ImplicitlyDenied"],
    ];
    for (const [action, resource, verdict, context] of cases)
      it(`${verdict === "Allowed" ? "allow" : "do not allow"} ${action} on ${resource} ${JSON.stringify(context ?? {})}`, async () => {
        // A key's policy has to let IAM decide; elsewhere in the account, the role's own policy is enough.
        const resourcePolicy = action.startsWith("kms:")
          ? {
              Version: "2012-10-17",
              Statement: [{ Effect: "Allow", Principal: { AWS: ROOT }, Action: "kms:*", Resource: "*" }],
            }
          : silent;
        const decided = await decide({
          principal: DETECT,
          action,
          resource: resources[resource](),
          resourceAccountId: ACCOUNT,
          identityPolicy: document("aws:iam/rolePolicy:RolePolicy", "detect-role"),
          resourcePolicy,
          context,
        });

        assert.equal(decided, verdict);
      });
  });
});
