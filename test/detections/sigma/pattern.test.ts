import assert from "node:assert/strict";
import fc from "fast-check";
import { compileValueTest } from "../../../detections/sigma/match";
import type { PatternPart } from "../../../detections/sigma/model";
import { parsePattern, widened } from "../../../detections/sigma/pattern";

const ANY: PatternPart = { wildcard: "*" };
const ONE: PatternPart = { wildcard: "?" };
const text = (value: string): PatternPart => ({ text: value });
const matches = (source: string, value: unknown, cased = false) =>
  compileValueTest({ kind: "string", parts: parsePattern(source), cased })(value);
const escape = (literal: string) => literal.replace(/[\\*?]/g, "\\$&");
const upperCaseAscii = (literal: string) => literal.replace(/[a-z]/g, (letter) => letter.toUpperCase());

describe("parsePattern", () => {
  const cases: readonly (readonly [source: string, parts: readonly PatternPart[]])[] = [
    ["", []],
    ["plain", [text("plain")]],
    ["*", [ANY]],
    ["a*b?c", [text("a"), ANY, text("b"), ONE, text("c")]],
    ["a**b", [text("a"), ANY, text("b")]],
    ["??", [ONE, ONE]],
    // The specification's own list of what backslashes do.
    ["a\\b", [text("a\\b")]],
    ["a\\\\b", [text("a\\b")]],
    ["\\*", [text("*")]],
    ["\\?", [text("?")]],
    ["\\\\*", [text("\\"), ANY]],
    ["\\\\\\*", [text("\\*")]],
    ["\\\\\\x", [text("\\\\x")]],
    ["\\\\\\\\", [text("\\\\")]],
    ["end\\", [text("end\\")]],
  ];
  for (const [source, parts] of cases)
    it(`reads ${JSON.stringify(source)}`, () => assert.deepEqual(parsePattern(source), parts));

  it("matches every literal with its escaped self, in any case", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (literal) => {
        assert.ok(matches(escape(literal), literal), "itself");
        assert.ok(matches(escape(literal), literal, true), "itself, cased");
        assert.ok(matches(escape(literal), upperCaseAscii(literal)), "in capitals");
        assert.ok(matches(`*${escape(literal)}`, `x${literal}`), "as an end");
        assert.ok(matches(`${escape(literal)}*`, `${literal}x`), "as a beginning");
        assert.ok(matches(`*${escape(literal)}*`, `x${literal}x`), "inside");
      }),
    );
  });

  it("tells literals apart that differ in more than case", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (left, right) => {
        fc.pre(left.toLowerCase() !== right.toLowerCase());
        assert.ok(!matches(escape(left), right));
      }),
    );
  });
});

describe("widened", () => {
  it("puts wildcards where there are none yet", () => {
    assert.deepEqual(widened([text("a")], { before: true, after: true }), [ANY, text("a"), ANY]);
    assert.deepEqual(widened([ANY, text("a")], { before: true }), [ANY, text("a")]);
    assert.deepEqual(widened([text("a"), ONE], { after: true }), [text("a"), ONE, ANY]);
    assert.deepEqual(widened([], { before: true, after: true }), [ANY]);
  });
});

describe("matching a pattern", () => {
  const character = fc.constantFrom("a", "b", "A", "*", "?", "\\", "é", "😀");

  it("agrees with a regular expression on every pattern and text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant("*"), fc.constant("?"), character.map(escape)), { maxLength: 8 }),
        fc.array(character, { maxLength: 8 }),
        (pieces, characters) => {
          const source = pieces.join("");
          const value = characters.join("");
          const expression = pieces
            .map((piece) =>
              piece === "*"
                ? ".*"
                : piece === "?"
                  ? "."
                  : piece.replace(/^\\(?=.)/, "").replace(/[\\*?]/, "\\$&"),
            )
            .join("");
          for (const cased of [false, true])
            assert.equal(
              matches(source, value, cased),
              new RegExp(`^(?:${expression})$`, cased ? "su" : "siu").test(value),
              `${source} on ${value}`,
            );
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("takes ? for one character even where it is two UTF-16 units", () => {
    assert.ok(matches("a?b", "a😀b"));
    assert.ok(!matches("a??b", "a😀b"));
  });

  it("ignores the case of letters outside ASCII, also where JavaScript's lower case depends on the neighbours", () => {
    assert.ok(matches("*Σ", "ΟΔΟΣ"));
    assert.ok(matches("ΟΔΟΣ*", "οδοσα"));
    assert.ok(matches("?stanbul", "İstanbul"));
  });
});
