import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheFolder, installOnce } from "../../../local/cache/cache";
import { launch, run } from "../../../local/process/process";

describe("cacheFolder", () => {
  const cases: [title: string, NodeJS.ProcessEnv, NodeJS.Platform, expected: string][] = [
    ["TRAILKEEPER_CACHE itself", { TRAILKEEPER_CACHE: "/c", XDG_CACHE_HOME: "/x" }, "linux", resolve("/c")],
    ["XDG_CACHE_HOME", { XDG_CACHE_HOME: "/x" }, "linux", join("/x", "trailkeeper")],
    ["~/.cache on Linux", {}, "linux", join("/home/a", ".cache", "trailkeeper")],
    ["~/Library/Caches on macOS", {}, "darwin", join("/home/a", "Library", "Caches", "trailkeeper")],
    ["LOCALAPPDATA on Windows", { LOCALAPPDATA: "/l" }, "win32", join("/l", "trailkeeper")],
  ];
  for (const [title, env, platform, expected] of cases) {
    it(`is ${title}`, () => {
      assert.equal(cacheFolder(env, platform, "/home/a"), expected);
    });
  }
});

describe("installOnce", () => {
  let root: string;
  let folder: string;
  let told: string[];
  const options = () => ({
    tell: (line: string) => void told.push(line),
    signal: new AbortController().signal,
  });

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "trailkeeper-cache-"));
    folder = join(root, "deep", "thing");
    told = [];
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const install = (staging: string) => Promise.resolve(writeFileSync(join(staging, "file"), "whole"));

  it("installs what is missing, and leaves neither lock nor staging folder", async () => {
    await installOnce(folder, "a thing", install, options());

    assert.equal(readFileSync(join(folder, "file"), "utf8"), "whole");
    assert.deepEqual(readdirSync(join(root, "deep")), ["thing"]);
  });

  it("does nothing when the folder is there", async () => {
    mkdirSync(folder, { recursive: true });

    await installOnce(folder, "a thing", () => assert.fail("installed again"), options());
  });

  it("leaves nothing behind when the installation fails half-way", async () => {
    const broken = async (staging: string) => {
      await install(staging);
      throw new Error("disk full");
    };

    await assert.rejects(installOnce(folder, "a thing", broken, options()), /disk full/);
    assert.deepEqual(readdirSync(join(root, "deep")), []);
  });

  it("takes over the lock of a process that is gone, and removes what it left", async () => {
    const dead = await launch(process.execPath, ["-e", ""], { env: {}, logFile: join(root, "log") });
    await dead.exited;
    mkdirSync(`${folder}.staging-${dead.pid}`, { recursive: true });
    writeFileSync(`${folder}.lock`, JSON.stringify({ pid: dead.pid, host: hostname(), id: "old" }));

    await installOnce(folder, "a thing", install, options());

    assert.deepEqual(readdirSync(join(root, "deep")), ["thing"]);
  });

  it("waits for a process that is at work, says so, and uses what it installed", async () => {
    mkdirSync(join(root, "deep"));
    writeFileSync(`${folder}.lock`, JSON.stringify({ pid: process.pid, host: hostname(), id: "other" }));
    const waiting = installOnce(folder, "a thing", () => assert.fail("installed twice"), options());

    while (told.length === 0) await sleep(10);
    mkdirSync(folder);
    rmSync(`${folder}.lock`);
    await waiting;

    assert.equal(told[0], `waiting for process ${process.pid}, which is installing a thing`);
  });

  it("stops waiting when the run is interrupted", async () => {
    mkdirSync(join(root, "deep"));
    writeFileSync(`${folder}.lock`, JSON.stringify({ pid: process.pid, host: hostname(), id: "other" }));
    const controller = new AbortController();
    const tell = () => controller.abort(new Error("interrupted"));

    await assert.rejects(
      installOnce(folder, "a thing", install, { tell, signal: controller.signal }),
      /interrupted/,
    );
    assert.ok(existsSync(`${folder}.lock`), "somebody else's lock was removed");
  });

  it("lets one of several processes install", async function () {
    this.timeout(30_000);
    const script = `
      const { appendFileSync, writeFileSync } = require("node:fs");
      const { setTimeout: sleep } = require("node:timers/promises");
      const { installOnce } = require(${JSON.stringify(resolve("local/cache/cache.ts"))});
      const install = async (staging) => {
        appendFileSync(${JSON.stringify(join(root, "installs"))}, "x");
        await sleep(300);
        writeFileSync(staging + "/file", "whole");
      };
      void installOnce(${JSON.stringify(folder)}, "a thing", install, { tell() {}, signal: new AbortController().signal });`;

    await Promise.all([1, 2, 3].map(() => run(process.execPath, ["--import", "tsx", "-e", script])));

    assert.equal(readFileSync(join(root, "installs"), "utf8"), "x");
    assert.equal(readFileSync(join(folder, "file"), "utf8"), "whole");
  });

  it("names TRAILKEEPER_CACHE when the cache folder cannot be made", async () => {
    writeFileSync(join(root, "deep"), "a file in the way");

    await assert.rejects(installOnce(folder, "a thing", install, options()), /set TRAILKEEPER_CACHE/);
  });
});
