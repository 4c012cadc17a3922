import assert from "node:assert/strict";
import fc from "fast-check";
import { arnLike } from "../../formats/arn-like";

describe("arnLike", () => {
  const cases: readonly [pattern: string, arn: string, expected: boolean][] = [
    ["arn:aws:iam::111122223333:role/Admin", "arn:aws:iam::111122223333:role/Admin", true],
    ["arn:aws:iam::111122223333:role/admin", "arn:aws:iam::111122223333:role/Admin", false],
    ["arn:aws:iam::111122223333:role/*", "arn:aws:iam::111122223333:role/path/Admin", true],
    ["arn:aws:iam::*:role/Admin", "arn:aws:iam::444455556666:role/Admin", true],
    ["arn:*:iam::111122223333:role/A?min", "arn:aws-cn:iam::111122223333:role/Admin", true],
    ["arn:aws:iam::111122223333:role/A?min", "arn:aws:iam::111122223333:role/Amin", false],
    ["arn:aws:s3:*:*:bucket", "arn:aws:s3:::bucket", true],
    ["arn:aws:logs:*:*:log-group:*", "arn:aws:logs:eu-west-1:111122223333:log-group:/a:log-stream:b", true],
    ["arn:aws:logs:*:*:log-group:/a", "arn:aws:logs:eu-west-1:111122223333:log-group:/b", false],
    ["arn:aws:iam*", "arn:aws:iam::111122223333:role/Admin", false],
    ["*", "arn:aws:iam::111122223333:role/Admin", false],
    ["arn:aws:*:role/Admin", "arn:aws:iam::111122223333:role/Admin", false],
    ["arn:aws:iam::111122223333:role/.*", "arn:aws:iam::111122223333:role/Admin", false],
    ["arn:aws:iam::111122223333:role/*", "not an arn", false],
  ];
  for (const [pattern, arn, expected] of cases) {
    it(`${expected ? "matches" : "does not match"} ${arn} with ${pattern}`, () => {
      assert.equal(arnLike(pattern, arn), expected);
    });
  }

  it("matches every ARN with itself and with a star in place of any one component", () => {
    const part = fc.stringMatching(/^[a-z0-9/-]*$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 6, maxLength: 8 }), fc.nat({ max: 5 }), (parts, starred) => {
        const arn = parts.join(":");
        assert.ok(arnLike(arn, arn));
        assert.ok(arnLike(parts.map((text, index) => (index === starred ? "*" : text)).join(":"), arn));
      }),
    );
  });
});
