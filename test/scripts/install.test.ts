import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const INSTALL = join(__dirname, "..", "..", "scripts", "install.mjs");

describe("scripts/install.mjs", () => {
  it("finds the checkout in a folder whose name a URL would escape", () => {
    const checkout = realpathSync(mkdtempSync(join(tmpdir(), "my projects %20-")));
    try {
      mkdirSync(join(checkout, "scripts"));
      const copy = join(checkout, "scripts", "install.mjs");
      copyFileSync(INSTALL, copy);
      const program = `import(process.argv[1]).then(({ root }) => process.stdout.write(root))`;

      const root = execFileSync(process.execPath, ["-e", program, pathToFileURL(copy).href], {
        encoding: "utf8",
      });

      assert.equal(join(root), join(checkout, "/"));
    } finally {
      rmSync(checkout, { recursive: true, force: true });
    }
  });
});
