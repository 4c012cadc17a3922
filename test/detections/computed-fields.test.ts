import assert from "node:assert/strict";
import fc from "fast-check";
import { COMPUTED_FIELD_NAMES, computedField } from "../../detections/computed-fields";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";

const OWN = "111122223333";
const OTHER = "444455556666";

function compute(field: string, requestParameters: unknown, over: object = {}): unknown {
  const event = {
    eventName: "PutBucketPolicy",
    eventTime: "2026-03-02T09:00:00Z",
    recipientAccountId: OWN,
    userIdentity: { type: "IAMUser", arn: `arn:aws:iam::${OWN}:user/alice`, accountId: OWN },
    requestParameters,
    ...over,
  } as CloudTrailEvent;
  const value = computedField(`trailkeeper.${field}`);
  assert.ok(value, `trailkeeper.${field} is a computed field`);
  return value(event);
}

const policy = (statement: object) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*", ...statement }],
});

describe("computed fields", () => {
  it("are none but the known ones", () => {
    assert.equal(computedField("userIdentity.arn"), undefined);
    assert.equal(computedField("trailkeeper.nothing"), undefined);
    assert.equal(computedField("toString"), undefined);
  });

  describe("foreignAccountIds", () => {
    const cases: readonly [string, unknown, readonly string[]][] = [
      ["an id as a value", { createVolumePermission: { add: { items: [{ userId: OTHER }] } } }, [OTHER]],
      ["the second of two ids", { valuesToAdd: [OWN, OTHER] }, [OTHER]],
      ["an ARN", { roleArn: `arn:aws-us-gov:iam::${OTHER}:role/x` }, [OTHER]],
      ["a policy in a text", { policy: JSON.stringify(policy({ Principal: { AWS: [OTHER] } })) }, [OTHER]],
      [
        "a policy as an object",
        { bucketPolicy: policy({ Principal: { AWS: `arn:aws:iam::${OTHER}:root` } }) },
        [OTHER],
      ],
      ["the own account alone", { valuesToAdd: [OWN], arn: `arn:aws:sns:eu-west-1:${OWN}:t` }, []],
      ["numbers inside other words", { snapshotId: `snap-${OTHER}`, size: 444455556666 }, []],
      ["an ARN without account", { arn: "arn:aws:s3:::example" }, []],
      ["no parameters", null, []],
    ];
    for (const [what, parameters, expected] of cases)
      it(`from ${what}`, () => assert.deepEqual(compute("foreignAccountIds", parameters), expected));
  });

  describe("policy.*", () => {
    const trust = JSON.stringify(
      policy({ Principal: { AWS: [`arn:aws:iam::${OWN}:root`, OTHER] }, Action: "sts:AssumeRole" }),
    );
    it("foreignPrincipalAccountIds names other accounts that a statement lets in", () =>
      assert.deepEqual(compute("policy.foreignPrincipalAccountIds", { assumeRolePolicyDocument: trust }), [
        OTHER,
      ]));
    it("foreignPrincipalAccountIds leaves out resources of other accounts", () =>
      assert.deepEqual(
        compute("policy.foreignPrincipalAccountIds", {
          p: policy({ Principal: "*", Resource: `arn:aws:sqs:eu-west-1:${OTHER}:q` }),
        }),
        [],
      ));
    it("isPublic is told of a bucket policy that is an object, and of a queue policy that is a text", () => {
      const open = policy({ Principal: "*" });
      assert.equal(compute("policy.isPublic", { bucketPolicy: open }), true);
      assert.equal(compute("policy.isPublic", { attributes: { Policy: JSON.stringify(open) } }), true);
      assert.equal(
        compute("policy.isPublic", { bucketPolicy: policy({ Principal: { AWS: OTHER } }) }),
        false,
      );
    });
    it("grantsAdministrator is told of an inline policy", () =>
      assert.equal(
        compute("policy.grantsAdministrator", {
          policyDocument: JSON.stringify(policy({ Action: ["*"] }), undefined, 2),
        }),
        true,
      ));
    it("actions are those that are allowed, in lower case", () =>
      assert.deepEqual(
        compute("policy.actions", {
          policyDocument: {
            Statement: [
              { Effect: "Allow", Action: "iam:PassRole" },
              { Effect: "Deny", Action: "s3:*" },
            ],
          },
        }),
        ["iam:passrole"],
      ));
    it("are of the event at hand, not of the one before", () => {
      assert.equal(compute("policy.isPublic", { bucketPolicy: policy({ Principal: "*" }) }), true);
      assert.equal(compute("policy.isPublic", {}), false);
    });
  });

  it("never fail, whatever the parameters are", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (parameters) => {
        for (const name of COMPUTED_FIELD_NAMES)
          computedField(name)?.({ eventName: "X", requestParameters: parameters });
      }),
    );
  });
});
