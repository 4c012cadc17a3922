import assert from "node:assert/strict";
import { FAILED, outcomeCondition, SUCCEEDED } from "../../detections/outcome";
import { compileCondition } from "../../detections/sigma/match";
import { eventRule, ruleText } from "./sigma/rules";

describe("outcome", () => {
  const cases: readonly (readonly [title: string, event: object, succeeded: boolean])[] = [
    ["a call without error", { eventName: "StopLogging" }, true],
    ["a call with null for an error", { errorCode: null, errorMessage: null }, true],
    ["a denied call", { errorCode: "AccessDenied" }, false],
    ["a call with a message alone", { errorMessage: "Failed authentication" }, false],
    ["a sign-in", { eventName: "ConsoleLogin", responseElements: { ConsoleLogin: "Success" } }, true],
    ["a refused sign-in without error", { responseElements: { ConsoleLogin: "Failure" } }, false],
  ];
  for (const [title, event, succeeded] of cases)
    it(`takes ${title} for a ${succeeded ? "success" : "failure"}`, () => {
      assert.equal(compileCondition(SUCCEEDED)(event), succeeded);
      assert.equal(compileCondition(FAILED)(event), !succeeded);
    });

  it("of a rule is part of its condition", () => {
    const matches = (outcome: string, event: object) =>
      compileCondition(
        eventRule(
          ruleText(
            "sel: { eventName: X }\ncondition: sel",
            `custom: { trailkeeper: { outcome: ${outcome}, aws_services: included } }`,
          ),
        ).condition,
      )({ eventName: "X", ...event });
    const denied = { errorCode: "AccessDenied" };
    assert.deepEqual([matches("success", {}), matches("success", denied)], [true, false]);
    assert.deepEqual([matches("failure", {}), matches("failure", denied)], [false, true]);
    assert.deepEqual([matches("any", {}), matches("any", denied)], [true, true]);
  });

  it("any asks for nothing", () => assert.equal(outcomeCondition("any"), undefined));
});
