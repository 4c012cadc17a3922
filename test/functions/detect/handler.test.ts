import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { GetObjectCommand, NoSuchKey, S3Client } from "@aws-sdk/client-s3";
import type { Context, SQSEvent } from "aws-lambda";
import { mockClient } from "aws-sdk-client-mock";
import type { Alert } from "../../../detections/alert";
import type { Rule } from "../../../detections/sigma/model";
import { isExpired } from "../../../detections/suppressions";
import type { CloudTrailEvent } from "../../../formats/cloudtrail/event";
import { writeLogFile } from "../../../formats/cloudtrail/log-file";
import { formatDigestKey, formatLogFileKey } from "../../../formats/cloudtrail/object-key";
import { createHandler, type HandlerParts } from "../../../functions/detect/handler";
import { MemoryStore } from "../../../functions/detect/memory-store";
import { type DeployedRules, readDeployedRules } from "../../../functions/detect/rules";
import { eventAt, parsedRules, START_MS } from "./detect-fixtures";
import { queueEvent } from "../queue-event";

const BUCKET = "archive";
const LOG_FILE = formatLogFileKey({
  prefix: "our trail",
  accountId: "111122223333",
  region: "eu-west-1",
  time: new Date(START_MS),
  id: "abcdefghijklmnop",
});
const DIGEST = formatDigestKey({
  accountId: "111122223333",
  region: "eu-west-1",
  trailName: "trail",
  trailRegion: "eu-west-1",
  time: new Date(START_MS),
});

const busEvent = (detail: unknown, detailType = "AWS API Call via CloudTrail") =>
  JSON.stringify({ version: "0", source: "aws.iam", "detail-type": detailType, detail });

const notification = (key: string) =>
  JSON.stringify({
    Records: [
      {
        eventSource: "aws:s3",
        eventName: "ObjectCreated:Put",
        s3: {
          bucket: { name: BUCKET },
          object: { key: encodeURIComponent(key).replaceAll("%2F", "/").replaceAll("%20", "+") },
        },
      },
    ],
  });

const envelope = (message: string) =>
  JSON.stringify({ Type: "Notification", MessageId: "m", Message: message });

describe("the detect handler", () => {
  const client = new S3Client({ region: "eu-west-1" });
  const s3 = mockClient(client);
  let log: string[];
  let lines: string[];
  let published: Alert[];
  let handle: (event: SQSEvent) => Promise<string[]>;

  const newHandler = (parts: Partial<HandlerParts> = {}) => {
    const record = (...line: unknown[]) => void log.push(JSON.stringify(line));
    const store = new MemoryStore();
    const handler = createHandler({
      s3: client,
      logger: { info: record, warn: record, error: record },
      writeLine: (line) => void lines.push(line),
      readRules: () => ({ rules: parsedRules(), suppressions: [] }),
      store: () => store,
      publisher: () => (alert) => {
        published.push(alert);
        return Promise.resolve();
      },
      clock: () => START_MS + 60_000,
      pause: () => Promise.resolve(),
      ...parts,
    });
    const context = { functionName: "detect", getRemainingTimeInMillis: () => 30_000 } as Context;
    return async (event: SQSEvent) => {
      const { batchItemFailures } = await handler(event, context);
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    };
  };

  const archive = (key: string, bytes: Uint8Array) =>
    // The SDK adds helpers to the stream that the function does not use.
    s3.on(GetObjectCommand, { Bucket: BUCKET, Key: key }).callsFake(() => ({ Body: Readable.from([bytes]) }));

  beforeEach(() => {
    s3.reset();
    [log, lines, published] = [[], [], []];
    handle = newHandler();
  });

  it("detects on an event of the fast path", async () => {
    assert.deepEqual(await handle(queueEvent(busEvent(eventAt(0)))), []);
    assert.deepEqual(
      published.map(({ rule }) => rule.id),
      ["key-created"],
    );
  });

  for (const [how, wrap] of [
    ["as S3 announces it", (message: string) => message],
    ["in SNS's envelope", envelope],
  ] as const) {
    it(`detects on a log file of the archive, ${how}`, async () => {
      archive(LOG_FILE, writeLogFile([eventAt(0, { eventName: "DescribeInstances" }), eventAt(1)]));

      assert.deepEqual(await handle(queueEvent(wrap(notification(LOG_FILE)))), []);

      assert.equal(published.length, 1);
      assert.ok(log.some((line) => line.includes("log file read") && line.includes('"events":2')));
    });
  }

  it("publishes once what comes both ways, and twice in one file", async () => {
    const event = eventAt(0);
    archive(LOG_FILE, writeLogFile([event, event]));

    const failures = await handle(
      queueEvent(busEvent(event), notification(LOG_FILE), busEvent(event), notification(LOG_FILE)),
    );

    assert.deepEqual(failures, []);
    assert.equal(published.length, 1);
  });

  for (const [what, body] of [
    ["S3's test message", JSON.stringify({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: BUCKET })],
    ["a digest", notification(DIGEST)],
    ["an object that CloudTrail did not write", notification("AWSLogs/readme.txt")],
    ["an Insights event", busEvent({}, "AWS Insight via CloudTrail")],
  ] as const) {
    it(`ignores ${what}, and says so`, async () => {
      assert.deepEqual(await handle(queueEvent(body)), []);
      assert.equal(s3.calls().length, 0);
      assert.ok(log.some((line) => line.includes("ignored")));
    });
  }

  for (const [what, body, reason] of [
    ["no JSON", "not json", "is not JSON"],
    ["something else", "{}", "is neither"],
    [
      "an event of another kind",
      busEvent(eventAt(0), "EC2 Instance State-change Notification"),
      "via CloudTrail",
    ],
    ["a record without a name", busEvent({ eventTime: "2026-11-25T10:00:00Z" }), "detail.eventName"],
    ["a record without a time", busEvent({ ...eventAt(0), eventTime: "soon" }), "detail.eventTime"],
    ["a notification without a key", JSON.stringify({ Records: [{ s3: {} }] }), "Records.0.s3"],
  ] as const) {
    it(`returns ${what} to the queue, saying what is wrong, and does the others of the batch`, async () => {
      const failures = await handle(queueEvent(body, busEvent(eventAt(0))));

      assert.deepEqual(failures, ["message-0"]);
      assert.equal(published.length, 1);
      assert.ok(
        log.some((line) => line.includes("message-0") && line.includes(reason)),
        log.join("\n"),
      );
    });
  }

  it("lists records that are none, counts them, and detects on the others of the file", async () => {
    archive(LOG_FILE, writeLogFile([{ eventTime: "x" } as CloudTrailEvent, eventAt(0)]));

    assert.deepEqual(await handle(queueEvent(notification(LOG_FILE))), []);

    assert.equal(published.length, 1);
    assert.ok(log.some((line) => line.includes("record left out") && line.includes(LOG_FILE)));
    assert.ok(lines.some((line) => line.includes('"MalformedRecords":1')));
  });

  it("returns a file that is cut off to the queue, naming it, after detecting on what is there", async () => {
    const bytes = writeLogFile([eventAt(0), ...Array.from({ length: 2000 }, (_, second) => eventAt(second))]);
    archive(LOG_FILE, bytes.subarray(0, Math.floor(bytes.length * 0.8)));

    assert.deepEqual(await handle(queueEvent(notification(LOG_FILE))), ["message-0"]);

    assert.equal(published.length, 1);
    assert.ok(log.some((line) => line.includes("message not done") && line.includes(LOG_FILE)));
  });

  it("reads all of a file with other bytes behind it, and lists these", async () => {
    archive(LOG_FILE, Buffer.concat([writeLogFile([eventAt(0)]), Buffer.from("not gzip")]));

    assert.deepEqual(await handle(queueEvent(notification(LOG_FILE))), []);

    assert.equal(published.length, 1);
    assert.ok(log.some((line) => line.includes("record left out") && line.includes("no gzip data")));
  });

  it("returns a file that cannot be fetched to the queue", async () => {
    s3.on(GetObjectCommand).rejects(new NoSuchKey({ message: "no such key", $metadata: {} }));

    assert.deepEqual(await handle(queueEvent(notification(LOG_FILE))), ["message-0"]);
    assert.ok(log.some((line) => line.includes("NoSuchKey") && line.includes(LOG_FILE)));
  });

  it("fails a file for one alert that is not published, yet publishes the others, and that one the next time", async () => {
    const bob = { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/bob" };
    archive(LOG_FILE, writeLogFile([eventAt(0), eventAt(1, { userIdentity: bob })]));
    let nowMs = START_MS;
    let refuse = true;
    handle = newHandler({
      clock: () => nowMs,
      publisher: () => (alert) => {
        if (refuse && alert.who.actor === "user/alice") return Promise.reject(new Error("refused"));
        published.push(alert);
        return Promise.resolve();
      },
    });

    assert.deepEqual(await handle(queueEvent(notification(LOG_FILE))), ["message-0"]);
    assert.deepEqual(
      published.map(({ who }) => who.actor),
      ["user/bob"],
    );

    refuse = false;
    nowMs += 60_001;
    assert.deepEqual(await handle(queueEvent(notification(LOG_FILE))), []);
    assert.deepEqual(
      published.map(({ who }) => who.actor),
      ["user/bob", "user/alice"],
    );
  });

  it("logs no contents of events", async () => {
    const secret = "correct-horse-battery-staple";
    const event = eventAt(0, { requestParameters: { userName: secret }, userAgent: secret });
    archive(LOG_FILE, writeLogFile([event, { ...event, eventName: "" }]));

    await handle(
      queueEvent(
        busEvent(event),
        notification(LOG_FILE),
        busEvent({ ...event, eventTime: secret }),
        `{${secret}`,
      ),
    );

    assert.ok(log.length >= 4);
    assert.ok(!log.join("\n").includes(secret));
  });

  it("says at the start which suppressions have expired", async () => {
    const suppression = {
      ruleId: "key-created",
      condition: { op: "and", of: [] },
      reason: "r",
      owner: "team",
      expires: "2026-11-24",
      source: { file: "suppressions.yml", line: 1 },
    } as const;
    assert.ok(isExpired(suppression, new Date(START_MS)));
    handle = newHandler({ readRules: () => ({ rules: parsedRules(), suppressions: [suppression] }) });

    await handle(queueEvent(busEvent(eventAt(0))));

    assert.equal(published.length, 1);
    assert.ok(log.some((line) => line.includes("expired") && line.includes("key-created")));
  });

  it("writes what it counted as one line of the embedded metric format", async () => {
    await handle(queueEvent(busEvent(eventAt(0)), busEvent(eventAt(1))));

    assert.equal(lines.length, 1);
    const { _aws: metadata, ...counts } = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
    assert.deepEqual(counts, {
      FunctionName: "detect",
      EventsRead: 2,
      Hits: 2,
      AlertsPublished: 1,
      AlertRepeats: 1,
    });
    assert.deepEqual(metadata, {
      Timestamp: START_MS + 60_000,
      CloudWatchMetrics: [
        {
          Namespace: "Trailkeeper",
          Dimensions: [["FunctionName"]],
          Metrics: ["EventsRead", "Hits", "AlertsPublished", "AlertRepeats"].map((Name) => ({
            Name,
            Unit: "Count",
          })),
        },
      ],
    });
  });
});

describe("readDeployedRules", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "trailkeeper-rules-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (file: string, content: Partial<DeployedRules>) =>
    writeFileSync(join(folder, file), JSON.stringify(content));
  let [first, second]: Rule[] = [];
  before(() => ([first, second] = parsedRules()));

  it("reads the rule set, its suppressions and the rules on the pipeline", () => {
    write("rules.json", { rules: first ? [first] : [], suppressions: [] });
    write("pipeline.json", { rules: second ? [second] : [] });

    assert.deepEqual(readDeployedRules(folder), { rules: [first, second], suppressions: [] });
  });

  it("does without rules on the pipeline", () => {
    write("rules.json", { rules: first ? [first] : [] });

    assert.deepEqual(readDeployedRules(folder), { rules: [first], suppressions: [] });
  });

  it("refuses a package without rules: it would detect nothing, in silence", () => {
    assert.throws(() => readDeployedRules(folder), /rules\.json/);
    write("rules.json", {});
    assert.throws(() => readDeployedRules(folder), /no list of rules/);
  });
});
