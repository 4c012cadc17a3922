import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const SCRIPTS = join(__dirname, "..", "..", "scripts");

describe("the start script", function () {
  this.timeout(60_000);

  it("finds a clone whose path holds spaces and percent signs", async () => {
    const folder = await mkdtemp(join(tmpdir(), "my clone 100%-"));
    try {
      const copy = join(folder, "scripts", "install.mjs");
      await mkdir(dirname(copy));
      await copyFile(join(SCRIPTS, "install.mjs"), copy);
      const print = `import { root } from ${JSON.stringify(pathToFileURL(copy).href)}; process.stdout.write(root);`;
      const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", print]);
      assert.equal(String(stdout), join(folder, "/"));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("ends with the run's own exit code in any working directory, and when nobody reads its output", async () => {
    const child = spawn(
      process.execPath,
      [join(SCRIPTS, "start.mjs"), "--logs", join(tmpdir(), "no", "such", "folder")],
      { stdio: ["ignore", "pipe", "pipe"], cwd: tmpdir() },
    );
    child.stdout.destroy();
    let stderr = "";
    child.stderr.on("data", (chunk) => (stderr += String(chunk)));
    const code = await new Promise((resolve) => child.on("close", resolve));
    assert.equal(code, 1);
    assert.equal(stderr, "");
  });
});
