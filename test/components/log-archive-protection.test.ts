import assert from "node:assert/strict";
import {
  BUCKET_TYPE,
  DISPOSABLE,
  KEY_TYPE,
  PROTECTED,
  REPLICATED,
  TOPIC_POLICY_TYPE,
  buildArchive,
  s3Type,
} from "./build-log-archive";

describe("LogArchive life and death", () => {
  /** Holds neither logs nor anything that protects them; must go once it is unprotected and removed. */
  const EXPENDABLE = new Set([
    "aws:sns/topic:Topic",
    TOPIC_POLICY_TYPE,
    "aws:iam/role:Role",
    "aws:iam/rolePolicy:RolePolicy",
    s3Type("BucketNotification"),
    s3Type("BucketReplicationConfig"),
  ]);

  it("a protected archive loses no part, and retains logs, keys and all that protects them", async () => {
    const { graph } = await buildArchive(REPLICATED);
    const children = graph.resources.filter(({ custom }) => custom);
    for (const { name, type, protect, retainOnDelete } of children) {
      assert.deepEqual(
        { protect, retainOnDelete },
        { protect: true, retainOnDelete: !EXPENDABLE.has(type) },
        name,
      );
    }
    for (const { inputs } of graph.all(BUCKET_TYPE)) assert.equal(inputs.forceDestroy, false);
  });

  it("a disposable archive goes with all that it holds", async () => {
    const { graph } = await buildArchive({ ...DISPOSABLE, replicaRegion: "eu-central-1" });
    for (const { name, protect, retainOnDelete } of graph.resources) {
      assert.deepEqual({ protect, retainOnDelete }, { protect: false, retainOnDelete: false }, name);
    }
    for (const { inputs } of graph.all(BUCKET_TYPE)) assert.equal(inputs.forceDestroy, true);
  });

  it("an archive that is neither keeps buckets with contents", async () => {
    const { graph } = await buildArchive({ disposable: false, protect: false });
    for (const { inputs } of graph.all(BUCKET_TYPE)) assert.equal(inputs.forceDestroy, false);
  });

  for (const [key, keyId] of [
    ["0a1b2c3d-0000-4000-8000-000000000000", "0a1b2c3d-0000-4000-8000-000000000000"],
    [
      "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000",
      "0a1b2c3d-0000-4000-8000-000000000000",
    ],
  ] as const) {
    it(`imports the bucket and key named (${key.slice(0, 7)}...), leaving their own properties alone`, async () => {
      const { graph } = await buildArchive({ adopt: { bucket: "old-archive", key } });
      const bucket = graph.only(BUCKET_TYPE, "archive-bucket");
      const adoptedKey = graph.only(KEY_TYPE);
      assert.equal(bucket.importId, "old-archive");
      assert.equal(adoptedKey.importId, keyId);
      for (const property of ["bucket", "forceDestroy", "objectLockEnabled", "tags", "tagsAll"]) {
        assert.ok(bucket.ignoreChanges.includes(property), property);
      }
      for (const property of Object.keys(adoptedKey.inputs)) {
        assert.ok(adoptedKey.ignoreChanges.includes(property), property);
      }
      assert.equal(graph.only(BUCKET_TYPE, "archive-access-logs").importId, "");
    });
  }

  it("lets S3 use an adopted key before announcing files, and leaves that policy when adoption ends", async () => {
    const adopt = { key: "0a1b2c3d-0000-4000-8000-000000000000" };
    const { graph } = await buildArchive({ ...PROTECTED, adopt });
    const keyPolicy = graph.only("aws:kms/keyPolicy:KeyPolicy");
    assert.equal(keyPolicy.inputs.policy, graph.only(KEY_TYPE).inputs.policy);
    assert.ok(graph.only(s3Type("BucketNotification")).dependsOn.includes(keyPolicy.urn));
    const { protect, retainOnDelete } = keyPolicy;
    assert.deepEqual({ protect, retainOnDelete }, { protect: false, retainOnDelete: true });
  });

  it("imports nothing by default and never replaces a bucket to lock or rename it", async () => {
    const { graph } = await buildArchive();
    for (const { importId } of graph.resources) assert.equal(importId, "");
    assert.deepEqual(graph.only(BUCKET_TYPE, "archive-bucket").ignoreChanges, [
      "bucket",
      "objectLockEnabled",
    ]);
    assert.deepEqual(graph.only(KEY_TYPE).ignoreChanges, []);
  });
});
