import assert from "node:assert/strict";
import fc from "fast-check";
import { matchesMetricFilter } from "../../../formats/metric-filter/match";
import { MetricFilterSyntaxError, parseMetricFilter } from "../../../formats/metric-filter/parse";
import { regexFilter } from "./arbitraries";

const matches = (source: string, text: string) => matchesMetricFilter(regexFilter(source), { a: text });

describe("regular expressions of metric filters", () => {
  const cases: readonly [source: string, matching: readonly string[], other: readonly string[]][] = [
    ["AUTHORIZED", ["UNAUTHORIZED REQUEST"], ["authorized"]],
    ["^[hc]at", ["hat trick", "cat"], ["a hat", "bat"]],
    ["[hc]at$", ["a hat"], ["hats"]],
    ["^$", [""], ["x"]],
    ["colou?r", ["color", "colour"], ["colr"]],
    ["^[abcx-z]+$", ["axyz"], ["d", "-"]],
    ["^a{3,5}$", ["aaa", "aaaaa"], ["aa", "aaaaaa"]],
    ["^a{2}$", ["aa"], ["a", "aaa"]],
    ["^a{2,}$", ["aa", "aaaa"], ["a"]],
    ["^a{,2}$", ["", "aa"], ["aaa"]],
    ["gra|ey", ["gray", "grey", "they"], ["gry"]],
    ["^starting|^shutting down", ["starting up", "shutting down now"], ["now shutting down"]],
    ["abcc|ab[^c]$", ["abcc ...", "aba"], ["aac"]],
    ["\\[.\\]", ["[a]", "[]]", "[ ]"], ["[]", "a"]],
    ["10\\.10\\.0\\.1", ["10.10.0.1"], ["10010,051"]],
    ["ab[0-9]*c", ["abc", "ab129c"], ["ab-c"]],
    ["ab+c", ["abbc"], ["ac"]],
    ["^.at", ["hat", "\nat", "\u{1F600}at"], ["at"]],
    ["^\\d\\D$", ["5x"], ["55", "xx"]],
    ["^\\s\\S$", ["\tx", " x"], ["xx"]],
    ["^\\w\\W$", ["_-"], ["--", "__"]],
    ["\\x28\\x3a", ["(:"], [":("]],
    ["^[\\d.*|-]+$", ["1.2*|-"], ["a"]],
    ["^[^\\s]+$", ["word"], ["two words"]],
  ];
  for (const [source, matching, other] of cases) {
    it(`%${source}% matches as documented`, () => {
      for (const text of matching) assert.equal(matches(source, text), true, JSON.stringify(text));
      for (const text of other) assert.equal(matches(source, text), false, JSON.stringify(text));
    });
  }

  const refused: readonly [source: string, message: RegExp][] = [
    ["", /empty/],
    ["a|", /empty/],
    ["something!", /may hold letters/],
    ["(a)", /may hold letters/],
    ["\\(", /after a backslash/],
    ["\\b", /after a backslash/],
    ["\\1", /after a backslash/],
    ["\\x2", /after a backslash/],
    ["caf\u00e9", /may hold letters/],
    ["*a", /nothing before/],
    ["a**", /nothing before/],
    ["a+?", /nothing before/],
    ["^*", /nothing before/],
    ["a{x}", /repetition is/],
    ["a{3,2}", /below its lower/],
    ["a{1001}", /at most 1000/],
    ["a{900}b{900}c{900}", /add up to more than 2000/],
    ["[a", /no closing \]/],
    ["[]", /empty \[\]/],
    ["[z-a]", /lower to a higher/],
    ["[a\\D]", /cannot stand inside/],
    ["a]", /escape a literal/],
  ];
  for (const [source, message] of refused) {
    it(`refuses %${source}%`, () => {
      assert.throws(
        () => regexFilter(source),
        (error) => error instanceof MetricFilterSyntaxError && message.test(error.message),
      );
    });
  }

  it("refuses an expression that is not closed", () => {
    assert.throws(() => parseMetricFilter("{ $.a = %abc }"), /character 9 .*no closing %/);
  });

  it("agrees with JavaScript's own expressions wherever both speak the same language", () => {
    const atom = fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "[a-c]", "\\d", "\\W", "\\.", "\\x62", " ");
    const repetition = fc.constantFrom("", "", "", "*", "+", "?", "{2}", "{1,2}", "{2,}");
    const anchor = fc.constantFrom("^", "$");
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.tuple(atom, repetition).map((parts) => parts.join("")) },
      { weight: 1, arbitrary: anchor },
    );
    const sequence = fc.array(step, { minLength: 1, maxLength: 5 }).map((steps) => steps.join(""));
    const source = fc.array(sequence, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("|"));
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c", "1", ".", " "), maxLength: 8 });
    fc.assert(
      fc.property(source, text, (expression, subject) => {
        assert.equal(matches(expression, subject), new RegExp(expression, "s").test(subject), expression);
      }),
      { numRuns: 5_000 },
    );
  });

  it("finishes on an expression made to backtrack", () => {
    assert.equal(matches(`${"a*".repeat(400)}b`, "a".repeat(5_000)), false);
  });
});
