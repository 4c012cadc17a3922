import assert from "node:assert/strict";
import fc from "fast-check";
import { MemoryResponseStore } from "../../responses/memory-store";
import type { CallAws } from "../../responses/operations";
import { type Call, outputOf } from "../../responses/operations";
import type { ResponseOrder } from "../../responses/order";
import type { Playbook } from "../../responses/playbook";
import type { PlaybookId } from "../../responses/playbook-ids";
import { Responder, type ResponderParts } from "../../responses/responder";
import { fakeAws, type Handlers } from "./fake-aws";
import { isChange, modes, order, START_MS, throttled } from "./responder-bench";

/** One instance, and the security groups that were made for it: a rule each until it is revoked. */
interface World {
  groups: readonly string[];
  readonly made: Record<string, { hasRule: boolean }>;
}

function serve(world: World): Handlers {
  return {
    "ec2:DescribeInstances": () => ({
      Reservations: [{ Instances: [{ SecurityGroups: world.groups.map((GroupId) => ({ GroupId })) }] }],
    }),
    "ec2:DescribeSecurityGroups": () => ({
      SecurityGroups: Object.entries(world.made).map(([GroupId, { hasRule }]) => ({
        GroupId,
        IpPermissionsEgress: hasRule ? [{ IpProtocol: "-1" }] : [],
      })),
    }),
    "ec2:CreateSecurityGroup": () => {
      const GroupId = `sg-made-${Object.keys(world.made).length}`;
      world.made[GroupId] = { hasRule: true };
      return { GroupId };
    },
    "ec2:RevokeSecurityGroupEgress": ({ GroupId = "" }) => {
      (world.made[GroupId] as { hasRule: boolean }).hasRule = false;
      return {};
    },
    "ec2:ModifyNetworkInterfaceAttribute": ({ Groups = [] }) => {
      world.groups = Groups;
      return {};
    },
  };
}

interface State {
  readonly groups: readonly string[];
  readonly made: { readonly groupId: string; readonly hasRule: boolean } | null;
}

const swapTo = (groups: readonly string[]): Call => ({
  operation: "ec2:ModifyNetworkInterfaceAttribute",
  input: { NetworkInterfaceId: "eni-1", Groups: [...groups] },
});
const closeEgress = (GroupId: string): Call => ({
  operation: "ec2:RevokeSecurityGroupEgress",
  input: { GroupId },
});
const isIsolated = ({ groups, made }: State) =>
  made !== null && !made.hasRule && groups.length === 1 && groups[0] === made.groupId;

/** A playbook of three calls, of which the later two need what the first has returned. */
const threeCalls: Playbook<State> = {
  id: "isolate-instance",
  title: "Isolate an instance",
  targets: () => [],
  async read(_target, call) {
    const { Reservations = [] } = await call("ec2:DescribeInstances", {});
    const { SecurityGroups = [] } = await call("ec2:DescribeSecurityGroups", {});
    const [group] = SecurityGroups;
    return {
      groups: (Reservations[0]?.Instances?.[0]?.SecurityGroups ?? []).map(({ GroupId = "" }) => GroupId),
      made: group
        ? { groupId: group.GroupId ?? "", hasRule: (group.IpPermissionsEgress ?? []).length > 0 }
        : null,
    };
  },
  principals: () => [],
  contain(_target, state) {
    if (isIsolated(state)) return [];
    const id = state.made?.groupId ?? outputOf("group", "GroupId");
    return [
      ...(state.made
        ? []
        : [
            {
              operation: "ec2:CreateSecurityGroup",
              input: { GroupName: "isolated", Description: "none" },
              as: "group",
            } as const,
          ]),
      ...(state.made?.hasRule === false ? [] : [closeEgress(id)]),
      ...(state.groups.includes(id) ? [] : [swapTo([id])]),
    ];
  },
  isContained: (_target, state) => isIsolated(state),
  undo: (_target, before, now) => (isIsolated(now) ? [swapTo(before.groups)] : []),
  words: () => ({ did: "Isolated it", would: "would isolate it", undid: "Connected it again" }),
  permissions: { read: [], contain: [], undo: [] },
};

const PLAYBOOKS = new Map<PlaybookId, Playbook>([[threeCalls.id, threeCalls]]);
const LEASE_MS = 60_000;

/** What becomes of one thing that an invocation waits for; `killed`: it never says anything again. */
type Fate = "ok" | "fails" | "killed before" | "killed after";

/** Invocations that share an account, a table and a bus. */
class Fleet {
  readonly world: World = { groups: ["sg-web", "sg-db"], made: {} };
  readonly aws = fakeAws(serve(this.world));
  readonly store = new MemoryResponseStore();
  readonly told = new Set<string>();
  nowMs = START_MS;
  private holders = 0;

  /** @param wait stands between an invocation and everything that it waits for */
  responder(wait: <Result>(work: () => Promise<Result>, mayFail: boolean) => Promise<Result>): Responder {
    const call = (operation: never, input: never) => wait(() => this.aws.call(operation, input), true);
    const parts: ResponderParts = {
      playbooks: PLAYBOOKS,
      modes: modes("enforce"),
      store: new Proxy(this.store, {
        get: (store, name) => {
          const method = Reflect.get(store, name) as (...args: unknown[]) => Promise<unknown>;
          return (...args: unknown[]) => wait(() => method.apply(store, args), false);
        },
      }),
      aws: () => Promise.resolve(call as never as CallAws),
      tell: ({ id }) =>
        wait(() => {
          this.told.add(id);
          return Promise.resolve();
        }, true),
      untouchable: { principals: [], actors: [], resources: [], ownRoles: [] },
      circuit: { limit: 100, windowMs: 3_600_000 },
      stackArns: [],
      clock: () => this.nowMs,
      pause: () => Promise.resolve(),
      newHolder: () => `holder-${++this.holders}`,
      logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    };
    return new Responder(parts);
  }

  /** What the queue delivers again, once the leases of those that died are over. */
  async untilDone(orders: readonly ResponseOrder[]): Promise<void> {
    for (const what of [...orders, ...orders]) {
      this.nowMs += 2 * LEASE_MS;
      await this.responder((work) => work()).respond(what, this.nowMs + LEASE_MS, false);
    }
  }

  /** The same end, whatever happened on the way. */
  async assertEnd(orders: readonly ResponseOrder[]): Promise<void> {
    assert.deepEqual(this.world, { groups: ["sg-made-0"], made: { "sg-made-0": { hasRule: false } } });
    assert.deepEqual(
      this.aws.calls.filter(isChange).map(({ operation }) => operation),
      ["ec2:CreateSecurityGroup", "ec2:RevokeSecurityGroupEgress", "ec2:ModifyNetworkInterfaceAttribute"],
      "each action once",
    );
    const records = await this.store.list({ limit: 100 });
    assert.equal(records.length, new Set(orders.map(({ alert }) => alert.id)).size);
    for (const { id, status, reason, calls } of records) {
      assert.ok(this.told.has(id), "everybody was told");
      if (status === "skipped") assert.equal(reason, "already-contained");
      else {
        assert.equal(status, "done");
        assert.ok(
          calls.length > 0 && calls.every(({ outcome }) => outcome === "made" || outcome === "found"),
          JSON.stringify(calls),
        );
      }
    }
    const recorded = records.flatMap(({ calls }) => calls.map(({ operation }) => operation));
    assert.deepEqual(
      new Set(recorded),
      new Set(this.aws.calls.filter(isChange).map(({ operation }) => operation)),
    );
    for (const { calls } of records)
      assert.equal(new Set(calls.map(({ operation }) => operation)).size, calls.length, "no call twice");
    const done = records.find(({ status }) => status === "done");
    assert.ok(done, "one of them has done it");
    await this.responder((work) => work()).undo(done.id, "ann");
    assert.deepEqual(this.world.groups, ["sg-web", "sg-db"]);
  }
}

const never = () => new Promise<never>(() => undefined);

function orderFor(alert: string): ResponseOrder {
  const base = order({ playbook: threeCalls.id });
  return {
    ...base,
    alert: { ...base.alert, id: alert },
    target: { ...base.target, ids: { instanceId: "i-0123456789abcdef0" } },
  };
}

describe("responders that die", () => {
  it("at any one thing that they wait for are followed by one that ends as if nothing had happened", async () => {
    let deaths = 0;
    for (const fate of ["killed before", "killed after", "fails"] as const)
      for (let fatal = 1; ; fatal++) {
        const fleet = new Fleet();
        let waits = 0;
        const first = fleet.responder(async (work, mayFail) => {
          if (++waits !== fatal) return work();
          if (fate === "fails") throw mayFail ? throttled() : new Error("the table does not answer");
          if (fate === "killed after") await work();
          return never();
        });
        const attempt = first.respond(orderFor("alert-1"), fleet.nowMs + LEASE_MS, false);
        await Promise.race([attempt.catch(() => undefined), settle()]);
        if (waits < fatal) break;
        deaths++;
        const orders = [orderFor("alert-1"), orderFor("alert-2")];
        await fleet.untilDone(orders);
        await fleet.assertEnd(orders);
      }
    assert.ok(deaths > 50, `${deaths} places to die`);
  });

  it("come to the same end with each action once: any order, repeats, at once, failing and dying", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("alert-1", "alert-2", "alert-3"), { minLength: 1, maxLength: 6 }),
        fc.array(
          fc.oneof(
            { weight: 12, arbitrary: fc.constant<Fate>("ok") },
            { weight: 1, arbitrary: fc.constantFrom<Fate>("fails", "killed before", "killed after") },
          ),
          { maxLength: 80 },
        ),
        fc.scheduler(),
        async (alerts, fates, scheduler) => {
          const fleet = new Fleet();
          const pending = [...fates];
          const orders = alerts.map(orderFor);
          const attempts = orders.map((what) =>
            fleet
              .responder(async (work, mayFail) => {
                await scheduler.schedule(Promise.resolve());
                const fate = pending.shift() ?? "ok";
                if (fate === "fails") throw mayFail ? throttled() : new Error("the table does not answer");
                if (fate === "killed before") return never();
                const result = await work();
                return fate === "killed after" ? never() : result;
              })
              .respond(what, fleet.nowMs + LEASE_MS, false)
              .catch(() => undefined),
          );
          await Promise.race([Promise.all(attempts), scheduler.waitIdle().then(settle)]);

          await fleet.untilDone(orders);
          await fleet.assertEnd(orders);
        },
      ),
      { numRuns: 300 },
    ));
});

/** Time for what is ready to run. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 500; turns++) await Promise.resolve();
}
