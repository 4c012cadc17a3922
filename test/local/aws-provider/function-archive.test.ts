import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import { zipFunctionCode } from "../../../local/aws-provider/services/function-archive";
import { wireArchive } from "./provider-client";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";

function filesOf(zip: Uint8Array): Record<string, string> {
  return Object.fromEntries(Object.entries(unzipSync(zip)).map(([name, bytes]) => [name, strFromU8(bytes)]));
}

describe("the ZIP file of a function's code", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "trailkeeper-archive-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("holds text assets, nested archives and files", () => {
    const file = join(folder, "data.json");
    writeFileSync(file, "{}");
    const code = {
      [SIGNATURE]: ARCHIVE,
      assets: {
        lib: wireArchive({ "a.js": "1" }),
        "index.js": { [SIGNATURE]: ASSET, text: "exports.handler = 1" },
        "data.json": { [SIGNATURE]: ASSET, path: file },
      },
    };

    assert.deepEqual(filesOf(zipFunctionCode(code)), {
      "data.json": "{}",
      "index.js": "exports.handler = 1",
      "lib/a.js": "1",
    });
  });

  it("has the same bytes for the same content", () => {
    const one = zipFunctionCode(wireArchive({ "a.js": "1", "b.js": "2" }));
    const other = zipFunctionCode(wireArchive({ "b.js": "2", "a.js": "1" }));

    assert.deepEqual(one, other);
  });

  it("is the file itself when the program gives a .zip", () => {
    const path = join(folder, "code.zip");
    const bytes = zipFunctionCode(wireArchive({ "index.js": "1" }));
    writeFileSync(path, bytes);

    assert.deepEqual(new Uint8Array(zipFunctionCode({ [SIGNATURE]: ARCHIVE, path })), bytes);
  });

  it("cannot come from a remote asset, and names the member", () => {
    const code = {
      [SIGNATURE]: ARCHIVE,
      assets: { "index.js": { [SIGNATURE]: ASSET, uri: "https://example.com" } },
    };

    assert.throws(
      () => zipFunctionCode(code),
      /text assets, file assets and \.zip archives only.*"index\.js"/,
    );
  });
});
