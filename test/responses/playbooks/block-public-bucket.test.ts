import assert from "node:assert/strict";
import fc from "fast-check";
import { blockPublicBucket } from "../../../responses/playbooks/block-public-bucket";
import { checkTargetsOfAnything } from "../arbitrary-events";
import { fakeAws } from "../fake-aws";
import { CONTEXT, checkPlaybookLaws } from "../playbook-laws";
import { type S3World, serveS3 } from "../s3-world";
import { event } from "./events";
import { target } from "./target";

const NONE = {
  BlockPublicAcls: false,
  IgnorePublicAcls: false,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
};
const ALL = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

function s3Event(eventName: string, fields: Readonly<Record<string, unknown>> = {}) {
  return event(eventName, {
    eventSource: "s3.amazonaws.com",
    requestParameters: { bucketName: "example-customers", Host: "example-customers.s3.amazonaws.com" },
    resources: [
      { type: "AWS::S3::Object", ARNPrefix: "arn:aws:s3:::example-customers/" },
      { type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::example-customers", accountId: "111122223333" },
    ],
    ...fields,
  });
}

const worlds: fc.Arbitrary<S3World> = fc
  .option(
    fc.record({
      accountId: fc.constant("111122223333"),
      block: fc.option(
        fc.record({
          BlockPublicAcls: fc.boolean(),
          IgnorePublicAcls: fc.boolean(),
          BlockPublicPolicy: fc.boolean(),
          RestrictPublicBuckets: fc.boolean(),
        }),
        { freq: 2 },
      ),
    }),
    { freq: 8 },
  )
  .map((bucket): S3World => (bucket ? { "example-customers": bucket } : {}));

const customers = target({ bucketName: "example-customers" });

describe("block-public-bucket", () => {
  describe("targets", () => {
    for (const name of [
      "CreateBucket",
      "PutBucketAcl",
      "PutBucketPolicy",
      "PutObjectAcl",
      "PutBucketPublicAccessBlock",
      "PutPublicAccessBlock",
      "DeleteBucketPublicAccessBlock",
      "DeletePublicAccessBlock",
    ]) {
      it(`names the bucket of ${name}`, () =>
        assert.deepEqual(blockPublicBucket.targets(s3Event(name)), [{ bucketName: "example-customers" }]));
    }

    const nothing: [string, ReturnType<typeof event>][] = [
      ["a call that was refused", s3Event("PutBucketPolicy", { errorCode: "AccessDenied" })],
      ["a call that reads", s3Event("GetBucketPolicy")],
      ["another service's call", s3Event("PutBucketPolicy", { eventSource: "s3express.amazonaws.com" })],
      ["settings of the whole account", s3Event("DeleteAccountPublicAccessBlock", { requestParameters: {} })],
      ["an access point", s3Event("PutBucketPolicy", { requestParameters: { name: "site" } })],
      [
        "an ARN in place of a name",
        s3Event("PutBucketPolicy", {
          requestParameters: { bucketName: "arn:aws:s3:us-east-1:111122223333:accesspoint/site" },
        }),
      ],
      [
        "a bucket of another account",
        s3Event("PutBucketPolicy", {
          resources: [{ type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::x", accountId: "999988887777" }],
        }),
      ],
    ];
    for (const [title, of] of nothing) {
      it(`names nothing of ${title}`, () => assert.deepEqual(blockPublicBucket.targets(of), []));
    }

    checkTargetsOfAnything(blockPublicBucket, [
      s3Event("PutBucketPolicy"),
      s3Event("DeletePublicAccessBlock"),
    ]);
  });

  checkPlaybookLaws({
    playbook: blockPublicBucket,
    targets: [customers],
    worlds,
    serve: serveS3,
    meddlings: [
      {
        title: "somebody has made settings of their own",
        leaves: "everything",
        change(world) {
          const bucket = world["example-customers"];
          if (bucket) bucket.block = { ...ALL, BlockPublicPolicy: false };
        },
      },
      {
        title: "somebody has deleted the settings",
        leaves: "everything",
        change(world) {
          const bucket = world["example-customers"];
          if (bucket) bucket.block = null;
        },
      },
    ],
  });

  it("tells a bucket without settings from one whose settings are all off, and undo brings back which it was", async () => {
    for (const [block, operation] of [
      [null, "s3:DeletePublicAccessBlock"],
      [NONE, "s3:PutPublicAccessBlock"],
    ] as const) {
      const { call } = fakeAws(serveS3({ "example-customers": { accountId: "111122223333", block } }));
      const state = await blockPublicBucket.read(customers, call);
      assert.ok(state);
      assert.deepEqual(
        blockPublicBucket.undo(customers, state, { block: ALL }, CONTEXT).map((made) => made.operation),
        [operation],
      );
    }
  });

  it("asks S3 to refuse where the name is another account's bucket by now", async () => {
    const { call } = fakeAws(serveS3({ "example-customers": { accountId: "999988887777", block: null } }));
    await assert.rejects(blockPublicBucket.read(customers, call), { name: "AccessDenied" });
    for (const made of blockPublicBucket.contain(customers, {}, CONTEXT))
      assert.deepEqual(made.input, {
        Bucket: "example-customers",
        ExpectedBucketOwner: "111122223333",
        PublicAccessBlockConfiguration: ALL,
      });
  });

  it("says what it did", () => {
    assert.equal(
      blockPublicBucket.words(customers, {}).did,
      "Blocked public access to bucket example-customers",
    );
  });
});
