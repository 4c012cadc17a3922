import assert from "node:assert/strict";
import fc from "fast-check";
import { matchesPattern } from "../../../policy/src/policy-document/pattern";

describe("matchesPattern", () => {
  it("agrees with a regular expression on small alphabets", () => {
    const symbols = fc.string({ unit: fc.constantFrom("a", "b", "*", "?", "/"), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 8 });
    fc.assert(
      fc.property(symbols, text, (pattern, candidate) => {
        const expression = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`);
        assert.equal(matchesPattern(pattern, candidate), expression.test(candidate));
      }),
      { numRuns: 2000 },
    );
  });

  it("takes what means something to regular expressions literally", () => {
    assert.equal(matchesPattern("a.b", "axb"), false);
    assert.equal(matchesPattern("(a|b)+", "(a|b)+"), true);
  });
});
