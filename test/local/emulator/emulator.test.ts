import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { acquireEmulator, startEmulator, type StartEmulatorOptions } from "../../../local/emulator/emulator";
import { freePort, isPortFree } from "../../../local/process/ports";
import { isAlive } from "../../../local/process/process";

/** Answers as the emulator does when it is ready; writes down its environment and the pid of a worker of its own. */
const READY = `
  const { spawn } = require("node:child_process");
  const worker = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  require("node:fs").writeFileSync("seen.json", JSON.stringify({ args: process.argv.slice(2), env: process.env, worker: worker.pid }));
  require("node:http").createServer((request, response) => {
    response.end(JSON.stringify({ status: request.url === "/_ministack/ready" ? "completed" : "?" }));
  }).listen(Number(process.env.GATEWAY_PORT), process.env.BIND_HOST);`;

describe("startEmulator", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "trailkeeper-emulator-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Options with an emulator whose "Python" is a Node script. */
  const options = (script: string): StartEmulatorOptions => {
    const python = join(folder, "python");
    writeFileSync(python, `#!${process.execPath}\n${script}`);
    chmodSync(python, 0o755);
    return {
      emulator: { python, description: "fake" },
      runDir: folder,
      region: "eu-west-1",
      tell: () => undefined,
      signal: new AbortController().signal,
    };
  };
  const seen = () =>
    JSON.parse(readFileSync(join(folder, "emulator", "seen.json"), "utf8")) as {
      args: string[];
      env: Record<string, string>;
      worker: number;
    };

  it("starts on a free loopback port, says how to reach it, and takes everything down again", async () => {
    const emulator = await startEmulator(options(READY));
    const { worker, args } = seen();

    assert.deepEqual(args, ["-m", "ministack"]);
    assert.deepEqual(emulator.connection, {
      endpoint: `http://127.0.0.1:${emulator.port}`,
      region: "eu-west-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    assert.equal(await isPortFree(emulator.port), false);

    await emulator.stop();

    assert.equal(await isPortFree(emulator.port), true);
    assert.equal(isAlive(emulator.pid), false);
    while (isAlive(worker)) await sleep(10);
  });

  it("gives the emulator nothing of the user's environment but PATH", async () => {
    process.env.TRAILKEEPER_TEST_SECRET = "s3cret";
    try {
      await (await startEmulator(options(READY))).stop();
    } finally {
      delete process.env.TRAILKEEPER_TEST_SECRET;
    }

    const { env } = seen();
    assert.equal(env.TRAILKEEPER_TEST_SECRET, undefined);
    assert.equal(env.HOME, join(folder, "emulator", "home"));
    assert.equal(env.TMPDIR, join(folder, "emulator", "tmp"));
    assert.equal(env.BIND_HOST, "127.0.0.1");
    assert.equal(env.AWS_ACCESS_KEY_ID, "test");
    assert.equal(env.AWS_DEFAULT_REGION, "eu-west-1");
    assert.ok(env.PATH?.startsWith(dirname(process.execPath)), "functions would run on another Node");
  });

  it("shows the end of the log when the emulator ends while starting", async () => {
    const broken = options(`console.error("ModuleNotFoundError: no module"); process.exit(3)`);

    await assert.rejects(
      startEmulator(broken),
      /ended while starting \(exit code 3\);.* remove that folder and run this again\. The end of its log:\nModuleNotFoundError: no module$/,
    );
  });

  it("tries another port when somebody else is faster", async () => {
    const counter = join(folder, "starts");
    const script = `
      const fs = require("node:fs");
      fs.appendFileSync(${JSON.stringify(counter)}, process.env.GATEWAY_PORT + "\\n");
      if (fs.readFileSync(${JSON.stringify(counter)}, "utf8").trim().split("\\n").length === 1) {
        console.log("ERROR: 127.0.0.1 is already in use.");
        process.exit(1);
      }
      ${READY}`;

    const emulator = await startEmulator(options(script));
    await emulator.stop();

    const ports = readFileSync(counter, "utf8").trim().split("\n");
    assert.equal(ports.length, 2);
    assert.equal(ports[1], String(emulator.port));
  });

  it("ends the emulator when the run is interrupted before it answers", async () => {
    const controller = new AbortController();
    const silent = options(
      `require("node:fs").writeFileSync("pid", String(process.pid)); setInterval(() => {}, 1000)`,
    );
    const pidFile = join(folder, "emulator", "pid");
    const starting = startEmulator({ ...silent, signal: controller.signal });
    const rejected = assert.rejects(starting, /interrupted/);
    while (!existsSync(pidFile) || readFileSync(pidFile, "utf8") === "") await sleep(10);

    controller.abort(new Error("interrupted"));
    await rejected;

    assert.equal(isAlive(Number(readFileSync(pidFile, "utf8"))), false);
  });

  describe("with a port that is taken", () => {
    let server: Server;
    let port: number;
    beforeEach(async () => {
      port = await freePort();
      server = createServer();
      await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
    });
    afterEach((done) => void server.close(done));

    it("names the port and starts nothing", async () => {
      await assert.rejects(
        startEmulator({ ...options(READY), port }),
        new RegExp(`^Error: port ${port} on 127\\.0\\.0\\.1 is taken by another program; stop that program`),
      );
      assert.equal(existsSync(join(folder, "emulator")), false);
    });
  });
});

describe("the real emulator", function () {
  // The first time on a machine it is installed.
  this.timeout(300_000);

  it("starts, answers, and is gone with its port after Ctrl-C", async () => {
    const folder = mkdtempSync(join(tmpdir(), "trailkeeper-emulator-"));
    await acquireEmulator(() => undefined, new AbortController().signal);
    const program = `
      const { acquireEmulator, startEmulator } = require(${JSON.stringify(resolve("local/emulator/emulator.ts"))});
      const { withCleanup, Interrupted } = require(${JSON.stringify(resolve("local/process/cleanup.ts"))});
      const { setTimeout: sleep } = require("node:timers/promises");
      withCleanup(async (cleanup) => {
        const tell = () => {}, { signal } = cleanup;
        const emulator = await acquireEmulator(tell, signal);
        const running = await startEmulator({ emulator, runDir: process.argv[1], region: "eu-west-1", tell, signal });
        cleanup.add("the emulator", () => running.stop());
        const health = await (await fetch(running.connection.endpoint + "/_ministack/health")).json();
        console.log(JSON.stringify({ pid: running.pid, port: running.port, version: health.version }));
        await sleep(60000, undefined, { signal });
      }, () => {}).catch((error) => {
        process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
      });`;
    const child = spawn(process.execPath, ["--import", "tsx", "-e", program, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exit = new Promise<number | null>((done) => child.once("exit", (code) => done(code)));
    const line = await new Promise<string>((done) =>
      child.stdout.once("data", (chunk: Buffer) => done(chunk.toString())),
    );
    const { pid, port, version } = JSON.parse(line) as { pid: number; port: number; version: string };
    child.kill("SIGINT");

    assert.equal(await exit, 130);
    assert.equal(version, "1.5.33");
    assert.equal(isAlive(pid), false);
    assert.equal(await isPortFree(port), true);
    rmSync(folder, { recursive: true, force: true });
  });
});
