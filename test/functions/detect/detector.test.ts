import assert from "node:assert/strict";
import fc from "fast-check";
import { alertSchema } from "../../../detections/alert";
import type { CloudTrailEvent } from "../../../formats/cloudtrail/event";
import { RuleSet } from "../../../detections/rule-set";
import { parseSuppressions } from "../../../detections/suppression-file";
import { DecisionBusyError } from "../../../functions/detect/detector";
import { MemoryStore } from "../../../functions/detect/memory-store";
import { eventAt, parsedRules, RULES, secretReadAt, signInAt, START_MS, TestBench } from "./detect-fixtures";

const DAY_SECONDS = 86_400;
const bob = { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/bob", accountId: "111122223333" };

describe("the detector", () => {
  it("publishes an alert by contract for a rule that alerts by itself", async () => {
    const bench = new TestBench();

    await bench.detect(eventAt(0, { requestParameters: { userName: "carol" } }));

    assert.equal(bench.published.length, 1);
    const alert = alertSchema.parse(bench.published[0]);
    assert.equal(alert.summary, "user/alice created a key for carol");
    assert.deepEqual(alert.what.targets, ["carol"]);
  });

  it("decides once on an event that comes both ways", async () => {
    const bench = new TestBench();
    const event = eventAt(0);

    await bench.detect(event, { ...event });

    assert.equal(bench.published.length, 1);
  });

  it("decides once on a record without an eventID, whatever the order of its keys", async () => {
    const bench = new TestBench();
    const event = eventAt(0, { eventID: undefined });
    const turned = Object.fromEntries(Object.entries(event).reverse()) as CloudTrailEvent;

    await bench.detect(event, turned);

    assert.equal(bench.published.length, 1);
  });

  it("counts repeats by the same actor within the quiet period instead of alerting again", async () => {
    const bench = new TestBench();

    await bench.detect(
      eventAt(1800),
      eventAt(0),
      eventAt(3600),
      eventAt(1800, { userIdentity: bob }),
      eventAt(5401),
    );

    assert.deepEqual(
      bench.published.map(({ who, when }) => [who.actor, when.firstEventTime]),
      [
        ["user/alice", "2026-11-25T10:30:00Z"],
        ["user/bob", "2026-11-25T10:30:00Z"],
        ["user/alice", "2026-11-25T11:30:01Z"],
      ],
    );
    assert.ok(bench.log.some((line) => line.includes('"repeats":2')));
  });

  it("publishes repeats of a rule with a playbook as repeats, for each to be responded to", async () => {
    const rules = parsedRules(RULES.replace("{ summary:", "{ playbook: deactivate-access-key, summary:"));
    const bench = new TestBench({ ruleSet: new RuleSet(rules) });
    const keyMade = (seconds: number, accessKeyId: string) =>
      eventAt(seconds, { responseElements: { accessKey: { accessKeyId, userName: "carol" } } });

    await bench.detect(keyMade(0, "AKIAIOSFODNN7EXAMPLE"), keyMade(60, "AKIAI44QH8DHBEXAMPLE"));

    const [alert, repeat] = bench.published.map((each) => alertSchema.parse(each));
    assert.equal(alert?.repeatOf, undefined);
    assert.equal(repeat?.repeatOf, alert?.id);
    assert.notEqual(repeat?.id, alert?.id);
    assert.deepEqual(
      bench.published.map(({ responses }) => responses?.[0]?.targets[0]?.accessKeyId),
      ["AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE"],
    );
  });

  it("correlates events of one group within the timespan, and lists them as evidence", async () => {
    const bench = new TestBench();

    await bench.detect(
      signInAt(0, "Failure", "203.0.113.1"),
      signInAt(100, "Failure", "203.0.113.2"),
      signInAt(200, "Failure", "203.0.113.1"),
      signInAt(301, "Failure", "203.0.113.1"),
      signInAt(302, "Failure", "203.0.113.1"),
    );

    assert.deepEqual(bench.raised, ["many-failed 203.0.113.1"]);
    const [alert] = bench.published;
    assert.equal(alert?.evidence.eventCount, 3);
    assert.equal(alert?.when.firstEventTime, "2026-11-25T10:03:20Z");
    assert.equal(alert?.when.lastEventTime, "2026-11-25T10:05:02Z");
  });

  it("lets a flood of repeats not hide what came before it", async () => {
    const bench = new TestBench();
    const repeats = Array.from({ length: 1_100 }, () => secretReadAt(10, "b"));

    await bench.detect(secretReadAt(0, "a"), ...repeats, secretReadAt(20, "c"));

    assert.deepEqual(
      bench.published.map(({ rule }) => rule.id),
      ["many-secrets"],
    );
  });

  it("names the values that a correlation counts, where they are its targets", async () => {
    const bench = new TestBench();

    await bench.detect(
      secretReadAt(0, "a"),
      secretReadAt(1, "b"),
      secretReadAt(2, "b"),
      secretReadAt(3, "c"),
    );

    assert.deepEqual(bench.published[0]?.what.targets, ["a", "b", "c"]);
  });

  it("correlates correlations: a sign-in after many that failed, not before", async () => {
    const failures = [0, 1, 2].map((second) => signInAt(second, "Failure", "203.0.113.1"));
    const after = new TestBench();
    const before = new TestBench();

    await after.detect(...failures, signInAt(60, "Success", "203.0.113.1"));
    await before.detect(...failures, signInAt(-60, "Success", "203.0.113.1"));

    assert.deepEqual(
      new Set(after.raised),
      new Set(["many-failed", "signed-in", "guessed"].map((id) => `${id} 203.0.113.1`)),
    );
    assert.deepEqual(
      new Set(before.raised),
      new Set(["many-failed", "signed-in"].map((id) => `${id} 203.0.113.1`)),
    );
  });

  it("alerts on what an actor does for the first time, once it has been watched long enough", async () => {
    const bench = new TestBench();

    await bench.detect(
      secretReadAt(-8 * DAY_SECONDS, "a"),
      secretReadAt(-2 * DAY_SECONDS, "a", "eu-north-1"),
      secretReadAt(0, "a"),
      secretReadAt(10, "a", "eu-north-1"),
      secretReadAt(20, "a", "us-east-1"),
      secretReadAt(8000, "a", "us-east-1"),
    );

    assert.deepEqual(
      bench.published.map(({ rule, where }) => [rule.id, where.region]),
      [["new-region", "us-east-1"]],
    );
  });

  describe("with suppressions", () => {
    const suppressed = (expires: string) =>
      parseSuppressions(
        `- { rule: key-created, match: { userIdentity.arn|endswith: user/alice }, reason: hers, owner: team, expires: ${expires} }`,
        "suppressions.yml",
        { rules: parsedRules(), now: new Date(START_MS) },
      ).suppressions;

    it("counts and logs a suppressed hit, and alerts on others", async () => {
      const bench = new TestBench({ suppressions: suppressed("2026-11-25") });

      await bench.detect(eventAt(0), eventAt(1, { userIdentity: bob }));

      assert.deepEqual(
        bench.published.map(({ who }) => who.actor),
        ["user/bob"],
      );
      assert.match(bench.metrics.flush(0, "f") ?? "", /"SuppressedHits":1/);
      assert.ok(
        bench.log.some((line) => line.includes("hit suppressed") && line.includes('"reason":"hers"')),
      );
    });

    it("alerts again once one has expired", async () => {
      const bench = new TestBench({ suppressions: suppressed("2026-11-24") });

      await bench.detect(eventAt(0));

      assert.equal(bench.published.length, 1);
    });

    it("keeps a suppressed event out of correlations", async () => {
      const { suppressions } = parseSuppressions(
        "- { rule: many-failed, match: { sourceIPAddress: 203.0.113.1 }, reason: test, owner: team, expires: 2027-01-01 }",
        "suppressions.yml",
        { rules: parsedRules(), now: new Date(START_MS) },
      );
      const bench = new TestBench({ suppressions });

      await bench.detect(...[0, 1, 2].map((second) => signInAt(second, "Failure", "203.0.113.1")));

      assert.deepEqual(bench.raised, []);
    });
  });

  it("leaves a decision that another has begun to that one, until its lease is over", async () => {
    const bench = new TestBench();
    const event = eventAt(0);
    const key = { ruleId: "key-created", eventID: event.eventID ?? "" };
    const store = new MemoryStore();
    await store.claim(key, bench.nowMs, bench.nowMs + 60_000);
    const second = new TestBench({ store });

    await assert.rejects(second.detect(event), DecisionBusyError);
    second.nowMs += 60_001;
    await second.detect(event);

    assert.equal(second.published.length, 1);
  });

  it("waits for another that is deciding at the same moment", async () => {
    const event = eventAt(0);
    const key = { ruleId: "key-created", eventID: event.eventID ?? "" };
    const store = new MemoryStore();
    const waits: number[] = [];
    const pause = async (ms: number): Promise<void> => {
      waits.push(ms);
      if (waits.length === 3) await store.finish(key);
    };
    const bench = new TestBench({ store, pause });
    await store.claim(key, bench.nowMs, bench.nowMs + 60_000);

    await bench.detect(event);

    assert.equal(waits.length, 3);
    assert.deepEqual(bench.published, [], "the other one has published the alert");
  });

  /** A history that the first-seen rule has learnt, and then any events of one hour. */
  const history = [secretReadAt(-20 * DAY_SECONDS, "old"), secretReadAt(-DAY_SECONDS, "old")];
  const seconds = fc.integer({ min: 0, max: 3600 });
  const address = fc.constantFrom("203.0.113.1", "203.0.113.2");
  const anyEvent = fc.oneof(
    { weight: 1, arbitrary: seconds.map((at) => eventAt(at)) },
    { weight: 1, arbitrary: seconds.map((at) => eventAt(at, { userIdentity: bob })) },
    {
      weight: 6,
      arbitrary: fc
        .tuple(fc.integer({ min: 0, max: 1500 }), fc.constantFrom("Failure", "Failure", "Success"), address)
        .map(([at, outcome, from]) => signInAt(at, outcome, from)),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(seconds, fc.constantFrom("a", "b", "c", "d"), fc.constantFrom("eu-west-1", "us-east-1"))
        .map(([at, secret, region]) => secretReadAt(at, secret, region)),
    },
  );
  const byAddress = ["many-failed", "guessed"];
  const groupsOf = ({ published }: TestBench) => {
    const groups = published.map(
      ({ rule, who, where }) =>
        `${rule.id} ${byAddress.includes(rule.id) ? where.sourceIpAddress : who.actor}`,
    );
    return [...new Set(groups)].sort();
  };

  it("raises the same for the same events in any order, however often they come", () =>
    fc.assert(
      fc.asyncProperty(
        fc
          .array(anyEvent, { maxLength: 30 })
          .chain((events) =>
            fc.tuple(
              fc.constant(events),
              fc.shuffledSubarray([...events, ...events], { minLength: 2 * events.length }),
            ),
          ),
        async ([events, shuffledTwice]) => {
          const ordered = new TestBench();
          const shuffled = new TestBench();

          await ordered.detect(
            ...history,
            ...[...events].sort((a, b) => (a.eventTime < b.eventTime ? -1 : 1)),
          );
          await shuffled.detect(...history, ...shuffledTwice);

          assert.deepEqual(groupsOf(shuffled), groupsOf(ordered));
          const ids = shuffled.published.map(({ id }) => id);
          assert.equal(new Set(ids).size, ids.length, "an alert was published twice without a crash");
        },
      ),
      { numRuns: 300 },
    ));

  it("raises the same when several invocations work on the same events at the same time", () =>
    fc.assert(
      fc.asyncProperty(fc.array(anyEvent, { maxLength: 20 }), fc.scheduler(), async (events, scheduler) => {
        const ordered = new TestBench();
        await ordered.detect(...history, ...events);
        const bench = new TestBench({ store: scheduled(new MemoryStore(), scheduler) });
        const work = events.map((event) => bench.detect(event));

        await scheduler.waitFor(Promise.all([bench.detect(...history)]));
        await scheduler.waitFor(Promise.all(work));

        assert.deepEqual(groupsOf(bench).filter(notLearnt), groupsOf(ordered).filter(notLearnt));
      }),
      { numRuns: 100 },
    ));

  // What is learnt while the first events come is a matter of chance then.
  const notLearnt = (group: string) => !group.startsWith("new-region");

  for (const moment of ["before", "after"] as const) {
    it(`loses nothing when it dies ${moment} any call to store or bus, and repeats under the same id`, async () => {
      const events = [
        ...history,
        eventAt(0),
        ...[1, 2, 3].map((second) => signInAt(second, "Failure", "203.0.113.1")),
        signInAt(60, "Success", "203.0.113.1"),
        ...["a", "b", "c"].map((secret, index) => secretReadAt(100 + index, secret, "us-east-1")),
        eventAt(200),
      ];
      const undisturbed = new TestBench();
      await undisturbed.detect(...events);
      const expected = undisturbed.published.map(({ id }) => id).sort();
      assert.deepEqual([...new Set(undisturbed.published.map(({ rule }) => rule.id))].sort(), [
        "guessed",
        "key-created",
        "many-failed",
        "many-secrets",
        "new-region",
        "signed-in",
      ]);

      let deaths = 0;
      for (let fatalCall = 1; ; fatalCall++) {
        const crash = new Crash(fatalCall, moment);
        const published: string[] = [];
        const bench = new TestBench({
          store: crash.inject(new MemoryStore()),
          publish: crash.wrap((alert) => {
            published.push(alert.id);
            return Promise.resolve();
          }),
        });
        for (const event of events) {
          try {
            await bench.detect(event);
          } catch (error) {
            assert.ok(error instanceof Death);
            deaths++;
            bench.nowMs += 60_001;
            await bench.detect(event);
          }
        }
        if (!crash.happened) break;
        assert.deepEqual([...new Set(published)].sort(), expected, `call ${fatalCall}`);
        assert.ok(published.length <= expected.length + 2, `call ${fatalCall} repeats more than it must`);
      }
      assert.ok(deaths > 50);
    });
  }

  it("needs no more rules than there are: an event without a hit reaches neither store nor bus", async () => {
    const crash = new Crash(1, "before");
    const bench = new TestBench({
      store: crash.inject(new MemoryStore()),
      publish: crash.wrap(() => Promise.resolve()),
      ruleSet: new RuleSet(parsedRules()),
    });

    await bench.detect(eventAt(0, { eventName: "DescribeInstances" }));

    assert.equal(crash.happened, false);
  });
});

class Death extends Error {}

/** Dies once, at the nth call of all the functions that it wraps. */
class Crash {
  happened = false;
  private calls = 0;

  constructor(
    private readonly fatalCall: number,
    private readonly moment: "before" | "after",
  ) {}

  wrap<A extends unknown[], R>(call: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
    return async (...args) => {
      const isFatal = ++this.calls === this.fatalCall;
      if (isFatal) this.happened = true;
      if (isFatal && this.moment === "before") throw new Death();
      const result = await call(...args);
      if (isFatal) throw new Death();
      return result;
    };
  }

  inject(store: MemoryStore): MemoryStore {
    return intercepted(store, (call) => this.wrap(call));
  }
}

function scheduled(store: MemoryStore, scheduler: fc.Scheduler): MemoryStore {
  return intercepted(store, (call) => async (...args) => {
    await scheduler.schedule(Promise.resolve());
    return call(...args);
  });
}

type Call = (...args: unknown[]) => Promise<unknown>;

function intercepted(store: MemoryStore, intercept: (call: Call) => Call): MemoryStore {
  return new Proxy(store, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? intercept((member as Call).bind(target)) : member;
    },
  });
}
