import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { recordGraph } from "./graph";

class Vault extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("test:index:Vault", name, {}, opts);
    const bucket = new aws.s3.Bucket(
      `${name}-bucket`,
      { tags: { pin: pulumi.secret("1234") } },
      { parent: this, protect: true, retainOnDelete: true },
    );
    new aws.s3.BucketVersioning(
      `${name}-versioning`,
      { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
      { parent: this, dependsOn: [bucket] },
    );
    this.registerOutputs({ bucket: bucket.id });
  }
}

describe("recordGraph", () => {
  it("records options, dependencies, secrets and the full chain of parent types", async () => {
    const graph = await recordGraph(() => new Vault("v"), { project: "p", stack: "s" });

    const bucket = graph.only("aws:s3/bucket:Bucket");
    const versioning = graph.only("aws:s3/bucketVersioning:BucketVersioning");
    assert.equal(bucket.urn, "urn:pulumi:s::p::test:index:Vault$aws:s3/bucket:Bucket::v-bucket");
    assert.equal(bucket.protect, true);
    assert.equal(bucket.retainOnDelete, true);
    assert.deepEqual(bucket.inputs.tags, { pin: "1234" });
    assert.deepEqual(bucket.secretInputs, ["tags"]);
    assert.deepEqual(versioning.dependsOn, [bucket.urn]);
    assert.deepEqual(versioning.propertyDependencies.bucket, [bucket.urn]);
    assert.equal(versioning.inputs.bucket, "v-bucket-1a2b3c4");
  });

  it("hides what a provider computes in a preview", async () => {
    const graph = await recordGraph(() => new Vault("v"), { preview: true });

    const { bucket } = graph.only("aws:s3/bucketVersioning:BucketVersioning").inputs;
    assert.equal(bucket, pulumi.runtime.unknownValue);
  });

  it("refuses two resources with one URN", async () => {
    const twice = () => [new aws.sns.Topic("same"), new aws.sns.Topic("same")];
    await assert.rejects(recordGraph(twice), /Duplicate resource URN/);
  });

  it("reads the configuration of each run and collects what the program logs", async () => {
    const program = async () => {
      await pulumi.log.warn(new pulumi.Config("trailkeeper").require("word"));
    };

    const first = await recordGraph(program, { config: { "trailkeeper:word": "one" } });
    const second = await recordGraph(program, { config: { "trailkeeper:word": "two" } });

    assert.deepEqual([first.warnings(), second.warnings()], [["one"], ["two"]]);
  });
});
