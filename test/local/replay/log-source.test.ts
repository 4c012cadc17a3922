import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { findLogFiles, readLogFiles, type Malformed } from "../../../local/replay/log-source";

const event = (eventName: string) => ({
  eventVersion: "1.11",
  eventTime: "2026-03-04T05:06:07Z",
  eventSource: "s3.amazonaws.com",
  eventName,
  awsRegion: "eu-west-1",
  eventID: eventName,
});

describe("log files for a replay", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "log-source-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function write(files: Record<string, string | Uint8Array>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(join(folder, name, ".."), { recursive: true });
      await writeFile(join(folder, name), content);
    }
  }

  async function readAll() {
    const malformed: Malformed[] = [];
    const read: { name: string; events: string[] }[] = [];
    for await (const file of readLogFiles(folder, await findLogFiles(folder), malformed))
      read.push({ name: file.name, events: file.events.map(({ eventName }) => eventName) });
    return { read, malformed };
  }

  it("walks folders in a stable order and takes every form of log file", async () => {
    await write({
      "b/records.json": JSON.stringify({ Records: [event("B1"), event("B2")] }),
      "a/lines.ndjson": `${JSON.stringify(event("A1"))}\n${JSON.stringify(event("A2"))}\n`,
      "c.json.gz": gzipSync(JSON.stringify({ Records: [event("C")] })),
      "README.md": "not a log",
    });

    const { malformed, read } = await readAll();

    assert.deepEqual(malformed, []);
    assert.deepEqual(read, [
      { name: "a/lines.ndjson", events: ["A1", "A2"] },
      { name: "b/records.json", events: ["B1", "B2"] },
      { name: "c.json.gz", events: ["C"] },
    ]);
  });

  it("lists an event whose Region no key can hold, and a symbolic link to itself", async () => {
    await write({
      "a.json": JSON.stringify({ Records: [{ ...event("Odd"), awsRegion: "../x" }, event("Good")] }),
    });
    await symlink("loop.json", join(folder, "loop.json"));

    const { malformed, read } = await readAll();

    assert.deepEqual(read, [{ name: "a.json", events: ["Good"] }]);
    assert.deepEqual(malformed, [
      { file: "a.json", reason: "event Odd Odd: its awsRegion is no Region like eu-west-1" },
      { file: "loop.json", reason: "it is a symbolic link that leads back to itself" },
    ]);
  });

  it("lists bad files and bad records with where and why, and goes on with the good ones", async () => {
    const zipped = gzipSync(JSON.stringify({ Records: [event("Cut"), event("Short")] }));
    await write({
      "1-good.json": JSON.stringify({ Records: [event("Good")] }),
      "2-cut.json.gz": zipped.subarray(0, zipped.length - 12),
      "3-other.json": JSON.stringify({ hello: "world" }),
      "4-empty.json": "",
      "5-nameless.json": JSON.stringify({
        Records: [event("Kept"), { ...event("x"), eventName: undefined }],
      }),
      "6-line.ndjson": `${JSON.stringify(event("First"))}\n{"eventName":\n`,
      "7-good.json": JSON.stringify({ Records: [event("Last")] }),
    });

    const { malformed, read } = await readAll();

    assert.deepEqual(
      read.map(({ events }) => events),
      [["Good"], ["Kept"], ["First"], ["Last"]],
    );
    assert.deepEqual(
      malformed.map(({ file }) => file),
      ["2-cut.json.gz", "3-other.json", "4-empty.json", "5-nameless.json", "6-line.ndjson"],
    );
    for (const { reason } of malformed) assert.ok(reason.length > 10, reason);
    assert.match(malformed[3]?.reason ?? "", /record \d.*eventName/);
    assert.match(malformed[4]?.reason ?? "", /line 2/);
  });

  it("lists a file without read permission", async function () {
    if (process.getuid?.() === 0) return this.skip(); // root reads everything
    await write({ "secret.json": JSON.stringify({ Records: [event("X")] }) });
    await chmod(join(folder, "secret.json"), 0);

    const { malformed } = await readAll();

    assert.deepEqual(malformed, [{ file: "secret.json", reason: "no permission to read it" }]);
  });

  it("takes one file by name, whatever its suffix", async () => {
    await write({ "export.txt": JSON.stringify(event("One")) });
    const path = join(folder, "export.txt");

    const files: string[] = [];
    for await (const { name } of readLogFiles(path, await findLogFiles(path), [])) files.push(name);

    assert.deepEqual(files, ["export.txt"]);
  });

  it("says what is wrong with a path that is not there, or a folder without logs", async () => {
    await assert.rejects(
      findLogFiles(join(folder, "nowhere")),
      /--logs .*nowhere: there is no such file or folder/,
    );
    await assert.rejects(findLogFiles(folder), /no log file in this folder \(looked for \.json/);
  });
});
