import assert from "node:assert/strict";
import fc from "fast-check";
import { archiveBucketPolicy } from "../../components/policies/archive-bucket-policy";
import { changingActions, decide, type AccessRequest, type Verdict } from "../support/iam";

const ACCOUNT = "111122223333";
const OTHER = "444455556666";
const BUCKET = "arn:aws:s3:::archive-1a2b3c4";
const TRAIL = `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/audit`;
const ADMIN = `arn:aws:iam::${ACCOUNT}:role/team/LogAdmin`;
const SOMEONE = `arn:aws:iam::${ACCOUNT}:role/PowerfulAdmin`;
const READER = `arn:aws:iam::${OTHER}:role/Investigator`;
const LOG_FILE = `${BUCKET}/AWSLogs/${ACCOUNT}/CloudTrail/eu-west-1/2026/01/01/file.json.gz`;

const args = {
  bucketArn: BUCKET,
  trailArn: TRAIL,
  trailAccountId: ACCOUNT,
  administratorArns: [ADMIN],
  readers: [READER],
};
const policy = archiveBucketPolicy(args);
const fromTrail = { "aws:SourceArn": TRAIL, "s3:x-amz-acl": "bucket-owner-full-control" };

function ask(request: Partial<AccessRequest>): Promise<Verdict> {
  return decide({
    principal: SOMEONE,
    action: "s3:GetObject",
    resource: LOG_FILE,
    resourceAccountId: ACCOUNT,
    resourcePolicy: policy,
    ...request,
  });
}

const cloudTrailPuts = (
  context: Record<string, string>,
  resource = LOG_FILE,
  resourcePolicy: unknown = policy,
) =>
  ask({ principal: "cloudtrail.amazonaws.com", action: "s3:PutObject", resource, context, resourcePolicy });

describe("archive bucket policy", () => {
  describe("CloudTrail", () => {
    it("writes log files for this trail", async () => {
      assert.equal(await cloudTrailPuts(fromTrail), "Allowed");
    });
    it("writes digests for this trail", async () => {
      const digest = `${BUCKET}/AWSLogs/${ACCOUNT}/CloudTrail-Digest/eu-west-1/2026/01/01/digest.json.gz`;
      assert.equal(await cloudTrailPuts(fromTrail, digest), "Allowed");
    });
    it("is not denied the ACL that it sends with each file", async () => {
      const verdict = await ask({
        principal: "cloudtrail.amazonaws.com",
        action: "s3:PutObjectAcl",
        context: fromTrail,
      });
      assert.notEqual(verdict, "ExplicitlyDenied");
    });
    it("does not write for another trail", async () => {
      const other = `arn:aws:cloudtrail:eu-west-1:${OTHER}:trail/audit`;
      assert.equal(await cloudTrailPuts({ ...fromTrail, "aws:SourceArn": other }), "ImplicitlyDenied");
    });
    it("does not write without naming a trail", async () => {
      assert.equal(await cloudTrailPuts({ "s3:x-amz-acl": "bucket-owner-full-control" }), "ImplicitlyDenied");
    });
    it("does not write outside the trail account's folder", async () => {
      assert.equal(
        await cloudTrailPuts(fromTrail, `${BUCKET}/AWSLogs/${OTHER}/CloudTrail/file.json.gz`),
        "ImplicitlyDenied",
      );
    });
    it("does not write objects that another account would own", async () => {
      assert.equal(await cloudTrailPuts({ ...fromTrail, "s3:x-amz-acl": "private" }), "ImplicitlyDenied");
    });
    it("reads the bucket's ACL for this trail only", async () => {
      const check = (sourceArn: string) =>
        ask({
          principal: "cloudtrail.amazonaws.com",
          action: "s3:GetBucketAcl",
          resource: BUCKET,
          context: { "aws:SourceArn": sourceArn },
        });
      assert.equal(await check(TRAIL), "Allowed");
      assert.equal(await check(`${TRAIL}-other`), "ImplicitlyDenied");
    });
    it("does not delete", async () => {
      assert.equal(
        await ask({
          principal: "cloudtrail.amazonaws.com",
          action: "s3:DeleteObject",
          context: { "aws:SourceArn": TRAIL },
        }),
        "ExplicitlyDenied",
      );
    });
    it("writes the members' files of an organization trail, of that organization only", async () => {
      const organization = archiveBucketPolicy({ ...args, organizationId: "o-exampleorg1" });
      const member = (id: string) => `${BUCKET}/AWSLogs/${id}/${OTHER}/CloudTrail/file.json.gz`;
      assert.equal(await cloudTrailPuts(fromTrail, member("o-exampleorg1"), organization), "Allowed");
      assert.equal(
        await cloudTrailPuts(fromTrail, member("o-exampleorg2"), organization),
        "ImplicitlyDenied",
      );
      assert.equal(await cloudTrailPuts(fromTrail, member("o-exampleorg1")), "ImplicitlyDenied");
    });
    it("writes for a trail of another account under that account's folder", async () => {
      const trailArn = `arn:aws:cloudtrail:eu-west-1:${OTHER}:trail/audit`;
      const crossAccount = archiveBucketPolicy({ ...args, trailArn, trailAccountId: OTHER });
      const context = { ...fromTrail, "aws:SourceArn": trailArn };
      const file = `${BUCKET}/AWSLogs/${OTHER}/CloudTrail/file.json.gz`;
      assert.equal(await cloudTrailPuts(context, file, crossAccount), "Allowed");
      assert.equal(await cloudTrailPuts(context, LOG_FILE, crossAccount), "ImplicitlyDenied");
    });
  });

  describe("readers", () => {
    it("of the same account read as their IAM policies say", async () => {
      assert.equal(await ask({}), "Allowed");
      const nothing = {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sns:*", Resource: "*" }],
      };
      assert.equal(await ask({ identityPolicy: nothing }), "ImplicitlyDenied");
    });
    for (const [action, resource] of [
      ["s3:GetObject", LOG_FILE],
      ["s3:GetObjectVersion", LOG_FILE],
      ["s3:ListBucket", BUCKET],
      ["s3:GetBucketLocation", BUCKET],
    ] as const) {
      it(`of another account use ${action} when they are listed, not otherwise`, async () => {
        assert.equal(await ask({ principal: READER, action, resource }), "Allowed");
        const unlisted = `arn:aws:iam::${OTHER}:role/Curious`;
        assert.equal(await ask({ principal: unlisted, action, resource }), "ImplicitlyDenied");
        const closed = archiveBucketPolicy({ ...args, readers: [] });
        assert.equal(
          await ask({ principal: READER, action, resource, resourcePolicy: closed }),
          "ImplicitlyDenied",
        );
      });
    }
    it("are refused over plain HTTP", async () => {
      for (const principal of [SOMEONE, READER, ADMIN]) {
        assert.equal(
          await ask({ principal, context: { "aws:SecureTransport": "false" } }),
          "ExplicitlyDenied",
        );
      }
    });
    for (const [version, expected] of [
      ["1.0", "ExplicitlyDenied"],
      ["1.1", "ExplicitlyDenied"],
      ["1.2", "Allowed"],
      ["1.3", "Allowed"],
    ] as const) {
      it(`with TLS ${version} are ${expected === "Allowed" ? "let in" : "refused"}`, async () => {
        assert.equal(await ask({ context: { "s3:TlsVersion": version } }), expected);
      });
    }
  });

  describe("objects", () => {
    it("cannot be written by anyone but AWS services, administrators included", async () => {
      for (const principal of [SOMEONE, ADMIN, READER]) {
        const verdict = await ask({
          principal,
          action: "s3:PutObject",
          context: { "s3:x-amz-acl": "bucket-owner-full-control" },
        });
        assert.equal(verdict, "ExplicitlyDenied", principal);
      }
    });
    it("cannot be written by another AWS service", async () => {
      assert.equal(
        await ask({
          principal: "delivery.logs.amazonaws.com",
          action: "s3:PutObject",
          context: { "s3:x-amz-acl": "bucket-owner-full-control" },
        }),
        "ImplicitlyDenied",
      );
    });
    it("can be changed by no action that IAM knows, whoever asks", async () => {
      const actions = (await changingActions("s3", "object")).filter(
        (action) => action !== "s3:RestoreObject",
      );
      assert.ok(
        actions.includes("s3:DeleteObjectVersion") && actions.includes("s3:BypassGovernanceRetention"),
      );
      for (const action of actions) {
        for (const principal of [SOMEONE, ADMIN]) {
          assert.equal(await ask({ principal, action }), "ExplicitlyDenied", `${action} by ${principal}`);
        }
      }
    });
  });

  describe("protections", () => {
    it("can be changed by no action that IAM knows, unless an administrator asks", async () => {
      const actions = await changingActions("s3", "bucket");
      for (const action of ["s3:PutBucketPolicy", "s3:PutLifecycleConfiguration", "s3:DeleteBucket"]) {
        assert.ok(actions.includes(action), action);
      }
      for (const action of actions) {
        assert.equal(await ask({ action, resource: BUCKET }), "ExplicitlyDenied", action);
        assert.equal(await ask({ principal: ADMIN, action, resource: BUCKET }), "Allowed", action);
      }
    });
    it("yield to an administrator's session", async () => {
      const session = `arn:aws:sts::${ACCOUNT}:assumed-role/LogAdmin/someone`;
      // A session's ARN leaves out the role's path; the context key does not.
      const verdict = await ask({
        principal: session,
        action: "s3:PutBucketPolicy",
        resource: BUCKET,
        context: { "aws:PrincipalArn": ADMIN },
      });
      assert.equal(verdict, "Allowed");
    });
    it("yield to nobody else, whatever the name, path or account", async () => {
      const part = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);
      const principals = fc
        .record({
          account: fc.constantFrom(ACCOUNT, OTHER),
          kind: fc.constantFrom("role", "user"),
          path: fc.oneof(fc.array(part, { maxLength: 2 }), fc.constant(["team"])),
          name: fc.oneof(part, fc.constantFrom("LogAdmin", "LogAdmin2", "XLogAdmin", "logadmin")),
        })
        .map(({ account, kind, path, name }) => `arn:aws:iam::${account}:${[kind, ...path, name].join("/")}`)
        .filter((arn) => arn !== ADMIN);
      await fc.assert(
        fc.asyncProperty(
          principals,
          fc.constantFrom(
            "s3:PutBucketPolicy",
            "s3:DeleteBucketPolicy",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutLifecycleConfiguration",
            "s3:PutBucketObjectLockConfiguration",
            "s3:PutBucketVersioning",
            "s3:PutBucketLogging",
            "s3:PutEncryptionConfiguration",
            "s3:PutReplicationConfiguration",
            "s3:DeleteBucket",
          ),
          async (principal, action) => {
            assert.equal(await ask({ principal, action, resource: BUCKET }), "ExplicitlyDenied");
          },
        ),
        { numRuns: 60 },
      );
    });
    it("yield to whom a wildcard in an administrator's name covers", async () => {
      const wildcard = archiveBucketPolicy({
        ...args,
        administratorArns: [`arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/*/Audit_*`],
      });
      const change = (role: string) =>
        ask({
          principal: `arn:aws:iam::${ACCOUNT}:role/${role}`,
          action: "s3:PutBucketPolicy",
          resource: BUCKET,
          resourcePolicy: wildcard,
        });
      assert.equal(await change("aws-reserved/sso.amazonaws.com/eu-west-1/Audit_0123"), "Allowed");
      assert.equal(await change("Audit_0123"), "ExplicitlyDenied");
    });
  });
});
