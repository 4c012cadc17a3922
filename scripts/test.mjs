// `npm test`: sets itself up, then runs every static check and every mocha test. The last line is
// `N passed, N failed, N skipped`; a static check counts as one test.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { install, root } from "./install.mjs";

install();

const bin = (name) => join(root, "node_modules", ".bin", name);
const totals = { passed: 0, failed: 0, skipped: 0 };

const checks = [
  ["format", bin("prettier"), ["--check", "--log-level", "warn", "."]],
  ["types", bin("tsc"), ["-p", "."]],
  ["lint", bin("eslint"), ["."]],
  [
    "import directions",
    bin("depcruise"),
    ["--config", ".dependency-cruiser.cjs", "--output-type", "err", "."],
  ],
  // Engine and emulator, so that no test has to wait for them.
  ["local environment", process.execPath, ["--import", "tsx", "local/install.ts"]],
];

for (const [name, command, args] of checks) {
  const started = Date.now();
  const { status } = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  totals[status === 0 ? "passed" : "failed"]++;
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

const scratch = mkdtempSync(join(tmpdir(), "trailkeeper-test-"));
const statsFile = join(scratch, "stats.json");
const chosen = process.argv.slice(2);
const specs = chosen.length > 0 ? chosen : ["test/**/*.test.ts"];
const mocha = spawnSync(bin("mocha"), ["--reporter", "test/support/reporter.cjs", ...specs], {
  cwd: root,
  stdio: ["ignore", "inherit", "inherit"],
  env: {
    ...process.env,
    TRAILKEEPER_TEST_STATS: statsFile,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  },
});
try {
  const stats = JSON.parse(readFileSync(statsFile, "utf8"));
  totals.passed += stats.passes;
  totals.failed += stats.failures;
  totals.skipped += stats.pending;
  if (stats.passes === 0) totals.failed++;
} catch {
  console.log("FAIL mocha ended without a result");
  totals.failed++;
}
if (mocha.status !== 0 && totals.failed === 0) totals.failed++;
rmSync(scratch, { recursive: true, force: true });

console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed === 0 ? 0 : 1;
