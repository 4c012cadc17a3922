import assert from "node:assert/strict";
import { StackGraph } from "../../policy/src/graph";
import { Resource, type ResourceData } from "../../policy/src/resource";
import { BUCKET_VERSIONING, TRAIL } from "../../policy/src/tokens";

const TRAIL_TYPE = "aws:cloudtrail/trail:Trail";
const BUCKET_TYPE = "aws:s3/bucket:Bucket";

function data(
  type: string,
  name: string,
  props: object = {},
  propertyDependencies: Readonly<Record<string, readonly ResourceData[]>> = {},
): ResourceData {
  return { type, name, urn: `urn:pulumi:prod::shop::${type}::${name}`, props, propertyDependencies };
}

/** A property that throws like the SDK's proxy does for an unknown value. */
function withUnknown(property: string): object {
  return Object.defineProperty({}, property, {
    enumerable: true,
    get() {
      throw Object.assign(new Error("unknown"), { unknownTypeSentinel: "" });
    },
  });
}

describe("StackGraph.bucketOf", () => {
  const logs = data(BUCKET_TYPE, "logs", { bucket: "logs-1a2b3c4" });
  const data2 = data("aws:s3/bucketV2:BucketV2", "data", { bucket: "data-1a2b3c4", id: "data-1a2b3c4" });
  const policy = data("aws:s3/bucketPolicy:BucketPolicy", "policy", withUnknown("bucket"), {
    bucket: [logs],
  });
  const role = data("aws:iam/role:Role", "role");

  const unknown = withUnknown("s3BucketName");
  const table: readonly (readonly [string, ResourceData, string])[] = [
    [
      "the bucket that an unknown value was made from",
      data(TRAIL_TYPE, "t", unknown, { s3BucketName: [logs] }),
      "logs",
    ],
    [
      "the bucket behind a satellite that the value was made from",
      data(TRAIL_TYPE, "t", unknown, { s3BucketName: [policy] }),
      "logs",
    ],
    ["the bucket with the literal name", data(TRAIL_TYPE, "t", { s3BucketName: "data-1a2b3c4" }), "data"],
    [
      "the bucket with the literal ARN",
      data(TRAIL_TYPE, "t", { s3BucketName: "arn:aws-cn:s3:::data-1a2b3c4" }),
      "data",
    ],
    [
      "the one of several sources that has the name",
      data(TRAIL_TYPE, "t", { s3BucketName: "data-1a2b3c4" }, { s3BucketName: [logs, data2] }),
      "data",
    ],
    [
      "the one that has the name, though the name was made from another's",
      data(TRAIL_TYPE, "t", { s3BucketName: "data-1a2b3c4" }, { s3BucketName: [logs] }),
      "data",
    ],
    [
      "undecided between several sources",
      data(TRAIL_TYPE, "t", unknown, { s3BucketName: [logs, data2] }),
      "undecided",
    ],
    [
      "undecided between several sources when the name is none of theirs yet",
      data(TRAIL_TYPE, "t", { s3BucketName: "not-yet-known" }, { s3BucketName: [logs, data2] }),
      "undecided",
    ],
    [
      "undecided for an unknown value from no bucket",
      data(TRAIL_TYPE, "t", unknown, { s3BucketName: [role] }),
      "undecided",
    ],
    ["undecided for an unknown value from nowhere", data(TRAIL_TYPE, "t", unknown), "undecided"],
    [
      "undecided for a property that hides in preview",
      data(TRAIL_TYPE, "t", {}, { s3BucketName: [role] }),
      "undecided",
    ],
    ["elsewhere for another name", data(TRAIL_TYPE, "t", { s3BucketName: "other" }), "elsewhere"],
    ["elsewhere for no name", data(TRAIL_TYPE, "t"), "elsewhere"],
  ];
  for (const [title, trail, expected] of table) {
    it(`is ${title}`, () => {
      const graph = new StackGraph([logs, data2, policy, role, trail]);
      const [subject] = graph.ofType(TRAIL);
      assert.ok(subject);

      const join = graph.bucketOf(subject, "s3BucketName");

      assert.equal(join.kind === "bucket" ? join.bucket.name : join.kind, expected);
    });
  }

  it("ends on satellites that name each other", () => {
    const dependencies: Record<string, readonly ResourceData[]> = {};
    const one = data("aws:s3/bucketPolicy:BucketPolicy", "one", withUnknown("bucket"), dependencies);
    const two = data("aws:s3/bucketPolicy:BucketPolicy", "two", withUnknown("bucket"), { bucket: [one] });
    dependencies.bucket = [two];
    const graph = new StackGraph([one, two]);
    const [subject] = graph.ofType(["aws:s3/bucketPolicy:BucketPolicy"]);
    assert.ok(subject);

    assert.equal(graph.bucketOf(subject, "bucket").kind, "undecided");
  });
});

describe("StackGraph.satellites", () => {
  it("finds both spellings, and says when one could belong to any bucket", () => {
    const bucket = data(BUCKET_TYPE, "logs", { bucket: "logs-1a2b3c4" });
    const satellites = BUCKET_VERSIONING.map((type) =>
      data(type, "v", withUnknown("bucket"), { bucket: [bucket] }),
    );
    const stray = data("aws:s3/bucketVersioning:BucketVersioning", "stray", withUnknown("bucket"));

    const certain = new StackGraph([bucket, ...satellites]);
    const uncertain = new StackGraph([bucket, stray]);

    assert.equal(certain.satellites(new Resource(bucket), BUCKET_VERSIONING).attached.length, 2);
    assert.equal(certain.satellites(new Resource(bucket), BUCKET_VERSIONING).othersUndecided, false);
    assert.deepEqual(uncertain.satellites(new Resource(bucket), BUCKET_VERSIONING), {
      attached: [],
      othersUndecided: true,
    });
  });
});

describe("Resource.readInput", () => {
  it("takes an unknown property that nobody set for a computed one", () => {
    const computed = new Resource(data(BUCKET_TYPE, "logs", withUnknown("versioning")));
    const given = new Resource(data(BUCKET_TYPE, "logs", withUnknown("versioning"), { versioning: [] }));

    assert.equal(computed.readInput("versioning").state, "absent");
    assert.equal(given.readInput("versioning").state, "unknown");
  });
});
