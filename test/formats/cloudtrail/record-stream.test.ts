import assert from "node:assert/strict";
import fc from "fast-check";
import type { LogRecord, MalformedRecord } from "../../../formats/cloudtrail/record";
import { LogFileError, readRecords, type RecordEntry } from "../../../formats/cloudtrail/record-stream";
import { readUuid } from "../../../formats/uuid";

const TIME = "2026-03-02T09:00:00Z";
const event = (eventName: string, more: object = {}) => ({ eventName, eventTime: TIME, ...more });
const A = event("CreateTrail");
const B = event("DeleteTrail");

interface Outcome {
  readonly records: readonly LogRecord[];
  readonly malformed: readonly MalformedRecord[];
  readonly error?: LogFileError;
}

async function read(content: string | Uint8Array, pieceBytes = Infinity): Promise<Outcome> {
  const bytes = Buffer.from(content);
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += pieceBytes)
    pieces.push(bytes.subarray(start, Math.min(bytes.length, start + pieceBytes)));
  return readPieces(pieces);
}

async function readPieces(pieces: readonly Uint8Array[]): Promise<Outcome> {
  const entries: RecordEntry[] = [];
  let error: LogFileError | undefined;
  try {
    for await (const entry of readRecords(pieces)) entries.push(entry);
  } catch (thrown) {
    if (!(thrown instanceof LogFileError)) throw thrown;
    error = thrown;
  }
  return {
    records: entries.filter((entry) => !("reason" in entry)) as LogRecord[],
    malformed: entries.filter((entry) => "reason" in entry),
    ...(error ? { error } : {}),
  };
}

const names = ({ records }: Outcome): string[] => records.map(({ eventName }) => eventName);

describe("readRecords", () => {
  const json = (value: unknown, indent?: number): string => JSON.stringify(value, undefined, indent);
  const forms: readonly [form: string, content: string][] = [
    ["a Records object", json({ Records: [A, B] })],
    [
      "an indented Records object with more in it",
      json({ a: [1, { Records: [2] }], Records: [A, B], z: {} }, 2),
    ],
    ["an indented list", json([A, B], 1)],
    ["an event a line", `${json(A)}\n${json(B)}\n`],
    ["lines without a last line break", `${json(A)}\r\n\r\n${json(B)}`],
    ["indented events one after the other", `${json(A, 2)}\n${json(B, 2)}`],
    ["events without anything between", json(A) + json(B)],
    ["files that were joined", `${json({ Records: [A] })}${json({ Records: [B] })}`],
    ["files that were joined line by line", `${json({ Records: [A] })}\n${json([B])}\n`],
    ["a byte order mark", `\ufeff${json({ Records: [A, B] })}`],
  ];
  for (const [form, content] of forms) {
    for (const pieceBytes of [1, 7, Infinity]) {
      it(`reads ${form}, in pieces of ${pieceBytes} bytes`, async () => {
        const outcome = await read(content, pieceBytes);
        assert.deepEqual(
          { ...outcome, records: outcome.records.map((record) => record.parse()) },
          { records: [A, B], malformed: [] },
        );
      });
    }
  }

  it("yields what JSON.parse yields, wherever the log is cut into pieces", async () => {
    const key = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "eventName",
        "eventSource",
        "eventID",
        "errorCode",
        "userIdentity",
        "type",
        "arn",
        "Records",
      ),
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: "binary" }),
        fc.double({ noDefaultInfinity: true, noNaN: true }),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("any"), { maxLength: 4 }),
        fc.dictionary(key, tie("any"), { maxKeys: 5 }),
      ),
    })).any;
    const record = fc
      .tuple(fc.string({ minLength: 1 }), fc.dictionary(key, value, { maxKeys: 6 }))
      .map(([eventName, more]) => ({ ...more, eventName, eventTime: TIME, eventSource: "s" }));
    const indent = fc.constantFrom(undefined, 1);
    const log = fc.oneof(
      fc.tuple(fc.array(record), indent).map(([Records, spaces]) => json({ Records }, spaces)),
      fc.tuple(fc.array(record, { minLength: 1 }), indent).map(([list, spaces]) => json(list, spaces)),
      fc
        .array(record, { minLength: 1 })
        .map((records) => records.map((one) => json({ eventVersion: "1.11", ...one })).join("\n")),
    );
    await fc.assert(
      fc.asyncProperty(log, fc.array(fc.nat(), { maxLength: 8 }), async (text, cuts) => {
        const bytes = Buffer.from(text);
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort(
          (a, b) => a - b,
        );
        const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        const { records, malformed, error } = await readPieces(pieces);
        const parsed = text.startsWith("[")
          ? (JSON.parse(text) as unknown[])
          : text.startsWith('{"Records"') || text.startsWith('{\n "Records"')
            ? (JSON.parse(text) as { readonly Records: unknown[] }).Records
            : text.split("\n").map((line) => JSON.parse(line) as unknown);
        assert.deepEqual([malformed, error], [[], undefined]);
        assert.deepEqual(
          records.map((one) => JSON.stringify(one.parse())),
          parsed.map((one) => JSON.stringify(one)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("knows at a glance what the parsed record has, or says that it does not know", async () => {
    const FIELDS = [
      "errorCode",
      "eventSource",
      "userIdentity.type",
      "userIdentity.arn",
      "responseElements.a",
    ];
    const text = fc.oneof(fc.string(), fc.constantFrom("a\u00e9\n", "\ud83d\ude00", '"', "\\"));
    const leaf = fc.oneof(text, fc.constant(null), fc.integer(), fc.constant([{ type: "x" }]));
    const identity = fc.oneof(leaf, fc.dictionary(fc.constantFrom("type", "arn", "x"), leaf));
    const record = fc.record(
      { errorCode: leaf, userIdentity: identity, responseElements: identity, eventSource: text },
      { requiredKeys: [] },
    );
    const escaped = (name: string): string =>
      [...name].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
    await fc.assert(
      fc.asyncProperty(record, fc.constantFrom("", "errorCode", "arn"), async (more, hidden) => {
        const json = JSON.stringify(event("X", more)).replaceAll(`"${hidden}":`, `"${escaped(hidden)}":`);
        const { records } = await read(`${json}\n${json}\n`);
        assert.equal(records.length, 2);
        for (const found of records) {
          for (const field of FIELDS) {
            const [first = "", second] = field.split(".");
            const top: unknown = found.parse()[first];
            const inner =
              second === undefined ? top : (Object(top) as Readonly<Record<string, unknown>>)[second];
            const actual: unknown = Array.isArray(top) ? "unknown" : inner;
            if (inner !== undefined) assert.ok(found.mayHave(field), field);
            const glance = found.glance(field);
            if (glance !== null) assert.equal(glance, actual ?? undefined, field);
          }
        }
      }),
    );
  });

  it("takes the last of a key that is there twice, as JSON.parse does", async () => {
    const { records } = await read(
      `{"eventName":"A","eventTime":"${TIME}","eventName":"B","errorCode":"x","errorCode":null}`,
    );
    assert.deepEqual([records[0]?.eventName, records[0]?.glance("errorCode")], ["B", undefined]);
  });

  it("has one identity for records with the same userIdentity, once it comes again", async () => {
    const root = { userIdentity: { type: "Root" } };
    const other = { userIdentity: { type: "AWSService" } };
    const all = [root, root, other, root, { userIdentity: [root] }, {}, other].map((one) => event("X", one));
    const { records } = await read(JSON.stringify(all), 60);
    const identities = records.map(({ identity }) => identity);
    // Asked when all is read: by then, the first of each has come again.
    assert.deepEqual(
      identities.map((identity) => identity && identities.indexOf(identity)),
      [0, 0, 2, 0, undefined, undefined, 2],
    );
    const [first] = (await read(JSON.stringify([event("X", root)]))).records;
    assert.equal(first?.identity, undefined);
  });

  it("takes the last userIdentity where there are two", async () => {
    const twice = (second: string): string =>
      `{"eventName":"X","eventTime":"${TIME}","userIdentity":{"type":"Root"},"userIdentity":${second}}`;
    const { records } = await read(['{"type":"AWSService"}', "null", "5"].map(twice).join("\n"));
    assert.deepEqual(
      records.map((record) => record.glance("userIdentity.type")),
      ["AWSService", undefined, null],
    );
  });

  it("counts lines and levels of an identity that it knows already", async () => {
    const nested = `{"type":"Root",\n"a":${"[".repeat(499)}${"]".repeat(499)}}`;
    const line = `{"eventName":"X","eventTime":"${TIME}","userIdentity":${nested}}`;
    const { malformed, records } = await read(`${line}\n${line}\n{"eventName":"Y"}`);
    assert.equal(records.length, 0);
    assert.deepEqual(
      malformed.map(({ line: number, reason }) => [number, reason.replace(/^the record /, "").slice(0, 13)]),
      [
        [1, "is nested dee"],
        [3, "is nested dee"],
        [5, "has no eventT"],
      ],
    );
  });

  it("gives id and time without parsing, and the id as a number where it is a UUID", async () => {
    const eventID = "00112233-4455-4677-8899-aabbccddeeff";
    const { records } = await read(JSON.stringify([event("X", { eventID }), event("Y", { eventID: "e-1" })]));
    const words = new Uint32Array(4);
    assert.equal(records[0]?.eventID, eventID);
    assert.equal(records[0]?.eventTime, TIME);
    assert.equal(records[0]?.readEventUuid(words), true);
    assert.deepEqual([...words], [0x00112233, 0x44554677, 0x8899aabb, 0xccddeeff]);
    assert.equal(records[1]?.readEventUuid(words), false);
  });

  const oddRecords: readonly [what: string, record: string, reason: RegExp][] = [
    ["that is no object", "5", /no JSON object/],
    ["without a name", "{}", /no eventName/],
    ["whose name is empty", '{"eventName":""}', /no eventName/],
    ["whose time is none", '{"eventName":"X","eventTime":"2026-03-32T00:00:00Z"}', /no eventTime/],
    [
      "whose source is no text",
      `{"eventName":"X","eventTime":"${TIME}","eventSource":["a"]}`,
      /eventSource is no text/,
    ],
    ["that is broken", '{"eventName":"X",, "a":[1,2]}', /^not JSON: unexpected byte 17/],
    ["with an unquoted value", '{"password": hunter2, "b": [1, 2]}', /^not JSON/],
    [
      "nested deeply",
      `{"eventName":"X","eventTime":"${TIME}","a":${"[".repeat(600)}${"]".repeat(600)}}`,
      /nested deeper/,
    ],
  ];
  for (const [what, record, reason] of oddRecords) {
    it(`lists a record ${what} and reads the ones around it`, async () => {
      const outcome = await read(`{"Records":[${JSON.stringify(A)},${record},${JSON.stringify(B)}]}`, 5);
      assert.deepEqual(names(outcome), ["CreateTrail", "DeleteTrail"]);
      assert.equal(outcome.malformed.length, 1);
      assert.equal(outcome.malformed[0]?.index, 1);
      assert.match(outcome.malformed[0]?.reason ?? "", reason);
      assert.equal(outcome.error, undefined);
    });
  }

  it("lists a line that is cut, even where the next one seems to belong to it", async () => {
    const lines = [JSON.stringify(A), '{"eventName":"X","a":{"b":', JSON.stringify(B), '{"eventName":"Y', ""];
    const outcome = await read(lines.join("\n"), 9);
    assert.deepEqual(names(outcome), ["CreateTrail", "DeleteTrail"]);
    assert.deepEqual(
      outcome.malformed.map(({ line }) => line),
      [2, 4],
    );
  });

  for (const cutAt of [0.3, 0.5, 0.9]) {
    it(`gives the records of a Records object that is cut at ${cutAt} and then says so`, async () => {
      const text = JSON.stringify({
        Records: Array.from({ length: 20 }, (_, index) => event(`Call${index}`)),
      });
      const outcome = await read(text.slice(0, text.length * cutAt), 50);
      assert.ok(outcome.records.length >= 20 * cutAt - 2);
      assert.match(outcome.error?.message ?? "", /cut off in the middle/);
    });
  }

  it("gives the records before something that is no list any more and then says so", async () => {
    const outcome = await read(`{"Records":[${JSON.stringify(A)} ${JSON.stringify(B)}]}`);
    assert.deepEqual(names(outcome), ["CreateTrail"]);
    assert.match(outcome.error?.message ?? "", /not JSON from line 1 on/);
  });

  it("names the line of bytes that are not UTF-8, once", async () => {
    const bad = Buffer.from(JSON.stringify(event("X", { userAgent: "caf?", other: "?" })));
    for (let at = bad.indexOf("?"); at >= 0; at = bad.indexOf("?")) bad[at] = 0xe9;
    const line = Buffer.concat([bad, Buffer.from("\n")]);
    const outcome = await readPieces([Buffer.from(`${JSON.stringify(A)}\n`), line, line]);
    assert.equal(outcome.records[1]?.parse().userAgent, "caf\ufffd");
    assert.deepEqual(
      outcome.malformed.map(({ line: number, reason }) => [number, /not UTF-8/.test(reason)]),
      [[2, true]],
    );
  });

  it("reads a record of 10 MB among others, in small pieces", async () => {
    const big = event("Big", { requestParameters: { document: "x".repeat(10 * 2 ** 20) } });
    const outcome = await read(JSON.stringify({ Records: [A, big, B] }), 64 * 2 ** 10);
    assert.deepEqual(names(outcome), ["CreateTrail", "Big", "DeleteTrail"]);
    assert.deepEqual(outcome.records[1]?.parse(), big);
  });

  for (const form of ["list", "lines"]) {
    it(`lists a record of more than 32 MiB and reads on, in a file of ${form}`, async () => {
      const big = `{"eventName":"Big","a":"${"x".repeat(33 * 2 ** 20)}","b":"]},"}`;
      const [a, b] = [JSON.stringify(A), JSON.stringify(B)];
      const text = form === "list" ? `[${a},${big},${b}]` : `${a}\n${big}\n${b}\n`;
      const outcome = await read(text, 2 ** 20);
      assert.deepEqual(names(outcome), ["CreateTrail", "DeleteTrail"]);
      assert.deepEqual(
        outcome.malformed.map(({ reason }) => reason),
        ["the record is larger than 32 MiB"],
      );
    });
  }

  it("gives up on a long file in which nothing looks like a record", async () => {
    const { error, malformed, records } = await read('{"a":1}\n'.repeat(5_000), 4_096);
    assert.match(error?.message ?? "", /no line of it is an event/);
    assert.deepEqual([malformed, records], [[], []]);
  });

  it("never fails in another way than with LogFileError, and never loses a line that is an event", async () => {
    const piece = fc.constantFrom(
      '{"Records":[',
      "]}",
      "{",
      '"',
      "\\",
      "[1,",
      "nonsense",
      '{"a":1}',
      "\u00e9",
      "\t",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 4 }),
        fc.integer({ min: 1, max: 40 }),
        async (junk, size) => {
          const bad = junk.join("");
          const opensList = /[[]/.test(bad);
          const outcome = await read(`${JSON.stringify(A)}\n${bad}\n${JSON.stringify(B)}\n`, size);
          assert.equal(outcome.records[0]?.eventName, "CreateTrail");
          if (!opensList) assert.equal(outcome.records.at(-1)?.eventName, "DeleteTrail");
          const isSilent = outcome.malformed.length === 0 && !outcome.error;
          if (bad.trim() !== "" && isSilent) assert.ok(outcome.records.length >= 2);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("readUuid", () => {
  for (const text of ["", "00112233-4455-4677-8899-AABBCCDDEEFF", "00112233x4455-4677-8899-aabbccddeeff"]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      const bytes = Buffer.from(text);
      assert.equal(readUuid(bytes, 0, bytes.length, new Uint32Array(4)), false);
    });
  }
});
