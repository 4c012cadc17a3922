import assert from "node:assert/strict";
import { CIS_CONTROLS } from "../../../detections/cis-controls";
import { matchesMetricFilter } from "../../../formats/metric-filter/match";
import { parseMetricFilter } from "../../../formats/metric-filter/parse";
import { scenario } from "../../../local/replay/scenario";

const now = new Date("2026-03-04T05:06:07Z");

describe("the built-in scenario", () => {
  const events = scenario("111122223333", now).flatMap((file) => file.events);

  it("is the same at every run, but for its times", () => {
    const later = scenario("111122223333", new Date(now.getTime() + 3_600_000)).flatMap(
      (file) => file.events,
    );
    assert.deepEqual(
      later.map(({ eventID }) => eventID),
      events.map(({ eventID }) => eventID),
    );
    assert.equal(new Set(events.map(({ eventID }) => eventID)).size, events.length);
  });

  it("lies within the hour before now", () => {
    for (const { eventTime } of events) {
      const age = now.getTime() - Date.parse(eventTime);
      assert.ok(age >= 0 && age <= 3_600_000, eventTime);
    }
  });

  it("sets off most CIS filters, leaves some quiet, and is mostly ordinary", () => {
    const matches = new Map(
      CIS_CONTROLS.map(({ id, pattern }) => {
        const filter = parseMetricFilter(pattern);
        return [id, events.filter((event) => matchesMetricFilter(filter, event)).length];
      }),
    );
    assert.deepEqual(Object.fromEntries(matches), {
      "CloudWatch.1": 2,
      "CloudWatch.2": 36,
      "CloudWatch.3": 1,
      "CloudWatch.4": 1,
      "CloudWatch.5": 1,
      "CloudWatch.6": 6,
      "CloudWatch.7": 1,
      "CloudWatch.8": 1,
      "CloudWatch.9": 1,
      "CloudWatch.10": 1,
      "CloudWatch.11": 0,
      "CloudWatch.12": 1,
      "CloudWatch.13": 1,
      "CloudWatch.14": 0,
      Organizations: 0,
    });
  });
});
