import type { Graph } from "../support/graph";
import { responderGraph } from "./build-responder";
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

const RESPOND = `arn:aws:sts::${ACCOUNT}:assumed-role/audit-respond/trailkeeper-test-respond`;
const RESTORE = `arn:aws:sts::${ACCOUNT}:assumed-role/audit-restore/trailkeeper-test-restore`;

const FIRE_BRIGADE = `arn:aws:iam::${ACCOUNT}:user/fire-brigade`;

describe("the policies of Responder", () => {
  let graph: Graph;

  before(async () => {
    graph = await responderGraph();
  });

  for (const queue of ["responder-queue", "responder-dead-letters"])
    describe(`on ${queue}`, () => {
      const rule = (name: string) => ({
        "aws:SourceArn": `arn:aws:events:eu-west-1:${ACCOUNT}:rule/${name}`,
      });
      checkPolicy(
        [
          [
            "the bus's rule to send",
            "Allowed",
            "events.amazonaws.com",
            "sqs:SendMessage",
            rule("responder-rule-1a2b3c4"),
          ],
          [
            "another rule of the account to send",
            "ImplicitlyDenied",
            "events.amazonaws.com",
            "sqs:SendMessage",
            rule("other"),
          ],
          ["anybody of the account to order a response", "ExplicitlyDenied", NOBODY, "sqs:SendMessage"],
          ["the respond function to order one", "ExplicitlyDenied", RESPOND, "sqs:SendMessage"],
          ["another account to order one", "ExplicitlyDenied", STRANGER, "sqs:SendMessage"],
          ["the account's root to order one", "ExplicitlyDenied", ROOT, "sqs:SendMessage"],
          ["an administrator to put a dead letter back", "Allowed", ADMIN, "sqs:SendMessage"],
        ],
        () => ({
          resource: arnIn(graph, "aws:sqs/queue:Queue", queue),
          resourcePolicy: documentIn(graph, "aws:sqs/queuePolicy:QueuePolicy", queue),
        }),
      );
    });

  describe("on the key", () => {
    const via = (service: string) => ({ "kms:ViaService": `${service}.eu-west-1.amazonaws.com` });
    const logs = "logs.eu-west-1.amazonaws.com";
    const ofLog = (name: string) => ({
      "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/lambda/${name}`,
    });
    const elsewhere = `arn:aws:sts::${OTHER_ACCOUNT}:assumed-role/audit-respond/x`;
    checkPolicy(
      [
        ["EventBridge to send to the queues", "Allowed", "events.amazonaws.com", "kms:GenerateDataKey"],
        ["other services to encrypt", "ImplicitlyDenied", "sns.amazonaws.com", "kms:GenerateDataKey"],
        [
          "the Logs service for the respond function's log",
          "Allowed",
          logs,
          "kms:Encrypt",
          ofLog("trailkeeper-test-respond"),
        ],
        [
          "the Logs service for the restore function's log",
          "Allowed",
          logs,
          "kms:Encrypt",
          ofLog("trailkeeper-test-restore"),
        ],
        ["the Logs service for another log", "ImplicitlyDenied", logs, "kms:Encrypt", ofLog("shop")],
        ["the respond function to read its queue", "Allowed", RESPOND, "kms:Decrypt", via("sqs")],
        ["the restore function to read its queue", "Allowed", RESTORE, "kms:Decrypt", via("sqs")],
        ["the respond function to send", "ImplicitlyDenied", RESPOND, "kms:GenerateDataKey", via("sqs")],
        ["the respond function to use the table", "Allowed", RESPOND, "kms:GenerateDataKey", via("dynamodb")],
        ["the restore function to use the table", "Allowed", RESTORE, "kms:GenerateDataKey", via("dynamodb")],
        ["the respond function to decrypt by hand", "ImplicitlyDenied", RESPOND, "kms:Decrypt"],
        [
          "a role of that name in another account",
          "ImplicitlyDenied",
          elsewhere,
          "kms:Decrypt",
          via("dynamodb"),
        ],
        [
          "the respond function to make a grant",
          "ExplicitlyDenied",
          RESPOND,
          "kms:CreateGrant",
          via("dynamodb"),
        ],
        ["an administrator to make the table", "Allowed", ADMIN, "kms:CreateGrant", via("dynamodb")],
        ["an administrator to read records", "Allowed", ADMIN, "kms:Decrypt", via("dynamodb")],
        ["an administrator to read dead letters", "Allowed", ADMIN, "kms:Decrypt", via("sqs")],
        ["an administrator to decrypt by hand", "ImplicitlyDenied", ADMIN, "kms:Decrypt", via("s3")],
        ["a break-glass principal to read records", "Allowed", FIRE_BRIGADE, "kms:Decrypt", via("dynamodb")],
        [
          "a break-glass principal to read queues",
          "ImplicitlyDenied",
          FIRE_BRIGADE,
          "kms:Decrypt",
          via("sqs"),
        ],
        [
          "a break-glass principal to make a grant",
          "ExplicitlyDenied",
          FIRE_BRIGADE,
          "kms:CreateGrant",
          via("dynamodb"),
        ],
        ["anybody else to read records", "ImplicitlyDenied", NOBODY, "kms:Decrypt", via("dynamodb")],
        ["anybody else to read queues", "ImplicitlyDenied", NOBODY, "kms:Decrypt", via("sqs")],
        ["another account to read records", "ImplicitlyDenied", STRANGER, "kms:Decrypt", via("dynamodb")],
        ["an administrator to schedule its deletion", "Allowed", ADMIN, "kms:ScheduleKeyDeletion"],
        ["anybody else to schedule its deletion", "ExplicitlyDenied", NOBODY, "kms:ScheduleKeyDeletion"],
        ["the respond function to disable it", "ExplicitlyDenied", RESPOND, "kms:DisableKey"],
      ],
      () => ({
        resource: arnIn(graph, "aws:kms/key:Key"),
        resourcePolicy: documentIn(graph, "aws:kms/key:Key"),
      }),
    );
  });
});
