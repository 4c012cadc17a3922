import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const COMMAND = join(__dirname, "..", "..", "cli", "trailkeeper.mjs");

/** The command as people run it, in a process of its own. */
function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

const RULE = `title: User created
id: user-created
logsource: { product: aws, service: cloudtrail }
detection:
  selection: { eventName: CreateUser }
  condition: selection
level: high
tags: [attack.persistence, attack.t1136.003]
`;

const created = (serial: number, more: object = {}) => ({
  eventVersion: "1.11",
  eventID: `00000000-0000-4000-8000-${String(serial).padStart(12, "0")}`,
  eventTime: new Date(Date.UTC(2026, 2, 4, 5, serial)).toISOString().replace(".000Z", "Z"),
  eventSource: "iam.amazonaws.com",
  eventName: "CreateUser",
  awsRegion: "us-east-1",
  recipientAccountId: "111122223333",
  userIdentity: { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/alice", userName: "alice" },
  ...more,
});

interface Report {
  readonly schemaVersion: number;
  readonly events: number;
  readonly files: number;
  readonly duplicates: number;
  readonly malformed: readonly { file: string; reason: string }[];
  readonly suppressed: number;
  readonly seconds: number;
  readonly alerts: readonly Record<string, unknown>[];
  readonly byLevel: Readonly<Record<string, number>>;
  readonly byRule: Readonly<Record<string, number>>;
}

describe("the trailkeeper command", function () {
  this.timeout(60_000);
  let folder: string;
  let rules: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cli-"));
    rules = mkdtempSync(join(tmpdir(), "cli-rules-"));
    writeFileSync(join(rules, "user-created.yml"), RULE);
  });
  afterEach(() => {
    for (const path of [folder, rules]) rmSync(path, { recursive: true, force: true });
  });

  const log = (name: string, content: unknown) => {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    writeFileSync(join(folder, name), name.endsWith(".gz") ? gzipSync(text) : text);
  };
  const backtest = (...args: readonly string[]): Report => {
    const { status, stdout, stderr } = run("backtest", folder, "--rules", rules, "--format", "json", ...args);
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as Report;
  };

  describe("backtest", () => {
    it("prints the object of its contract: one alert a burst, duplicates once, bad records listed", () => {
      log("a.json.gz", { Records: [created(1), created(2), { eventName: "Lost" }] });
      log("b.ndjson", [created(2), created(3)].map((event) => JSON.stringify(event)).join("\n"));

      const { alerts, malformed, seconds, ...rest } = backtest();

      assert.deepEqual(
        [rest.schemaVersion, rest.events, rest.files, rest.duplicates, rest.suppressed],
        [1, 4, 2, 1, 0],
      );
      assert.ok(seconds > 0 && seconds < 60);
      assert.deepEqual(
        alerts.map(({ rule, title, level, eventIDs, time, account, region }) => [
          [rule, title, level, time, account, region],
          eventIDs,
        ]),
        [
          [
            ["user-created", "User created", "high", "2026-03-04T05:01:00Z", "111122223333", "us-east-1"],
            [created(1).eventID, created(2).eventID, created(3).eventID],
          ],
        ],
      );
      assert.equal(alerts[0]?.actor, "user/alice");
      assert.equal(rest.byLevel.high, 1);
      assert.equal(rest.byRule["user-created"], 1);
      assert.equal(malformed.length, 1);
      assert.match(malformed[0]?.file ?? "", /a\.json\.gz$/);
      assert.match(malformed[0]?.reason ?? "", /eventTime/);
    });

    it("goes on after files that are cut off, empty, or no text, and names them", () => {
      log("good.json", { Records: [created(1)] });
      writeFileSync(
        join(folder, "cut.json.gz"),
        gzipSync(JSON.stringify({ Records: [created(2)] })).subarray(0, 60),
      );
      log("empty.json", "");
      writeFileSync(join(folder, "binary.ndjson"), Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x81]));

      const { alerts, malformed } = backtest();

      assert.equal(alerts.length, 1);
      const named = malformed.map(({ file }) => file.split("/").at(-1));
      for (const name of ["cut.json.gz", "empty.json", "binary.ndjson"])
        assert.ok(named.includes(name), name);
    });

    it("says the same with several workers, whatever the order of the files", () => {
      for (let file = 0; file < 6; file++)
        log(`${9 - file}.json`, {
          Records: Array.from({ length: 20 }, (_, n) =>
            created(file * 20 + n, {
              userIdentity: { type: "IAMUser", arn: `arn:aws:iam::111122223333:user/u${n % 3}` },
            }),
          ),
        });
      const single = backtest();
      const several = backtest("--workers", "3");
      assert.deepEqual({ ...several, seconds: 0 }, { ...single, seconds: 0 });
      assert.ok(single.alerts.length >= 6, "the burst of each user is longer than the quiet period");
    });

    it("leaves out milder alerts when it is asked to", () => {
      log("a.json", { Records: [created(1)] });
      assert.equal(backtest("--min-level", "critical").alerts.length, 0);
    });

    it("escapes what logs say in HTML and markdown", () => {
      const hostile = '<script>alert(1)</script>|`*"';
      log("a.json", {
        Records: [
          created(1, {
            userIdentity: {
              type: "IAMUser",
              userName: hostile,
              arn: `arn:aws:iam::111122223333:user/${hostile}`,
            },
          }),
        ],
      });
      const html = run("backtest", folder, "--rules", rules, "--format", "html");
      const markdown = run("backtest", folder, "--rules", rules, "--format", "markdown");
      assert.deepEqual([html.status, markdown.status], [0, 0]);
      assert.ok(!html.stdout.includes("<script>alert"));
      assert.match(html.stdout, /Content-Security-Policy/);
      assert.ok(!/(?:src|href)="https?:/.test(html.stdout.replace(/<a [^>]*>/g, "")), "nothing is fetched");
      assert.ok(!markdown.stdout.includes("<script>alert"));
    });
  });

  describe("errors", () => {
    const cases: readonly [string, () => string[], number, RegExp][] = [
      ["a path that is not there", () => ["backtest", join(folder, "nowhere")], 1, /nowhere/],
      ["no path", () => ["backtest"], 2, /path/],
      ["an unknown option", () => ["backtest", folder, "--colour"], 2, /--colour/],
      ["a wrong level", () => ["backtest", folder, "--min-level", "loud"], 2, /loud/],
      ["no workers", () => ["backtest", folder, "--workers", "0"], 2, /workers/],
      [
        "a rules folder that is not there",
        () => ["backtest", folder, "--rules", join(folder, "no-rules")],
        1,
        /no-rules/,
      ],
      ["an unknown command", () => ["backtets"], 2, /backtets/],
    ];
    for (const [what, args, expected, message] of cases)
      it(`exit with ${expected} for ${what}, and name it`, () => {
        const { status, stderr } = run(...args());
        assert.equal(status, expected, stderr);
        assert.match(stderr, message);
        assert.ok(!/\n\s+at /.test(stderr), "no stack trace");
      });
  });

  describe("rules", () => {
    it("lists the rules of a folder", () => {
      const { status, stdout } = run("rules", "list", "--rules", rules, "--format", "json");
      assert.equal(status, 0);
      assert.match(stdout, /"user-created"/);
    });

    it("checks a good folder, and exits with 1 for a bad one, naming file and line", () => {
      assert.equal(run("rules", "check", "--rules", rules).status, 0);
      writeFileSync(
        join(rules, "bad.yml"),
        RULE.replace("user-created", "bad").replace("eventName:", "eventName|base64:"),
      );
      const { status, stdout, stderr } = run("rules", "check", "--rules", rules);
      assert.equal(status, 1);
      assert.match(`${stdout}${stderr}`, /bad\.yml:\d+.*base64/);
    });

    it("fails the check on an example that does not hold", () => {
      writeFileSync(
        join(rules, "user-created.test.yml"),
        "ignores:\n  - name: wrong\n    event: { eventName: CreateUser }\n",
      );
      const { status, stdout, stderr } = run("rules", "check", "--rules", rules);
      assert.equal(status, 1);
      assert.match(`${stdout}${stderr}`, /should not match/);
    });

    for (const target of ["eventbridge", "athena", "opensearch"])
      it(`compiles for ${target}`, () => {
        const { status, stdout } = run("rules", "compile", "--target", target, "--rules", rules);
        assert.equal(status, 0);
        assert.match(stdout, /createuser/i);
      });
  });
});
