import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import type { CloudTrailEvent } from "../../../formats/cloudtrail/event";
import { LogFileError, readLogFile, writeLogFile } from "../../../formats/cloudtrail/log-file";

const event = (eventName: string, more: object = {}): CloudTrailEvent => ({
  eventName,
  eventTime: "2026-03-02T09:00:00Z",
  ...more,
});
const A = event("CreateTrail");
const B = event("DeleteTrail");
const read = (content: string | Uint8Array, name = "log.json") =>
  readLogFile(typeof content === "string" ? Buffer.from(content) : content, name);

describe("readLogFile", () => {
  const forms: readonly [form: string, content: string | Uint8Array][] = [
    ["a Records object", JSON.stringify({ Records: [A, B] })],
    ["an indented Records object", JSON.stringify({ Records: [A, B] }, undefined, 2)],
    ["a list of events", JSON.stringify([A, B])],
    ["an event a line", `${JSON.stringify(A)}\n${JSON.stringify(B)}\n`],
    ["CRLF line ends and blank lines", `\r\n${JSON.stringify(A)}\r\n\r\n${JSON.stringify(B)}\r\n`],
    ["a byte order mark", `\ufeff${JSON.stringify({ Records: [A, B] })}`],
    ["a byte order mark before lines", `\ufeff${JSON.stringify(A)}\n${JSON.stringify(B)}`],
    ["gzip", gzipSync(JSON.stringify({ Records: [A, B] }))],
    ["gzip of lines", gzipSync(`${JSON.stringify(A)}\n${JSON.stringify(B)}`)],
    ["gzip in members", Buffer.concat([gzipSync(`${JSON.stringify(A)}\n`), gzipSync(JSON.stringify(B))])],
  ];
  for (const [form, content] of forms) {
    it(`reads ${form}`, () => {
      assert.deepEqual(read(content), { events: [A, B], malformed: [] });
    });
  }

  it("reads one bare event", () => {
    assert.deepEqual(read(JSON.stringify(A)), { events: [A], malformed: [] });
  });

  it("reads a log without any event", () => {
    assert.deepEqual(read('{"Records":[]}'), { events: [], malformed: [] });
  });

  it("goes by the content, not by the name", () => {
    assert.deepEqual(read(gzipSync(JSON.stringify([A])), "log.json").events, [A]);
    assert.deepEqual(read(JSON.stringify([A]), "log.json.gz").events, [A]);
  });

  it("keeps a record that is there twice, and fields it does not know", () => {
    const odd = event("X", { somethingNew: { deep: [1, null] } });
    assert.deepEqual(read(JSON.stringify({ Records: [odd, odd] })).events, [odd, odd]);
  });

  it("keeps the good records beside bad ones and says which are bad", () => {
    const records = [A, null, "text", {}, { eventName: "", eventTime: A.eventTime }, { eventName: 5 }, [], B];
    const log = read(JSON.stringify({ Records: records }));
    assert.deepEqual(log.events, [A, B]);
    assert.deepEqual(
      log.malformed.map(({ index, reason }) => [index, reason]),
      [
        [1, "the record is no JSON object"],
        [2, "the record is no JSON object"],
        [3, "the record has no eventName"],
        [4, "the record has no eventName"],
        [5, "the record has no eventName"],
        [6, "the record is no JSON object"],
      ],
    );
  });

  for (const eventTime of [undefined, "", 1772442000, "yesterday", "2026-13-01T00:00:00Z", "2026-03-02"]) {
    it(`lists a record whose eventTime is ${JSON.stringify(eventTime)}`, () => {
      const log = read(JSON.stringify([A, { eventName: "X", eventTime }]));
      assert.deepEqual(log.events, [A]);
      assert.match(log.malformed[0]?.reason ?? "", /no eventTime/);
    });
  }

  it("takes the time of records that Logstash renamed", () => {
    const exported = { eventName: "X", "@timestamp": "2026-03-02T09:00:00.000Z" };
    assert.deepEqual(read(JSON.stringify(exported)).events, [
      { ...exported, eventTime: "2026-03-02T09:00:00.000Z" },
    ]);
  });

  it("keeps the lines around a bad one and names the bad one's number", () => {
    const file = join(__dirname, "../../fixtures/cloudtrail/one-bad-line.ndjson");
    const log = readLogFile(readFileSync(file), file);
    assert.deepEqual(
      log.events.map(({ eventName }) => eventName),
      ["DescribeInstances", "StopLogging"],
    );
    assert.deepEqual(
      log.malformed.map(({ line }) => line),
      [2, 3],
    );
    assert.match(log.malformed[0]?.reason ?? "", /^not JSON/);
  });

  it("lists what follows the gzip data and keeps the events", () => {
    const log = read(Buffer.concat([gzipSync(JSON.stringify([A])), Buffer.from("<html>")]));
    assert.deepEqual(log.events, [A]);
    assert.match(log.malformed[0]?.reason ?? "", /^6 bytes after the gzip data/);
  });

  it("says where bytes are not UTF-8 and keeps the events", () => {
    const line = Buffer.from(JSON.stringify(event("X", { userAgent: "caf?" })));
    line[line.indexOf("?")] = 0xe9;
    const log = read(Buffer.concat([Buffer.from(`${JSON.stringify(A)}\n`), line]));
    assert.equal(log.events.length, 2);
    assert.equal(log.events[1]?.userAgent, "caf\ufffd");
    assert.deepEqual(
      log.malformed.map(({ line: number }) => number),
      [2],
    );
    assert.match(log.malformed[0]?.reason ?? "", /not UTF-8/);
  });

  it("does not complain about a replacement character that is really in the file", () => {
    assert.deepEqual(read(JSON.stringify([event("X", { userAgent: "\ufffd" })])).malformed, []);
  });

  it("reads a record of 2 MB", () => {
    const big = event("X", { requestParameters: { document: "x".repeat(2 * 2 ** 20) } });
    assert.deepEqual(read(writeLogFile([A, big, B])).events, [A, big, B]);
  });

  it("lists a record nested so deep that nobody could write it again", () => {
    const deep = `{"eventName":"X","eventTime":"${A.eventTime}","a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    const log = read(`{"Records":[${deep},${JSON.stringify(A)}]}`);
    assert.deepEqual(log.events, [A]);
    assert.match(log.malformed[0]?.reason ?? "", /nested deeper/);
  });

  const refused: readonly [what: string, content: string | Uint8Array, name: string, message: RegExp][] = [
    ["no byte", "", "log.json", /is empty/],
    ["white space only", " \r\n ", "log.json", /is empty/],
    ["an empty gzip file", gzipSync(""), "log.json.gz", /is empty/],
    ["gzip cut off", gzipSync(JSON.stringify([A])).subarray(0, 30), "log.json.gz", /cut off/],
    ["gzip cut off in its header", gzipSync("x").subarray(0, 5), "log.json.gz", /cut off/],
    ["other content under a gzip name", "PK\u0003\u0004", "log.json.gz", /neither gzip nor JSON/],
    ["JSON cut off", JSON.stringify({ Records: [A] }).slice(0, -5), "log.json", /not JSON/],
    ["text", "hello\nworld", "log.json", /not JSON/],
    ["JSON that is no log", '{"name":"trailkeeper"}', "package.json", /no CloudTrail log/],
    ["a number", "5", "log.json", /no CloudTrail log/],
    ["a list of numbers", "[1,2]", "log.json", /no CloudTrail log/],
    ["an empty list", "[]", "log.json", /no CloudTrail log/],
    ["lines that are no events", '{"a":1}\n{"b":2}', "log.ndjson", /no line of it is an event/],
    ["Records that is no list", '{"Records":{}}', "log.json", /Records is no list/],
    ["a digest", '{"digestS3Object":"AWSLogs/x","logFiles":[]}', "x.json", /digest/],
    ["UTF-16", Buffer.from(`\ufeff${JSON.stringify([A])}`, "utf16le"), "log.json", /UTF-16/],
  ];
  for (const [what, content, name, message] of refused) {
    it(`refuses ${what}, with the reason and without the file's name`, () => {
      assert.throws(
        () => read(content, name),
        (error) => {
          assert.ok(error instanceof LogFileError);
          assert.match(error.message, message);
          assert.ok(!error.message.includes(name));
          return true;
        },
      );
    });
  }

  it("quotes nothing of the log in its reasons", () => {
    const { events, malformed } = read('{"Records": [{"password": hunter2}]}');

    assert.deepEqual(events, []);
    assert.equal(malformed.length, 1);
    assert.ok(!JSON.stringify(malformed).includes("unter"));
  });

  it("refuses a small file that unpacks to a huge one", () => {
    const packed = gzipSync(Buffer.alloc(257 * 2 ** 20), { level: 1 });
    assert.throws(() => read(packed), { name: "LogFileError", message: /more than 256 MiB/ });
  });

  it("never fails in another way than with LogFileError", () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc.string({ maxLength: 30 }).map((text) => Buffer.from(text)),
      fc.constantFrom(
        ...[JSON.stringify(A), '{"Records":[', "]}", "\n", "\ufeff"].map((text) => Buffer.from(text)),
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), fc.boolean(), (pieces, packed) => {
        const bytes = Buffer.concat(pieces);
        try {
          readLogFile(packed ? gzipSync(bytes) : bytes, "log.json.gz");
        } catch (error) {
          assert.ok(error instanceof LogFileError, String(error));
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("writeLogFile", () => {
  it("packs a Records object", () => {
    assert.deepEqual(JSON.parse(gunzipSync(writeLogFile([A, B])).toString()), { Records: [A, B] });
  });

  it("is read back as it was", () => {
    const name = fc.string({ minLength: 1 });
    const events = fc.array(fc.tuple(name, fc.jsonValue()).map(([text, value]) => event(text, { value })));
    fc.assert(
      fc.property(events, (written) => {
        const log = read(writeLogFile(written));
        assert.deepEqual(JSON.stringify(log.events), JSON.stringify(written));
        assert.deepEqual(log.malformed, []);
      }),
    );
  });
});
