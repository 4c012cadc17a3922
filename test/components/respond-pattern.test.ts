import assert from "node:assert/strict";
import { compileEventPattern } from "../../formats/event-pattern";
import { RESPOND_PATTERN, RESPOND_PATTERN_CASES } from "./respond-pattern-cases";

/** Longest pattern of a rule (EventBridge User Guide, "Amazon EventBridge quotas"). */
const MAX_PATTERN_CHARACTERS = 2_048;

describe("respondPattern", () => {
  const matches = compileEventPattern(RESPOND_PATTERN);

  for (const [what, event, taken] of RESPOND_PATTERN_CASES)
    it(`${taken ? "takes" : "leaves"} ${what}`, () => {
      assert.equal(matches(event), taken);
    });

  it("is short enough for a rule", () => {
    assert.ok(RESPOND_PATTERN.length < MAX_PATTERN_CHARACTERS);
  });
});
