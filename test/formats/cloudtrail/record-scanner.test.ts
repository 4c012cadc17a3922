import assert from "node:assert/strict";
import fc from "fast-check";
import { INCOMPLETE, INVALID, RECORDS, RecordScanner } from "../../../formats/cloudtrail/record-scanner";

const scanner = new RecordScanner();

/** With a byte behind, so that a number at the end is known to be whole. */
function scan(text: string, lookForRecords = false): number {
  const bytes = Buffer.from(`${text} \0`);
  return scanner.scan(bytes, 0, bytes.length - 1, lookForRecords);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("RecordScanner", () => {
  const values: readonly string[] = [
    "{}",
    "[]",
    '""',
    "0",
    "-0.5e+10",
    "true",
    "null",
    '{"a":[1,{"b":"\\u00e9\\n\\""}],"c":{}}',
    ' { "a" : [ ] , "b" : null } ',
    '"\u00e9\u{1f600}"',
  ];
  for (const text of values) {
    it(`accepts ${text}`, () => {
      const trimmed = text.trimEnd();
      assert.equal(scan(text), Buffer.byteLength(trimmed));
    });
  }

  const broken: readonly string[] = [
    "{,}",
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    "[1,]",
    "[,1]",
    "[1 2]",
    '{"a":1 "b":2}',
    "{1:2}",
    "[}",
    '{"a":1]',
    "[01]",
    "1.",
    "1e",
    "-",
    "+1",
    ".5",
    "tru ",
    "nul",
    "undefined",
    '"\\x"',
    '"\\u12g4"',
    '"tab\there"',
    '"line\nbreak"',
    "'a'",
  ];
  for (const text of broken) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(isJson(text), false);
      assert.ok(scan(text) === INVALID, String(scan(text)));
    });
  }

  it("agrees with JSON.parse on whatever is nearly JSON", () => {
    const nearlyJson = fc
      .tuple(
        fc.json(),
        fc.array(
          fc.tuple(fc.nat(), fc.constantFrom("", '"', "{", "}", "[", "]", ",", ":", "\\", "0", "e", "\n")),
        ),
      )
      .map(([json, edits]) =>
        edits.slice(0, 2).reduce((text, [at, piece]) => {
          const place = at % (text.length + 1);
          return text.slice(0, place) + piece + text.slice(place + 1);
        }, json),
      );
    fc.assert(
      fc.property(nearlyJson, (text) => {
        const end = scan(text);
        // What is behind the value is not the scanner's concern.
        const isValue = end >= 0 && Buffer.from(text).subarray(end).toString().trim() === "";
        assert.equal(isValue, isJson(text), text);
      }),
      { numRuns: 5_000 },
    );
  });

  it("wants more of every beginning of a value", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (json, cut) => {
        const whole = Buffer.from(json);
        const bytes = Buffer.concat([whole.subarray(0, cut % whole.length), Buffer.alloc(1)]);
        assert.equal(scanner.scan(bytes, 0, bytes.length - 1), INCOMPLETE);
      }),
    );
  });

  it("stops at a Records list, and not at one of something that is a record", () => {
    assert.equal(scan('{"x":{"Records":[1]},"Records":[1]}', true), RECORDS);
    assert.equal(scanner.position, '{"x":{"Records":[1]},"Records":['.length);
    assert.ok(scan('{"eventName":"X","Records":[1]}', true) > 0);
    assert.ok(scan('{"Records":{}}', true) > 0);
    assert.ok(scan('{"Records":[1]}') > 0);
  });

  it("counts levels and newlines", () => {
    scan('{"a":\n[[\n1]]}');
    assert.deepEqual([scanner.depth, scanner.newlines], [3, 2]);
  });
});
