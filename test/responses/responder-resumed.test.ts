import assert from "node:assert/strict";
import type { Call } from "../../responses/operations";
import type { ResponseOrder } from "../../responses/order";
import type { Playbook } from "../../responses/playbook";
import type { PlaybookId } from "../../responses/playbook-ids";
import { ResponseBusyError, ResponseStateError } from "../../responses/responder";
import { AwsError } from "./fake-aws";
import { ACCOUNT, isChange, KEY, modes, order, ResponderBench, throttled } from "./responder-bench";

const SECOND_KEY = "AKIAI44QH8DHBEXAMPLE";
const ANN = `arn:aws:iam::${ACCOUNT}:user/ann`;

/** A world in which both of bob's keys are to be deactivated: a response of two calls. */
function benchOfTwo(parts: ConstructorParameters<typeof ResponderBench>[0] = {}): ResponderBench {
  const bench = new ResponderBench(parts);
  Object.assign(bench.world.users.bob?.keys ?? {}, { [SECOND_KEY]: "Active" });
  return bench;
}

function allKeys(alert = "alert-1", change: Partial<ResponseOrder["target"]> = {}): ResponseOrder {
  const base = order();
  return {
    ...base,
    alert: { ...base.alert, id: alert },
    target: { ...base.target, ids: { userName: "bob" }, ...change },
  };
}

const keysOf = (bench: ResponderBench) => Object.values(bench.world.users.bob?.keys ?? {});

/** Throttles the nth changing call, once. */
function throttleChange(bench: ResponderBench, nth: number): void {
  let changes = 0;
  bench.beforeCall = (operation) => {
    if (isChange({ operation }) && ++changes === nth) throw throttled();
  };
}

/** Lets an invocation stop for ever right after its nth changing call; its lease has run out when this returns. */
async function dieAfterChange(bench: ResponderBench, what: ResponseOrder, nth: number): Promise<void> {
  let changes = 0;
  const dying = async (operation: never, input: never) => {
    const output = await bench.call(operation, input);
    return isChange({ operation }) && ++changes === nth ? new Promise<never>(() => undefined) : output;
  };
  void bench
    .responder({ aws: () => Promise.resolve(dying as never) })
    .respond(what, bench.nowMs + 60_000, false);
  for (let turns = 0; turns < 200; turns++) await Promise.resolve();
  bench.nowMs += 120_000;
}

describe("a response that is gone on with", () => {
  it("records every call, also one whose success the attempt that made it did not live to record", async () => {
    const bench = benchOfTwo();
    await dieAfterChange(bench, allKeys(), 1);

    await bench.respond(allKeys());

    const { status, calls } = await bench.only();
    assert.equal(status, "done");
    assert.deepEqual(
      calls.map(({ input, outcome }) => [(input as { AccessKeyId: string }).AccessKeyId, outcome]),
      [
        [KEY, "found"],
        [SECOND_KEY, "made"],
      ],
    );
    assert.equal(bench.changing.length, 2);
  });

  it("makes no call again that the state does not show yet", async () => {
    const bench = benchOfTwo();
    throttleChange(bench, 2);
    await assert.rejects(bench.respond(allKeys()));
    bench.beforeCall = () => undefined;
    const keys = bench.world.users.bob?.keys ?? {};
    keys[KEY] = "Active";
    const pause = (): Promise<void> => {
      keys[KEY] = "Inactive";
      return Promise.resolve();
    };

    await bench.responder({ pause }).respond(allKeys(), bench.nowMs + 60_000, false);

    assert.equal((await bench.only()).status, "done");
    assert.equal(bench.changing.length, 2);
  });

  it("is not stopped halfway by a circuit that others have opened in the meantime", async () => {
    const bench = benchOfTwo({ circuit: { limit: 1, windowMs: 3_600_000 } });
    throttleChange(bench, 2);
    await assert.rejects(bench.respond(allKeys()));
    bench.beforeCall = () => undefined;
    await bench.respond(allKeys("alert-2", { ids: { userName: "bob", accessKeyId: SECOND_KEY } }));

    await bench.respond(allKeys());

    assert.deepEqual(
      (await bench.records()).map(({ alert, status, reason }) => [alert.id, status, reason]).sort(),
      [
        ["alert-1", "done", undefined],
        ["alert-2", "proposed", "circuit-open"],
      ],
    );
    assert.deepEqual(keysOf(bench), ["Inactive", "Inactive"]);
  });

  it("is left in part, to be undone, where the playbook has been set to observe in the meantime", async () => {
    const bench = benchOfTwo();
    throttleChange(bench, 2);
    await assert.rejects(bench.respond(allKeys()));
    bench.beforeCall = () => undefined;

    await bench.responder({ modes: modes("observe") }).respond(allKeys(), bench.nowMs + 60_000, false);

    const { id, status, calls } = await bench.only();
    assert.equal(status, "partial");
    assert.equal(calls.filter(({ outcome }) => outcome === "made").length, 1);
    await bench.responder().undo(id, ANN);
    assert.deepEqual(keysOf(bench), ["Active", "Active"]);
  });

  it("does not say that it is done before it is", async () => {
    const bench = benchOfTwo();
    throttleChange(bench, 1);

    await assert.rejects(bench.respond(allKeys()));

    const { status, sentence } = await bench.only();
    assert.equal(status, "running");
    assert.doesNotMatch(sentence, /^Deactivated/);
  });
});

describe("a response by a person's order", () => {
  it("goes back to the state that the run found, not to that of the proposal", async () => {
    const bench = benchOfTwo({ modes: modes("observe") });
    const keys = bench.world.users.bob?.keys ?? {};
    keys[SECOND_KEY] = "Inactive";
    await bench.respond(allKeys());
    const { id } = await bench.only();
    keys[SECOND_KEY] = "Active";

    await bench.responder().run(id, ANN);
    assert.deepEqual(keysOf(bench), ["Inactive", "Inactive"]);
    await bench.responder().undo(id, ANN);

    assert.deepEqual(keysOf(bench), ["Active", "Active"]);
  });

  it("goes back to the first state where a failed attempt may have changed it", async () => {
    const bench = benchOfTwo();
    await dieAfterChange(bench, allKeys(), 1);
    bench.beforeCall = (operation) => {
      if (isChange({ operation })) throw new AwsError("AccessDenied");
    };
    await bench.respond(allKeys());
    bench.beforeCall = () => undefined;
    const { id } = await bench.only();

    await bench.responder().run(id, ANN);
    await bench.responder().undo(id, ANN);

    assert.deepEqual(keysOf(bench), ["Active", "Active"]);
  });

  it("is done where a partial one is seen to be contained by now", async () => {
    const bench = benchOfTwo();
    throttleChange(bench, 2);
    await bench.respond(allKeys(), true);
    const { id, status } = await bench.only();
    assert.equal(status, "partial");
    bench.beforeCall = () => undefined;
    (bench.world.users.bob?.keys ?? {})[SECOND_KEY] = "Inactive";

    const record = await bench.responder().run(id, ANN);

    assert.equal(record.status, "done");
    assert.deepEqual(
      record.calls.map(({ outcome }) => outcome),
      ["made", "found"],
    );
  });

  it("is refused, and stays as it is, where the person cannot reach the account", async () => {
    const bench = new ResponderBench({ modes: modes("observe") });
    await bench.respond();
    const before = await bench.only();

    await assert.rejects(
      bench.responder({ aws: () => Promise.resolve(undefined) }).run(before.id, ANN),
      (thrown) => thrown instanceof ResponseStateError && /no role in account/.test(thrown.message),
    );

    assert.deepEqual(await bench.only(), before);
    assert.equal((await bench.responder().run(before.id, ANN)).status, "done");
  });

  it("keeps the calls of an undo that has failed halfway when it is undone to the end", async () => {
    const bench = benchOfTwo();
    await bench.respond(allKeys());
    const { id } = await bench.only();
    throttleChange(bench, 2);
    const halfway = await bench.responder().undo(id, ANN);
    assert.equal(halfway.status, "done");
    bench.beforeCall = () => undefined;

    const record = await bench.responder().undo(id, ANN);

    assert.equal(record.status, "undone");
    assert.deepEqual(
      record.undo?.calls.map(({ outcome }) => outcome),
      ["made", "made"],
    );
    assert.deepEqual(keysOf(bench), ["Active", "Active"]);
  });
});

describe("the last attempt", () => {
  /** The access key playbook with another way of reading. */
  const readingWith = (read: Playbook["read"]) => {
    const bench = new ResponderBench();
    const playbook: Playbook = {
      ...({
        title: "Deactivate an access key",
        targets: () => [],
        principals: () => [],
        contain: (): readonly Call[] => [],
        isContained: () => true,
        undo: () => [],
        words: () => ({ did: "Did", would: "would do", undid: "Undid" }),
        permissions: { read: [], contain: [], undo: [] },
      } satisfies Partial<Playbook>),
      id: "deactivate-access-key",
      read,
    };
    const playbooks = new Map<PlaybookId, Playbook>([[playbook.id, playbook]]);
    const respond = (isLastAttempt: boolean) =>
      bench.responder({ playbooks }).respond(order(), bench.nowMs + 60_000, isLastAttempt);
    return { bench, respond };
  };

  it("ends what fails by a defect of a playbook, or in the SDK before AWS is asked", async () => {
    const { bench, respond } = readingWith(() =>
      Promise.reject(new TypeError("Cannot read properties of undefined")),
    );

    await assert.rejects(respond(false), TypeError);
    await respond(true);

    const { status, sentence } = await bench.only();
    assert.equal(status, "failed");
    assert.match(sentence, /TypeError: Cannot read properties/);
    assert.equal(bench.outcomes.length, 1);
  });

  for (const error of [
    new AwsError("ValidationError", "1 validation error detected: Value 'x' at 'userName' failed"),
    new AwsError("InvalidParameterValue"),
    new AwsError("InvalidInstanceID.Malformed"),
    new Error("No value provided for input HTTP label: Bucket."),
  ])
    it(`is not waited for where the ids are of no form that AWS has: ${error.name}`, async () => {
      const { bench, respond } = readingWith(() => Promise.reject(error));

      await respond(false);

      const { status, reason } = await bench.only();
      assert.deepEqual([status, reason], ["skipped", "refused"]);
    });

  it("keeps AWS's message on one line of bounded length", async () => {
    const { bench, respond } = readingWith(() =>
      Promise.reject(new AwsError("AccessDenied", `no\nEncoded: ${"x".repeat(5_000)}`)),
    );

    await respond(false);

    const { sentence } = await bench.only();
    assert.ok(sentence.length < 500 && !sentence.includes("\n"), sentence);
  });

  it("ends what another response has kept it from all the time", async () => {
    const bench = new ResponderBench();
    bench.beforeCall = (operation) =>
      isChange({ operation }) ? new Promise<never>(() => undefined) : undefined;
    void bench.responder().respond(allKeys("alert-1", { ids: order().target.ids }), Infinity, false);
    for (let turns = 0; turns < 100; turns++) await Promise.resolve();

    const other = allKeys("alert-2", { ids: order().target.ids });
    await assert.rejects(bench.respond(other), ResponseBusyError);
    await bench.respond(other, true);

    const record = (await bench.records()).find(({ alert }) => alert.id === "alert-2");
    assert.equal(record?.status, "failed");
    assert.equal(bench.outcomes.length, 1);
  });
});

describe("the responder's keys", () => {
  it("let one response at a time work on an IAM user, wherever the events were recorded", async () => {
    const bench = new ResponderBench();
    bench.beforeCall = async () => {
      for (let turns = 0; turns < 20; turns++) await Promise.resolve();
    };
    const inRegion = (alert: string, region: string) =>
      bench.respond(allKeys(alert, { region, ids: order().target.ids }));

    await Promise.allSettled([inRegion("alert-1", "us-east-1"), inRegion("alert-2", "eu-west-1")]);
    await inRegion("alert-2", "eu-west-1");

    assert.equal(bench.changing.length, 1);
  });

  it("count all sessions of a role as one actor", async () => {
    const bench = benchOfTwo({ circuit: { limit: 1, windowMs: 3_600_000 } });
    const bySession = (session: string, accessKeyId: string): ResponseOrder => ({
      ...allKeys(session, { ids: { userName: "bob", accessKeyId } }),
      actor: {
        name: `role/Ops (session ${session})`,
        type: "AssumedRole",
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Ops/${session}`,
      },
    });

    await bench.respond(bySession("one", KEY));
    await bench.respond(bySession("two", SECOND_KEY));

    assert.deepEqual(keysOf(bench), ["Inactive", "Active"]);
  });

  it("refuse to protect nothing: a pattern that is no ARN stops the responder from starting", () => {
    const bench = new ResponderBench();
    const untouchable = { principals: ["user/bob"], actors: [], resources: [], ownRoles: [] };

    assert.throws(
      () => bench.responder({ untouchable }),
      /untouchable principals: "user\/bob" is no ARN pattern/,
    );
  });
});
