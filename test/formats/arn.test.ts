import assert from "node:assert/strict";
import fc from "fast-check";
import { formatArn, parseArn } from "../../formats/arn";

describe("parseArn", () => {
  it("keeps colons and slashes of the resource", () => {
    assert.deepEqual(parseArn("arn:aws-cn:logs:cn-north-1:111122223333:log-group:/a/b:*"), {
      partition: "aws-cn",
      service: "logs",
      region: "cn-north-1",
      accountId: "111122223333",
      resource: "log-group:/a/b:*",
    });
  });

  for (const text of ["", "arn:aws:s3", "AWS Internal", "arn:aws:s3:::", "https://example.com/a:b:c:d:e"]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(parseArn(text), undefined);
    });
  }

  it("is the inverse of formatArn", () => {
    const part = fc.stringMatching(/^[a-z0-9-]+$/);
    const optional = fc.stringMatching(/^[a-z0-9-]*$/);
    const arns = fc.record(
      {
        partition: part,
        service: part,
        region: optional,
        accountId: optional,
        resource: fc.string({ minLength: 1 }),
      },
      { noNullPrototype: true },
    );
    fc.assert(fc.property(arns, (arn) => assert.deepEqual(parseArn(formatArn(arn)), arn)));
  });
});
