import assert from "node:assert/strict";
import { isFirstSeen } from "../../detections/first-seen";

const DAY_MS = 86_400_000;
const correlation = { timespanSeconds: 30 * 86_400, learningSeconds: 7 * 86_400 };

describe("isFirstSeen", () => {
  for (const [what, first, last, now, expected] of [
    ["a new value of a group that is known well", 0, undefined, 7, true],
    ["a new value while the group is being learnt", 0, undefined, 6.9, false],
    ["a group's very first event", undefined, undefined, 7, false],
    ["a value seen within the timespan", 0, 10, 40, false],
    ["a value last seen before the timespan", 0, 10, 40.1, true],
    ["an event that comes after a later one with the same value", 0, 20, 19.9, false],
  ] as const) {
    it(`is ${expected} for ${what}`, () => {
      const inMs = (days: number | undefined) => (days === undefined ? undefined : days * DAY_MS);
      assert.equal(
        isFirstSeen(
          correlation,
          { groupFirstSeenMs: inMs(first), valueLastSeenMs: inMs(last) },
          now * DAY_MS,
        ),
        expected,
      );
    });
  }

  it("is true for a group's very first event where nothing is to be learnt", () => {
    const nothing = { groupFirstSeenMs: undefined, valueLastSeenMs: undefined };
    assert.equal(isFirstSeen({ timespanSeconds: 60 }, nothing, DAY_MS), true);
  });
});
