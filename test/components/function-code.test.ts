import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { bundleFunction, functionCode } from "../../components/function-code";

const ROOT = join(__dirname, "..", "..");

describe("functionCode", function () {
  // Whole checkouts are copied and taken away again.
  this.timeout(60_000);

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
    for (const room of ["functions", "detections", "formats", "responses"]) {
      cpSync(join(ROOT, room), join(root, room), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
    return root;
  }

  const filesOf = (archive: pulumi.asset.AssetArchive) =>
    (archive as unknown as { assets: Promise<Record<string, pulumi.asset.StringAsset>> }).assets;

  it("packs one file, index.js", async () => {
    const files = await filesOf(functionCode("notify"));

    assert.deepEqual(Object.keys(files), ["index.js"]);
    assert.equal(await files["index.js"]?.text, bundleFunction("notify", ROOT));
  });

  it("packs other files beside it, and lets none of them take its place", async () => {
    const files = await filesOf(functionCode("detect", { "rules.json": "{}", "index.js": "other" }));

    assert.deepEqual(Object.keys(files).sort(), ["index.js", "rules.json"]);
    assert.equal(await files["rules.json"]?.text, "{}");
    assert.equal(await files["index.js"]?.text, bundleFunction("detect", ROOT));
  });

  for (const [name, megabytes] of [
    ["notify", 1],
    ["detect", 1],
    ["restore", 1],
    // The SDK's client of EC2 alone is half of it.
    ["respond", 2],
  ] as const) {
    it(`makes the same bytes of ${name} wherever the checkout lies`, () => {
      const one = bundleFunction(name, checkout(`one-${name}`));
      const two = bundleFunction(name, checkout(join("deeper", "down", `another ${name}`)));

      assert.equal(one, two);
      assert.equal(one, bundleFunction(name, ROOT));
      assert.ok(!one.includes(ROOT) && !one.includes(folder));
    });

    it(`keeps ${name} under ${megabytes} MB`, () => {
      assert.ok(Buffer.byteLength(bundleFunction(name, ROOT)) < megabytes * 1_000_000);
    });

    it(`makes ${name} need nothing but Node at run time, and export the handler`, () => {
      const file = join(folder, `${name}.js`);
      writeFileSync(file, bundleFunction(name, ROOT));

      const bundle = createRequire(file)(file) as { handler: unknown };

      assert.equal(typeof bundle.handler, "function");
    });
  }

  it("does not follow a tsconfig.json above the checkout", () => {
    const root = checkout("configured");
    writeFileSync(
      join(root, "tsconfig.json"),
      JSON.stringify({ compilerOptions: { target: "ES5", strict: true } }),
    );

    assert.equal(bundleFunction("notify", root), bundleFunction("notify", ROOT));
  });

  it("names file and line of what does not compile", () => {
    const root = checkout("broken");
    writeFileSync(join(root, "functions", "notify", "handler.ts"), "export const handler = ;\n");

    assert.throws(() => bundleFunction("notify", root), /functions\/notify\/handler\.ts:1:23/);
  });
});
