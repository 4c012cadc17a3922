import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { bundleFunction, functionCode } from "../../components/function-code";

const ROOT = join(__dirname, "..", "..");

describe("functionCode", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "function-code-"));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  function checkout(name: string): string {
    const root = join(folder, name);
    mkdirSync(root, { recursive: true });
    for (const room of ["functions", "detections", "formats"]) {
      cpSync(join(ROOT, room), join(root, room), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
    return root;
  }

  it("packs one file, index.js", async () => {
    const { assets } = functionCode("notify") as unknown as {
      assets: Promise<Record<string, pulumi.asset.StringAsset>>;
    };

    const files = await assets;

    assert.deepEqual(Object.keys(files), ["index.js"]);
    assert.equal(await files["index.js"]?.text, bundleFunction("notify", ROOT));
  });

  it("makes the same bytes wherever the checkout lies", () => {
    const one = bundleFunction("notify", checkout("one"));
    const two = bundleFunction("notify", checkout(join("deeper", "down", "another name")));

    assert.equal(one, two);
    assert.equal(one, bundleFunction("notify", ROOT));
    assert.ok(!one.includes(ROOT) && !one.includes(folder));
  });

  it("does not follow a tsconfig.json above the checkout", () => {
    const root = checkout("configured");
    writeFileSync(
      join(root, "tsconfig.json"),
      JSON.stringify({ compilerOptions: { target: "ES5", strict: true } }),
    );

    assert.equal(bundleFunction("notify", root), bundleFunction("notify", ROOT));
  });

  it("stays under 1 MB", () => {
    assert.ok(Buffer.byteLength(bundleFunction("notify", ROOT)) < 1_000_000);
  });

  it("needs nothing but Node at run time, and exports the handler", () => {
    const file = join(folder, "index.js");
    writeFileSync(file, bundleFunction("notify", ROOT));

    const bundle = createRequire(file)(file) as { handler: unknown };

    assert.equal(typeof bundle.handler, "function");
  });

  it("names file and line of what does not compile", () => {
    const root = checkout("broken");
    writeFileSync(join(root, "functions", "notify", "handler.ts"), "export const handler = ;\n");

    assert.throws(() => bundleFunction("notify", root), /functions\/notify\/handler\.ts:1:23/);
  });
});
