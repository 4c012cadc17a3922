import assert from "node:assert/strict";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { DynamoResponseStore } from "../../../functions/respond/dynamo-store";
import { BY_TIME_INDEX, RESPONSE_TABLE_KEYS, RESPONSE_TTL_ATTRIBUTE } from "../../../functions/respond/table";
import type { RunningEmulator } from "../../../local/emulator/emulator";
import { MemoryResponseStore } from "../../../responses/memory-store";
import { EMULATOR_START_LIMIT_MS, startTestEmulator } from "../../support/emulator";
import { createResponseTable } from "./response-table";
import { behavesAsAResponseStore, exampleRecord } from "./store-contract";

describe("the store of responses in memory", () => {
  behavesAsAResponseStore(() => new MemoryResponseStore());
});

describe("the store of responses in DynamoDB", function () {
  this.timeout(60_000);
  let emulator: RunningEmulator;
  let client: DynamoDBClient;
  let table = 0;
  const tableName = () => `responses-${table}`;

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
    await createResponseTable(client, tableName());
  });

  const newStore = () => new DynamoResponseStore(client, tableName());

  behavesAsAResponseStore(newStore);

  it("finds responses by the beginning of their ids, no more than asked for", async () => {
    const store = newStore();
    const ids = ["aaaa01", "aaaa02", "aaab01"].map((prefix) => prefix.padEnd(32, "0"));
    for (const id of ids) {
      await store.begin(id, "one", 0, 1000);
      await store.save(exampleRecord({ id }), "one");
    }
    const found = async (prefix: string, limit = 5) =>
      (await store.findByPrefix(prefix, limit)).map(({ id }) => id);

    assert.deepEqual(await found("aaaa"), ids.slice(0, 2));
    assert.deepEqual(await found("aaa", 2), ids.slice(0, 2));
    assert.deepEqual(await found("aaab01"), ids.slice(2));
    assert.deepEqual(await found("b"), []);
  });

  it("lists more than a page of the table holds", async () => {
    const store = newStore();
    // A page ends at 1 MB.
    const before = { policy: "p".repeat(100_000) };
    const ids = Array.from({ length: 25 }, (_, n) => String(n).padStart(32, "0"));
    for (const [n, id] of ids.entries()) {
      await store.begin(id, "one", 0, 1000);
      await store.save(
        exampleRecord({ id, before, createdTime: new Date(Date.UTC(2026, 2, 4, 5, n)).toISOString() }),
        "one",
      );
    }

    const listed = await store.list({ limit: 100 });

    assert.deepEqual(
      listed.map(({ id }) => id),
      [...ids].reverse(),
    );
  });

  it("keeps records and open circuits for good, and gives everything else a time to live", async () => {
    const store = newStore();
    const record = exampleRecord();
    await store.begin(record.id, "one", 0, 1000);
    await store.save(record, "one");
    await store.release(record.id, "one", true);
    await store.lock("target", "one", 5_000, 60_000);
    await store.countAction("counting", "a", 5_000, 60_000, 1);
    for (const response of ["a", "b"]) await store.countAction("open", response, 5_000, 60_000, 1);
    for (const response of ["a", "b"]) await store.countAction("closed", response, 5_000, 60_000, 1);
    await store.closeCircuit("closed");

    const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName() }));

    const expiring = Items.map((item) => {
      const name = item.circuit?.S ?? item[RESPONSE_TABLE_KEYS.partition]?.S;
      const seconds = item[RESPONSE_TTL_ATTRIBUTE]?.N;
      assert.ok(seconds === undefined || Number(seconds) > 60, "later than its lease, or its window, ends");
      return `${name}: ${seconds !== undefined}`;
    });
    assert.deepEqual(expiring.sort(), [
      "closed: true",
      "counting: true",
      "lock: true",
      "open: false",
      "response: false",
    ]);
  });

  it("lists by an index that nothing but records is in", async () => {
    const store = newStore();
    await store.begin("begun", "one", 0, 1000);
    await store.lock("target", "one", 0, 1000);
    await store.countAction("circuit", "a", 0, 1000, 1);
    const { id } = exampleRecord();
    await store.begin(id, "one", 0, 1000);
    await store.save(exampleRecord(), "one");

    const { Items = [] } = await client.send(
      new ScanCommand({ TableName: tableName(), IndexName: BY_TIME_INDEX.name }),
    );

    assert.deepEqual(
      Items.map((item) => item[RESPONSE_TABLE_KEYS.sort]?.S),
      [id],
    );
  });

  it("says so when it is released twice by the same holder, as a repeated call does, but not by another", async () => {
    const store = newStore();
    const { id } = exampleRecord();
    await store.begin(id, "one", 0, 1000);
    await store.save(exampleRecord(), "one");
    await store.release(id, "one", true);

    await store.release(id, "one", true);

    await assert.rejects(store.release(id, "two", true), /held by another/);
  });
});
