import assert from "node:assert/strict";
import { suggestName } from "../../formats/suggest-name";

describe("suggestName", () => {
  for (const [unknown, expected] of [
    ["alarm", "alarms"],
    ["Alarms", "alarms"],
    ["adapt", "adopt"],
    ["deploymnet", "deployment"],
    ["region", undefined],
    ["", undefined],
  ] as const) {
    it(`takes ${JSON.stringify(unknown)} for ${expected ?? "nothing known"}`, () => {
      assert.equal(suggestName(unknown, ["alarms", "adopt", "deployment"]), expected);
    });
  }
});
