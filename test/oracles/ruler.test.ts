import assert from "node:assert/strict";
import fc from "fast-check";
import { compileToEventBridge } from "../../detections/compile/eventbridge";
import { fastPathPatterns } from "../../detections/compile/prefilter";
import { compileCondition } from "../../detections/sigma/match";
import type { Condition } from "../../detections/sigma/model";
import { condition, demandsOnOneField, sayable } from "../detections/compile/conditions";
import { cloudTrailEvent } from "../detections/compile/events";
import { compileEventPattern } from "../../formats/event-pattern";
import { eventRule, eventsInAwsCase, ruleSets } from "../detections/compile/rules";
import {
  askRuler,
  installRuler,
  RULER_INSTALL_LIMIT_MS,
  rulerMissing,
  type RulerQuestion,
} from "./ruler-oracle";

/** An event as it travels on a bus. */
function onBus(detail: object): object {
  return { source: "aws.iam", "detail-type": "AWS API Call via CloudTrail", detail };
}

describe("event patterns before EventBridge's own matcher", function () {
  this.timeout(RULER_INSTALL_LIMIT_MS);
  let jars: string;

  before(async function () {
    const missing = rulerMissing();
    if (missing !== undefined) {
      // Mocha has no field for a reason; the title is what reporters print of a skipped test.
      for (const test of this.test?.parent?.tests ?? []) test.title += ` (skipped: ${missing})`;
      this.skip();
    }
    jars = await installRuler();
  });

  it("hold for exactly the events that satisfy the rule", () => {
    const rules = fc.sample(fc.oneof(condition, sayable, sayable, demandsOnOneField), 4000);
    const questions = rules.flatMap((rule) => questionsOf(rule));
    assert.ok(questions.length > 5000, `only ${questions.length} questions`);
    assert.ok(questions.filter(({ expected }) => expected).length > 500, "too few of the events match");
    const answers = askRuler(jars, questions);
    for (const [index, { pattern, event, rule, expected }] of questions.entries()) {
      const why = JSON.stringify({ rule, pattern: JSON.parse(pattern) as unknown, event });
      assert.equal(answers[index], expected, why);
    }
  });

  it("are read by the tests' reference matcher as EventBridge reads them", () => {
    const questions = fc
      .sample(fc.oneof(sayable, demandsOnOneField), 2000)
      .flatMap((rule) => questionsOf(rule));
    const answers = askRuler(jars, questions);
    for (const [index, { pattern, event }] of questions.entries())
      assert.equal(
        compileEventPattern(pattern)(event),
        answers[index],
        `${pattern} ${JSON.stringify(event)}`,
      );
  });

  it("pass everything that satisfies a rule of the fast path", () => {
    const cases = fc.sample(
      fc.tuple(ruleSets, fc.array(eventsInAwsCase, { minLength: 10, maxLength: 20 })),
      400,
    );
    const asked = cases.flatMap(([conditions, events]) => {
      const rules = conditions.map(eventRule);
      const { patterns, unplaced } = fastPathPatterns(rules, { maxCharacters: 700 });
      const placed = rules.filter((rule) => !unplaced.some((each) => each.rule === rule));
      const predicates = placed.map((rule) => compileCondition(rule.condition));
      return events
        .filter((event) => predicates.some((matches) => matches(event)))
        .map((event) => patterns.map((pattern) => ({ pattern, event: onBus(event) })));
    });
    assert.ok(asked.length > 200, `only ${asked.length} events match`);
    const answers = askRuler(jars, asked.flat());
    let next = 0;
    for (const questions of asked) {
      const given = answers.slice(next, (next += questions.length));
      assert.deepEqual(
        given.filter((answer) => typeof answer === "string"),
        [],
      );
      assert.ok(given.includes(true), JSON.stringify(questions));
    }
  });
});

interface KnownQuestion extends RulerQuestion {
  readonly rule: Condition;
  readonly expected: boolean;
}

function questionsOf(rule: Condition): KnownQuestion[] {
  const result = compileToEventBridge({ condition: rule });
  if (!result.ok) return [];
  const matches = compileCondition(rule);
  return fc.sample(cloudTrailEvent({ nestedLists: true }), 8).map((event) => ({
    pattern: JSON.stringify(result.value),
    event: onBus(event),
    rule,
    expected: matches(event),
  }));
}
