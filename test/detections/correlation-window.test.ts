import assert from "node:assert/strict";
import fc from "fast-check";
import {
  CorrelationWindow,
  type Entry,
  entryOf,
  KEPT_ENTRIES,
  satisfiedBy,
  tacticOf,
} from "../../detections/correlation-window";
import { hitOf } from "../../detections/hit";
import type { Correlation, CorrelationRule, EventRule } from "../../detections/sigma/model";

const correlation = (change: Partial<Correlation>): Correlation => ({
  type: "event_count",
  rules: ["a", "b"],
  generate: false,
  groupBy: [],
  aliases: {},
  timespanSeconds: 10,
  ...change,
});

let nextId = 0;
const entry = (seconds: number, change: Partial<Entry> = {}): Entry => ({
  ruleId: "a",
  eventID: `event-${nextId++}`,
  timeMs: seconds * 1000,
  ...change,
});

/** Seconds of the entries that each addition gives. */
const added = (of: Correlation, entries: readonly Entry[]) => {
  const window = new CorrelationWindow(of);
  return entries.map((one) => window.add(one)?.map(({ timeMs }) => timeMs / 1000));
};

describe("a correlation window", () => {
  it("is satisfied by enough events within the timespan, its ends included", () => {
    const three = correlation({ count: { gte: 3 } });

    assert.deepEqual(
      added(
        three,
        [0, 5, 10].map((at) => entry(at)),
      ),
      [undefined, undefined, [0, 5, 10]],
    );
    assert.deepEqual(
      added(
        three,
        [0, 5, 11].map((at) => entry(at)),
      ),
      [undefined, undefined, undefined],
    );
    assert.deepEqual(
      added(
        three,
        [0, 5, 6, 20].map((at) => entry(at)),
      ).at(-1),
      undefined,
    );
  });

  it("is satisfied by an event that comes late, in whatever order", () => {
    const three = correlation({ count: { gte: 3 } });

    assert.deepEqual(
      added(
        three,
        [10, 0, 5].map((at) => entry(at)),
      ).at(-1),
      [0, 5, 10],
    );
    assert.deepEqual(
      added(
        three,
        [5, 10, 0].map((at) => entry(at)),
      ).at(-1),
      [0, 5, 10],
    );
  });

  it("counts a rule's match of an event once", () => {
    const twice = entry(0);

    assert.deepEqual(added(correlation({ count: { gte: 2 } }), [twice, { ...twice }]), [
      undefined,
      undefined,
    ]);
    assert.ok(added(correlation({ count: { gte: 2 } }), [twice, { ...twice, ruleId: "b" }])[1]);
  });

  it("holds all bounds of a count together", () => {
    const between = correlation({ count: { gt: 1, lt: 4 } });

    assert.deepEqual(
      added(
        between,
        [0, 1, 2, 3].map((at) => entry(at)),
      ).map((window) => window?.length),
      [undefined, 2, 3, undefined],
    );
  });

  it("counts distinct values", () => {
    const values = ["x", "x", "y", "x", "z"].map((value, at) => entry(at, { values: [value] }));

    assert.deepEqual(
      added(correlation({ type: "value_count", count: { gte: 3 } }), values).map((window) => window?.length),
      [undefined, undefined, undefined, undefined, 5],
    );
  });

  it("asks for every rule, in any order or in theirs", () => {
    const [a, b] = [entry(0, { ruleId: "a" }), entry(1, { ruleId: "b" })];
    const [late, early] = [entry(3, { ruleId: "a" }), entry(2, { ruleId: "b" })];

    assert.ok(added(correlation({ type: "temporal" }), [late, early])[1]);
    assert.ok(added(correlation({ type: "temporal_ordered" }), [b, a])[1]);
    assert.equal(added(correlation({ type: "temporal_ordered" }), [late, early])[1], undefined);
  });

  it("takes events of the same second as being in either order", () => {
    const same = [entry(0, { ruleId: "b" }), entry(0, { ruleId: "a" })];

    assert.ok(added(correlation({ type: "temporal_ordered" }), same)[1]);
  });

  it("gives every stretch that an event completes, one for each end", () => {
    const entries = [0, 1, 8, 10.5].map((at) => entry(at));
    const late = entry(5);
    const all = [...entries, late].sort((x, y) => x.timeMs - y.timeMs);

    assert.deepEqual(
      satisfiedBy(correlation({ count: { gte: 4 } }), all, late).map((stretch) =>
        stretch.map(({ timeMs }) => timeMs / 1000),
      ),
      [
        [0, 1, 5, 8],
        [1, 5, 8, 10.5],
      ],
    );
  });

  const anyEntries = fc.array(
    fc.record({
      ruleId: fc.constantFrom("a", "b"),
      eventID: fc.integer({ min: 0, max: 30 }).map(String),
      timeMs: fc.integer({ min: 0, max: 40 }).map((at) => at * 1000),
      values: fc.subarray(["w", "x", "y", "z"], { minLength: 1 }),
    }),
    { maxLength: 40 },
  );
  const anyCorrelation = fc.constantFrom(
    correlation({ count: { gte: 3 } }),
    correlation({ type: "value_count", count: { gte: 3 } }),
    correlation({ type: "temporal" }),
    correlation({ type: "temporal_ordered" }),
  );
  const distinct = (entries: readonly Entry[]) => [
    ...new Map(entries.map((one) => [`${one.ruleId} ${one.eventID}`, one])).values(),
  ];

  it("is satisfied at some time exactly when a plain search finds a stretch, in any order of arrival", () =>
    fc.assert(
      fc.property(anyEntries.map(distinct), anyCorrelation, (entries, of) => {
        const window = new CorrelationWindow(of);
        const fired = entries.filter((one) => window.add(one) !== undefined).length > 0;

        assert.equal(
          fired,
          entries.some(({ timeMs }) => plainlySatisfied(of, entries, timeMs)),
        );
      }),
      { numRuns: 500 },
    ));

  it("gives all ends in the end, in any order of arrival", () =>
    fc.assert(
      fc.property(
        anyEntries
          .map(distinct)
          .chain((entries) =>
            fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
          ),
        anyCorrelation,
        ([entries, shuffled], of) => {
          const endsOf = (order: readonly Entry[]) => {
            const window = new CorrelationWindow(of);
            return [
              ...new Set(order.flatMap((one) => window.addAll(one).map((stretch) => stretch.at(-1)?.timeMs))),
            ].sort();
          };

          assert.deepEqual(endsOf(shuffled), endsOf(entries));
        },
      ),
    ));

  it("keeps a bounded number of entries, and those that matter", () => {
    const window = new CorrelationWindow(correlation({ type: "value_count", count: { gte: 3 } }));
    window.add(entry(0, { values: ["x"] }));
    window.add(entry(0, { values: ["y"] }));
    for (let i = 0; i < 20 * KEPT_ENTRIES; i++) window.add(entry(1 + i / 10_000, { values: ["x"] }));

    const found = window.add(entry(9, { values: ["z"] }));

    assert.ok(found?.some(({ values }) => values?.includes("y")));
    assert.ok((found?.length ?? Infinity) <= 2 * KEPT_ENTRIES + 1);
  });
});

/** By definition: the entries that end at a time and go back one timespan. */
function plainlySatisfied(
  { type, rules, timespanSeconds, count }: Correlation,
  entries: readonly Entry[],
  endMs: number,
) {
  const stretch = entries.filter(({ timeMs }) => timeMs <= endMs && timeMs >= endMs - timespanSeconds * 1000);
  switch (type) {
    case "event_count":
      return stretch.length >= (count?.gte ?? 0);
    case "value_count":
      return new Set(stretch.flatMap(({ values = [] }) => values)).size >= (count?.gte ?? 0);
    case "temporal":
      return rules.every((rule) => stretch.some(({ ruleId }) => ruleId === rule));
    case "temporal_ordered":
      return stretch.some(
        (first) =>
          first.ruleId === rules[0] &&
          stretch.some((second) => second.ruleId === rules[1] && second.timeMs >= first.timeMs),
      );
    case "first_seen":
      return false;
  }
}

describe("entryOf", () => {
  const base: EventRule = {
    kind: "event",
    id: "a",
    title: "Base",
    references: [],
    tags: ["attack.t1078", "attack.Initial_Access"],
    falsePositives: [],
    level: "low",
    source: { file: "base.yml", line: 1 },
    condition: { op: "and", of: [] },
  };
  const rule = (change: Partial<Correlation>): CorrelationRule => ({
    ...base,
    kind: "correlation",
    id: "correlation",
    correlation: correlation(change),
  });
  const hit = hitOf(base, {
    eventName: "GetSecretValue",
    eventTime: "2026-11-25T10:00:00Z",
    eventID: "7b5e9f3a-1c2d-4e5f-8a9b-0c1d2e3f4a5b",
    userIdentity: { arn: "arn:aws:iam::111122223333:user/alice" },
    requestParameters: { secretId: "s", list: ["y", "x", "y"], nested: { a: 1 }, long: "v".repeat(5000) },
  });

  it("groups by fields, computed ones among them, and takes the value that is counted", () => {
    const grouped = entryOf(
      rule({
        groupBy: ["trailkeeper.actor", "requestParameters.nested.a", "trailkeeper.tactic"],
        field: "requestParameters.secretId",
      }),
      hit,
    );

    assert.deepEqual(grouped, {
      groupKey: '["arn:aws:iam::111122223333:user/alice","1","initial-access"]',
      entry: { ruleId: "a", eventID: hit.eventID, timeMs: hit.timeMs, values: ["s"] },
    });
    assert.deepEqual(entryOf(rule({ field: "trailkeeper.rule" }), hit)?.entry.values, ["a"]);
  });

  it("takes a rule's own field where the name is an alias", () => {
    const aliased = rule({ groupBy: ["name"], aliases: { name: { a: "eventName", b: "userAgent" } } });

    assert.equal(entryOf(aliased, hit)?.groupKey, '["GetSecretValue"]');
  });

  it("leaves an event out that lacks a field it is grouped or counted by", () => {
    for (const lacking of ["requestParameters.other", "requestParameters.nested"]) {
      assert.equal(entryOf(rule({ groupBy: [lacking] }), hit), undefined);
      assert.equal(entryOf(rule({ field: lacking }), hit), undefined);
    }
  });

  it("counts each element of a list by itself, groups by the whole list in any order, and bounds long texts", () => {
    assert.deepEqual(entryOf(rule({ field: "requestParameters.list" }), hit)?.entry.values, ["x", "y"]);
    assert.equal(entryOf(rule({ groupBy: ["requestParameters.list"] }), hit)?.groupKey, '["x,y"]');
    const [long = ""] = entryOf(rule({ field: "requestParameters.long" }), hit)?.entry.values ?? [];
    assert.ok(long.length > 0 && long.length <= 256);
  });
});

describe("tacticOf", () => {
  for (const [tags, tactic] of [
    [["attack.t1562.008", "attack.defense-evasion"], "defense-evasion"],
    [["attack.Privilege_Escalation"], "privilege-escalation"],
    [["attack.g0016", "attack.s0002", "cve.2021.1"], undefined],
    [["attack.credential-access"], "credential-access"],
    [["attack.command-and-control"], "command-and-control"],
  ] as const) {
    it(`is ${tactic} for ${tags.join(", ")}`, () => assert.equal(tacticOf({ tags }), tactic));
  }
});
