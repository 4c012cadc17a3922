import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import type { Context } from "aws-lambda";
import { mockClient } from "aws-sdk-client-mock";
import fc from "fast-check";
import {
  composeOutcome,
  MESSAGE_MAX_BYTES,
  type Notification,
  type Thresholds,
} from "../../../functions/notify/compose";
import { readNews } from "../../../functions/notify/event";
import { createHandler } from "../../../functions/notify/handler";
import { type Outcome, outcomeSchema } from "../../../functions/notify/outcome-schema";
import { outcomeOf } from "../../../responses/outcome";
import { RESPONSE_REASONS, RESPONSE_STATUSES } from "../../../responses/record";
import { RESPONSE_SCHEMA_FILE, responseSchemaText } from "../../../scripts/response-schema";
import { queueEvent } from "../queue-event";
import { exampleRecord } from "../respond/store-contract";
import { exampleOutcome } from "./example-outcome";

const THRESHOLDS: Thresholds = { page: "high", notice: "medium" };
const ID = exampleOutcome().id;

function composed(change: Partial<Outcome> = {}): Notification {
  const notification = composeOutcome(exampleOutcome(change), THRESHOLDS);
  assert.ok(notification);
  return notification;
}

const busEvent = (outcome: unknown) =>
  JSON.stringify({ source: "trailkeeper", "detail-type": "Response", detail: outcome });

describe("the contract of outcomes", () => {
  it("accepts a complete outcome and keeps all of it", () => {
    assert.deepEqual(outcomeSchema.parse(exampleOutcome()), exampleOutcome());
  });

  it("accepts what the responder tells of records of every status and reason", () => {
    for (const status of RESPONSE_STATUSES)
      for (const reason of [undefined, ...RESPONSE_REASONS]) {
        const outcome: unknown = JSON.parse(JSON.stringify(outcomeOf(exampleRecord({ status, reason }))));

        assert.deepEqual(outcomeSchema.parse(outcome), outcome);
      }
  });

  for (const [what, broken] of [
    ["another schema version", { ...exampleOutcome(), schemaVersion: 2 }],
    ["a playbook that is none", { ...exampleOutcome(), playbook: "delete-everything" }],
    ["a status that is none", { ...exampleOutcome(), status: "ok" }],
    ["a level that is none", { ...exampleOutcome(), level: "urgent" }],
    ["an id that could not be a message attribute", { ...exampleOutcome(), id: "one two\n" }],
    [
      "an account that is none",
      { ...exampleOutcome(), target: { ...exampleOutcome().target, accountId: "1" } },
    ],
    ["no sentence", { ...exampleOutcome(), sentence: "" }],
  ] as const)
    it(`refuses ${what}`, () => {
      assert.equal(outcomeSchema.safeParse(broken).success, false);
    });

  it("is published as docs/response.schema.json (run `node --import tsx scripts/response-schema.ts` after a change)", async () => {
    const text = await responseSchemaText();

    assert.equal(readFileSync(RESPONSE_SCHEMA_FILE, "utf8"), text);
    assert.ok(!text.includes('"additionalProperties": false'), "readers may meet keys that were added later");
  });
});

describe("composeOutcome", () => {
  it("writes a mail that starts with what was done and how to take it back, and says why, on what and where", () => {
    assert.equal(
      composed().text,
      `HIGH: Response done: deactivate-access-key

Deactivated access key AKIA...7Q of user build-bot

To take it back
  trailkeeper respond undo ${ID}

The resource is part of the stack: compare with \`pulumi preview --refresh\` before the next deployment, which would change it back.

Alert  HIGH, Access key created for another user
       Role deploy created an access key for the user build-bot
Who    deploy/alice, AssumedRole, arn:aws:sts::111122223333:assumed-role/deploy/alice, issued by arn:aws:iam::111122223333:role/deploy
Target accessKeyId AKIAIOSFODNN7EXAMPL7
       userName build-bot
Where  account 111122223333, us-east-1
When   2026-03-04T05:06:09Z, response 2026-03-04T05:06:13.000Z

Response ${ID}, enforce, alert 0f3a9c1d2e4b5a69788796a5b4c3d2e1, rule 5d2c1f7e-9f0a-4f6e-8a57-0c2b7b7d5c11
`,
    );
  });

  const cases: readonly [Partial<Outcome>, string, string | undefined][] = [
    [{ status: "done" }, "Response done", "To take it back"],
    [{ status: "partial" }, "Response done in part", "What you can do"],
    [{ status: "failed" }, "Response failed", "What you can do"],
    [{ status: "proposed", reason: "observed" }, "Response proposed", "What you can do"],
    [{ status: "skipped", reason: "never-touch", command: undefined }, "Response skipped", undefined],
    [{ status: "undone", command: undefined }, "Response undone", undefined],
    [{ status: "running", command: undefined }, "Response begun", undefined],
  ];
  for (const [change, words, commandTitle] of cases)
    it(`tells people of the status ${change.status}`, () => {
      const { subject, text, attributes } = composed(change);

      assert.equal(subject, `[HIGH] ${words}: deactivate-access-key (111122223333 us-east-1)`);
      assert.ok(text.startsWith(`HIGH: ${words}: deactivate-access-key\n\nDeactivated `));
      assert.equal(text.includes("trailkeeper respond"), commandTitle !== undefined);
      if (commandTitle !== undefined)
        assert.ok(text.includes(`${commandTitle}\n  ${exampleOutcome().command}\n`), text);
      assert.equal(attributes.response, change.status);
    });

  it("says that the circuit breaker stopped it", () => {
    assert.equal(
      composed({ status: "proposed", reason: "circuit-open" }).subject,
      "[HIGH] Response proposed, circuit open: deactivate-access-key (111122223333 us-east-1)",
    );
  });

  it("says nothing of the stack where the resource is no part of it", () => {
    assert.ok(!composed({ partOfStack: undefined }).text.includes("pulumi"));
  });

  it("gives JSON by its contract to machines, and one line to phones", () => {
    const { message, json } = composed();
    const variants = JSON.parse(message) as Record<string, string>;

    assert.deepEqual(outcomeSchema.parse(JSON.parse(json)), exampleOutcome());
    for (const protocol of ["email-json", "https", "lambda", "sqs"]) assert.equal(variants[protocol], json);
    assert.equal(
      variants.sms,
      "HIGH Response done: deactivate-access-key (111122223333 us-east-1): Deactivated access key AKIA...7Q of user build-bot",
    );
  });

  for (const [level, topic] of [
    ["critical", "page"],
    ["medium", "notice"],
    ["informational", undefined],
  ] as const)
    it(`tells of the level ${level} on ${topic ?? "no topic"}`, () => {
      assert.equal(composeOutcome(exampleOutcome({ level }), THRESHOLDS)?.topic, topic);
    });

  it("lets no name forge lines or reverse the text", () => {
    const name = "bob\n\nTo take it back\n  rm -rf ~\u202E";

    const { text } = composed({
      actor: { name },
      target: { ...exampleOutcome().target, ids: { userName: name } },
      sentence: `Quarantined ${name}`,
    });

    assert.equal(text.match(/^To take it back$/gm)?.length, 1);
    assert.ok(text.includes("Target userName bob To take it back rm -rf ~\n"));
  });

  it("keeps to every limit of SNS and SQS, and to the contract, for any names", () => {
    const nasty = fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 200 }),
      fc.constantFrom("\u0000", "\uD800", "\uFFFE\uFFFF", "\r\nSubject: forged", "🦉".repeat(70)),
      fc
        .tuple(fc.constantFrom("x", "\u0001", "é", "🦉", '"'), fc.integer({ min: 1, max: 200_000 }))
        .map(([unit, count]) => unit.repeat(count)),
    );
    fc.assert(
      fc.property(nasty, nasty, nasty, nasty, (sentence, summary, name, id) => {
        const notification = composed({
          sentence,
          alert: { ...exampleOutcome().alert, summary, ruleTitle: summary },
          actor: { name, arn: name },
          target: { ...exampleOutcome().target, ids: { userName: id, other: id } },
        });

        assert.match(notification.subject, /^[\x21-\x7E][\x20-\x7E]{0,98}$/);
        assert.ok(Buffer.byteLength(notification.message) <= MESSAGE_MAX_BYTES);
        for (const variant of Object.values(JSON.parse(notification.message) as Record<string, string>)) {
          assert.doesNotMatch(variant, /[\p{Surrogate}\uFFFE\uFFFF]/u);
          assert.doesNotMatch(variant, /[^\P{Cc}\n\t\x7F-\x9F]/u);
        }
        const { id: kept, command, alert } = outcomeSchema.parse(JSON.parse(notification.json));
        assert.deepEqual(
          [kept, command, alert.id],
          [ID, exampleOutcome().command, exampleOutcome().alert.id],
        );
      }),
      { numRuns: 25 },
    );
  });
});

describe("the notify handler, of outcomes", () => {
  const client = new SNSClient({ region: "eu-west-1" });
  const sns = mockClient(client);
  const environment = { ...process.env };
  let log: string[];
  let handle: (...bodies: string[]) => Promise<string[]>;

  beforeEach(() => {
    sns.reset();
    sns.on(PublishCommand).resolves({ MessageId: "published" });
    Object.assign(process.env, {
      PAGE_TOPIC_ARN: "page",
      NOTICE_TOPIC_ARN: "notice",
      PAGE_LEVEL: "high",
      NOTICE_LEVEL: "medium",
    });
    log = [];
    const record = (...line: unknown[]) => void log.push(JSON.stringify(line));
    const handler = createHandler(client, { info: record, error: record });
    handle = async (...bodies) => {
      const { batchItemFailures } = await handler(queueEvent(...bodies), {} as Context);
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    };
  });
  afterEach(() => {
    process.env = { ...environment };
  });

  it("publishes an outcome to the topic of its level, with its status as an attribute", async () => {
    assert.deepEqual(await handle(busEvent(exampleOutcome())), []);

    const [input] = sns.commandCalls(PublishCommand).map(({ args }) => args[0].input);
    assert.equal(input?.TopicArn, "page");
    assert.equal(input?.Subject, "[HIGH] Response done: deactivate-access-key (111122223333 us-east-1)");
    assert.deepEqual(input?.MessageAttributes?.response, { DataType: "String", StringValue: "done" });
    assert.ok(log.some((line) => line.includes("response notified") && line.includes(ID)));
  });

  it("keeps mild outcomes to the log", async () => {
    assert.deepEqual(await handle(busEvent(exampleOutcome({ level: "informational" }))), []);

    assert.equal(sns.calls().length, 0);
    assert.ok(log.some((line) => line.includes("concerns nobody") && line.includes(ID)));
  });

  it("returns an outcome that is none by contract to the queue, and says what is wrong", async () => {
    assert.deepEqual(await handle(busEvent({ ...exampleOutcome(), status: "ok" })), ["message-0"]);
    assert.ok(log.some((line) => line.includes("detail.status: ")));
  });
});

describe("readNews", () => {
  it("tells alerts and outcomes apart by their detail type, not by what is in them", () => {
    const event = { source: "trailkeeper", "detail-type": "Alert", detail: exampleOutcome() };

    assert.throws(() => readNews(JSON.stringify(event)), /no alert or response by contract/);
  });
});
