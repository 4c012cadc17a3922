import assert from "node:assert/strict";
import { CreateTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { RunningEmulator } from "../../../local/emulator/emulator";
import { DynamoStore } from "../../../functions/detect/dynamo-store";
import { MemoryStore } from "../../../functions/detect/memory-store";
import { type DetectionStore, MAX_REPEATS } from "../../../functions/detect/store";
import { EMULATOR_START_LIMIT_MS, startTestEmulator } from "../../support/emulator";
import { eventAt, secretReadAt, signInAt, START_MS, TestBench } from "./detect-fixtures";

const GROUP = { ruleId: "rule", group: '["arn:aws:iam::111122223333:user/alice"]' };
const DECISION = { ruleId: "rule", eventID: "11111111-2222-4333-8444-555555555555" };
const OTHERS = [
  { ...GROUP, ruleId: "other" },
  { ...GROUP, group: '["other"]' },
];

/** What the detector relies on, for every store alike. */
function behavesAsAStore(newStore: () => DetectionStore): void {
  let store: DetectionStore;
  beforeEach(() => (store = newStore()));

  describe("decisions", () => {
    it("are claimed once, by rule and event", async () => {
      assert.equal(await store.claim(DECISION, 0, 1000), "claimed");
      assert.equal(await store.claim(DECISION, 1000, 2000), "busy");
      assert.equal(await store.claim({ ...DECISION, ruleId: "other" }, 0, 1000), "claimed");
      assert.equal(await store.claim({ ...DECISION, eventID: "other" }, 0, 1000), "claimed");
    });

    it("are taken over when the lease is over", async () => {
      await store.claim(DECISION, 0, 1000);

      assert.equal(await store.claim(DECISION, 1001, 2000), "claimed");
      assert.equal(await store.claim(DECISION, 1001, 2000), "busy");
    });

    it("are decided for good once they are finished", async () => {
      await store.claim(DECISION, 0, 1000);
      await store.finish(DECISION);
      await store.finish(DECISION);

      assert.equal(await store.claim(DECISION, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER), "decided");
    });
  });

  describe("anchors", () => {
    const anchor = { eventID: "a", timeMs: 1 };

    it("are replaced only in the state that was read", async () => {
      const empty = await store.anchors(GROUP);
      assert.deepEqual(empty.anchors, []);
      assert.equal(await store.replaceAnchors(GROUP, { anchors: [anchor], version: empty.version }), true);
      assert.equal(await store.replaceAnchors(GROUP, { anchors: [], version: empty.version }), false);

      const { anchors, version } = await store.anchors(GROUP);
      assert.deepEqual(anchors, [anchor]);
      assert.equal(await store.replaceAnchors(GROUP, { anchors: [], version }), true);
      assert.equal(await store.replaceAnchors(GROUP, { anchors: [anchor], version }), false);
    });

    it("are of one group", async () => {
      await store.replaceAnchors(GROUP, { anchors: [anchor], version: 0 });

      for (const other of OTHERS) assert.deepEqual((await store.anchors(other)).anchors, []);
    });
  });

  describe("repeats", () => {
    it("are counted once for each event and alert", async () => {
      assert.equal(await store.addRepeat("alert", "a"), 1);
      assert.equal(await store.addRepeat("alert", "b"), 2);
      assert.equal(await store.addRepeat("alert", "a"), 2);
      assert.equal(await store.addRepeat("other", "a"), 1);
    });

    it("are counted up to a limit", async () => {
      for (let i = 0; i < MAX_REPEATS; i++) await store.addRepeat("alert", `event-${i}`);

      assert.equal(await store.addRepeat("alert", "one more"), MAX_REPEATS);
    });
  });

  describe("entries", () => {
    const entry = (timeMs: number, eventID = `at ${timeMs}`) => ({
      ruleId: "base",
      eventID,
      timeMs,
      values: ["v", "w"],
    });
    const around = async (timeMs: number, spanMs: number, limit = 100) =>
      (await store.entriesAround(GROUP, timeMs, spanMs, limit)).map((found) => found.timeMs);

    it("are found within the span on either side, by time, the span included", async () => {
      for (const time of [3000, 1000, 999, 2000, 3001, 10]) await store.addEntry(GROUP, entry(time), 1000);

      assert.deepEqual(await around(2000, 1000), [1000, 2000, 3000]);
      assert.deepEqual(await around(0, 999), [10, 999]);
    });

    it("come back as they were", async () => {
      const bare = { ruleId: "base", eventID: "e", timeMs: 5 };
      await store.addEntry(GROUP, entry(4), 1000);
      await store.addEntry(GROUP, bare, 1000);

      assert.deepEqual(await store.entriesAround(GROUP, 5, 10, 10), [entry(4), bare]);
    });

    it("are there once, however often they are added", async () => {
      await store.addEntry(GROUP, entry(1, "a"), 1000);
      await store.addEntry(GROUP, entry(1, "a"), 1000);
      await store.addEntry(GROUP, entry(1, "b"), 1000);
      await store.addEntry(GROUP, { ...entry(1, "a"), ruleId: "second rule" }, 1000);

      assert.equal((await around(1, 1000)).length, 3);
    });

    it("are the nearest when there are more than asked for", async () => {
      for (const time of [1, 2, 3, 4, 5, 6, 7]) await store.addEntry(GROUP, entry(time), 1000);

      assert.deepEqual(await around(4, 1000, 2), [3, 4, 5, 6]);
    });

    it("are of one group", async () => {
      await store.addEntry(GROUP, entry(1), 1000);

      for (const other of OTHERS) assert.deepEqual(await store.entriesAround(other, 1, 1000, 10), []);
    });
  });

  describe("sightings", () => {
    const DAY_MS = 86_400_000;

    it("keep the group's first and the value's last, in any order", async () => {
      assert.deepEqual(await store.sightings(GROUP, "v"), {
        groupFirstSeenMs: undefined,
        valueLastSeenMs: undefined,
      });
      for (const time of [200, 300, 100]) await store.addSighting(GROUP, "v", time, DAY_MS);
      await store.addSighting(GROUP, "w", 50, DAY_MS);

      assert.deepEqual(await store.sightings(GROUP, "v"), { groupFirstSeenMs: 50, valueLastSeenMs: 300 });
      assert.deepEqual(await store.sightings(GROUP, "w"), { groupFirstSeenMs: 50, valueLastSeenMs: 50 });
      assert.equal((await store.sightings(GROUP, "x")).valueLastSeenMs, undefined);
    });

    it("are of one group", async () => {
      await store.addSighting(GROUP, "v", 1, DAY_MS);

      for (const other of OTHERS)
        assert.deepEqual(Object.values(await store.sightings(other, "v")), [undefined, undefined]);
    });
  });
}

describe("the store in memory", () => {
  behavesAsAStore(() => new MemoryStore());
});

describe("the store in DynamoDB", function () {
  this.timeout(60_000);
  let emulator: RunningEmulator;
  let client: DynamoDBClient;
  let table = 0;
  const tableName = () => `detections-${table}`;

  before(async function () {
    this.timeout(EMULATOR_START_LIMIT_MS);
    emulator = await startTestEmulator();
    client = new DynamoDBClient(emulator.connection);
  });
  after(async () => {
    client.destroy();
    await emulator.stop();
  });

  beforeEach(async () => {
    table++;
    await client.send(
      new CreateTableCommand({
        TableName: tableName(),
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
        AttributeDefinitions: [
          { AttributeName: "pk", AttributeType: "S" },
          { AttributeName: "sk", AttributeType: "S" },
        ],
      }),
    );
  });

  behavesAsAStore(() => new DynamoStore(client, tableName()));

  const events = () => [
    secretReadAt(-20 * 86_400, "old"),
    ...[3, 1, 2].map((second) => signInAt(second, "Failure", "203.0.113.1")),
    signInAt(60, "Success", "203.0.113.1"),
    ...["a", "b", "c"].map((secret, index) => secretReadAt(100 + index, secret, "us-east-1")),
    eventAt(0),
    eventAt(200),
  ];

  it("leads the detector to the alerts that the one in memory leads to", async () => {
    const recorded = events();
    const inMemory = new TestBench();
    const bench = new TestBench({ store: new DynamoStore(client, tableName()) });

    await inMemory.detect(...recorded);
    await bench.detect(...recorded, ...recorded);

    assert.deepEqual(
      bench.published.map(({ id }) => id),
      inMemory.published.map(({ id }) => id),
    );
    assert.equal(bench.published.length, 6);
  });

  it("gives every item a time to live beyond the longest stay of a message in a queue", async () => {
    const bench = new TestBench({ store: new DynamoStore(client, tableName(), () => START_MS) });
    await bench.detect(...events());

    const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName() }));

    const kinds = new Set(Items.map(({ pk }) => pk?.S?.split("#")[0]));
    assert.deepEqual([...kinds].sort(), ["alert", "alerts", "decision", "seen", "window"]);
    const fourteenDays = START_MS / 1000 + 14 * 86_400;
    for (const item of Items) assert.ok(Number(item.expiresAt?.N) > fourteenDays, JSON.stringify(item));
  });

  it("writes nothing of an event without a hit", async () => {
    const bench = new TestBench({ store: new DynamoStore(client, tableName()) });

    await bench.detect(eventAt(0, { eventName: "DescribeInstances" }));

    assert.equal((await client.send(new ScanCommand({ TableName: tableName() }))).Count, 0);
  });
});
