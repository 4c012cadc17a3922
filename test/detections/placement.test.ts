import assert from "node:assert/strict";
import { fastPathRules } from "../../detections/placement";
import { RuleSet } from "../../detections/rule-set";
import type { Rule } from "../../detections/sigma/model";

const base = {
  title: "Rule",
  references: [],
  tags: [],
  falsePositives: [],
  source: { file: "r.yml", line: 1 },
};
const event = (id: string, level: Rule["level"], custom?: Rule["custom"]): Rule => ({
  ...base,
  kind: "event",
  id,
  level,
  custom,
  condition: { op: "and", of: [] },
});
const correlation = (id: string, rules: string[], generate = false): Rule => ({
  ...base,
  kind: "correlation",
  id,
  level: "critical",
  correlation: {
    type: "event_count",
    rules,
    generate,
    groupBy: [],
    aliases: {},
    timespanSeconds: 60,
    count: { gte: 2 },
  },
});

const placed = (...rules: Rule[]) => fastPathRules(new RuleSet(rules)).map(({ id }) => id);

describe("fastPathRules", () => {
  it("takes the rules of high and critical level", () => {
    const levels = ["informational", "low", "medium", "high", "critical"] as const;
    assert.deepEqual(placed(...levels.map((level) => event(level, level))), ["high", "critical"]);
  });

  it("follows what a rule says", () => {
    assert.deepEqual(
      placed(event("fast", "low", { placement: "fast" }), event("slow", "high", { placement: "complete" })),
      ["fast"],
    );
  });

  it("takes no correlation, and no rule that only one rests on, whatever it says", () => {
    assert.deepEqual(
      placed(
        event("base", "high", { placement: "fast" }),
        event("both", "high"),
        correlation("c", ["base"]),
        correlation("d", ["both"], true),
      ),
      ["both"],
    );
  });
});
