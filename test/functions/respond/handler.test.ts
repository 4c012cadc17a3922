import assert from "node:assert/strict";
import type { Context, SQSEvent } from "aws-lambda";
import { createHandler } from "../../../functions/respond/handler";
import { RESPOND_RECEIVES } from "../../../functions/respond/limits";
import { MemoryResponseStore } from "../../../responses/memory-store";
import { PLAYBOOK_IDS, type PlaybookId, type ResponseMode } from "../../../responses/playbook-ids";
import { PLAYBOOKS } from "../../../responses/playbooks";
import type { ResponseOutcome } from "../../../responses/record";
import { Responder } from "../../../responses/responder";
import { AwsError, fakeAws } from "../../responses/fake-aws";
import { queueEvent } from "../queue-event";
import { ACCOUNT, askingAlert, KEY_ID, message } from "./example-message";

const OTHER_KEY_ID = "AKIAI44QH8DHBEXAMPLE";
const NOW_MS = Date.parse("2026-03-04T05:06:10Z");
const OWN_ROLE = `arn:aws:iam::${ACCOUNT}:role/trail-respond`;

/** One user with two keys; `fail` makes the next changes of a key fail. */
function world() {
  const status: Record<string, "Active" | "Inactive"> = { [KEY_ID]: "Active", [OTHER_KEY_ID]: "Active" };
  const failures = new Map<string, Error[]>();
  const aws = fakeAws({
    "iam:GetUser": ({ UserName }) => ({
      User: {
        UserName,
        Arn: `arn:aws:iam::${ACCOUNT}:user/${UserName}`,
        Path: "/",
        UserId: "AIDA",
        CreateDate: new Date(0),
      },
    }),
    "iam:ListAccessKeys": ({ UserName }) => ({
      AccessKeyMetadata: Object.entries(status).map(([AccessKeyId, Status]) => ({
        UserName,
        AccessKeyId,
        Status,
      })),
    }),
    "iam:UpdateAccessKey": ({ AccessKeyId = "", Status }) => {
      const failure = failures.get(AccessKeyId)?.shift();
      if (failure) throw failure;
      status[AccessKeyId] = Status === "Inactive" ? "Inactive" : "Active";
      return {};
    },
  });
  return { ...aws, status, fail: (id: string, ...errors: Error[]) => failures.set(id, errors) };
}

describe("the respond handler", () => {
  let cloud: ReturnType<typeof world>;
  let store: MemoryResponseStore;
  let told: ResponseOutcome[];
  let log: string[];
  let nowMs: number;
  let remainingMs: () => number;
  let starts: number;
  let failStart: boolean;
  let handle: (event: SQSEvent, receiveCount?: number) => Promise<string[]>;

  beforeEach(() => {
    cloud = world();
    store = new MemoryResponseStore();
    [told, log, nowMs, starts, failStart] = [[], [], NOW_MS, 0, false];
    remainingMs = () => 60_000;
    const record = (...line: unknown[]) => void log.push(JSON.stringify(line));
    const logger = { info: record, warn: record, error: record };
    const modes = Object.fromEntries(PLAYBOOK_IDS.map((id) => [id, "enforce"])) as Record<
      PlaybookId,
      ResponseMode
    >;
    let holders = 0;
    const responder = new Responder({
      playbooks: PLAYBOOKS,
      modes,
      store,
      aws: (accountId) => Promise.resolve(accountId === ACCOUNT ? cloud.call : undefined),
      tell: (outcome) => {
        told.push(outcome);
        return Promise.resolve();
      },
      untouchable: { principals: [], actors: [], resources: [], ownRoles: [OWN_ROLE] },
      circuit: { limit: 5, windowMs: 3_600_000 },
      stackArns: [],
      clock: () => nowMs,
      pause: () => Promise.resolve(),
      newHolder: () => `holder-${holders++}`,
      logger,
    });
    const handler = createHandler({
      logger,
      start: () => {
        starts++;
        if (failStart) return Promise.reject(new Error("no settings"));
        return Promise.resolve({ deployed: { accountId: ACCOUNT, partition: "aws" }, responder });
      },
      clock: () => nowMs,
    });
    const context = { getRemainingTimeInMillis: () => remainingMs() } as Context;
    handle = async (event, receiveCount = 1) => {
      for (const { attributes } of event.Records) attributes.ApproximateReceiveCount = String(receiveCount);
      const { batchItemFailures } = await handler(event, context);
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    };
  });

  const changes = () =>
    cloud.calls.filter(({ operation }) => operation === "iam:UpdateAccessKey").map(({ input }) => input);
  const deactivation = (AccessKeyId: string) => ({ AccessKeyId, UserName: "backup", Status: "Inactive" });
  const twoTargets = () =>
    message(
      askingAlert({
        responses: [
          {
            playbook: "deactivate-access-key",
            targets: [KEY_ID, OTHER_KEY_ID].map((accessKeyId) => ({ accessKeyId, userName: "backup" })),
          },
        ],
      }),
    );
  const logged = (...texts: string[]) =>
    assert.ok(
      log.some((line) => texts.every((text) => line.includes(text))),
      log.join("\n"),
    );

  it("does what an alert asks for, tells of it and keeps a record", async () => {
    assert.deepEqual(await handle(queueEvent(message(askingAlert()))), []);

    assert.deepEqual(changes(), [deactivation(KEY_ID)]);
    assert.deepEqual(
      told.map(({ status, playbook, alert }) => [status, playbook, alert.id]),
      [["done", "deactivate-access-key", askingAlert().id]],
    );
    const [record] = await store.list({ limit: 10 });
    assert.equal(record?.status, "done");
    assert.equal(record?.verified, true);
  });

  it("acts once on an alert that comes twice, in one batch and later", async () => {
    const body = message(askingAlert());

    assert.deepEqual(await handle(queueEvent(body, body)), []);
    assert.deepEqual(await handle(queueEvent(body)), []);

    assert.equal(changes().length, 1);
    assert.equal(starts, 1);
  });

  it("acts on nothing that one of our own roles did", async () => {
    for (const who of [
      { actor: "respond", sessionIssuerArn: OWN_ROLE },
      { actor: "respond", arn: `arn:aws:sts::${ACCOUNT}:assumed-role/trail-respond/trail-respond` },
    ])
      assert.deepEqual(await handle(queueEvent(message(askingAlert({ id: who.arn ? "a" : "b", who })))), []);

    assert.deepEqual(cloud.calls, []);
  });

  it("does not reach into an account where it has no role, and says so", async () => {
    const where = { accountId: "444455556666", region: "eu-west-1" };

    assert.deepEqual(await handle(queueEvent(message(askingAlert({ where })))), []);

    assert.deepEqual(cloud.calls, []);
    assert.deepEqual(
      told.map(({ status, reason }) => [status, reason]),
      [["skipped", "no-reach"]],
    );
  });

  for (const [what, body, reason] of [
    ["no JSON", "not json", "not JSON"],
    ["a forged event of another account", message(askingAlert(), { account: "999988887777" }), "account: "],
    [
      "an unknown playbook",
      message({ ...askingAlert(), responses: [{ playbook: "nuke", targets: [] }] }),
      "playbook",
    ],
  ] as const)
    it(`returns ${what} to the queue, saying what is wrong, acts on none of it, and does the others of the batch`, async () => {
      assert.deepEqual(await handle(queueEvent(body, message(askingAlert()))), ["message-0"]);

      assert.equal(changes().length, 1);
      logged("message-0", reason);
    });

  it("returns a message to the queue when AWS throttles, and ends what it asks for the next time", async () => {
    cloud.fail(KEY_ID, new AwsError("Throttling"));
    const event = queueEvent(message(askingAlert()));

    assert.deepEqual(await handle(event), ["message-0"]);
    assert.deepEqual(told, []);
    logged("message-0", "Throttling");

    nowMs += 360_000;
    assert.deepEqual(await handle(event, 2), []);
    assert.equal(cloud.status[KEY_ID], "Inactive");
    assert.deepEqual(
      told.map(({ status }) => status),
      ["done"],
    );
  });

  it("ends what still fails at the last attempt as failed, and tells of it", async () => {
    const throttled = Array.from({ length: RESPOND_RECEIVES }, () => new AwsError("Throttling"));
    cloud.fail(KEY_ID, ...throttled);
    const event = queueEvent(message(askingAlert()));

    for (let receive = 1; receive < RESPOND_RECEIVES; receive++) {
      assert.deepEqual(await handle(event, receive), ["message-0"]);
      nowMs += 360_000;
    }

    assert.deepEqual(told, []);
    assert.deepEqual(await handle(event, RESPOND_RECEIVES), []);
    assert.deepEqual(
      told.map(({ status, level }) => [status, level]),
      [["failed", "high"]],
    );
  });

  it("does the other targets of an alert when one fails, and that one the next time", async () => {
    cloud.fail(KEY_ID, new AwsError("Throttling"));
    const event = queueEvent(twoTargets());

    assert.deepEqual(await handle(event), ["message-0"]);
    assert.deepEqual(cloud.status, { [KEY_ID]: "Active", [OTHER_KEY_ID]: "Inactive" });

    nowMs += 360_000;
    assert.deepEqual(await handle(event, 2), []);
    assert.deepEqual(cloud.status, { [KEY_ID]: "Inactive", [OTHER_KEY_ID]: "Inactive" });
    assert.equal(changes().length, 3);
  });

  it("begins nothing that there is no time for, and does it the next time", async () => {
    const event = queueEvent(twoTargets());
    const times = [60_000, 60_000, 10_000];
    remainingMs = () => times.shift() ?? 60_000;

    assert.deepEqual(await handle(event), ["message-0"]);
    assert.deepEqual(changes(), [deactivation(KEY_ID)]);
    logged("message-0", "no time was left for 1 of 2");

    assert.deepEqual(await handle(event, 2), []);
    assert.deepEqual(changes(), [deactivation(KEY_ID), deactivation(OTHER_KEY_ID)]);
  });

  it("fails as a whole when it cannot start, and starts again the next time", async () => {
    failStart = true;
    await assert.rejects(handle(queueEvent(message(askingAlert()))), /no settings/);
    assert.deepEqual(cloud.calls, []);

    failStart = false;
    assert.deepEqual(await handle(queueEvent(message(askingAlert()))), []);
    assert.equal(starts, 2);
  });

  it("logs nothing of what a message contains but names and ids", async () => {
    const secret = "correct-horse-battery-staple";

    await handle(
      queueEvent(
        secret,
        message(askingAlert({ summary: secret, id: "mild" })),
        message({ ...askingAlert(), level: secret, [secret]: secret }),
      ),
    );

    assert.ok(log.length >= 3);
    assert.ok(!log.join().includes(secret));
  });
});
