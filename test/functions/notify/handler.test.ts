import assert from "node:assert/strict";
import { PublishCommand, SNSClient, ThrottledException } from "@aws-sdk/client-sns";
import type { Context, SQSEvent } from "aws-lambda";
import { mockClient } from "aws-sdk-client-mock";
import type { Alert } from "../../../detections/alert";
import { createHandler } from "../../../functions/notify/handler";
import { exampleAlert } from "./example-alert";
import { queueEvent } from "../queue-event";

const PAGE = "arn:aws:sns:eu-west-1:111122223333:page";
const NOTICE = "arn:aws:sns:eu-west-1:111122223333:notice";

const busEvent = (alert: unknown, change: object = {}) =>
  JSON.stringify({
    version: "0",
    id: "e",
    source: "trailkeeper",
    "detail-type": "Alert",
    account: "111122223333",
    region: "eu-west-1",
    detail: alert,
    ...change,
  });

describe("the notify handler", () => {
  // One client is mocked, not the class: other tests talk to real topics.
  const client = new SNSClient({ region: "eu-west-1" });
  const sns = mockClient(client);
  let log: string[];
  let handle: (event: SQSEvent) => Promise<string[]>;
  const environment = { ...process.env };

  beforeEach(() => {
    sns.reset();
    sns.on(PublishCommand).resolves({ MessageId: "published" });
    process.env.PAGE_TOPIC_ARN = PAGE;
    process.env.NOTICE_TOPIC_ARN = NOTICE;
    process.env.PAGE_LEVEL = "high";
    process.env.NOTICE_LEVEL = "medium";
    log = [];
    const record = (...line: unknown[]) => void log.push(JSON.stringify(line));
    const handler = createHandler(client, { info: record, error: record });
    handle = async (event) => {
      const { batchItemFailures } = await handler(event, {} as Context);
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    };
  });

  afterEach(() => {
    process.env = { ...environment };
  });

  const published = () => sns.commandCalls(PublishCommand).map(({ args }) => args[0].input);

  it("publishes an alert to the topic of its level, with subject, variants and attributes", async () => {
    const failures = await handle(queueEvent(busEvent(exampleAlert())));

    assert.deepEqual(failures, []);
    const [input] = published();
    assert.equal(input?.TopicArn, PAGE);
    assert.equal(input?.Subject, "[HIGH] Access key created for another user (111122223333 eu-west-1)");
    assert.equal(input?.MessageStructure, "json");
    assert.equal(
      (JSON.parse((JSON.parse(input?.Message ?? "") as { sqs: string }).sqs) as Alert).id,
      exampleAlert().id,
    );
    assert.deepEqual(input?.MessageAttributes, {
      level: { DataType: "String", StringValue: "high" },
      rule: { DataType: "String", StringValue: exampleAlert().rule.id },
      account: { DataType: "String", StringValue: "111122223333" },
      region: { DataType: "String", StringValue: "eu-west-1" },
    });
  });

  it("publishes medium alerts to notice and keeps milder ones to the log", async () => {
    const failures = await handle(
      queueEvent(
        busEvent(exampleAlert({ level: "medium" })),
        busEvent(exampleAlert({ level: "low", id: "mild" })),
      ),
    );

    assert.deepEqual(failures, []);
    assert.deepEqual(
      published().map(({ TopicArn }) => TopicArn),
      [NOTICE],
    );
    assert.ok(log.some((line) => line.includes('"mild"') && line.includes("concerns nobody")));
  });

  for (const [what, body, reason] of [
    ["no JSON", "not json", "not JSON"],
    ["JSON that is no object", "[1]", "event: "],
    ["an event of another source", busEvent(exampleAlert(), { source: "aws.health" }), "source: "],
    ["an event of another type", busEvent(exampleAlert(), { "detail-type": "Metric" }), "detail-type: "],
    [
      "an alert of a later version",
      busEvent({ ...exampleAlert(), schemaVersion: 2 }),
      "detail.schemaVersion: ",
    ],
    ["an alert without a level", busEvent({ ...exampleAlert(), level: undefined }), "detail.level: "],
  ] as const) {
    it(`returns ${what} to the queue, saying what is wrong, and does the others of the batch`, async () => {
      const failures = await handle(
        queueEvent(busEvent(exampleAlert()), body, busEvent(exampleAlert({ level: "medium" }))),
      );

      assert.deepEqual(failures, ["message-1"]);
      assert.equal(published().length, 2);
      assert.ok(
        log.some((line) => line.includes("message-1") && line.includes(reason)),
        log.join("\n"),
      );
    });
  }

  it("returns only the alert that SNS throttles", async () => {
    sns
      .on(PublishCommand, { TopicArn: NOTICE })
      .rejects(new ThrottledException({ message: "Rate exceeded", $metadata: {} }));

    const failures = await handle(
      queueEvent(busEvent(exampleAlert()), busEvent(exampleAlert({ level: "medium" }))),
    );

    assert.deepEqual(failures, ["message-1"]);
    assert.ok(log.some((line) => line.includes("ThrottledException: Rate exceeded")));
  });

  it("names every message when all fail, instead of failing as a whole", async () => {
    assert.deepEqual(await handle(queueEvent("a", "b")), ["message-0", "message-1"]);
  });

  it("says who was told of what without repeating what the alert says", async () => {
    const secret = "AKIASECRETSECRET0000";

    await handle(
      queueEvent(
        busEvent(exampleAlert({ summary: secret })),
        secret,
        busEvent({ ...exampleAlert(), level: secret, [secret]: secret }),
      ),
    );

    assert.equal(log.length, 3);
    assert.ok(log.some((line) => line.includes(exampleAlert().id)));
    assert.ok(!log.join().includes(secret));
  });

  it("logs the alert's level beside the log's own", async () => {
    await handle(queueEvent(busEvent(exampleAlert())));

    const { id, rule } = exampleAlert();
    assert.ok(
      log.some((line) =>
        line.includes(JSON.stringify({ alert: { id, rule: rule.id, level: "high" } }).slice(1, -1)),
      ),
    );
  });

  it("fails as a whole, naming the variable, when it does not know its topics", async () => {
    delete process.env.NOTICE_TOPIC_ARN;

    await assert.rejects(handle(queueEvent(busEvent(exampleAlert()))), /NOTICE_TOPIC_ARN/);
    assert.equal(published().length, 0);
  });

  it("fails as a whole when a threshold is no level", async () => {
    process.env.PAGE_LEVEL = "severe";

    await assert.rejects(handle(queueEvent(busEvent(exampleAlert()))), /PAGE_LEVEL is "severe", not one of/);
  });

  it("publishes to the topic that the thresholds say", async () => {
    process.env.PAGE_LEVEL = "critical";

    await handle(queueEvent(busEvent(exampleAlert({ level: "high" }))));

    assert.deepEqual(
      sns.commandCalls(PublishCommand).map(({ args }) => args[0].input.TopicArn),
      [NOTICE],
    );
  });
});
