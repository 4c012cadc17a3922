import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context } from "aws-lambda";
import { type DesiredState, readDesiredState } from "../../../functions/restore/desired";
import { createHandler, type HandlerParts } from "../../../functions/restore/handler";
import { RESTORE_RECEIVES } from "../../../functions/restore/limits";
import { exampleAlert } from "../notify/example-alert";
import { queueEvent } from "../queue-event";
import { DESIRED } from "./fake-stack";
import { RestoreWorld, START_MS } from "./restore-fixtures";

const body = (change: object = {}) =>
  JSON.stringify({
    source: "trailkeeper",
    "detail-type": "Alert",
    account: DESIRED.accountId,
    detail: { ...exampleAlert(), responses: [{ playbook: "restore-trail", targets: [] }] },
    ...change,
  });

describe("the restore handler", () => {
  let world: RestoreWorld;
  let log: string[];

  const handle = async (text: string, receiveCount = 1, parts: Partial<HandlerParts> = {}) => {
    const write = (...line: unknown[]) => void log.push(JSON.stringify(line));
    const handler = createHandler({
      readDesired: () => DESIRED,
      store: () => world.store,
      call: () => world.aws.call,
      tell: () => (outcome) => {
        world.told.push(outcome);
        return Promise.resolve();
      },
      logger: { info: write, warn: write, error: write },
      clock: () => START_MS,
      pause: () => Promise.resolve(),
      newHolder: () => `holder-${log.length}`,
      ...parts,
    });
    const event = queueEvent(text);
    for (const { attributes } of event.Records) attributes.ApproximateReceiveCount = String(receiveCount);
    const context = { functionName: "restore", getRemainingTimeInMillis: () => 30_000 } as Context;
    const { batchItemFailures } = await handler(event, context);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };

  beforeEach(() => {
    world = new RestoreWorld();
    log = [];
  });

  it("restores what the desired state of its package says", async () => {
    Object.assign(world.aws.trail ?? {}, { isLogging: false });

    assert.deepEqual(await handle(body()), []);

    assert.deepEqual(world.aws.changes, ["cloudtrail:StartLogging"]);
    assert.equal(world.told[0]?.status, "done");
  });

  for (const [what, text] of [
    ["that is no JSON", "secret"],
    ["that is no alert", body({ source: "theirs" })],
    ["of another account", body({ account: "999988887777" })],
  ] as const)
    it(`gives a message ${what} back, having called nothing and logged nothing of it`, async () => {
      Object.assign(world.aws.trail ?? {}, { isLogging: false });

      assert.deepEqual(await handle(text), ["message-0"]);

      assert.deepEqual(world.aws.calls, []);
      assert.match(log.join(), /RestoreMessageError/);
      assert.doesNotMatch(log.join(), /secret|theirs|999988887777/);
    });

  it("gives a message back as long as what fails may pass, and ends with its last receipt", async () => {
    Object.assign(world.aws.trail ?? {}, { isLogging: false });
    world.aws.fail(/StartLogging/, "ThrottlingException");

    assert.deepEqual(await handle(body(), RESTORE_RECEIVES - 1), ["message-0"]);
    assert.deepEqual(world.told, []);

    assert.deepEqual(await handle(body(), RESTORE_RECEIVES), []);
    assert.deepEqual(
      world.told.map(({ status }) => status),
      ["failed"],
    );
  });

  it("fails as a whole when the package has no desired state, so that an alarm sees it", async () => {
    const readDesired = () => readDesiredState("/nowhere");

    await assert.rejects(handle(body(), 1, { readDesired }), /ENOENT/);
  });
});

describe("readDesiredState", () => {
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "desired-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const readBack = (desired: unknown) => {
    writeFileSync(join(folder, "desired.json"), JSON.stringify(desired));
    return readDesiredState(folder);
  };

  it("reads what the component has written", () => {
    assert.deepEqual(readBack(DESIRED), DESIRED);
  });

  for (const [what, message, change] of [
    ["a mode that is none", /mode: /, { mode: "off" }],
    ["no trail", /trail: /, { trail: undefined }],
    [
      "a trail without selectors",
      /trail.advancedEventSelectors: /,
      { trail: { ...DESIRED.trail, advancedEventSelectors: [] } },
    ],
    [
      "a policy without statements",
      /archive.policy/,
      { archive: { ...DESIRED.archive, policy: { Version: "2012-10-17", Statement: [] } } },
    ],
    ["something that it does not know", /Unrecognized key/, { more: true }],
  ] as [string, RegExp, Partial<DesiredState>][])
    it(`refuses a state with ${what}`, () => {
      assert.throws(() => readBack({ ...DESIRED, ...change }), message);
    });
});
