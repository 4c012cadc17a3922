import assert from "node:assert/strict";
import { AlertBus } from "../../components/alert-bus";
import { type Graph, recordGraph } from "../support/graph";
import { decide, type Verdict } from "../support/iam";
import {
  ACCOUNT,
  ADMIN,
  arnIn,
  checkPolicy,
  documentIn,
  NOBODY,
  OTHER_ACCOUNT,
  type PolicyCase,
  ROOT,
  STRANGER,
} from "./policy-cases";

const ALARM = `arn:aws:cloudwatch:eu-west-1:${ACCOUNT}:alarm:root-usage`;

describe("the policies of AlertBus", () => {
  let graph: Graph;

  before(async () => {
    graph = await recordGraph(() => {
      new AlertBus("alerts", {
        context: { accountId: ACCOUNT, region: "eu-west-1", partition: "aws" },
        namePrefix: "trailkeeper-test",
        administrators: ["role/Admin"],
        pageSubscriptions: [],
        noticeSubscriptions: [],
        publisherRoleArn: "arn:aws:iam::111122223333:role/trailkeeper-test-detect",
        responderRoleArns: ["respond", "restore"].map(
          (name) => `arn:aws:iam::${ACCOUNT}:role/trailkeeper-test-${name}`,
        ),
        pageLevel: "high",
        noticeLevel: "medium",
        archiveDays: 90,
        keyDeletionWindowDays: 30,
        logRetentionDays: 365,
        disposable: false,
        protect: true,
      });
    });
  });

  const arn = (type: string, nameFragment?: string) => arnIn(graph, type, nameFragment);
  const document = (type: string, nameFragment?: string, input?: string) =>
    documentIn(graph, type, nameFragment, input);
  const detectRole = `arn:aws:sts::${ACCOUNT}:assumed-role/trailkeeper-test-detect/trailkeeper-test-detect`;
  const notifyRole = `arn:aws:sts::${ACCOUNT}:assumed-role/alerts-notify-role-1a2b3c4/trailkeeper-test-notify`;

  for (const topic of ["alerts-page", "alerts-notice"]) {
    describe(`on the topic ${topic}`, () => {
      const alarm = { "aws:SourceArn": ALARM, "aws:SourceAccount": ACCOUNT };
      checkPolicy(
        [
          ["an alarm of the account to publish", "Allowed", "cloudwatch.amazonaws.com", "sns:Publish", alarm],
          ["the notify function to publish", "Allowed", notifyRole, "sns:Publish"],
          [
            "an alarm of another account",
            "ImplicitlyDenied",
            "cloudwatch.amazonaws.com",
            "sns:Publish",
            {
              "aws:SourceArn": `arn:aws:cloudwatch:eu-west-1:${OTHER_ACCOUNT}:alarm:forged`,
              "aws:SourceAccount": OTHER_ACCOUNT,
            },
          ],
          [
            "CloudWatch for anything but an alarm",
            "ImplicitlyDenied",
            "cloudwatch.amazonaws.com",
            "sns:Publish",
            { ...alarm, "aws:SourceArn": `arn:aws:cloudwatch:eu-west-1:${ACCOUNT}:dashboard/d` },
          ],
          ["EventBridge to publish", "ImplicitlyDenied", "events.amazonaws.com", "sns:Publish", alarm],
          ["an administrator to publish", "ExplicitlyDenied", ADMIN, "sns:Publish"],
          ["anybody of the account to publish", "ExplicitlyDenied", NOBODY, "sns:Publish"],
          ["the account's root to publish", "ExplicitlyDenied", ROOT, "sns:Publish"],
          ["another account to publish", "ExplicitlyDenied", STRANGER, "sns:Publish"],
          [
            "the notify function over plain HTTP",
            "ExplicitlyDenied",
            notifyRole,
            "sns:Publish",
            { "aws:SecureTransport": "false" },
          ],
          ["another account to subscribe", "ImplicitlyDenied", STRANGER, "sns:Subscribe"],
          ["an administrator to subscribe", "Allowed", ADMIN, "sns:Subscribe"],
        ],
        () => ({
          resource: arn("aws:sns/topic:Topic", topic),
          resourcePolicy: document("aws:sns/topicPolicy:TopicPolicy", topic),
        }),
      );
    });
  }

  it("allow an alarm to publish where its request does not say that a service makes it", async () => {
    // A stand-in for a service that leaves aws:PrincipalIsAWSService out: the key is there, but says nothing.
    const verdict = await decide({
      principal: "cloudwatch.amazonaws.com",
      action: "sns:Publish",
      resource: arn("aws:sns/topic:Topic", "page"),
      resourceAccountId: ACCOUNT,
      resourcePolicy: document("aws:sns/topicPolicy:TopicPolicy", "page"),
      context: { "aws:SourceArn": ALARM, "aws:SourceAccount": ACCOUNT, "aws:PrincipalIsAWSService": "" },
    });

    assert.equal(verdict, "Allowed");
  });

  describe("on the queue of the notify function", () => {
    const rule = { "aws:SourceArn": `arn:aws:events:eu-west-1:${ACCOUNT}:rule/alerts-notify-rule-1a2b3c4` };
    checkPolicy(
      [
        ["the bus's rule to send", "Allowed", "events.amazonaws.com", "sqs:SendMessage", rule],
        [
          "another rule of the account to send",
          "ImplicitlyDenied",
          "events.amazonaws.com",
          "sqs:SendMessage",
          { "aws:SourceArn": `arn:aws:events:eu-west-1:${ACCOUNT}:rule/other` },
        ],
        ["another service to send", "ImplicitlyDenied", "sns.amazonaws.com", "sqs:SendMessage", rule],
        ["anybody of the account to send", "ExplicitlyDenied", NOBODY, "sqs:SendMessage"],
        ["the notify function to send", "ExplicitlyDenied", notifyRole, "sqs:SendMessage"],
        ["another account to send", "ExplicitlyDenied", STRANGER, "sqs:SendMessage"],
        ["another account to receive", "ImplicitlyDenied", STRANGER, "sqs:ReceiveMessage"],
        ["an administrator to put a dead letter back", "Allowed", ADMIN, "sqs:SendMessage"],
        ["the notify function to receive", "Allowed", notifyRole, "sqs:ReceiveMessage"],
        [
          "receiving over plain HTTP",
          "ExplicitlyDenied",
          notifyRole,
          "sqs:ReceiveMessage",
          { "aws:SecureTransport": "false" },
        ],
      ],
      () => ({
        resource: arn("aws:sqs/queue:Queue", "alerts-notify-queue"),
        resourcePolicy: document("aws:sqs/queuePolicy:QueuePolicy", "alerts-notify-queue"),
      }),
    );
  });

  describe("on the dead-letter queues", () => {
    for (const [queue, service, source] of [
      [
        "alerts-dead-letters",
        "events.amazonaws.com",
        `events:eu-west-1:${ACCOUNT}:rule/alerts-notify-rule-1a2b3c4`,
      ],
      [
        "alerts-dead-letters",
        "events.amazonaws.com",
        `events:eu-west-1:${ACCOUNT}:event-bus/trailkeeper-test-alerts`,
      ],
      ["alerts-page-dead-letters", "sns.amazonaws.com", `sns:eu-west-1:${ACCOUNT}:alerts-page-topic-1a2b3c4`],
      [
        "alerts-notice-dead-letters",
        "sns.amazonaws.com",
        `sns:eu-west-1:${ACCOUNT}:alerts-notice-topic-1a2b3c4`,
      ],
    ] as const) {
      checkPolicy(
        [
          [
            `${service} to leave in ${queue} what ${source} could not deliver`,
            "Allowed",
            service,
            "sqs:SendMessage",
            { "aws:SourceArn": `arn:aws:${source}` },
          ],
          [
            `${service} to leave in ${queue} what ${source}-other could not deliver`,
            "ImplicitlyDenied",
            service,
            "sqs:SendMessage",
            { "aws:SourceArn": `arn:aws:${source}-other` },
          ],
        ],
        () => ({
          resource: arn("aws:sqs/queue:Queue", queue),
          resourcePolicy: document("aws:sqs/queuePolicy:QueuePolicy", queue),
        }),
      );
    }
  });

  describe("on the bus", () => {
    const saying = (detailType: string, source = "trailkeeper") => ({
      "events:detail-type": detailType,
      "events:source": source,
    });
    const responders = ["respond", "restore"].map(
      (name) => `arn:aws:sts::${ACCOUNT}:assumed-role/trailkeeper-test-${name}/trailkeeper-test-${name}`,
    );
    const otherAccounts = `arn:aws:sts::${OTHER_ACCOUNT}:assumed-role/trailkeeper-test-respond/x`;
    checkPolicy(
      [
        ...responders.flatMap((role): PolicyCase[] => [
          [`${role} to tell an outcome`, "Allowed", role, "events:PutEvents", saying("Response")],
          [`${role} to forge an alert`, "ExplicitlyDenied", role, "events:PutEvents", saying("Alert")],
          [`${role} to forge a repeat`, "ExplicitlyDenied", role, "events:PutEvents", saying("Repeat")],
          [
            `${role} to put an outcome and an alert in one call`,
            "ExplicitlyDenied",
            role,
            "events:PutEvents",
            { "events:detail-type": ["Response", "Alert"], "events:source": ["trailkeeper", "trailkeeper"] },
          ],
          [
            `${role} to speak for somebody else`,
            "ExplicitlyDenied",
            role,
            "events:PutEvents",
            saying("Response", "aws.iam"),
          ],
        ]),
        [
          "a responder of another account to tell an outcome",
          "ExplicitlyDenied",
          otherAccounts,
          "events:PutEvents",
          saying("Response"),
        ],
        ["the detect function to put an alert", "Allowed", detectRole, "events:PutEvents", saying("Alert")],
        [
          "anybody else to forge an outcome",
          "ExplicitlyDenied",
          NOBODY,
          "events:PutEvents",
          saying("Response"),
        ],
        ["the detect function to put alerts", "Allowed", detectRole, "events:PutEvents"],
        ["an administrator to put a test alert", "Allowed", ADMIN, "events:PutEvents"],
        ["anybody else of the account to put alerts", "ExplicitlyDenied", NOBODY, "events:PutEvents"],
        ["the notify function to put alerts", "ExplicitlyDenied", notifyRole, "events:PutEvents"],
        ["the account's root to put alerts", "ExplicitlyDenied", ROOT, "events:PutEvents"],
        ["another account to put alerts", "ExplicitlyDenied", STRANGER, "events:PutEvents"],
      ],
      () => ({
        resource: arn("aws:cloudwatch/eventBus:EventBus"),
        resourcePolicy: document("aws:cloudwatch/eventBusPolicy:EventBusPolicy"),
      }),
    );
  });

  describe("on the key", () => {
    const logs = "logs.eu-west-1.amazonaws.com";
    const logGroup = `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/lambda/trailkeeper-test-notify`;
    const alarm = { "aws:SourceArn": ALARM, "aws:SourceAccount": ACCOUNT };
    const topic = { "aws:SourceArn": `arn:aws:sns:eu-west-1:${ACCOUNT}:alerts-page-topic-1a2b3c4` };
    const viaQueue = { "kms:ViaService": "sqs.eu-west-1.amazonaws.com" };
    const viaBus = { "kms:ViaService": "events.eu-west-1.amazonaws.com" };
    /** EventBridge User Guide, "KMS key permissions for event bus actions"; kms:Decrypt is for rules and targets too. */
    const busActions = ["Decrypt", "DescribeKey", "Encrypt", "GenerateDataKeyWithoutPlaintext"]
      .concat("ReEncryptFrom", "ReEncryptTo")
      .map((action) => `kms:${action}`);
    checkPolicy(
      [
        [
          "alarms to encrypt what they publish",
          "Allowed",
          "cloudwatch.amazonaws.com",
          "kms:GenerateDataKey",
          alarm,
        ],
        [
          "alarms of another account",
          "ImplicitlyDenied",
          "cloudwatch.amazonaws.com",
          "kms:GenerateDataKey",
          {
            "aws:SourceArn": `arn:aws:cloudwatch:eu-west-1:${OTHER_ACCOUNT}:alarm:forged`,
            "aws:SourceAccount": OTHER_ACCOUNT,
          },
        ],
        [
          "EventBridge to encrypt, without source conditions",
          "Allowed",
          "events.amazonaws.com",
          "kms:GenerateDataKey",
        ],
        ["EventBridge to re-encrypt its archive", "Allowed", "events.amazonaws.com", "kms:ReEncryptFrom"],
        [
          "a topic of the account to keep dead letters",
          "Allowed",
          "sns.amazonaws.com",
          "kms:GenerateDataKey",
          topic,
        ],
        [
          "a topic of another account",
          "ImplicitlyDenied",
          "sns.amazonaws.com",
          "kms:GenerateDataKey",
          { "aws:SourceArn": `arn:aws:sns:eu-west-1:${OTHER_ACCOUNT}:theirs` },
        ],
        [
          "the Logs service for the notify function's log",
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
        ["other services", "ImplicitlyDenied", "s3.amazonaws.com", "kms:GenerateDataKey", alarm],
        ["the notify function to read its queue", "Allowed", notifyRole, "kms:Decrypt"],
        ["the notify function to publish encrypted", "Allowed", notifyRole, "kms:GenerateDataKey"],
        ...busActions.map((action): PolicyCase => [
          `an administrator to make the bus (${action})`,
          "Allowed",
          ADMIN,
          action,
          viaBus,
        ]),
        ["anybody else to make rules on the bus", "ImplicitlyDenied", NOBODY, "kms:Decrypt", viaBus],
        ["an administrator to encrypt by hand", "ImplicitlyDenied", ADMIN, "kms:Encrypt", viaQueue],
        ["an administrator to read dead letters", "Allowed", ADMIN, "kms:Decrypt", viaQueue],
        [
          "an administrator to decrypt by hand",
          "ImplicitlyDenied",
          ADMIN,
          "kms:Decrypt",
          { "kms:ViaService": "s3.eu-west-1.amazonaws.com" },
        ],
        ["anybody else to read queues", "ImplicitlyDenied", NOBODY, "kms:Decrypt", viaQueue],
        ["the account's root to read queues", "ImplicitlyDenied", ROOT, "kms:Decrypt", viaQueue],
        ["another account to decrypt", "ImplicitlyDenied", STRANGER, "kms:Decrypt", viaQueue],
        ["anybody to make a grant", "ExplicitlyDenied", NOBODY, "kms:CreateGrant"],
        ["IAM to let somebody look at the key", "Allowed", NOBODY, "kms:DescribeKey"],
        ["an administrator to schedule its deletion", "Allowed", ADMIN, "kms:ScheduleKeyDeletion"],
        ["an administrator to change its policy", "Allowed", ADMIN, "kms:PutKeyPolicy"],
        ["anybody else to schedule its deletion", "ExplicitlyDenied", NOBODY, "kms:ScheduleKeyDeletion"],
        ["anybody else to disable it", "ExplicitlyDenied", NOBODY, "kms:DisableKey"],
        ["anybody else to change its policy", "ExplicitlyDenied", NOBODY, "kms:PutKeyPolicy"],
        ["anybody else to stop its rotation", "ExplicitlyDenied", NOBODY, "kms:DisableKeyRotation"],
        ["the account's root to schedule its deletion", "ExplicitlyDenied", ROOT, "kms:ScheduleKeyDeletion"],
      ],
      () => ({ resource: arn("aws:kms/key:Key"), resourcePolicy: document("aws:kms/key:Key") }),
    );
  });

  describe("of the notify role", () => {
    /** A resource policy that has nothing to say, so that the role's own policy decides. */
    const silent = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: "*" }],
    };
    const resources = {
      "its queue": () => arn("aws:sqs/queue:Queue", "alerts-notify-queue"),
      "the dead-letter queue": () => arn("aws:sqs/queue:Queue", "alerts-dead-letters"),
      "the page topic": () => arn("aws:sns/topic:Topic", "page"),
      "the notice topic": () => arn("aws:sns/topic:Topic", "notice"),
      "another topic": () => `arn:aws:sns:eu-west-1:${ACCOUNT}:other`,
      "its log": () => `${arn("aws:cloudwatch/logGroup:LogGroup")}:log-stream:s`,
      "another log": () => `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:other:log-stream:s`,
    };
    const cases: readonly [string, keyof typeof resources, Verdict][] = [
      ["sqs:ReceiveMessage", "its queue", "Allowed"],
      ["sqs:DeleteMessage", "its queue", "Allowed"],
      ["sqs:GetQueueAttributes", "its queue", "Allowed"],
      ["sqs:PurgeQueue", "its queue", "ImplicitlyDenied"],
      ["sqs:ReceiveMessage", "the dead-letter queue", "ImplicitlyDenied"],
      ["sns:Publish", "the page topic", "Allowed"],
      ["sns:Publish", "the notice topic", "Allowed"],
      ["sns:Publish", "another topic", "ImplicitlyDenied"],
      ["sns:Subscribe", "the page topic", "ImplicitlyDenied"],
      ["logs:PutLogEvents", "its log", "Allowed"],
      ["logs:PutLogEvents", "another log", "ImplicitlyDenied"],
      ["logs:DeleteLogStream", "its log", "ImplicitlyDenied"],
    ];
    for (const [action, resource, verdict] of cases) {
      it(`${verdict === "Allowed" ? "allow" : "do not allow"} ${action} on ${resource}`, async () => {
        const decided = await decide({
          principal: notifyRole,
          action,
          resource: resources[resource](),
          resourceAccountId: ACCOUNT,
          identityPolicy: document("aws:iam/rolePolicy:RolePolicy"),
          resourcePolicy: silent,
        });

        assert.equal(decided, verdict);
      });
    }
  });
});
