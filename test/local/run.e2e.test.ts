import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { CIS_CONTROLS } from "../../detections/cis-controls";

const ROOT = join(__dirname, "..", "..");

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Report {
  readonly schemaVersion: number;
  readonly ok: boolean;
  readonly steps: readonly { name: string; seconds: number; ok: boolean }[];
  readonly resources: { created: number; stateOnly: readonly string[] };
  readonly policies: readonly { policy: string; message: string; mandatory: boolean }[];
  readonly events: number;
  readonly files: number;
  readonly oversized: number;
  readonly malformed: readonly { file: string; reason: string }[];
  readonly filters: Readonly<Record<string, number>>;
  readonly alarms: readonly { name: string; control: string | null; state: string; matches: number }[];
  readonly detections: {
    readonly rules: number;
    readonly fastPath: { offered: number; forwarded: number };
    readonly alerts: readonly { title: string; level: string; published: number; notified: boolean }[];
  };
  readonly inbox: number;
  readonly responses?: readonly {
    playbook: string;
    target: string;
    mode: string;
    result: string;
    seconds: number | null;
    verified: boolean;
  }[];
  readonly testAlert: { delivered: boolean; subject?: string };
  readonly failures: readonly string[];
}

function start(
  args: readonly string[],
  tmp: string,
  { detached = false } = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [join(ROOT, "scripts", "start.mjs"), ...args], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: tmp },
    stdio: ["ignore", "pipe", "pipe"],
    detached,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (stderr += String(chunk)));
  const ended = new Promise<Ended>((resolve) =>
    child.on("close", (code) => resolve({ code, stdout, stderr })),
  );
  return { child, ended };
}

/** A run with `--json`, whose report is returned; the whole output is shown where it is none. */
async function report(args: readonly string[], tmp: string): Promise<{ ended: Ended; json: Report }> {
  const ended = await start([...args, "--json"], tmp).ended;
  try {
    return { ended, json: JSON.parse(ended.stdout) as Report };
  } catch {
    return assert.fail(`no JSON on stdout:\n${ended.stdout}\n${ended.stderr}`);
  }
}

const event = (eventName: string, more: object = {}) => ({
  eventVersion: "1.11",
  userIdentity: { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/ana", userName: "ana" },
  eventTime: "2026-03-04T05:06:07Z",
  eventSource: "ec2.amazonaws.com",
  eventName,
  awsRegion: "eu-west-1",
  eventID: `${eventName}-1`,
  ...more,
});

describe("npm start", function () {
  this.timeout(600_000);
  let tmp: string;

  beforeEach(async () => {
    tmp = await mkdtemp(join(tmpdir(), "e2e-"));
  });
  afterEach(async () => {
    const left = (await readdir(tmp)).filter((name) => name.startsWith("trailkeeper"));
    await rm(tmp, { recursive: true, force: true });
    assert.deepEqual(left, [], "a run leaves nothing behind in the temporary folder");
  });

  it("brings dev up under the policy pack, and the scenario's alerts and alarms arrive", async () => {
    const { ended, json } = await report([], tmp);

    assert.deepEqual(json.failures, [], ended.stderr);
    assert.equal(ended.code, 0);
    assert.equal(json.ok, true);
    assert.deepEqual(json.policies, [], "no violation and nothing undecided once everything is known");
    assert.ok(json.resources.created >= 75, String(json.resources.created));
    assert.deepEqual(Object.keys(json.filters).sort(), CIS_CONTROLS.map(({ id }) => id).sort());
    const fired = json.alarms.filter(({ state }) => state === "ALARM");
    assert.deepEqual(
      fired.map(({ control }) => control).sort(),
      Object.entries(json.filters)
        .filter(([, matches]) => matches > 0)
        .map(([control]) => control)
        .sort(),
    );
    const { alerts, fastPath } = json.detections;
    const notified = alerts.filter(({ level }) => ["critical", "high", "medium"].includes(level));
    for (const title of [
      "CloudTrail logging stopped",
      "Identity gave rights to itself",
      "Console sign-in succeeded after its password was being guessed",
    ])
      assert.deepEqual(
        alerts.filter((alert) => alert.title === title).map(({ published }) => published),
        [1],
        `${title}, once`,
      );
    assert.ok(alerts.every((alert) => alert.notified === notified.includes(alert)));
    assert.ok(fastPath.forwarded > 0 && fastPath.forwarded < fastPath.offered);
    assert.equal(json.inbox, fired.length + notified.length);
    assert.deepEqual(json.testAlert.delivered, true);
    assert.match(json.testAlert.subject ?? "", /Test of the alert path/);
    assert.ok(json.steps.length > 5 && json.steps.every(({ ok }) => ok));
  });

  it("brings prod up, delivers the good files beside bad ones, and lists the bad ones", async () => {
    const logs = await mkdtemp(join(tmp, "logs-"));
    const cut = gzipSync(JSON.stringify({ Records: [event("Lost")] }));
    const denied = (n: number) =>
      event("DescribeInstances", {
        errorCode: "Client.UnauthorizedOperation",
        eventID: `denied-${n}`,
        eventTime: `2026-03-04T05:0${n % 5}:07Z`,
      });
    const files: Record<string, string | Uint8Array> = {
      "bad-cut.json.gz": cut.subarray(0, cut.length - 9),
      "bad-empty.json": "",
      "bad-other.json": '{"a":1}',
      "bad-record.json": JSON.stringify({
        Records: [event("CreateVpc"), { eventTime: "2026-03-04T05:06:07Z" }],
      }),
      "good-denied.json.gz": gzipSync(
        JSON.stringify({ Records: Array.from({ length: 25 }, (_, n) => denied(n)) }),
      ),
      "good-large.json": JSON.stringify({
        Records: [event("DeleteVpc", { requestParameters: { filler: "x".repeat(2_000_000) } })],
      }),
      "good-lines.ndjson": [event("CreateNetworkAcl"), event("DeleteNetworkAcl")]
        .map((e) => JSON.stringify(e))
        .join("\n"),
    };
    for (const [name, content] of Object.entries(files)) await writeFile(join(logs, name), content);

    const { ended, json } = await report(["--stack", "prod", "--logs", logs], tmp);

    assert.deepEqual(json.failures, [], ended.stderr);
    assert.equal(ended.code, 0);
    assert.deepEqual(json.policies, []);
    assert.deepEqual([json.files, json.events, json.oversized], [4, 29, 1]);
    assert.deepEqual(
      json.malformed.map(({ file }) => file),
      ["bad-cut.json.gz", "bad-empty.json", "bad-other.json", "bad-record.json"],
    );
    assert.deepEqual(Object.fromEntries(Object.entries(json.filters).filter(([, matches]) => matches > 0)), {
      "CloudWatch.2": 25,
      "CloudWatch.11": 2,
      "CloudWatch.14": 1,
    });
    const own = json.alarms.filter(({ control }) => control === null);
    assert.deepEqual(
      own.map(({ matches, name, state }) => ({ matches, name, state })),
      [
        { matches: 25, name: "trailkeeper-prod-denied-calls", state: "ALARM" },
        { matches: 0, name: "trailkeeper-prod-failed-sign-ins", state: "OK" },
      ],
    );
    const { alerts } = json.detections;
    assert.ok(
      alerts.some(({ level }) => level === "informational"),
      "a VPC and network ACLs were changed",
    );
    assert.equal(json.inbox, 4 + alerts.filter(({ notified }) => notified).length);
  });

  it("contains an attacker under enforced IAM, each deed once, and gives access back when a person says so", async () => {
    // What the built-in scenario makes of the pipeline is seen without IAM; one event keeps this run short.
    const logs = join(tmp, "one.json");
    await writeFile(logs, JSON.stringify({ Records: [event("CreateVpc")] }));

    const { ended, json } = await report(["--respond", "--logs", logs], tmp);

    assert.deepEqual(json.failures, [], ended.stderr);
    assert.equal(ended.code, 0);
    const { responses = [] } = json;
    assert.deepEqual(
      responses.map(({ playbook, mode, result, verified }) => [playbook, mode, result, verified]),
      [
        "deactivate-access-key",
        "quarantine-user",
        "deactivate-access-key",
        "block-public-bucket",
        "restore-trail",
        "deactivate-access-key",
      ].map((playbook) => [playbook, "enforce", "done", true]),
    );
    // Some 1 to 2 s on two processors that have nothing else to do.
    for (const { playbook, seconds } of responses)
      assert.ok(seconds !== null && seconds > 0 && seconds < 30, `${playbook}: ${seconds} s`);
    assert.equal(json.steps.at(-1)?.name, "Take one response back");
  });

  it("says what is wrong with the path, before anything is built", async () => {
    const { ended, json } = await report(["--logs", join(tmp, "nowhere")], tmp);
    assert.equal(ended.code, 1);
    assert.equal(json.ok, false);
    assert.match(json.failures.join(), /--logs .*nowhere: there is no such file or folder/);
    assert.deepEqual(json.steps, []);
  });

  it("says that a port is taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const { ended, json } = await report(["--port", String(port)], tmp);
      assert.equal(ended.code, 1);
      assert.match(json.failures.join(), new RegExp(`${port}.*(taken|in use)`));
    } finally {
      server.close();
    }
  });

  it("explains wrong usage and exits with 2", async () => {
    const ended = await start(["--stack", "staging"], tmp).ended;
    assert.equal(ended.code, 2);
    assert.match(ended.stderr, /'staging' is invalid/);
  });

  it("ends on Ctrl-C with 130, and leaves no process behind", async () => {
    const { child, ended } = start([], tmp);
    let seen = "";
    await new Promise<void>((resolve) =>
      child.stderr?.on("data", (chunk) => {
        seen += String(chunk);
        if (/\d+ resources, create/.test(seen)) resolve();
      }),
    );
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    assert.equal(code, 130, stderr);
    assert.deepEqual(await processesMentioning(tmp), []);
  });

  it("ends when its terminal closes, and leaves no process behind", async function () {
    if (process.platform === "win32") this.skip();
    const { child, ended } = start([], tmp, { detached: true });
    let seen = "";
    await new Promise<void>((resolve) =>
      child.stderr?.on("data", (chunk) => {
        seen += String(chunk);
        if (/\d+ resources, create/.test(seen)) resolve();
      }),
    );
    child.stdout?.destroy();
    child.stderr?.destroy();
    process.kill(-(child.pid ?? 0), "SIGHUP"); // as a terminal does: the whole foreground group
    assert.equal((await ended).code, 129);
    assert.deepEqual(await processesMentioning(tmp), []);
  });
});

/** Command lines of running processes that name a folder, or were started with it as their TMPDIR. */
async function processesMentioning(folder: string): Promise<string[]> {
  const { readFile } = await import("node:fs/promises");
  const found: string[] = [];
  for (const pid of (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    const [commandLine, environment] = await Promise.all(
      ["cmdline", "environ"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")),
    );
    if (`${commandLine}${environment}`.includes(folder))
      found.push(commandLine?.replaceAll("\0", " ") ?? pid);
  }
  return found;
}
