import { readFileSync } from "node:fs";
import { zipSync, type Zippable } from "fflate";
import { isArchive, isAsset } from "../values";

/** DOS time has no zone and starts in 1980: one fixed local time gives the same bytes everywhere. */
const FIXED_TIME = new Date(1980, 0, 1);

/**
 * The ZIP file of a function's code, with the same bytes for the same content.
 *
 * @throws Error for remote assets and for archives that are folders, which the local provider does not read
 */
export function zipFunctionCode(code: unknown): Uint8Array {
  if (isArchive(code) && typeof code.path === "string" && code.path.endsWith(".zip"))
    return readFileSync(code.path);
  const files: Zippable = {};
  addFiles(files, "", code);
  return zipSync(files, { mtime: FIXED_TIME, level: 1 });
}

function addFiles(files: Zippable, name: string, value: unknown): void {
  if (isArchive(value) && typeof value.assets === "object" && value.assets !== null) {
    for (const [member, item] of Object.entries(value.assets as Record<string, unknown>).sort())
      addFiles(files, name === "" ? member : `${name}/${member}`, item);
    return;
  }
  if (isAsset(value) && typeof value.text === "string") {
    files[name] = Buffer.from(value.text);
    return;
  }
  if (isAsset(value) && typeof value.path === "string") {
    files[name] = readFileSync(value.path);
    return;
  }
  throw new Error(
    `the local provider reads function code from text assets, file assets and .zip archives only${
      name === "" ? "" : ` (member "${name}")`
    }`,
  );
}
