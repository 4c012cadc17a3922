import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort, isPortFree } from "../../../local/process/ports";
import { CommandError, isAlive, launch, run } from "../../../local/process/process";
import { Cleanup, Interrupted, withCleanup } from "../../../local/process/cleanup";
import { findExecutable } from "../../../local/process/find";

const node = process.execPath;

/** Prints the pid of a child of its own, which never ends, and then never ends either. */
const PARENT = `
  const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  console.log(child.pid);
  setInterval(() => {}, 1000);`;

async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(10);
}

describe("run", () => {
  it("returns stdout and passes every line of both streams on", async () => {
    const lines: string[] = [];
    const stdout = await run(node, ["-e", `console.log("one\\ntwo"); console.error("three")`], {
      onLine: (line) => lines.push(line),
    });

    assert.equal(stdout, "one\ntwo\n");
    assert.deepEqual(lines.sort(), ["one", "three", "two"]);
  });

  it("fails with the exit code and the last lines of the output", async () => {
    await assert.rejects(run(node, ["-e", `console.error("reason"); process.exit(3)`]), (error) => {
      assert.ok(error instanceof CommandError);
      assert.match(error.message, /failed \(exit code 3\)/);
      assert.deepEqual(error.output, ["reason"]);
      return true;
    });
  });

  it("fails when the command does not exist", async () => {
    await assert.rejects(run("/nowhere/at-all", []), /\/nowhere\/at-all could not be started/);
  });

  it("ends the command and its children when aborted, and rejects with the reason", async () => {
    const controller = new AbortController();
    let grandchild = 0;
    const running = run(node, ["-e", PARENT], {
      signal: controller.signal,
      onLine: (line) => {
        grandchild = Number(line);
        controller.abort(new Error("enough"));
      },
    });

    await assert.rejects(running, /enough/);
    await untilGone(grandchild);
  });

  it("ends the command at its time limit", async () => {
    await assert.rejects(
      run(node, ["-e", "setInterval(() => {}, 1000)"], { timeLimitSeconds: 0.2 }),
      /was stopped after 0.2 s/,
    );
  });
});

describe("launch", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "trailkeeper-process-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("stops the process and its children, even when SIGTERM is ignored", async () => {
    const logFile = join(folder, "log");
    const stubborn = `process.on("SIGTERM", () => {}); ${PARENT}`;
    const child = await launch(node, ["-e", stubborn], { env: process.env, logFile });
    while (!readFileSync(logFile, "utf8").includes("\n")) await sleep(10);
    const grandchild = Number(readFileSync(logFile, "utf8"));

    await child.stop(100);

    assert.equal((await child.exited).signal, "SIGKILL");
    await untilGone(grandchild);
    assert.equal(isAlive(child.pid), false);
  });
});

describe("findExecutable", () => {
  it("finds an executable on PATH and passes over folders without it", () => {
    const env = { PATH: ["/nowhere", dirname(node)].join(delimiter) };
    assert.equal(findExecutable("node", env), node);
    assert.equal(findExecutable("no-such-program", env), undefined);
  });
});

describe("Cleanup", () => {
  it("runs every stop once, the newest first, and reports those that failed", async () => {
    const cleanup = new Cleanup(new AbortController().signal);
    const order: string[] = [];
    cleanup.add("the first", () => void order.push("first"));
    cleanup.add("the second", () => {
      order.push("second");
      throw new Error("stuck");
    });
    cleanup.add("the third", async () => {
      await sleep(1);
      order.push("third");
    });

    const failures = await cleanup.run();
    const again = await cleanup.run();

    assert.deepEqual(order, ["third", "second", "first"]);
    assert.deepEqual(
      failures.map(({ message }) => message),
      ["could not stop the second: stuck"],
    );
    assert.deepEqual(again, []);
  });
});

describe("withCleanup", () => {
  const ignore = () => undefined;

  it("cleans up after success and returns the result", async () => {
    let stopped = false;
    const result = await withCleanup((cleanup) => {
      cleanup.add("it", () => void (stopped = true));
      return Promise.resolve(7);
    }, ignore);

    assert.deepEqual({ result, stopped }, { result: 7, stopped: true });
  });

  it("cleans up after a failure, tells what could not be stopped and passes the failure on", async () => {
    const told: string[] = [];
    const failing = withCleanup(
      (cleanup) => {
        cleanup.add("it", () => Promise.reject(new Error("stuck")));
        return Promise.reject(new Error("work failed"));
      },
      (line) => told.push(line),
    );

    await assert.rejects(failing, /work failed/);
    assert.deepEqual(told, ["could not stop it: stuck"]);
  });

  it("fails when everything worked but something could not be stopped", async () => {
    const failing = withCleanup((cleanup) => {
      cleanup.add("it", () => Promise.reject(new Error("stuck")));
      return Promise.resolve();
    }, ignore);

    await assert.rejects(failing, /could not stop it: stuck/);
  });

  it("turns a signal into an abort and an Interrupted error, and gives the signals back", async () => {
    const before = process.listenerCount("SIGHUP");
    const interrupted = withCleanup(async ({ signal }) => {
      process.kill(process.pid, "SIGHUP");
      await sleep(5_000, undefined, { signal });
    }, ignore);

    await assert.rejects(interrupted, (error) => {
      assert.ok(error instanceof Interrupted);
      assert.equal(error.exitCode, 129);
      return true;
    });
    assert.equal(process.listenerCount("SIGHUP"), before);
  });
});

describe("a run in a process of its own", function () {
  this.timeout(30_000);

  /** Starts a server with a worker of its own, says their pids, and waits; `ending` is what happens then. */
  const program = (port: number, ending: string) => `
    const { launch } = require(${JSON.stringify(resolve("local/process/process.ts"))});
    const { withCleanup, Interrupted } = require(${JSON.stringify(resolve("local/process/cleanup.ts"))});
    const { readFileSync } = require("node:fs");
    const { setTimeout: sleep } = require("node:timers/promises");
    const server = \`
      const worker = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
      require("node:http").createServer().listen(${port}, "127.0.0.1", () => console.log(worker.pid));
    \`;
    const logFile = process.argv[1];
    withCleanup(async (cleanup) => {
      const child = await launch(process.execPath, ["-e", server], { env: process.env, logFile });
      cleanup.add("the server", () => child.stop());
      while (!readFileSync(logFile, "utf8").includes("\\n")) await sleep(10);
      console.log(child.pid + " " + readFileSync(logFile, "utf8").trim());
      ${ending}
    }, console.error).catch((error) => {
      console.error(error.message);
      process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
    });`;

  const endings: [title: string, ending: string, signals: NodeJS.Signals[], exitCode: number][] = [
    ["Ctrl-C", "await sleep(60000, undefined, { signal: cleanup.signal });", ["SIGINT"], 130],
    [
      "the two SIGINTs of one key press",
      "await sleep(60000, undefined, { signal: cleanup.signal });",
      ["SIGINT", "SIGINT"],
      130,
    ],
    ["SIGTERM", "await sleep(60000, undefined, { signal: cleanup.signal });", ["SIGTERM"], 143],
    ["a failure", `throw new Error("failed")`, [], 1],
    [
      "an exception that nobody catches",
      `setTimeout(() => { throw new Error("lost"); }); await sleep(60000)`,
      [],
      1,
    ],
    ["success", "", [], 0],
  ];
  for (const [title, ending, signals, exitCode] of endings) {
    it(`leaves no process and no port behind after ${title}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "trailkeeper-run-"));
      const port = await freePort();
      const child = spawn(node, ["--import", "tsx", "-e", program(port, ending), join(folder, "log")], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      const exit = new Promise<number | null>((done) => child.once("exit", (code) => done(code)));
      const pids = await new Promise<number[]>((done) =>
        child.stdout.once("data", (line: Buffer) => done(line.toString().trim().split(" ").map(Number))),
      );
      for (const signal of signals) child.kill(signal);

      const code = await exit;

      assert.equal(code, exitCode);
      assert.equal(pids.length, 2);
      for (const pid of pids) await untilGone(pid);
      assert.equal(await isPortFree(port), true);
      rmSync(folder, { recursive: true, force: true });
    });
  }

  it("ends at once at a second Ctrl-C while a stop hangs, and still leaves nothing behind", async () => {
    const folder = mkdtempSync(join(tmpdir(), "trailkeeper-run-"));
    const port = await freePort();
    const hang = `
      cleanup.add("something slow", () => sleep(60000));
      await sleep(60000, undefined, { signal: cleanup.signal });`;
    const child = spawn(node, ["--import", "tsx", "-e", program(port, hang), join(folder, "log")], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const exit = new Promise<number | null>((done) => child.once("exit", (code) => done(code)));
    const pids = await new Promise<number[]>((done) =>
      child.stdout.once("data", (line: Buffer) => done(line.toString().trim().split(" ").map(Number))),
    );
    child.kill("SIGINT");
    await sleep(1_200); // longer than what counts as one key press
    child.kill("SIGINT");

    assert.equal(await exit, 130);
    for (const pid of pids) await untilGone(pid);
    assert.equal(await isPortFree(port), true);
    rmSync(folder, { recursive: true, force: true });
  });
});
