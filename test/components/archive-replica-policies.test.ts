import assert from "node:assert/strict";
import {
  replicaBucketPolicy,
  replicaKeyPolicy,
  replicationRolePolicy,
} from "../../components/policies/archive-replica-policies";
import { archiveBucketPolicy } from "../../components/policies/archive-bucket-policy";
import { archiveKeyPolicy } from "../../components/policies/archive-key-policy";
import { decide, type AccessRequest, type Verdict } from "../support/iam";

const ACCOUNT = "111122223333";
const SOURCE = "arn:aws:s3:::archive-1a2b3c4";
const SOURCE_KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/source`;
const REPLICA = "arn:aws:s3:::replica-1a2b3c4";
const REPLICA_KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/replica`;
const ADMIN = `arn:aws:iam::${ACCOUNT}:role/LogAdmin`;
const SOMEONE = `arn:aws:iam::${ACCOUNT}:role/PowerfulAdmin`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/replication`;

const rolePolicy = replicationRolePolicy({
  source: { region: "eu-west-1", bucketArn: SOURCE, keyArn: SOURCE_KEY },
  destination: { region: "eu-central-1", bucketArn: REPLICA, keyArn: REPLICA_KEY },
});
const bucketPolicy = replicaBucketPolicy({
  bucketArn: REPLICA,
  replicationRoleArn: ROLE,
  administratorArns: [ADMIN],
});
const trail = {
  bucketArn: SOURCE,
  trailArn: `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/audit`,
  trailAccountId: ACCOUNT,
  administratorArns: [ADMIN],
  readers: [],
};
const administration = { partition: "aws", accountId: ACCOUNT, administratorArns: [ADMIN] };
const sourceKeyPolicy = archiveKeyPolicy({ ...trail, ...administration, region: "eu-west-1" });
const keyPolicy = replicaKeyPolicy({
  ...administration,
  region: "eu-central-1",
  bucketArn: REPLICA,
  replicationRoleArn: ROLE,
});

type Ask = Pick<AccessRequest, "action" | "resource"> & Partial<AccessRequest>;
const asRole = (request: Ask): Promise<Verdict> =>
  decide({
    principal: ROLE,
    identityPolicy: rolePolicy,
    resourceAccountId: ACCOUNT,
    resourcePolicy: bucketPolicy,
    ...request,
  });
const asSomeone = (request: Ask): Promise<Verdict> =>
  decide({ principal: SOMEONE, resourceAccountId: ACCOUNT, resourcePolicy: bucketPolicy, ...request });

const through = (region: string, bucketArn: string) => ({
  "kms:ViaService": `s3.${region}.amazonaws.com`,
  "kms:EncryptionContext:aws:s3:arn": bucketArn,
});

describe("replication", () => {
  it("reads what the archive holds", async () => {
    const resourcePolicy = archiveBucketPolicy(trail);
    for (const action of ["s3:GetObjectVersionForReplication", "s3:GetObjectRetention"]) {
      assert.equal(await asRole({ action, resource: `${SOURCE}/file`, resourcePolicy }), "Allowed", action);
    }
    assert.equal(
      await asRole({
        action: "kms:Decrypt",
        resource: SOURCE_KEY,
        resourcePolicy: sourceKeyPolicy,
        context: through("eu-west-1", SOURCE),
      }),
      "Allowed",
    );
  });

  it("writes encrypted copies to the replica", async () => {
    assert.equal(await asRole({ action: "s3:ReplicateObject", resource: `${REPLICA}/file` }), "Allowed");
    for (const action of ["kms:Encrypt", "kms:Decrypt"]) {
      const request = { action, resource: REPLICA_KEY, resourcePolicy: keyPolicy };
      assert.equal(await asRole({ ...request, context: through("eu-central-1", REPLICA) }), "Allowed");
      assert.equal(
        await asRole({ ...request, context: through("eu-central-1", SOURCE) }),
        "ImplicitlyDenied",
      );
    }
  });

  it("is allowed no more than that, even by policies of its own", async () => {
    for (const action of ["s3:ReplicateDelete", "s3:ReplicateTags", "s3:PutObject", "s3:GetObject"]) {
      for (const bucket of [SOURCE, REPLICA]) {
        const verdict = await asRole({ action, resource: `${bucket}/file`, resourcePolicy: undefined });
        assert.equal(verdict, "ImplicitlyDenied", action);
      }
    }
  });

  it("does not carry deletions over, write by itself or touch the archive", async () => {
    for (const action of ["s3:ReplicateDelete", "s3:DeleteObject", "s3:PutObject"]) {
      assert.equal(await asRole({ action, resource: `${REPLICA}/file` }), "ExplicitlyDenied", action);
    }
    const resourcePolicy = archiveBucketPolicy(trail);
    assert.equal(
      await asRole({ action: "s3:ReplicateObject", resource: `${SOURCE}/file`, resourcePolicy }),
      "ExplicitlyDenied",
    );
  });
});

describe("replica bucket policy", () => {
  it("admits copies from the replication role alone", async () => {
    for (const principal of [SOMEONE, ADMIN]) {
      assert.equal(
        await asSomeone({ principal, action: "s3:ReplicateObject", resource: `${REPLICA}/file` }),
        "ExplicitlyDenied",
      );
    }
  });
  it("refuses plain HTTP, older TLS, writes and deletions", async () => {
    const read = { action: "s3:GetObject", resource: `${REPLICA}/file` };
    assert.equal(await asSomeone(read), "Allowed");
    assert.equal(
      await asSomeone({ ...read, context: { "aws:SecureTransport": "false" } }),
      "ExplicitlyDenied",
    );
    assert.equal(await asSomeone({ ...read, context: { "s3:TlsVersion": "1.1" } }), "ExplicitlyDenied");
    for (const action of ["s3:PutObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"]) {
      assert.equal(await asSomeone({ ...read, action, principal: ADMIN }), "ExplicitlyDenied", action);
    }
  });
  it("lets only administrators change protections", async () => {
    const change = { action: "s3:PutBucketPolicy", resource: REPLICA };
    assert.equal(await asSomeone(change), "ExplicitlyDenied");
    assert.equal(await asSomeone({ ...change, principal: ADMIN }), "Allowed");
  });
});

describe("replica key policy", () => {
  it("lets the account decrypt the replica's objects through S3, and nobody else encrypt", async () => {
    const request = { resource: REPLICA_KEY, resourcePolicy: keyPolicy };
    const context = through("eu-central-1", REPLICA);
    assert.equal(await asSomeone({ ...request, action: "kms:Decrypt", context }), "Allowed");
    assert.equal(await asSomeone({ ...request, action: "kms:Decrypt" }), "ImplicitlyDenied");
    assert.equal(await asSomeone({ ...request, action: "kms:Encrypt", context }), "ImplicitlyDenied");
  });
  it("keeps the key for its administrators to change", async () => {
    const request = { resource: REPLICA_KEY, resourcePolicy: keyPolicy, action: "kms:ScheduleKeyDeletion" };
    assert.equal(await asSomeone(request), "ExplicitlyDenied");
    assert.equal(await asSomeone({ ...request, principal: ADMIN }), "Allowed");
  });
});
