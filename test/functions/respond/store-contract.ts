import assert from "node:assert/strict";
import type { ResponseRecord, ResponseStatus } from "../../../responses/record";
import { LeaseLostError, type ResponseStore } from "../../../responses/store";

/** A record with a state before and a call; tests change one thing about it. */
export function exampleRecord(change: Partial<ResponseRecord> = {}): ResponseRecord {
  return {
    schemaVersion: 1,
    id: "0123456789abcdef0123456789abcdef",
    playbook: "deactivate-access-key",
    mode: "enforce",
    status: "done",
    sentence: "Deactivated access key AKIA...7Q of user build-bot",
    alert: {
      id: "0f3a9c1d2e4b5a69788796a5b4c3d2e1",
      ruleId: "5d2c1f7e-9f0a-4f6e-8a57-0c2b7b7d5c11",
      ruleTitle: "Access key created for another user",
      level: "high",
      summary: "Role deploy created an access key for the user build-bot",
      eventTime: "2026-03-04T05:06:09Z",
    },
    actor: {
      name: "deploy/alice",
      type: "AssumedRole",
      arn: "arn:aws:sts::111122223333:assumed-role/deploy/alice",
    },
    target: {
      partition: "aws",
      accountId: "111122223333",
      region: "us-east-1",
      ids: { accessKeyId: "AKIAIOSFODNN7EXAMPL7", userName: "build-bot" },
    },
    orderedBy: "alert",
    before: {
      userArn: "arn:aws:iam::111122223333:user/build-bot",
      keys: [{ accessKeyId: "AKIAIOSFODNN7EXAMPL7", status: "Active" }],
    },
    calls: [
      {
        operation: "iam:UpdateAccessKey",
        input: { AccessKeyId: "AKIAIOSFODNN7EXAMPL7", UserName: "build-bot", Status: "Inactive" },
        outcome: "made",
        time: "2026-03-04T05:06:12.000Z",
      },
    ],
    verified: true,
    createdTime: "2026-03-04T05:06:11.000Z",
    updatedTime: "2026-03-04T05:06:12.000Z",
    ...change,
  };
}

const RECORD = exampleRecord();
const { id: ID } = RECORD;
const MINUTE_MS = 60_000;

/** What the responder relies on, for every store alike. */
export function behavesAsAResponseStore(newStore: () => ResponseStore): void {
  let store: ResponseStore;
  beforeEach(() => (store = newStore()));

  describe("responses", () => {
    it("are begun by one at a time", async () => {
      assert.equal((await store.begin(ID, "one", 0, 1000)).claim, "claimed");
      assert.equal((await store.begin(ID, "two", 1000, 2000)).claim, "busy");
      assert.equal((await store.begin("other", "two", 0, 1000)).claim, "claimed");
    });

    it("are begun by one of many who come at the same moment", async () => {
      const claims = await Promise.all(
        Array.from({ length: 10 }, (_, n) => store.begin(ID, `holder-${n}`, 0, 1000)),
      );

      assert.deepEqual(claims.map(({ claim }) => claim).sort(), [
        ...Array<string>(9).fill("busy"),
        "claimed",
      ]);
    });

    it("may be begun again by who holds them: a call whose answer was lost is repeated", async () => {
      await store.begin(ID, "one", 0, 1000);

      assert.equal((await store.begin(ID, "one", 0, 1000)).claim, "claimed");
    });

    it("have no record until one is saved, and then the last that was", async () => {
      assert.equal((await store.begin(ID, "one", 0, 1000)).claim, "claimed");
      assert.equal(await store.get(ID), undefined);
      await store.save({ ...RECORD, status: "running" }, "one");
      await store.save(RECORD, "one");

      assert.deepEqual(await store.get(ID), RECORD);
      assert.equal(await store.get("other"), undefined);
    });

    it("are taken over when the lease is over, with what the predecessor has recorded, who can then write no more", async () => {
      await store.begin(ID, "one", 0, 1000);
      await store.save(RECORD, "one");

      assert.deepEqual(await store.begin(ID, "two", 1001, 2000), { claim: "claimed", record: RECORD });
      await assert.rejects(store.save({ ...RECORD, status: "failed" }, "one"), LeaseLostError);
      await assert.rejects(store.release(ID, "one", true), LeaseLostError);
      assert.deepEqual(await store.get(ID), RECORD);
    });

    it("can be written by their holder after the lease, as long as nobody has taken over", async () => {
      await store.begin(ID, "one", 0, 1000);

      await store.save(RECORD, "one");

      assert.deepEqual(await store.get(ID), RECORD);
    });

    it("can be begun at once when they are given back unended, and written no more by who gave them back", async () => {
      await store.begin(ID, "one", 0, MINUTE_MS);
      await store.save(RECORD, "one");
      await store.release(ID, "one", false);

      await assert.rejects(store.save(RECORD, "one"), LeaseLostError);
      assert.deepEqual(await store.begin(ID, "two", 1, MINUTE_MS), { claim: "claimed", record: RECORD });
    });

    it("are ended for good", async () => {
      await store.begin(ID, "one", 0, MINUTE_MS);
      await store.save(RECORD, "one");
      await store.release(ID, "one", true);

      assert.deepEqual(await store.begin(ID, "two", 10 * MINUTE_MS, 11 * MINUTE_MS), {
        claim: "ended",
        record: RECORD,
      });
    });

    it("are reopened by one person at a time once they are ended, and not while somebody is at it", async () => {
      await store.begin(ID, "one", 0, MINUTE_MS);
      await store.save(RECORD, "one");
      assert.equal((await store.begin(ID, "person", 1, MINUTE_MS, true)).claim, "busy");
      await store.release(ID, "one", true);

      assert.deepEqual(await store.begin(ID, "person", 1, MINUTE_MS, true), {
        claim: "claimed",
        record: RECORD,
      });
      assert.equal((await store.begin(ID, "second person", 2, MINUTE_MS, true)).claim, "busy");
      await store.save({ ...RECORD, status: "undone" }, "person");
      await store.release(ID, "person", true);
      assert.equal((await store.get(ID))?.status, "undone");
    });

    it("stay ended for alerts when a person has reopened them, also when the person never comes back", async () => {
      await store.begin(ID, "one", 0, MINUTE_MS);
      await store.save(RECORD, "one");
      await store.release(ID, "one", true);
      await store.begin(ID, "person", 1, MINUTE_MS, true);

      assert.equal((await store.begin(ID, "late", 2 * MINUTE_MS, 3 * MINUTE_MS)).claim, "ended");
      assert.equal((await store.begin(ID, "other", 2 * MINUTE_MS, 3 * MINUTE_MS, true)).claim, "claimed");
    });
  });

  describe("lists", () => {
    const idAt = (minute: number) => minute.toString(16).padStart(32, "0");
    const timeAt = (minute: number) => Date.UTC(2026, 2, 4, 5, minute);
    const saveAt = async (minute: number, status: ResponseStatus) => {
      const record = exampleRecord({
        id: idAt(minute),
        status,
        createdTime: new Date(timeAt(minute)).toISOString(),
      });
      await store.begin(record.id, "one", 0, 1000);
      await store.save(record, "one");
    };
    const listed = async (filter: Parameters<ResponseStore["list"]>[0]) =>
      (await store.list(filter)).map(({ id }) => id);

    beforeEach(async () => {
      for (const minute of [3, 1, 4, 2]) await saveAt(minute, minute % 2 === 0 ? "done" : "proposed");
      await store.begin("begun and nothing more", "one", 0, 1000);
    });

    it("have the latest first, and no more than asked for", async () => {
      assert.deepEqual(await listed({ limit: 10 }), [4, 3, 2, 1].map(idAt));
      assert.deepEqual(await listed({ limit: 2 }), [4, 3].map(idAt));
    });

    it("have what is of a status, or of a time on", async () => {
      assert.deepEqual(await listed({ status: "proposed", limit: 10 }), [3, 1].map(idAt));
      assert.deepEqual(await listed({ status: "proposed", limit: 1 }), [idAt(3)]);
      assert.deepEqual(await listed({ sinceMs: timeAt(2), limit: 10 }), [4, 3, 2].map(idAt));
      assert.deepEqual(await listed({ sinceMs: timeAt(2) + 1, status: "done", limit: 10 }), [idAt(4)]);
      assert.deepEqual(await listed({ status: "failed", limit: 10 }), []);
    });

    it("have records as they are now", async () => {
      await saveAt(1, "undone");

      assert.deepEqual(
        (await store.list({ limit: 10 })).map(({ status }) => status),
        ["done", "proposed", "done", "undone"],
      );
    });
  });

  describe("locks", () => {
    it("are held by one, and by the same again", async () => {
      assert.equal(await store.lock("target", "one", 0, 1000), true);
      assert.equal(await store.lock("target", "two", 1000, 2000), false);
      assert.equal(await store.lock("target", "one", 500, 2000), true);
      assert.equal(await store.lock("target", "two", 1500, 3000), false);
      assert.equal(await store.lock("another target", "two", 0, 1000), true);
    });

    it("are free when they are given back, or the lease is over", async () => {
      await store.lock("target", "one", 0, 1000);
      await store.unlock("target", "one");
      assert.equal(await store.lock("target", "two", 1, 1000), true);
      assert.equal(await store.lock("target", "three", 1001, 2000), true);
    });

    it("are not given back by who holds them no more", async () => {
      await store.lock("target", "one", 0, 1000);
      await store.lock("target", "two", 1001, 2000);

      await store.unlock("target", "one");

      assert.equal(await store.lock("target", "three", 1500, 3000), false);
    });
  });

  describe("circuits", () => {
    const ALLOWED = { allowed: true, opened: false };
    const count = (responseId: string, minute: number, circuit = "playbook actor") =>
      store.countAction(circuit, responseId, minute * MINUTE_MS, 60 * MINUTE_MS, 3);

    it("admit so many responses within the window, and are opened by the next", async () => {
      for (const response of ["a", "b", "c"]) assert.deepEqual(await count(response, 0), ALLOWED);

      assert.deepEqual(await count("d", 1), { allowed: false, opened: true });
      assert.deepEqual(await count("e", 1), { allowed: false, opened: false });
      assert.deepEqual(await count("d", 1), { allowed: false, opened: true });
      assert.deepEqual(await store.openCircuits(), ["playbook actor"]);
    });

    it("count a response once, however often it comes", async () => {
      for (const response of ["a", "b", "c", "c", "b", "a"])
        assert.deepEqual(await count(response, 0), ALLOWED);

      assert.deepEqual(await store.openCircuits(), []);
    });

    it("count what comes at the same moment", async () => {
      const counts = await Promise.all(["a", "b", "c", "d", "e", "f"].map((response) => count(response, 0)));

      assert.equal(counts.filter(({ allowed }) => allowed).length, 3);
      assert.equal(counts.filter(({ opened }) => opened).length, 1);
    });

    it("forget what is older than the window", async () => {
      for (const response of ["a", "b", "c"]) await count(response, 0);

      for (const response of ["d", "e", "f"]) assert.deepEqual(await count(response, 61), ALLOWED);
      assert.equal((await count("g", 62)).opened, true);
    });

    it("stay open however much time goes by, until somebody closes them; then they count anew", async () => {
      for (const response of ["a", "b", "c", "d"]) await count(response, 0);
      assert.equal((await count("e", 10_000)).allowed, false);

      assert.equal(await store.closeCircuit("playbook actor"), true);

      assert.equal(await store.closeCircuit("playbook actor"), false);
      assert.deepEqual(await store.openCircuits(), []);
      for (const response of ["e", "f", "g"]) assert.deepEqual(await count(response, 10_001), ALLOWED);
      assert.equal((await count("h", 10_001)).opened, true);
    });

    it("are each for themselves", async () => {
      for (const response of ["a", "b", "c", "d"]) await count(response, 0);

      assert.deepEqual(await count("e", 0, "playbook somebody else"), ALLOWED);
      assert.equal(await store.closeCircuit("playbook somebody else"), false);
    });
  });
}
