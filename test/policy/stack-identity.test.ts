import assert from "node:assert/strict";
import { matchesName, matchesStack, stackOfUrn } from "../../policy/src/stack-identity";

describe("stackOfUrn", () => {
  for (const [urn, expected] of [
    ["urn:pulumi:prod::shop::aws:s3/bucket:Bucket::logs", { project: "shop", stack: "prod" }],
    ["urn:pulumi:dev::shop::a:b:C$aws:s3/bucket:Bucket::x::y", { project: "shop", stack: "dev" }],
    ["", { project: "", stack: "" }],
    ["arn:aws:s3:::logs", { project: "", stack: "" }],
  ] as const) {
    it(`reads ${JSON.stringify(expected)} from "${urn}"`, () => {
      assert.deepEqual(stackOfUrn(urn), expected);
    });
  }
});

describe("stack patterns", () => {
  const prod = { project: "shop", stack: "prod" };
  for (const [pattern, expected] of [
    ["shop/prod", true],
    ["shop/*", true],
    ["*/prod", true],
    ["sh*/pr*d", true],
    ["*", false],
    ["shop", false],
    ["shop/pro", false],
    ["shop/prod2", false],
    ["shop.prod", false],
    ["", false],
  ] as const) {
    it(`${expected ? "match" : "do not match"} shop/prod by "${pattern}"`, () => {
      assert.equal(matchesStack([pattern], prod), expected);
    });
  }

  it("match nothing without a pattern, and take characters literally", () => {
    assert.equal(matchesName([], "logs"), false);
    assert.equal(matchesName(["lo.s"], "logs"), false);
    assert.equal(matchesName(["lo(g)*"], "lo(g)s"), true);
  });
});
