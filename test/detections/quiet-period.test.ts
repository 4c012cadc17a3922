import assert from "node:assert/strict";
import fc from "fast-check";
import { alertGroupOf, type Anchor, anchorFor, quietPeriodMsOf } from "../../detections/quiet-period";
import type { Rule } from "../../detections/sigma/model";

const HOUR_MS = 3_600_000;

const rule = (custom?: Rule["custom"]): Rule => ({
  kind: "event",
  id: "r",
  title: "Rule",
  references: [],
  tags: [],
  falsePositives: [],
  level: "high",
  source: { file: "r.yml", line: 1 },
  condition: { op: "and", of: [] },
  custom,
});

const event = {
  eventName: "CreateUser",
  eventTime: "2026-11-25T10:00:00Z",
  userIdentity: { arn: "arn:aws:iam::111122223333:user/alice" },
  requestParameters: { userName: "bob" },
};

describe("anchorFor", () => {
  const anchors = [
    { eventID: "a", timeMs: 0 },
    { eventID: "b", timeMs: 3 * HOUR_MS },
  ];

  for (const [timeMs, joined] of [
    [HOUR_MS, "a"],
    [-HOUR_MS, "a"],
    [HOUR_MS + 1, undefined],
    [2 * HOUR_MS, "b"],
    [4 * HOUR_MS, "b"],
  ] as const) {
    it(`lets an event at ${timeMs / HOUR_MS} h join ${joined ?? "nothing"}`, () => {
      assert.equal(anchorFor(anchors, { eventID: "x", timeMs }, HOUR_MS)?.eventID, joined);
    });
  }

  it("finds the event itself, whatever the quiet period", () => {
    assert.equal(anchorFor(anchors, { eventID: "b", timeMs: 3 * HOUR_MS }, 0)?.eventID, "b");
    assert.equal(anchorFor(anchors, { eventID: "x", timeMs: 3 * HOUR_MS }, 0), undefined);
  });

  it("gives one anchor for a burst shorter than the quiet period, whatever the order", () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: HOUR_MS }), { minLength: 1 }), (times) => {
        const found: Anchor[] = [];
        for (const [index, timeMs] of times.entries()) {
          const own = { eventID: String(index), timeMs };
          if (!anchorFor(found, own, HOUR_MS)) found.push(own);
        }
        assert.equal(found.length, 1);
      }),
    ));
});

describe("the quiet period of a rule", () => {
  it("is an hour, unless the rule says otherwise", () => {
    assert.equal(quietPeriodMsOf(rule()), HOUR_MS);
    assert.equal(quietPeriodMsOf(rule({ quietPeriodSeconds: 60 })), 60_000);
  });

  it("is kept by the actor, or by the fields that the rule names", () => {
    assert.equal(alertGroupOf(rule(), { event }), '[["arn:aws:iam::111122223333:user/alice"]]');
    assert.equal(
      alertGroupOf(rule({ groupBy: ["requestParameters.userName", "absent"] }), { event }),
      '[["bob"],[]]',
    );
  });

  it("is kept by a correlation's own group, unless the rule names fields", () => {
    assert.equal(alertGroupOf(rule(), { event }, "group"), "group");
    assert.equal(alertGroupOf(rule({ groupBy: ["eventName"] }), { event }, "group"), '[["CreateUser"]]');
  });
});
