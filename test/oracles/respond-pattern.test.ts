import assert from "node:assert/strict";
import { RESPOND_PATTERN, RESPOND_PATTERN_CASES } from "../components/respond-pattern-cases";
import { askRuler, installRuler, RULER_INSTALL_LIMIT_MS, rulerMissing } from "./ruler-oracle";

describe("the responder's event pattern before EventBridge's own matcher", function () {
  this.timeout(RULER_INSTALL_LIMIT_MS);

  it("takes and leaves what it should", async function () {
    const missing = rulerMissing();
    if (missing !== undefined) {
      // Mocha has no field for a reason; the title is what reporters print of a skipped test.
      if (this.test) this.test.title += ` (skipped: ${missing})`;
      this.skip();
    }
    const jars = await installRuler();

    const answers = askRuler(
      jars,
      RESPOND_PATTERN_CASES.map(([, event]) => ({ pattern: RESPOND_PATTERN, event })),
    );

    assert.deepEqual(
      RESPOND_PATTERN_CASES.map(([what], index) => [what, answers[index]]),
      RESPOND_PATTERN_CASES.map(([what, , taken]) => [what, taken]),
    );
  });
});
