import assert from "node:assert/strict";
import fc from "fast-check";
import { EventIdSet } from "../../../cli/backtest/event-id-set";
import { HitStore, type StoredHit } from "../../../cli/backtest/hit-store";
import { StreamWindow } from "../../../cli/backtest/stream-window";
import { CorrelationWindow, type Entry } from "../../../detections/correlation-window";
import type { Correlation } from "../../../detections/sigma/model";

const NIL = "00000000-0000-0000-0000-000000000000";
const id = fc.oneof(
  fc.uuid(),
  fc.constantFrom(
    NIL,
    "0f000000-0000-4000-8000-000000000000",
    "0F000000-0000-4000-8000-000000000000",
    "",
    "e-1",
  ),
  fc.string(),
);

describe("EventIdSet", () => {
  it("is a set", () => {
    fc.assert(
      fc.property(fc.array(id, { maxLength: 300 }), (ids) => {
        const set = new EventIdSet();
        const model = new Set<string>();
        for (const one of [...ids, ...ids]) {
          assert.equal(set.add(one), !model.has(one), one);
          model.add(one);
        }
        assert.equal(set.size, model.size);
      }),
    );
  });

  it("takes in another set", () => {
    fc.assert(
      fc.property(fc.array(id), fc.array(id), (first, second) => {
        const [set, other] = [new EventIdSet(), new EventIdSet()];
        for (const one of first) set.add(one);
        for (const one of second) other.add(one);
        set.addAll(other.export());
        assert.equal(set.size, new Set([...first, ...second]).size);
      }),
    );
  });

  it("keeps a hundred thousand ids apart", () => {
    const set = new EventIdSet();
    const idOf = (number: number): string =>
      `${number.toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`;
    for (let number = 0; number < 100_000; number++) assert.ok(set.add(idOf(number)));
    assert.equal(set.add(idOf(77_777)), false);
    assert.equal(set.size, 100_000);
  });
});

describe("HitStore", () => {
  const hit = fc.record({
    rule: fc.nat({ max: 3 }),
    eventID: id,
    timeMs: fc.constantFrom(0, 1, 1.5e12),
    suppressed: fc.boolean(),
    facts: fc.array(fc.constantFrom('"a"', '"b"', "{}"), { maxLength: 3 }),
  });
  const fill = (
    hits: readonly (Omit<StoredHit, "facts"> & { readonly facts: readonly string[] })[],
  ): HitStore => {
    const store = new HitStore();
    for (const one of hits) store.add({ ...one, facts: one.facts.map((fact) => store.numberOf(fact)) });
    return store;
  };
  const content = (store: HitStore): object[] =>
    [...store.sorted()].map((index) => {
      const { facts, ...rest } = store.at(index);
      return { ...rest, suppressed: false, facts: Array.from(facts, (fact) => store.textOf(fact)) };
    });

  it("gives hits back in one order, whatever the order in which they came and from how many stores", () => {
    fc.assert(
      fc.property(fc.array(hit), fc.nat(), (hits, cut) => {
        const place = cut % (hits.length + 1);
        const joined = fill(hits.slice(place));
        joined.addAll(fill(hits.slice(0, place)).export());
        assert.equal(joined.size, hits.length);
        assert.deepEqual(content(joined), content(fill([...hits].reverse())));
      }),
    );
  });

  it("gives facts by their numbers", () => {
    const store = new HitStore();
    const number = store.numberOfText('say "x"');
    assert.equal(store.textOf(number), '"say \\"x\\""');
    assert.equal(store.numberOf('"say \\"x\\""'), number);
  });
});

describe("StreamWindow", () => {
  const correlation = fc.record({
    type: fc.constantFrom(
      "event_count" as const,
      "value_count" as const,
      "temporal" as const,
      "temporal_ordered" as const,
    ),
    rules: fc.constantFrom(["a"], ["a", "b"], ["b", "a", "c"]),
    timespanSeconds: fc.integer({ min: 1, max: 20 }),
    count: fc.oneof(
      fc.record({ gte: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ gt: fc.integer({ min: 0, max: 3 }), lte: fc.integer({ min: 3, max: 6 }) }),
      fc.record({ eq: fc.integer({ min: 1, max: 3 }) }),
    ),
  });
  const step = fc.record({
    ruleId: fc.constantFrom("a", "b", "c"),
    values: fc.uniqueArray(fc.constantFrom("x", "y", "z"), { minLength: 1 }),
    after: fc.nat({ max: 6 }),
  });

  it("finds what the window for any order finds when entries come in order", () => {
    fc.assert(
      fc.property(correlation, fc.array(step, { maxLength: 60 }), (parts, steps) => {
        const whole: Correlation = { ...parts, generate: false, groupBy: [], aliases: {} };
        const [stream, window] = [new StreamWindow(whole), new CorrelationWindow(whole)];
        let timeMs = 0;
        steps.forEach(({ after, ...rest }, index) => {
          timeMs += after * 1000;
          const ruleId = whole.rules.includes(rest.ruleId) ? rest.ruleId : (whole.rules[0] ?? "");
          const entry: Entry = { ruleId, values: rest.values, eventID: `e${index}`, timeMs };
          const expected = window.add(entry);
          assert.equal(stream.add(entry), expected !== undefined);
          if (expected) assert.deepEqual(stream.satisfying(0), expected);
        });
      }),
      { numRuns: 500 },
    );
  });

  it("gives only what was added later, when asked", () => {
    const window = new StreamWindow({
      type: "event_count",
      rules: ["a"],
      timespanSeconds: 10,
      count: { gte: 1 },
      generate: false,
      groupBy: [],
      aliases: {},
    });
    const entry = (second: number): Entry => ({ ruleId: "a", eventID: `e${second}`, timeMs: second * 1000 });
    for (let second = 0; second < 40; second++) window.add(entry(second));
    const { added } = window;
    window.add(entry(40));
    assert.deepEqual(window.satisfying(added), [entry(40)]);
    assert.equal(window.satisfying(0).length, 11);
  });
});
