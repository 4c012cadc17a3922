import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { backtest, type BacktestOptions, type BacktestResult } from "../../../cli/backtest/backtest";
import { parseSuppressions } from "../../../detections/suppression-file";
import { record, sampleRules } from "./sample-rules";

const rules = sampleRules();
let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "trailkeeper-backtest-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const lines = (records: readonly object[]): string => records.map((one) => JSON.stringify(one)).join("\n");
const run = (options: Partial<BacktestOptions> = {}): Promise<BacktestResult> =>
  backtest([folder], { rules, ...options });
const titles = ({ alerts }: BacktestResult): string[] => alerts.map(({ rule }) => rule.title);
const comparable = ({ seconds, ...rest }: BacktestResult): object => {
  assert.ok(seconds >= 0);
  return rest;
};

/** An intrusion of one user, and what others do. */
function story(): object[] {
  const bob = {
    userIdentity: { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/bob", accountId: "111122223333" },
  };
  const secret = (serial: number, seconds: number, secretId: string, more: object = {}): object =>
    record(serial, seconds, "GetSecretValue", { requestParameters: { secretId }, ...more });
  return [
    record(1, 0, "ListUsers"),
    record(2, 10, "DescribeInstances"),
    secret(3, 60, "one"),
    secret(4, 70, "two", bob),
    secret(5, 80, "two"),
    secret(6, 90, "one"),
    secret(7, 300, "three"),
    secret(8, 310, "four"),
    record(9, 900, "StopLogging", { requestParameters: { name: "main" } }),
    record(10, 960, "StopLogging", { requestParameters: { name: "main" } }),
    record(11, 7_200, "ListUsers", { awsRegion: "ap-south-1" }),
    record(12, 9_000, "StopLogging", { requestParameters: { name: "other" } }),
  ];
}

describe("backtest", () => {
  it("gives alerts as people would get them", async () => {
    write("log.ndjson", lines(story()));
    const result = await run();
    assert.deepEqual(
      result.alerts.map(({ alert, eventIDs, rule }) => [
        rule.title,
        alert.level,
        alert.when.firstEventTime.slice(11, 19),
        eventIDs.map((id) => Number.parseInt(id.slice(-12), 16)),
      ]),
      [
        ["Users listed", "low", "09:00:00", [1]],
        ["Many secrets read", "medium", "09:01:00", [3, 5, 6, 7, 8]],
        ["Secrets read and logging stopped", "critical", "09:05:00", [7, 8, 9, 10]],
        ["Logging stopped", "high", "09:15:00", [9, 10]],
        ["Users listed", "low", "11:00:00", [11]],
        ["New region", "low", "11:00:00", [11]],
        ["Logging stopped", "high", "11:30:00", [12]],
      ],
    );
    assert.equal(result.alerts[3]?.alert.summary, "user/alice stopped main");
    assert.deepEqual(result.byLevel, { informational: 0, low: 3, medium: 1, high: 2, critical: 1 });
    assert.equal(result.byRule["00000000-0000-4000-8000-00000000000a"], 2);
    assert.deepEqual([result.events, result.files, result.duplicates, result.suppressed], [12, 1, 0, 0]);
  });

  it("gives the same whatever file an event is in, in whatever order, and however often", async () => {
    const records = story();
    write("all.ndjson", lines(records));
    const expected = comparable(await run()) as BacktestResult;
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(records, { minLength: records.length }),
        fc.subarray(records),
        fc.integer({ min: 1, max: 5 }),
        async (shuffled, repeated, files) => {
          rmSync(folder, { recursive: true });
          const all = [...shuffled, ...repeated];
          for (let file = 0; file < files; file++) {
            const part = all.filter((_, index) => index % files === file);
            write(`${file}/log.json.gz`, gzipSync(JSON.stringify({ Records: part })));
          }
          const result = await run();
          assert.deepEqual(result.alerts, expected.alerts);
          assert.deepEqual([result.events, result.duplicates], [all.length, repeated.length]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("gives the same on several threads", async function () {
    this.timeout(30_000);
    story().forEach((one, index) =>
      write(`${index}.json`, JSON.stringify({ Records: [one, "bad", story()[0]] })),
    );
    write("cut.json.gz", gzipSync(lines(story())).subarray(0, 200));
    const single = comparable(await run());
    for (const workers of [2, 3]) assert.deepEqual(comparable(await run({ workers })), single);
  });

  it("decides once on a record that is there twice with other content", async () => {
    const one = record(1, 0, "StopLogging");
    write("a.json", JSON.stringify([{ ...one, sourceIPAddress: "203.0.113.9" }, one]));
    write("b.json", JSON.stringify([one]));
    const result = await run();
    assert.deepEqual([titles(result), result.duplicates], [["Logging stopped"], 2]);
    assert.equal(result.alerts[0]?.eventIDs.length, 1);
  });

  it("knows records without an eventID again by their content", async () => {
    const one = record(1, 0, "StopLogging", { eventID: undefined });
    const other = Object.fromEntries(Object.entries(one).reverse());
    write("log.json", JSON.stringify([one, other, { ...one, awsRegion: "eu-north-1" }]));
    const result = await run();
    assert.deepEqual([result.events, result.duplicates, titles(result)], [3, 1, ["Logging stopped"]]);
    assert.equal(result.alerts[0]?.eventIDs.length, 2);
  });

  it("leaves out alerts below a level, but not what a correlation above it rests on", async () => {
    write("log.ndjson", lines(story()));
    const result = await run({ minLevel: "critical" });
    assert.deepEqual(titles(result), ["Secrets read and logging stopped"]);
    assert.equal(result.alerts[0]?.eventIDs.length, 4);
  });

  describe("with suppressions", () => {
    const suppression = (rule: string, expires = "2099-01-01") => {
      const text = `- { rule: ${rule}, match: { userIdentity.arn: "*user/alice" }, reason: r, owner: o, expires: ${expires} }`;
      const { suppressions, problems } = parseSuppressions(text, "s.yml", { rules, now: new Date() });
      assert.deepEqual(
        problems.filter(({ severity }) => severity === "error"),
        [],
      );
      return suppressions;
    };

    it("counts what a suppression keeps from alerting, each event once", async () => {
      write("log.ndjson", lines([...story(), ...story()]));
      const result = await run({ suppressions: suppression("00000000-0000-4000-8000-00000000000a") });
      assert.equal(result.suppressed, 3);
      assert.ok(!titles(result).includes("Logging stopped"));
      assert.ok(!titles(result).includes("Secrets read and logging stopped"));
    });

    it("keeps events out of a correlation alone", async () => {
      write("log.ndjson", lines(story()));
      const result = await run({ suppressions: suppression("many_secrets") });
      assert.equal(result.suppressed, 5);
      assert.ok(!titles(result).includes("Many secrets read"));
      assert.ok(titles(result).includes("Logging stopped"));
    });

    it("takes no notice of one that has expired", async () => {
      write("log.ndjson", lines(story()));
      const result = await run({ suppressions: suppression("many_secrets", "2020-01-01") });
      assert.equal(result.suppressed, 0);
    });
  });

  it("lists what it cannot use, and evaluates the rest", async () => {
    const stop = (serial: number): string => JSON.stringify(record(serial, serial * 4_000, "StopLogging"));
    write("a-cut.json", `{"Records":[${stop(1)},{"eventName":"X`);
    write("b-line.ndjson", `${stop(2)}\n{"eventName":\n${stop(3)}\n`);
    write(
      "c-utf8.ndjson",
      Buffer.concat([Buffer.from(`${stop(4).slice(0, -1)},"a":"`), Buffer.from([0xe9]), Buffer.from('"}')]),
    );
    write(
      "d-deep.json",
      `[${stop(5).slice(0, -1)},"a":${"[".repeat(9_000)}${"]".repeat(9_000)}},${stop(6)}]`,
    );
    write("e-empty.json", "");
    write("f-other.json", '{"name":"trailkeeper"}');
    write("g-gzip.json.gz", gzipSync(`${stop(7)}\n`.repeat(20_000)).subarray(0, -20));
    write("h-record.json", JSON.stringify([5, {}, JSON.parse(stop(8))]));
    write("i-big.json", `[${stop(9).slice(0, -1)},"a":"${"x".repeat(10 * 2 ** 20)}"}]`);
    const result = await run({ minLevel: "high" });
    const serials = result.alerts.map(({ eventIDs }) =>
      eventIDs.map((id) => Number.parseInt(id.slice(-12), 16)),
    );
    assert.deepEqual(serials.flat(), [1, 2, 3, 4, 6, 7, 8, 9]);
    assert.deepEqual(
      result.malformed.map(({ file, line, index, reason }) => [
        file.slice(folder.length + 1),
        line ?? index,
        reason,
      ]),
      [
        [
          "a-cut.json",
          undefined,
          "the file is not JSON: it is cut off in the middle of a list; fetch it again",
        ],
        ["b-line.ndjson", 2, "not JSON: it ends in the middle"],
        ["c-utf8.ndjson", 1, "the line holds bytes that are not UTF-8; they were read as \ufffd"],
        ["d-deep.json", 0, "the record is nested deeper than 500 levels"],
        ["e-empty.json", undefined, "the file is empty; leave it out or fetch it again"],
        [
          "f-other.json",
          undefined,
          'the file is JSON, but no CloudTrail log: {"Records": [...]}, a list of events, one event, or an event a line',
        ],
        ["g-gzip.json.gz", undefined, "the gzip data is cut off; fetch the file again"],
        ["h-record.json", 0, "the record is no JSON object"],
        ["h-record.json", 1, "the record has no eventName"],
      ],
    );
  });

  it("lists a thousand malformed records of a file, and counts the others", async () => {
    write("log.ndjson", `${JSON.stringify(record(1, 0, "X"))}\n${"{}\n".repeat(2_500)}`);
    const { malformed } = await run();
    assert.equal(malformed.length, 1_001);
    assert.match(malformed.at(-1)?.reason ?? "", /^1500 more malformed records/);
  });

  describe("looking for files", () => {
    const one = JSON.stringify([record(1, 0, "StopLogging")]);

    it("takes logs of every kind from folders, each once, and nothing else", async () => {
      const names = ["a.json", "b/c.json.gz", "b/d.ndjson", "e.ndjson.gz", "f.jsonl", "G.JSON"];
      for (const name of names) write(name, name.endsWith(".gz") ? gzipSync(one) : one);
      write("notes.txt", "no log");
      write("b/data.csv", "1,2");
      const { files, malformed, skipped } = await backtest([folder, join(folder, "a.json")], { rules });
      assert.deepEqual([files, malformed, skipped], [names.length, [], []]);
    });

    it("takes a file that is named, whatever its suffix", async () => {
      const path = write("events.log", one);
      assert.equal((await backtest([path], { rules })).events, 1);
    });

    it("leaves out digests, and says so", async () => {
      write("log.json", one);
      write(
        "111122223333_CloudTrail-Digest_us-east-2_main_us-east-2_20260302T090000Z.json.gz",
        gzipSync("{}"),
      );
      const { files, skipped } = await run();
      assert.equal(files, 1);
      assert.match(skipped[0]?.reason ?? "", /digest/);
    });

    it("lists a link that leads nowhere", async () => {
      write("log.json", one);
      symlinkSync(join(folder, "gone.json"), join(folder, "link.json"));
      const { malformed } = await run();
      assert.match(malformed[0]?.reason ?? "", /no such file/);
    });

    for (const [what, path] of [
      ["a path that does not exist", "missing.json"],
      ["a folder without logs", "."],
    ] as const) {
      it(`refuses ${what}, naming it`, async () => {
        const full = join(folder, path);
        await assert.rejects(
          backtest([full], { rules }),
          (error) => error instanceof Error && error.name === "PathError" && error.message.startsWith(full),
        );
      });
    }
  });

  it("tells how far it is", async () => {
    const path = write("log.ndjson", lines(story()));
    const shares: number[] = [];
    await run({ onProgress: ({ bytes, totalBytes }) => shares.push(bytes / totalBytes) });
    assert.ok(path && shares.length > 0 && shares.at(-1) === 1);
  });
});
