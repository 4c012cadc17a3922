import assert from "node:assert/strict";
import { replicaBucketPolicy, replicaKeyPolicy } from "../../components/policies/archive-replica-policies";
import {
  ACCOUNT,
  ADMINISTRATOR,
  KEY_TYPE,
  PROTECTED,
  REPLICATED,
  buildArchive,
  policyOf,
  s3Type,
} from "./build-log-archive";

describe("LogArchive replica", () => {
  it("does not exist by default", async () => {
    const { graph, outputs } = await buildArchive(PROTECTED);
    assert.equal(graph.all(s3Type("BucketReplicationConfig")).length, 0);
    assert.equal(graph.all("aws:iam/role:Role").length, 0);
    assert.equal(outputs.replicaBucketArn, undefined);
  });

  it("stands in its own region, with everything that belongs to it", async () => {
    const { graph, outputs } = await buildArchive(REPLICATED);
    const ofReplica = graph.resources.filter(
      ({ name, type }) => name.startsWith("archive-replica") && !type.startsWith("aws:iam/"),
    );
    const inSourceRegion = ofReplica.filter(({ inputs }) => inputs.region !== "eu-central-1");
    assert.deepEqual(
      inSourceRegion.map(({ name }) => name),
      ["archive-replica-replication"],
    );
    assert.equal(outputs.replicaBucketArn, "arn:aws:s3:::archive-replica-1a2b3c4");
    const elsewhere = graph.resources.filter(
      ({ name, inputs }) => !name.startsWith("archive-replica") && "region" in inputs,
    );
    assert.deepEqual(elsewhere, []);
  });

  it("receives encrypted objects, and no delete markers", async () => {
    const { graph } = await buildArchive(REPLICATED);
    const replication = graph.only(s3Type("BucketReplicationConfig"));
    assert.deepEqual(replication.inputs.rules, [
      {
        id: "replica",
        status: "Enabled",
        filter: {},
        deleteMarkerReplication: { status: "Disabled" },
        sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
        destination: {
          bucket: "arn:aws:s3:::archive-replica-1a2b3c4",
          encryptionConfiguration: {
            replicaKmsKeyId: graph.only(KEY_TYPE, "archive-replica-key").outputs.arn,
          },
        },
      },
    ]);
    for (const [kind, name] of [
      ["BucketVersioning", "archive-bucket-"],
      ["BucketVersioning", "archive-replica-"],
    ] as const) {
      assert.ok(replication.dependsOn.includes(graph.only(s3Type(kind), name).urn), name);
    }
  });

  it("has the policies of the policy documents", async () => {
    const { graph } = await buildArchive(REPLICATED);
    const facts = {
      partition: "aws",
      accountId: ACCOUNT,
      region: "eu-central-1",
      bucketArn: "arn:aws:s3:::archive-replica-1a2b3c4",
      replicationRoleArn: graph.only("aws:iam/role:Role").outputs.arn as string,
      administratorArns: [`arn:aws:iam::${ACCOUNT}:${ADMINISTRATOR}`],
    };
    assert.deepEqual(
      policyOf(graph.only(s3Type("BucketPolicy"), "archive-replica")),
      replicaBucketPolicy(facts),
    );
    assert.deepEqual(policyOf(graph.only(KEY_TYPE, "archive-replica")), replicaKeyPolicy(facts));
  });
});
