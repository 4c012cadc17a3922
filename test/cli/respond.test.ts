import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { DynamoResponseStore } from "../../functions/respond/dynamo-store";
import { saveSettings } from "../../functions/respond/settings";
import type { RunningEmulator } from "../../local/emulator/emulator";
import type { ResponseRecord } from "../../responses/record";
import { circuitOf } from "../../responses/responder";
import { deployedResponder } from "../functions/respond/deployed-responder";
import { createResponseTable } from "../functions/respond/response-table";
import { exampleRecord } from "../functions/respond/store-contract";
import { EMULATOR_START_LIMIT_MS, startTestEmulator } from "../support/emulator";

const COMMAND = join(__dirname, "..", "..", "cli", "trailkeeper.mjs");
const ACCOUNT = "000000000000";
const ESCAPE_SIGNS = ["\u001b", "\u009b", "\u202e"];
const ESCAPE = ESCAPE_SIGNS.join("31m");

describe("trailkeeper respond", function () {
  this.timeout(60_000);
  let emulator: RunningEmulator;
  let dynamo: DynamoDBClient;
  let iam: IAMClient;
  let store: DynamoResponseStore;
  let serial = 0;
  const table = () => `responses-${serial}`;

  before(async function () {
    this.timeout(EMULATOR_START_LIMIT_MS);
    emulator = await startTestEmulator();
    dynamo = new DynamoDBClient(emulator.connection);
    iam = new IAMClient(emulator.connection);
  });
  after(async () => {
    dynamo.destroy();
    iam.destroy();
    await emulator.stop();
  });
  beforeEach(async () => {
    serial++;
    await createResponseTable(dynamo, table());
    store = new DynamoResponseStore(dynamo, table());
  });

  /** As people run it, with credentials of their own. */
  function respond(...args: readonly string[]) {
    const { endpoint, region, credentials } = emulator.connection;
    const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, "respond", ...args], {
      encoding: "utf8",
      env: {
        PATH: process.env.PATH,
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        TRAILKEEPER_RESPONSE_TABLE: table(),
      },
    });
    return { status, stdout, stderr };
  }

  function json<Content>(...args: readonly string[]): Content {
    const { status, stdout, stderr } = respond(...args, "--format", "json");
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as Content;
  }

  async function save(...records: readonly ResponseRecord[]): Promise<void> {
    for (const record of records) {
      await store.begin(record.id, "function", 0, 1000);
      await store.save(record, "function");
      await store.release(record.id, "function", true);
    }
  }

  const idOf = (beginning: string) => beginning.padEnd(32, "0");

  describe("list", () => {
    it("shows responses, latest first, and the circuits that are open", async () => {
      await save(
        exampleRecord({ id: idOf("aaaaaaaa"), createdTime: "2026-03-04T05:06:11.000Z" }),
        exampleRecord({
          id: idOf("bbbbbbbb"),
          status: "proposed",
          reason: "observed",
          sentence: `Observed only: would ${ESCAPE} it`,
          createdTime: "2026-03-05T05:06:11.000Z",
        }),
      );
      const actor = { name: "o'brien; reboot" };
      for (const response of ["a", "b"])
        await store.countAction(circuitOf("quarantine-user", actor), response, 0, 1000, 1);

      const { status, stdout } = respond("list");

      assert.equal(status, 0);
      assert.match(
        stdout,
        /^ID .*\nbbbbbbbb +2026-03-05 05:06:11 UTC +proposed, observed +Observed .*\naaaaaaaa .* done /,
      );
      assert.match(stdout, /2 responses/);
      assert.ok(stdout.includes(`respond close-circuit quarantine-user 'o'\\''brien; reboot'\n`), stdout);
      for (const sign of ESCAPE_SIGNS) assert.ok(!stdout.includes(sign));
    });

    it("prints JSON, and leaves out what was not asked for", async () => {
      const [recent, old] = [
        exampleRecord({ id: idOf("aaaaaaaa"), sentence: ESCAPE }),
        exampleRecord({ id: idOf("b") }),
      ];
      await save({ ...recent, createdTime: new Date().toISOString() }, { ...old, status: "proposed" });
      const ids = (...args: string[]) =>
        json<{ responses: ResponseRecord[] }>("list", ...args).responses.map(({ id }) => id);

      assert.deepEqual(ids(), [recent.id, old.id]);
      assert.deepEqual(ids("--limit", "1"), [recent.id]);
      assert.deepEqual(ids("--hours", "1"), [recent.id]);
      assert.deepEqual(ids("--status", "proposed"), [old.id]);
      const listed = json<{ responses: ResponseRecord[]; openCircuits: string[] }>("list", "--limit", "1");
      assert.equal(listed.responses[0]?.sentence, ESCAPE);
      assert.deepEqual(listed.openCircuits, []);
    });
  });

  describe("show", () => {
    it("shows all that is kept of a response, by the beginning of its id", async () => {
      const record = exampleRecord({
        undo: { by: "arn:aws:iam::1:user/p", time: "2026-03-04T06:00:00.000Z", calls: [], verified: true },
        partOfStack: true,
        actor: { name: `alice${ESCAPE}` },
      });
      await save(record);

      const { status, stdout } = respond("show", record.id.slice(0, 6));

      assert.equal(status, 0);
      for (const part of [
        `Response ${record.id}: done`,
        "Deactivated access key",
        "deactivate-access-key (Deactivate an access key)",
        "account 111122223333, us-east-1",
        "accessKeyId AKIAIOSFODNN7EXAMPL7",
        "HIGH Access key created for another user",
        "1. iam:UpdateAccessKey (made, 2026-03-04 05:06:12 UTC)",
        '"Status": "Inactive"',
        "Found before the first change",
        "part of it",
        "Undo by arn:aws:iam::1:user/p, 2026-03-04 06:00:00 UTC",
        `Next: trailkeeper respond undo ${record.id}`,
      ])
        assert.ok(stdout.includes(part), `${part}\n\n${stdout}`);
      for (const sign of ESCAPE_SIGNS) assert.ok(!stdout.includes(sign));
      assert.deepEqual(json("show", record.id), record);
    });

    it("names what an ambiguous beginning could mean, and what there is not", async () => {
      await save(exampleRecord({ id: idOf("abcdef01") }), exampleRecord({ id: idOf("abcdef02") }));

      const ambiguous = respond("show", "abcdef");
      const missing = respond("show", "abcdee");

      assert.deepEqual([ambiguous.status, missing.status], [1, 1]);
      assert.match(ambiguous.stderr, /abcdef010+, abcdef020+/);
      assert.match(missing.stderr, /no response abcdee/);
    });
  });

  describe("run and undo", () => {
    const settings = deployedResponder({ accountId: ACCOUNT });
    let userName: string;
    let accessKeyId: string;

    beforeEach(async () => {
      userName = `bot-${serial}`;
      await iam.send(new CreateUserCommand({ UserName: userName }));
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: userName }));
      accessKeyId = AccessKey?.AccessKeyId ?? "";
    });

    const record = (change: Partial<ResponseRecord> = {}) =>
      exampleRecord({
        target: { partition: "aws", accountId: ACCOUNT, region: "us-east-1", ids: { accessKeyId, userName } },
        actor: {
          name: "alice",
          type: "IAMUser",
          arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
          accountId: ACCOUNT,
        },
        ...change,
      });
    const proposed = () =>
      record({ status: "proposed", reason: "observed", mode: "observe", calls: [], before: undefined });
    const keyStatus = async () => {
      const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName: userName }));
      return AccessKeyMetadata.find((key) => key.AccessKeyId === accessKeyId)?.Status;
    };
    const setKey = (Status: "Active" | "Inactive") =>
      iam.send(new UpdateAccessKeyCommand({ UserName: userName, AccessKeyId: accessKeyId, Status }));

    it("do what is proposed, and take it back, as whoever runs them; the calls are shown first", async () => {
      await saveSettings(dynamo, table(), settings, 0);
      await save(proposed());
      const id = proposed().id.slice(0, 8);

      const run = respond("run", id, "--yes");

      assert.equal(run.status, 0, run.stderr);
      assert.match(
        run.stderr,
        /As arn:aws:iam::000000000000:root, .*\n1\. iam:UpdateAccessKey\n[^]*"Status": "Inactive"/,
      );
      assert.match(run.stdout, /: done\n/);
      assert.equal(await keyStatus(), "Inactive");
      const ran = await store.get(proposed().id);
      assert.deepEqual([ran?.status, ran?.orderedBy], ["done", `arn:aws:iam::${ACCOUNT}:root`]);

      const undone = json<ResponseRecord>("undo", id, "--yes");

      assert.equal(await keyStatus(), "Active");
      assert.deepEqual(
        [undone.status, undone.undo?.by, undone.undo?.verified],
        ["undone", `arn:aws:iam::${ACCOUNT}:root`, true],
      );
      assert.deepEqual(await store.get(proposed().id), undone);
    });

    it("refuse what the state of a response does not admit", async () => {
      await saveSettings(dynamo, table(), settings, 0);
      await save(record({ status: "undone" }));

      for (const wish of ["run", "undo"]) {
        const { status, stderr } = respond(wish, record().id, "--yes");

        assert.equal(status, 1);
        assert.match(stderr, /is undone; only what is/);
      }
      assert.equal(await keyStatus(), "Active");
    });

    it("touch nobody who is never to be touched, whoever asks", async () => {
      const principals = [`arn:aws:iam::*:user/${userName}`];
      await saveSettings(
        dynamo,
        table(),
        { ...settings, untouchable: { ...settings.untouchable, principals } },
        0,
      );
      await save(proposed());

      const { status, stdout } = respond("run", proposed().id, "--yes");

      assert.equal(status, 1);
      assert.match(stdout, /never to be\s+touched/);
      assert.equal(await keyStatus(), "Active");
    });

    it("do nothing while it is not known what must never be touched", async () => {
      await save(proposed());

      const { status, stderr } = respond("run", proposed().id, "--yes");

      assert.equal(status, 1);
      assert.match(stderr, /does not say what must never be touched/);
      assert.equal(await keyStatus(), "Active");
    });

    it("do nothing without a terminal to ask on, unless they are told not to ask", async () => {
      await saveSettings(dynamo, table(), settings, 0);
      await save(record());
      await setKey("Inactive");

      const { status, stderr } = respond("undo", record().id);

      assert.equal(status, 2);
      assert.match(stderr, /--yes/);
      assert.equal(await keyStatus(), "Inactive");
    });

    it("say that a target is gone", async () => {
      await saveSettings(dynamo, table(), settings, 0);
      await save(record({ target: { ...record().target, ids: { accessKeyId, userName: "nobody" } } }));

      const { status, stderr } = respond("undo", record().id, "--yes");

      assert.equal(status, 1);
      assert.match(stderr, /is gone/);
    });

    it("have no reach into another account without a role there", async () => {
      await saveSettings(dynamo, table(), settings, 0);
      await save(record({ target: { ...record().target, accountId: "444455556666" } }));

      const { status, stderr } = respond("undo", record().id, "--yes");

      assert.equal(status, 1);
      assert.match(stderr, /no role to use in account 444455556666/);
    });
  });

  describe("close-circuit", () => {
    it("closes an open circuit, once", async () => {
      const actor = { name: "alice", arn: "arn:aws:iam::111122223333:user/alice" };
      const circuit = circuitOf("quarantine-user", actor);
      for (const response of ["a", "b"]) await store.countAction(circuit, response, 0, 1000, 1);

      assert.equal(respond("close-circuit", "quarantine-user", actor.arn).status, 0);

      assert.deepEqual(await store.openCircuits(), []);
      const again = respond("close-circuit", "quarantine-user", actor.arn);
      assert.equal(again.status, 1);
      assert.match(again.stderr, /no open circuit/);
    });
  });

  describe("errors", () => {
    const cases: readonly [string, string[], number, RegExp][] = [
      ["no action", [], 2, /^$/],
      ["an unknown action", ["repeat"], 2, /repeat/],
      ["no id", ["show"], 2, /id/],
      ["an id that is too short", ["undo", "abcde", "--yes"], 2, /6 to 32 hexadecimal/],
      ["an id that is none", ["show", "xyzxyzxyz"], 2, /hexadecimal/],
      ["an unknown option", ["list", "--colour"], 2, /--colour/],
      ["a status that is none", ["list", "--status", "lost"], 2, /lost/],
      ["a limit that is none", ["list", "--limit", "0"], 2, /whole number/],
      ["a playbook that is none", ["close-circuit", "nuke", "alice"], 2, /nuke/],
      ["no table by its name", ["list", "--table", ""], 2, /pulumi stack output responseTableName/],
      ["a table that is not there", ["list", "--table", "elsewhere"], 1, /no table elsewhere/],
    ];
    for (const [what, args, expected, message] of cases)
      it(`exit with ${expected} for ${what}, and say what is wrong`, () => {
        const { status, stderr, stdout } = respond(...args);

        assert.equal(status, expected, stderr);
        if (args.length > 0) assert.match(stderr, message);
        assert.equal(stdout.includes("responses"), false);
        assert.ok(!/\n\s+at /.test(stderr), "no stack trace");
      });
  });
});
