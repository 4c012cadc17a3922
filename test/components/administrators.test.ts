import assert from "node:assert/strict";
import fc from "fast-check";
import { administratorArn } from "../../components/administrators";

const ACCOUNT = "111122223333";

describe("administratorArn", () => {
  const accepted = [
    ["role/Admin", "arn:aws:iam::111122223333:role/Admin"],
    ["role/team/audit/Admin", "arn:aws:iam::111122223333:role/team/audit/Admin"],
    ["user/alice@example.com", "arn:aws:iam::111122223333:user/alice@example.com"],
    [
      "role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Audit_*",
      "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Audit_*",
    ],
    ["arn:aws:iam::444455556666:role/Admin", "arn:aws:iam::444455556666:role/Admin"],
    ["arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:root"],
  ] as const;
  for (const [entry, expected] of accepted) {
    it(`reads ${entry}`, () => {
      assert.equal(administratorArn("aws", ACCOUNT, entry), expected);
    });
  }

  const refused = [
    ["", /administrator "" is none/],
    ["Admin", /write role\/NAME/],
    ["*", /write role\/NAME/],
    ["role/", /write role\/NAME/],
    ["group/admins", /write role\/NAME/],
    ["arn:aws:sts::111122223333:assumed-role/Admin/someone", /the role of the session, not the session/],
    ["arn:aws-cn:iam::111122223333:role/Admin", /in partition aws\)/],
    ["arn:aws:iam::*:role/Admin", /write role\/NAME/],
    ["arn:aws:iam::111122223333:policy/Admin", /write role\/NAME/],
  ] as const;
  for (const [entry, message] of refused) {
    it(`refuses ${JSON.stringify(entry)}`, () => {
      assert.throws(() => administratorArn("aws", ACCOUNT, entry), message);
    });
  }

  it("puts every short form into the account and partition given", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9+=,.@_-]{1,20}$/);
    fc.assert(
      fc.property(
        fc.constantFrom("role", "user"),
        fc.array(name, { minLength: 1, maxLength: 4 }),
        fc.constantFrom("aws", "aws-cn", "aws-us-gov"),
        (kind, path, partition) => {
          const entry = [kind, ...path].join("/");
          assert.equal(
            administratorArn(partition, ACCOUNT, entry),
            `arn:${partition}:iam::${ACCOUNT}:${entry}`,
          );
        },
      ),
    );
  });
});
