import assert from "node:assert/strict";
import { archiveKeyPolicy } from "../../components/policies/archive-key-policy";
import { changingActions, decide, type AccessRequest, type Verdict } from "../support/iam";

const ACCOUNT = "111122223333";
const OTHER = "444455556666";
const BUCKET = "arn:aws:s3:::archive-1a2b3c4";
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/0a1b2c3d`;
const TRAIL = `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/audit`;
const ADMIN = `arn:aws:iam::${ACCOUNT}:role/LogAdmin`;
const SOMEONE = `arn:aws:iam::${ACCOUNT}:role/PowerfulAdmin`;
const READER = `arn:aws:iam::${OTHER}:role/Investigator`;

const args = {
  partition: "aws",
  accountId: ACCOUNT,
  region: "eu-west-1",
  bucketArn: BUCKET,
  trailArn: TRAIL,
  trailAccountId: ACCOUNT,
  administratorArns: [ADMIN],
  readers: [READER],
};
const policy = archiveKeyPolicy(args);

const ofTrail: Record<string, string> = { "kms:EncryptionContext:aws:cloudtrail:arn": TRAIL };
const ofBucketKey: Record<string, string> = { "kms:EncryptionContext:aws:s3:arn": BUCKET };
const viaS3 = { "kms:ViaService": "s3.eu-west-1.amazonaws.com" };

function ask(request: Partial<AccessRequest>): Promise<Verdict> {
  return decide({
    principal: SOMEONE,
    action: "kms:Decrypt",
    resource: KEY,
    resourceAccountId: ACCOUNT,
    resourcePolicy: policy,
    ...request,
  });
}

describe("archive key policy", () => {
  describe("CloudTrail", () => {
    const cloudTrail = (action: string, context: Record<string, string>, resourcePolicy: unknown = policy) =>
      ask({ principal: "cloudtrail.amazonaws.com", action, context, resourcePolicy });
    const otherTrail = { "aws:SourceArn": `arn:aws:cloudtrail:eu-west-1:${OTHER}:trail/audit` };
    const thisTrail = { "aws:SourceArn": TRAIL };

    for (const [name, context] of [
      ["its own encryption context", ofTrail],
      ["the context of the bucket's key", ofBucketKey],
    ] as const) {
      it(`encrypts and decrypts under ${name}, for this trail only`, async () => {
        for (const action of ["kms:GenerateDataKey", "kms:Decrypt"]) {
          assert.equal(await cloudTrail(action, { ...context, ...thisTrail }), "Allowed");
          assert.equal(await cloudTrail(action, { ...context, ...otherTrail }), "ImplicitlyDenied");
          assert.equal(await cloudTrail(action, context), "ImplicitlyDenied");
        }
      });
    }
    it("does not encrypt for another account's trail or bucket, nor without a context", async () => {
      const contexts: Record<string, string>[] = [
        { "kms:EncryptionContext:aws:cloudtrail:arn": `arn:aws:cloudtrail:eu-west-1:${OTHER}:trail/x` },
        { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::elsewhere" },
        {},
      ];
      for (const context of contexts) {
        assert.equal(
          await cloudTrail("kms:GenerateDataKey", { ...context, ...thisTrail }),
          "ImplicitlyDenied",
        );
      }
    });
    it("describes the key for this trail only", async () => {
      assert.equal(await cloudTrail("kms:DescribeKey", thisTrail), "Allowed");
      assert.equal(await cloudTrail("kms:DescribeKey", otherTrail), "ImplicitlyDenied");
    });
    it("encrypts for a trail of another account when that is the archive's trail", async () => {
      const trailArn = `arn:aws:cloudtrail:eu-west-1:${OTHER}:trail/audit`;
      const crossAccount = archiveKeyPolicy({ ...args, trailArn, trailAccountId: OTHER });
      const context = { "aws:SourceArn": trailArn, "kms:EncryptionContext:aws:cloudtrail:arn": trailArn };
      assert.equal(await cloudTrail("kms:GenerateDataKey", context, crossAccount), "Allowed");
      assert.equal(
        await cloudTrail("kms:GenerateDataKey", { ...ofTrail, ...thisTrail }, crossAccount),
        "ImplicitlyDenied",
      );
    });
  });

  describe("readers", () => {
    const decryptions = [
      ["of CloudTrail's objects", ofTrail, "Allowed"],
      ["through S3, of the bucket's objects under its bucket key", { ...ofBucketKey, ...viaS3 }, "Allowed"],
      [
        "through S3, of a single object",
        { "kms:EncryptionContext:aws:s3:arn": `${BUCKET}/file`, ...viaS3 },
        "Allowed",
      ],
      [
        "through S3, of another bucket's objects",
        { "kms:EncryptionContext:aws:s3:arn": `${BUCKET}-other/file`, ...viaS3 },
        "ImplicitlyDenied",
      ],
      ["of the bucket's objects past S3", ofBucketKey, "ImplicitlyDenied"],
      [
        "through S3 of another region",
        { ...ofBucketKey, "kms:ViaService": "s3.eu-west-2.amazonaws.com" },
        "ImplicitlyDenied",
      ],
      ["of anything else", {}, "ImplicitlyDenied"],
    ] as const;
    for (const [what, context, expected] of decryptions) {
      it(`decryption ${what} is ${expected === "Allowed" ? "granted" : "refused"}`, async () => {
        for (const principal of [SOMEONE, ADMIN, READER]) {
          assert.equal(await ask({ principal, context }), expected, principal);
        }
      });
    }
    it("of the account need IAM's permission, others need to be listed", async () => {
      const nothing = {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
      };
      assert.equal(await ask({ context: ofTrail, identityPolicy: nothing }), "ImplicitlyDenied");
      const unlisted = `arn:aws:iam::${OTHER}:role/Curious`;
      assert.equal(await ask({ principal: unlisted, context: ofTrail }), "ImplicitlyDenied");
    });
    it("of China's regions decrypt through S3's host name there", async () => {
      const china = archiveKeyPolicy({
        ...args,
        partition: "aws-cn",
        region: "cn-north-1",
        bucketArn: "arn:aws-cn:s3:::archive",
        readers: [],
      });
      const verdict = await ask({
        principal: `arn:aws-cn:iam::${ACCOUNT}:role/Someone`,
        resource: `arn:aws-cn:kms:cn-north-1:${ACCOUNT}:key/0a1b2c3d`,
        resourcePolicy: china,
        context: {
          "kms:EncryptionContext:aws:s3:arn": "arn:aws-cn:s3:::archive",
          "kms:ViaService": "s3.cn-north-1.amazonaws.com.cn",
        },
      });
      assert.equal(verdict, "Allowed");
    });
  });

  describe("S3", () => {
    const publishes = (context: Record<string, string>) =>
      ask({ principal: "s3.amazonaws.com", action: "kms:GenerateDataKey", context });
    it("uses the key to publish for this bucket of this account only", async () => {
      assert.equal(await publishes({ "aws:SourceArn": BUCKET, "aws:SourceAccount": ACCOUNT }), "Allowed");
      assert.equal(
        await publishes({ "aws:SourceArn": "arn:aws:s3:::other", "aws:SourceAccount": ACCOUNT }),
        "ImplicitlyDenied",
      );
      assert.equal(
        await publishes({ "aws:SourceArn": BUCKET, "aws:SourceAccount": OTHER }),
        "ImplicitlyDenied",
      );
      assert.equal(await publishes({}), "ImplicitlyDenied");
    });
  });

  describe("administration", () => {
    const rescue = ["kms:CancelKeyDeletion", "kms:EnableKey", "kms:EnableKeyRotation"];
    const byAdministrators = [
      "kms:CreateAlias",
      "kms:DeleteAlias",
      "kms:DisableKey",
      "kms:DisableKeyRotation",
      "kms:PutKeyPolicy",
      "kms:RevokeGrant",
      "kms:RotateKeyOnDemand",
      "kms:ScheduleKeyDeletion",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:UpdateAlias",
      "kms:UpdateKeyDescription",
    ];
    for (const action of byAdministrators) {
      it(`${action} is for administrators alone`, async () => {
        assert.equal(await ask({ principal: ADMIN, action }), "Allowed");
        assert.equal(await ask({ action }), "ExplicitlyDenied");
        assert.equal(await ask({ principal: READER, action }), "ExplicitlyDenied");
      });
    }
    it("lets the account look at the key and bring it back", async () => {
      for (const action of [...rescue, "kms:DescribeKey", "kms:GetKeyPolicy", "kms:ListGrants"]) {
        assert.equal(await ask({ action }), "Allowed", action);
      }
    });
    it("leaves every other action of IAM's catalogue to nobody, administrators included", async () => {
      const others = (await changingActions("kms", "key")).filter(
        (action) => ![...byAdministrators, ...rescue].includes(action),
      );
      assert.ok(others.includes("kms:Encrypt") && others.includes("kms:CreateGrant"));
      for (const action of others) {
        assert.notEqual(await ask({ principal: ADMIN, action }), "Allowed", action);
        assert.notEqual(await ask({ principal: SOMEONE, action }), "Allowed", action);
      }
    });
  });
});
