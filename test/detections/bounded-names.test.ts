import assert from "node:assert/strict";
import { matchingNames } from "../../detections/sigma/condition-grammar";

describe("patterns of selection names", () => {
  // With a backtracking matcher this does not end within a lifetime.
  it("are matched in bounded time, however many stars they have", () => {
    assert.deepEqual(matchingNames(`${"*a".repeat(40)}*b`, ["a".repeat(80)]), []);
  });

  it("match names as before", () => {
    assert.deepEqual(matchingNames("sel*_x", ["sel_x", "selection_x", "Sel_x", "sel_xy"]), [
      "sel_x",
      "selection_x",
    ]);
    assert.deepEqual(matchingNames("*", ["_hidden", "a"]), ["a"]);
  });
});
