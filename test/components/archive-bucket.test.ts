import assert from "node:assert/strict";
import { BUCKET_TYPE, KEY_TYPE, REPLICATED, buildArchive, s3Type } from "./build-log-archive";

describe("LogArchive buckets", () => {
  for (const bucketName of ["archive-bucket", "archive-access-logs", "archive-replica"]) {
    it(`${bucketName} is private, versioned and free of ACLs`, async () => {
      const { graph } = await buildArchive(REPLICATED);
      const bucket = graph.byUrn(graph.all(BUCKET_TYPE).find(({ name }) => name === bucketName)?.urn ?? "");
      assert.ok(bucket);
      const satellite = (kind: string) => {
        const found = graph.only(s3Type(kind), `${bucketName}-`);
        assert.deepEqual(found.propertyDependencies.bucket, [bucket.urn]);
        return found.inputs;
      };
      const publicAccess = satellite("BucketPublicAccessBlock");
      for (const flag of [
        "blockPublicAcls",
        "blockPublicPolicy",
        "ignorePublicAcls",
        "restrictPublicBuckets",
      ]) {
        assert.equal(publicAccess[flag], true, flag);
      }
      assert.deepEqual(satellite("BucketOwnershipControls").rule, {
        objectOwnership: "BucketOwnerEnforced",
      });
      assert.deepEqual(satellite("BucketVersioning").versioningConfiguration, { status: "Enabled" });
    });
  }

  for (const [lockMode, mode] of [
    ["governance", "GOVERNANCE"],
    ["compliance", "COMPLIANCE"],
  ] as const) {
    it(`lock archive and replica in ${lockMode} mode, and leave the access logs unlocked`, async () => {
      const { graph } = await buildArchive({ ...REPLICATED, lockMode, lockDays: 400 });
      const locks = graph.all(s3Type("BucketObjectLockConfiguration"));
      assert.deepEqual(
        locks.map(({ name }) => name),
        ["archive-bucket-lock", "archive-replica-lock"],
      );
      for (const { inputs } of locks) {
        assert.deepEqual(inputs.rule, { defaultRetention: { mode, days: 400 } });
      }
      const lockedByBirth = graph
        .all(BUCKET_TYPE)
        .map(({ name, inputs }) => [name, inputs.objectLockEnabled]);
      assert.deepEqual(Object.fromEntries(lockedByBirth), {
        "archive-bucket": true,
        "archive-access-logs": false,
        "archive-replica": true,
      });
    });
  }

  it("encrypt with the key of their region, the access logs with S3's own", async () => {
    const { graph } = await buildArchive(REPLICATED);
    const encryption = (name: string) =>
      graph.only(s3Type("BucketServerSideEncryptionConfiguration"), name).inputs.rules;
    const withKey = (keyName: string) => [
      {
        applyServerSideEncryptionByDefault: {
          sseAlgorithm: "aws:kms",
          kmsMasterKeyId: graph.only(KEY_TYPE, keyName).outputs.arn,
        },
        bucketKeyEnabled: true,
      },
    ];
    assert.deepEqual(encryption("archive-bucket-"), withKey("archive-key"));
    assert.deepEqual(encryption("archive-replica-"), withKey("archive-replica-key"));
    assert.deepEqual(encryption("archive-access-logs-"), [
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
    ]);
  });

  it("log access to the archive only once the target's policy admits it", async () => {
    const { graph } = await buildArchive();
    const logging = graph.only(s3Type("BucketLogging"));
    assert.deepEqual(logging.propertyDependencies.bucket, [graph.only(BUCKET_TYPE, "archive-bucket").urn]);
    assert.deepEqual(logging.propertyDependencies.targetBucket, [
      graph.only(BUCKET_TYPE, "archive-access-logs").urn,
    ]);
    assert.ok(logging.dependsOn.includes(graph.only(s3Type("BucketPolicy"), "archive-access-logs").urn));
  });

  it("get their policy after every other access setting, so that it goes first on destroy", async () => {
    const { graph } = await buildArchive(REPLICATED);
    for (const name of ["archive-bucket-", "archive-access-logs-", "archive-replica-"]) {
      const policy = graph.only(s3Type("BucketPolicy"), name);
      for (const kind of ["BucketPublicAccessBlock", "BucketOwnershipControls", "BucketVersioning"]) {
        assert.ok(policy.dependsOn.includes(graph.only(s3Type(kind), name).urn), `${name} ${kind}`);
      }
    }
  });
});
