import assert from "node:assert/strict";
import fc from "fast-check";
import { matchesWildcards } from "../../formats/wildcards";

describe("matchesWildcards", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "*", "?", ".", "\n"), maxLength: 12 });
  const asRegExp = (pattern: string, single: string) =>
    new RegExp(
      `^${pattern
        .split("")
        .map((c) => (c === "*" ? "[^]*" : c === single ? "[^]" : c.replace(/[.?\n]/, "\\$&")))
        .join("")}$`,
    );

  it("agrees with a regular expression of the same meaning", () => {
    fc.assert(
      fc.property(text, text, fc.boolean(), (pattern, subject, withSingle) => {
        const single = withSingle ? "?" : undefined;
        assert.equal(
          matchesWildcards(pattern, subject, single),
          asRegExp(pattern, single ?? "").test(subject),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it("takes ? literally unless asked to", () => {
    assert.equal(matchesWildcards("a?c", "abc"), false);
    assert.equal(matchesWildcards("a?c", "a?c"), true);
  });

  it("finishes on a pattern made to backtrack", () => {
    assert.equal(matchesWildcards("*a".repeat(500), `${"a".repeat(20_000)}b`), false);
  });
});
