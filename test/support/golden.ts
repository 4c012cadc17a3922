import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Compares lines with a golden file of `test/golden`. With `UPDATE_GOLDEN=1` the file is written instead; the change
 * then shows in review.
 */
export function assertGolden(fileName: string, lines: readonly string[], why: string): void {
  const path = join(__dirname, "..", "golden", fileName);
  const text = `${lines.join("\n")}\n`;
  if (process.env.UPDATE_GOLDEN) {
    writeFileSync(path, text);
    return;
  }
  assert.deepEqual(text.split("\n"), readFileSync(path, "utf8").split("\n"), why);
}
