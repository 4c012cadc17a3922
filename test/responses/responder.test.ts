import assert from "node:assert/strict";
import fc from "fast-check";
import type { ResponseOrder } from "../../responses/order";
import { ResponseBusyError, ResponseStateError } from "../../responses/responder";
import { AwsError } from "./fake-aws";
import { ACCOUNT, isChange, KEY, modes, order, ResponderBench, throttled } from "./responder-bench";

const OTHER_KEY = "AKIAI44QH8DHBEXAMPLE";
const forAlert = (id: string, change: Partial<ResponseOrder> = {}): ResponseOrder => {
  const base = order(change);
  return { ...base, alert: { ...base.alert, id } };
};

describe("the responder", () => {
  it("contains the target, verifies it, records how, and tells it with the way back", async () => {
    const bench = new ResponderBench();

    await bench.respond();

    assert.equal(bench.world.users.bob?.keys[KEY], "Inactive");
    const { id, ...record } = await bench.only();
    assert.equal(record.status, "done");
    assert.equal(record.verified, true);
    assert.equal(record.mode, "enforce");
    assert.deepEqual(
      record.calls.map(({ operation, outcome }) => [operation, outcome]),
      [["iam:UpdateAccessKey", "made"]],
    );
    assert.deepEqual(
      bench.outcomes.map(({ sentence, command, level }) => [sentence, command, level]),
      [["Deactivated access key AKIA...LE of user bob", `trailkeeper respond undo ${id}`, "high"]],
    );
  });

  it("answers what AWS itself has found, such as a key that it put under quarantine", async () => {
    const bench = new ResponderBench();

    await bench.respond(order({ actor: { name: "AWS service iam.amazonaws.com", type: "AWSService" } }));

    assert.equal((await bench.only()).status, "done");
  });

  it("records the exact calls and makes none where the playbook observes", async () => {
    const bench = new ResponderBench({ modes: modes("observe") });

    await bench.respond();

    const record = await bench.only();
    assert.deepEqual([record.status, record.reason, record.mode], ["proposed", "observed", "observe"]);
    assert.deepEqual(record.calls, [
      {
        operation: "iam:UpdateAccessKey",
        input: { AccessKeyId: KEY, UserName: "bob", Status: "Inactive" },
        outcome: "planned",
      },
    ]);
    assert.deepEqual(bench.changing, []);
    assert.equal(bench.outcomes[0]?.level, "medium");
    assert.match(bench.outcomes[0]?.command ?? "", /^trailkeeper respond run [0-9a-f]{32}$/);
  });

  it("does and records nothing where the playbook is off", async () => {
    const bench = new ResponderBench({ modes: modes("off") });

    await bench.respond();

    assert.deepEqual([await bench.records(), bench.calls, bench.outcomes], [[], [], []]);
  });

  it("does the same alert once, and another alert about the same target not again", async () => {
    const bench = new ResponderBench();

    await bench.respond();
    await bench.respond();
    await bench.respond(forAlert("alert-2"));

    assert.equal(bench.changing.length, 1);
    assert.deepEqual(
      (await bench.records()).map(({ alert, status, reason }) => [alert.id, status, reason]).sort(),
      [
        ["alert-1", "done", undefined],
        ["alert-2", "skipped", "already-contained"],
      ],
    );
  });

  it("waits for another response to the same target", async () => {
    const bench = new ResponderBench();
    let release = (): void => undefined;
    bench.beforeCall = (operation) =>
      operation === "iam:UpdateAccessKey" ? new Promise((resolve) => (release = resolve)) : undefined;
    const first = bench.respond();
    for (let turns = 0; turns < 50; turns++) await Promise.resolve();

    await assert.rejects(bench.respond(forAlert("alert-2")), ResponseBusyError);
    await assert.rejects(bench.respond(), ResponseBusyError);
    release();
    await first;
    bench.beforeCall = () => undefined;
    await bench.respond(forAlert("alert-2"));

    assert.equal(bench.changing.length, 1);
  });

  describe("when AWS fails", () => {
    for (const operation of ["iam:GetUser", "iam:ListAccessKeys", "iam:UpdateAccessKey"] as const)
      it(`tries again after ${operation} was throttled`, async () => {
        const bench = new ResponderBench();
        let failures = 1;
        bench.beforeCall = (called) => {
          if (called === operation && failures-- > 0) throw throttled();
        };

        await assert.rejects(bench.respond());
        await bench.respond();

        assert.equal((await bench.only()).status, "done");
        assert.equal(bench.changing.length, 1);
        assert.equal(bench.outcomes.length, 1);
      });

    it("ends at the last attempt, and says what failed", async () => {
      const bench = new ResponderBench();
      bench.beforeCall = (operation) => {
        if (operation === "iam:UpdateAccessKey") throw throttled();
      };

      await bench.respond(order(), true);

      const record = await bench.only();
      assert.deepEqual([record.status, record.verified], ["failed", false]);
      assert.match(record.sentence, /^Not done: would deactivate .*Throttling: Rate exceeded/);
      assert.equal(record.calls[0]?.outcome, "failed");
      assert.equal(bench.outcomes[0]?.level, "high");
    });

    it("ends at once where it is refused", async () => {
      const bench = new ResponderBench();
      bench.beforeCall = (operation) => {
        if (operation === "iam:GetUser") throw new AwsError("AccessDenied", "not authorized");
      };

      await bench.respond();

      const record = await bench.only();
      assert.equal(record.status, "failed");
      assert.match(record.sentence, /AccessDenied: not authorized/);
    });

    it("says what was done and what not where only some calls were taken", async () => {
      const bench = new ResponderBench();
      Object.assign(bench.world.users.bob?.keys ?? {}, { [OTHER_KEY]: "Active" });
      let calls = 0;
      bench.beforeCall = (operation) => {
        if (operation === "iam:UpdateAccessKey" && ++calls === 2) throw new AwsError("AccessDenied");
      };
      const base = order();

      await bench.respond({ ...base, target: { ...base.target, ids: { userName: "bob" } } });

      const record = await bench.only();
      assert.equal(record.status, "partial");
      assert.deepEqual(
        record.calls.map(({ outcome }) => outcome),
        ["made", "failed"],
      );
      assert.match(record.sentence, /^Done in part, 1 of 2 calls/);

      bench.beforeCall = () => undefined;
      const done = await bench.responder().run(record.id, "arn:aws:iam::111122223333:user/ann");

      assert.equal(done.status, "done");
      assert.equal(done.orderedBy, "arn:aws:iam::111122223333:user/ann");
      assert.deepEqual(Object.values(bench.world.users.bob?.keys ?? {}), ["Inactive", "Inactive"]);

      await bench.responder().undo(record.id, "arn:aws:iam::111122223333:user/ann");

      assert.deepEqual(Object.values(bench.world.users.bob?.keys ?? {}), ["Active", "Active"]);
    });

    it("knows that it has contained the target where it died before it could say so", async () => {
      const bench = new ResponderBench();
      const dying = () =>
        Promise.resolve(async (operation: never, input: never) => {
          const output = await bench.call(operation, input);
          return isChange({ operation }) ? new Promise<never>(() => undefined) : output;
        }) as never;
      void bench.responder({ aws: dying }).respond(order(), bench.nowMs + 60_000, false);
      for (let turns = 0; turns < 100; turns++) await Promise.resolve();
      bench.nowMs += 120_000;

      await bench.respond();

      const record = await bench.only();
      assert.deepEqual([record.status, record.calls[0]?.outcome], ["done", "found"]);
      await bench.responder().undo(record.id, "ann");
      assert.equal(bench.world.users.bob?.keys[KEY], "Active");
    });

    it("tells the bus again where that failed", async () => {
      const bench = new ResponderBench();
      let isDown = true;
      const tell = () => (isDown ? Promise.reject(new Error("bus is down")) : Promise.resolve());
      const respond = () => bench.responder({ tell }).respond(order(), bench.nowMs + 60_000, false);

      await assert.rejects(respond(), /bus is down/);
      isDown = false;
      await respond();

      assert.equal(bench.changing.length, 1);
      assert.equal((await bench.only()).status, "done");
    });
  });

  describe("by hand", () => {
    const ann = "arn:aws:iam::111122223333:user/ann";
    it("runs what was only proposed, after looking again", async () => {
      const bench = new ResponderBench({ modes: modes("observe") });
      await bench.respond();
      const { id } = await bench.only();

      const record = await bench.responder().run(id, ann);

      assert.deepEqual([record.status, record.orderedBy, record.mode], ["done", ann, "enforce"]);
      assert.equal(bench.world.users.bob?.keys[KEY], "Inactive");
    });

    it("takes back what was done, and says by whom", async () => {
      const bench = new ResponderBench();
      await bench.respond();
      const { id } = await bench.only();

      const record = await bench.responder().undo(id, ann);

      assert.equal(record.status, "undone");
      assert.equal(record.undo?.by, ann);
      assert.equal(bench.world.users.bob?.keys[KEY], "Active");
      assert.match(bench.outcomes.at(-1)?.sentence ?? "", /^Activated access key/);
    });

    it("leaves the response ended: a late repeat of the alert changes nothing", async () => {
      const bench = new ResponderBench();
      await bench.respond();
      await bench.responder().undo((await bench.only()).id, ann);

      await bench.respond();

      assert.equal(bench.world.users.bob?.keys[KEY], "Active");
    });

    it("is not answered: the person's own activation of the key starts no new response", async () => {
      const bench = new ResponderBench();
      await bench.respond();
      await bench.responder().undo((await bench.only()).id, ann);
      const byAnn = { name: "user/ann", type: "IAMUser", arn: ann, accountId: ACCOUNT };
      const byEve = { ...byAnn, name: "user/eve", arn: `arn:aws:iam::${ACCOUNT}:user/eve` };

      await bench.respond(forAlert("alert-2", { actor: byAnn }));
      const leftActive = bench.world.users.bob?.keys[KEY];
      await bench.respond(forAlert("alert-3", { actor: byEve }));

      assert.equal(leftActive, "Active");
      assert.equal(bench.world.users.bob?.keys[KEY], "Inactive");
      assert.deepEqual(
        (await bench.records()).map(({ alert, status, reason }) => [alert.id, status, reason]).sort(),
        [
          ["alert-1", "undone", undefined],
          ["alert-2", "proposed", "undone-by-hand"],
          ["alert-3", "done", undefined],
        ],
      );
    });

    it("says that an undo was refused, and keeps the response as it is", async () => {
      const bench = new ResponderBench();
      await bench.respond();
      const { id } = await bench.only();
      bench.beforeCall = (operation) => {
        if (operation === "iam:UpdateAccessKey") throw new AwsError("AccessDenied");
      };

      const record = await bench.responder().undo(id, ann);

      assert.deepEqual([record.status, record.undo?.verified], ["done", false]);
      assert.match(record.sentence, /undoing it failed \(AccessDenied/);
    });

    const wrong: readonly [what: string, act: (bench: ResponderBench) => Promise<unknown>, error: RegExp][] =
      [
        [
          "an unknown response",
          (bench) => bench.responder().run("0".repeat(32), ann),
          /there is no response/,
        ],
        [
          "running what is done",
          async (bench) => {
            await bench.respond();
            await bench.responder().run((await bench.only()).id, ann);
          },
          /is done and cannot be run; only what is proposed or running or failed or partial can/,
        ],
        [
          "undoing twice",
          async (bench) => {
            await bench.respond();
            const { id } = await bench.only();
            await bench.responder().undo(id, ann);
            await bench.responder().undo(id, ann);
          },
          /is undone and cannot be undone/,
        ],
        [
          "undoing what is gone",
          async (bench) => {
            await bench.respond();
            delete bench.world.users.bob;
            await bench.responder().undo((await bench.only()).id, ann);
          },
          /its target is gone/,
        ],
      ];
    for (const [what, act, error] of wrong)
      it(`refuses ${what} with what to do`, async () =>
        assert.rejects(
          act(new ResponderBench()),
          (thrown) => thrown instanceof ResponseStateError && error.test(thrown.message),
        ));
  });

  describe("leaves alone", () => {
    const actor = order().actor;
    const target = order().target;
    const session = (role: string) => ({
      ...actor,
      type: "AssumedRole",
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/session`,
    });
    const cases: readonly [what: string, change: Partial<ResponseOrder>, reason: string][] = [
      ["what a role of the stack caused", { actor: session("trail-respond") }, "never-touch"],
      [
        "what a role of the stack caused, told by its issuer",
        { actor: { ...session("x"), sessionIssuerArn: `arn:aws:iam::${ACCOUNT}:role/trail-respond` } },
        "never-touch",
      ],
      ["what the deploy role did", { actor: session("deploy") }, "never-touch"],
      [
        "what a break-glass user did",
        { actor: { ...actor, arn: `arn:aws:iam::${ACCOUNT}:user/break-glass` } },
        "never-touch",
      ],
      [
        "a break-glass user, whoever acted",
        { target: { ...target, ids: { userName: "break-glass", accessKeyId: OTHER_KEY } } },
        "never-touch",
      ],
      [
        "the root user",
        { actor: { name: "root", type: "Root", arn: `arn:aws:iam::${ACCOUNT}:root` } },
        "never-touch",
      ],
      ["an account that it has no role in", { target: { ...target, accountId: "444455556666" } }, "no-reach"],
      ["a user who is gone", { target: { ...target, ids: { userName: "eve" } } }, "gone"],
      ["a target without a name", { target: { ...target, ids: {} } }, "refused"],
      ["an account that is none", { target: { ...target, accountId: "all" } }, "refused"],
    ];
    for (const [what, change, reason] of cases)
      it(what, async () => {
        const bench = new ResponderBench();

        await bench.respond(order(change));

        const record = await bench.only();
        assert.deepEqual([record.status, record.reason], ["skipped", reason]);
        assert.deepEqual(bench.changing, []);
        assert.equal(bench.outcomes.length, 1);
      });

    for (const [what, name] of [
      ["a user whose name only begins like a protected one", "break-glass-2"],
      ["a user in a path like a protected name", "other"],
    ] as const)
      it(`not ${what}`, async () => {
        const bench = new ResponderBench();
        bench.world.users[name] = {
          path: name === "other" ? "/break-glass/" : "/",
          policies: {},
          keys: { [OTHER_KEY]: "Active" },
          profile: null,
        };

        await bench.respond(order({ target: { ...target, ids: { userName: name } } }));

        assert.equal((await bench.only()).status, "done");
      });
  });

  describe("under a flood", () => {
    const flood = (number: number): ResponseOrder => {
      const userName = `victim-${number}`;
      const base = forAlert(`alert-${number}`);
      return { ...base, target: { ...base.target, ids: { userName } } };
    };

    it("acts a few times, then leaves the rest to a person, and loses none", async () => {
      const bench = new ResponderBench();
      for (let number = 0; number < 1_000; number++)
        bench.world.users[`victim-${number}`] = {
          path: "/",
          policies: {},
          keys: { [`AKIA${String(number).padStart(16, "0")}`]: "Active" },
          profile: null,
        };

      for (let number = 0; number < 1_000; number++) await bench.respond(flood(number));

      const records = await bench.records();
      assert.equal(bench.changing.length, 5);
      assert.equal(records.length, 1_000);
      assert.equal(records.filter(({ reason }) => reason === "circuit-open").length, 995);
      assert.equal(bench.outcomes.length, 1_000);
      assert.equal(bench.outcomes.at(-1)?.level, "high");
    });

    it("acts again once a person has closed the circuit", async () => {
      const bench = new ResponderBench({ circuit: { limit: 1, windowMs: 3_600_000 } });
      await bench.respond();
      await bench.responder().undo((await bench.only()).id, "ann");
      await bench.respond(forAlert("alert-2"));
      const [circuit = ""] = await bench.store.openCircuits();

      await bench.store.closeCircuit(circuit);
      await bench.respond(forAlert("alert-3"));

      assert.deepEqual((await bench.records()).map(({ status }) => status).sort(), [
        "done",
        "proposed",
        "undone",
      ]);
    });
  });

  describe("whatever happens", () => {
    /** An invocation that is stopped at one of its calls never says anything again. */
    const never = () => new Promise<never>(() => undefined);

    it("comes to the same end with each action once, in any order, repeated, at once, throttled, and killed", () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom("alert-1", "alert-2", "alert-3"), { minLength: 1, maxLength: 6 }),
          fc.array(fc.constantFrom("ok", "ok", "ok", "throttled", "killed before", "killed after"), {
            maxLength: 12,
          }),
          fc.scheduler(),
          async (alerts, fates, scheduler) => {
            const bench = new ResponderBench();
            Object.assign(bench.world.users.bob?.keys ?? {}, { [OTHER_KEY]: "Active" });
            const pending = [...fates];
            const served = bench.call;
            const aws = () =>
              Promise.resolve(async (operation: never, input: never) => {
                await scheduler.schedule(Promise.resolve(), operation);
                const fate = pending.shift() ?? "ok";
                if (fate === "throttled") throw throttled();
                if (fate === "killed before") return never();
                const output = await served(operation, input);
                return fate === "killed after" ? never() : output;
              }) as never;
            const base = order();
            const of = (id: string) => ({
              ...forAlert(id),
              target: { ...base.target, ids: { userName: "bob" } },
            });
            const attempts = alerts.map((id) =>
              bench
                .responder({ aws, pause: () => Promise.resolve() })
                .respond(of(id), bench.nowMs + 60_000, false)
                .catch(() => undefined),
            );
            await Promise.race([Promise.all(attempts), scheduler.waitIdle().then(settle)]);

            // What the queue delivers again, after the leases of those that died.
            pending.length = 0;
            for (const id of [...alerts, ...alerts]) {
              bench.nowMs += 120_000;
              const again = bench.responder().respond(of(id), bench.nowMs + 60_000, false);
              await again.catch(() => undefined);
            }

            const records = await bench.records();
            assert.deepEqual(Object.values(bench.world.users.bob?.keys ?? {}), ["Inactive", "Inactive"]);
            assert.equal(bench.calls.filter(isChange).length, 2);
            assert.equal(records.length, new Set(alerts).size);
            for (const { status } of records) assert.ok(status === "done" || status === "skipped", status);
            assert.ok(records.some(({ status }) => status === "done"));
            for (const { id } of records) assert.ok(bench.outcomes.some((outcome) => outcome.id === id));
          },
        ),
        { numRuns: 300 },
      ));
  });
});

/** Time for what is ready to run. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 200; turns++) await Promise.resolve();
}
