import assert from "node:assert/strict";
import { accessLogBucketPolicy } from "../../components/policies/archive-access-log-policy";
import { changingActions, decide, type AccessRequest, type Verdict } from "../support/iam";

const ACCOUNT = "111122223333";
const OTHER = "444455556666";
const BUCKET = "arn:aws:s3:::access-logs-1a2b3c4";
const ARCHIVE = "arn:aws:s3:::archive-1a2b3c4";
const ADMIN = `arn:aws:iam::${ACCOUNT}:role/LogAdmin`;
const SOMEONE = `arn:aws:iam::${ACCOUNT}:role/PowerfulAdmin`;
const LOG = `${BUCKET}/archive/2026-01-01-00-00-00-0123456789ABCDEF`;

const policy = accessLogBucketPolicy({
  bucketArn: BUCKET,
  sourceBucketArn: ARCHIVE,
  accountId: ACCOUNT,
  administratorArns: [ADMIN],
});

function ask(request: Partial<AccessRequest>): Promise<Verdict> {
  return decide({
    principal: SOMEONE,
    action: "s3:GetObject",
    resource: LOG,
    resourceAccountId: ACCOUNT,
    resourcePolicy: policy,
    ...request,
  });
}

describe("access-log bucket policy", () => {
  const deliveries = [
    ["the archive's logs", ARCHIVE, ACCOUNT, "Allowed"],
    ["no other bucket's logs", "arn:aws:s3:::other", ACCOUNT, "ImplicitlyDenied"],
    ["nothing for another account", ARCHIVE, OTHER, "ImplicitlyDenied"],
  ] as const;
  for (const [what, sourceArn, sourceAccount, expected] of deliveries) {
    it(`lets S3's log delivery write ${what}`, async () => {
      const verdict = await ask({
        principal: "logging.s3.amazonaws.com",
        action: "s3:PutObject",
        context: { "aws:SourceArn": sourceArn, "aws:SourceAccount": sourceAccount },
      });
      assert.equal(verdict, expected);
    });
  }

  it("lets people of the account read over TLS 1.2, and refuses plain HTTP and older TLS", async () => {
    assert.equal(await ask({ context: { "s3:TlsVersion": "1.2" } }), "Allowed");
    assert.equal(await ask({ context: { "s3:TlsVersion": "1.1" } }), "ExplicitlyDenied");
    assert.equal(await ask({ context: { "aws:SecureTransport": "false" } }), "ExplicitlyDenied");
  });

  it("lets nobody write or change objects, administrators included", async () => {
    for (const action of await changingActions("s3", "object")) {
      if (action === "s3:RestoreObject") continue;
      assert.equal(await ask({ principal: ADMIN, action }), "ExplicitlyDenied", action);
    }
  });

  it("lets only administrators change protections", async () => {
    for (const action of await changingActions("s3", "bucket")) {
      assert.equal(await ask({ action, resource: BUCKET }), "ExplicitlyDenied", action);
      assert.equal(await ask({ principal: ADMIN, action, resource: BUCKET }), "Allowed", action);
    }
  });
});
