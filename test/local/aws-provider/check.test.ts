import assert from "node:assert/strict";
import { checkInputs } from "../../../local/aws-provider/check";
import { definitionOf } from "../../../local/aws-provider/registry";
import { wireSecret, WIRE_UNKNOWN } from "./provider-client";

const NO_SEED = new Uint8Array();

function check(type: string, inputs: Record<string, unknown>, old?: Record<string, unknown>, seed = NO_SEED) {
  return checkInputs(definitionOf(type, "thing"), { name: "thing", old, inputs, seed, defaultTags: {} });
}

const KEY = "aws:kms/key:Key";
const QUEUE = "aws:sqs/queue:Queue";
const BUCKET = "aws:s3/bucket:Bucket";

describe("checking inputs", () => {
  it("reports a missing input with type and property", () => {
    const { problems } = check("aws:s3/bucketPolicy:BucketPolicy", { bucket: "archive" });

    assert.deepEqual(problems, [
      {
        property: "policy",
        reason: 'Missing required property "policy" of aws:s3/bucketPolicy:BucketPolicy.',
      },
    ]);
  });

  it("reports an input that the type does not have", () => {
    const { problems } = check(KEY, { descripton: "typo" });

    assert.deepEqual(problems, [
      { property: "descripton", reason: 'aws:kms/key:Key has no property "descripton".' },
    ]);
  });

  it("says that an input of the real class is not supported here", () => {
    const { problems } = check(BUCKET, { acl: "private" });

    assert.deepEqual(problems, [
      {
        property: "acl",
        reason: 'Property "acl" of aws:s3/bucket:Bucket is not supported by the local provider.',
      },
    ]);
  });

  it("accepts unknown and secret values for a required input", () => {
    for (const policy of [WIRE_UNKNOWN, wireSecret("{}")])
      assert.deepEqual(
        check("aws:s3/bucketPolicy:BucketPolicy", { bucket: WIRE_UNKNOWN, policy }).problems,
        [],
      );
  });

  it("never puts a value into a problem", () => {
    const { problems } = check(BUCKET, { acl: wireSecret("hunter2"), nonsense: "hunter2" });

    assert.equal(problems.length, 2);
    assert.doesNotMatch(JSON.stringify(problems), /hunter2/);
  });

  it("fills in the defaults of the real provider and keeps what the program says", () => {
    const { inputs } = check(QUEUE, { visibilityTimeoutSeconds: 90 });

    assert.equal(inputs.visibilityTimeoutSeconds, 90);
    assert.equal(inputs.messageRetentionSeconds, 345_600);
  });

  describe("automatic names", () => {
    const names: { title: string; type: string; property: string; inputs: object; expected: RegExp }[] = [
      { title: "a queue", type: QUEUE, property: "name", inputs: {}, expected: /^thing-[0-9a-f]{7}$/ },
      {
        title: "a FIFO queue",
        type: QUEUE,
        property: "name",
        inputs: { fifoQueue: true },
        expected: /^thing-[0-9a-f]{7}\.fifo$/,
      },
      {
        title: "a key alias",
        type: "aws:kms/alias:Alias",
        property: "name",
        inputs: { targetKeyId: "k" },
        expected: /^alias\/thing-[0-9a-f]{7}$/,
      },
    ];
    for (const { title, type, property, inputs, expected } of names)
      it(`are those of the real provider for ${title}`, () => {
        assert.match(String(check(type, { ...inputs }).inputs[property]), expected);
      });

    it("are lower case and within 63 characters for a bucket", () => {
      const { inputs } = checkInputs(definitionOf(BUCKET, "b"), {
        name: `Archive${"x".repeat(80)}`,
        inputs: {},
        seed: NO_SEED,
        defaultTags: {},
      });

      assert.match(String(inputs.bucket), /^archivex{48}-[0-9a-f]{7}$/);
    });

    it("stay on an update and change on a replacement", () => {
      const first = check(QUEUE, {}).inputs;

      assert.equal(check(QUEUE, {}, first).inputs.name, first.name);
      assert.notEqual(check(QUEUE, {}).inputs.name, first.name);
    });

    it("give way when the program drops a name of its own", () => {
      const named = check(QUEUE, { name: "mailbox" }).inputs;

      assert.match(String(check(QUEUE, {}, named).inputs.name), /^thing-/);
    });

    it("repeat for the same seed", () => {
      const seed = new Uint8Array([1, 2, 3]);

      assert.equal(
        check(QUEUE, {}, undefined, seed).inputs.name,
        check(QUEUE, {}, undefined, seed).inputs.name,
      );
    });
  });

  describe("provider-wide tags", () => {
    const defaultTags = { owner: "security", stage: "dev" };
    const tagsOf = (type: string, inputs: Record<string, unknown>) =>
      checkInputs(definitionOf(type, "thing"), { name: "thing", inputs, seed: NO_SEED, defaultTags }).inputs
        .tags;

    it("join a resource's own, which win", () => {
      assert.deepEqual(tagsOf(KEY, { tags: { stage: "prod" } }), { owner: "security", stage: "prod" });
    });

    it("are not put on types without tags", () => {
      assert.equal(tagsOf("aws:kms/alias:Alias", { targetKeyId: "k" }), undefined);
    });

    it("leave tags alone that are unknown as a whole", () => {
      assert.equal(tagsOf(KEY, { tags: WIRE_UNKNOWN }), WIRE_UNKNOWN);
    });

    it("keep secret tags secret", () => {
      assert.deepEqual(
        tagsOf(KEY, { tags: wireSecret({ a: "b" }) }),
        wireSecret({ owner: "security", stage: "dev", a: "b" }),
      );
      assert.deepEqual(tagsOf(KEY, { tags: { a: wireSecret("b") } }), {
        owner: "security",
        stage: "dev",
        a: wireSecret("b"),
      });
    });
  });
});
