import assert from "node:assert/strict";
import { archiveTopicPolicy } from "../../components/policies/archive-topic-policy";
import { decide, type AccessRequest, type Verdict } from "../support/iam";

const ACCOUNT = "111122223333";
const TRAIL_ACCOUNT = "444455556666";
const BUCKET = "arn:aws:s3:::archive-1a2b3c4";
const TOPIC = `arn:aws:sns:eu-west-1:${ACCOUNT}:file-arrived`;
const SOMEONE = `arn:aws:iam::${ACCOUNT}:role/PowerfulAdmin`;

const args = {
  partition: "aws",
  topicArn: TOPIC,
  bucketArn: BUCKET,
  accountId: ACCOUNT,
  trailAccountId: ACCOUNT,
};
const combined = archiveTopicPolicy(args);
const archiveOnly = archiveTopicPolicy({ ...args, trailAccountId: TRAIL_ACCOUNT });

function ask(request: Partial<AccessRequest>): Promise<Verdict> {
  return decide({
    principal: SOMEONE,
    action: "sns:Publish",
    resource: TOPIC,
    resourceAccountId: ACCOUNT,
    resourcePolicy: combined,
    ...request,
  });
}

describe("file-arrived topic policy", () => {
  const fromBucket = { "aws:SourceArn": BUCKET, "aws:SourceAccount": ACCOUNT };
  const publications = [
    ["S3 for the archive", "s3.amazonaws.com", fromBucket, "Allowed"],
    [
      "S3 for another bucket",
      "s3.amazonaws.com",
      { ...fromBucket, "aws:SourceArn": "arn:aws:s3:::x" },
      "ExplicitlyDenied",
    ],
    [
      "S3 for a bucket of that name in another account",
      "s3.amazonaws.com",
      { ...fromBucket, "aws:SourceAccount": TRAIL_ACCOUNT },
      "ImplicitlyDenied",
    ],
    [
      "S3 over plain HTTP",
      "s3.amazonaws.com",
      { ...fromBucket, "aws:SecureTransport": "false" },
      "ExplicitlyDenied",
    ],
    ["EventBridge", "events.amazonaws.com", {}, "ExplicitlyDenied"],
    ["the account's most powerful role", SOMEONE, {}, "ExplicitlyDenied"],
    ["another account", `arn:aws:iam::${TRAIL_ACCOUNT}:role/Someone`, {}, "ExplicitlyDenied"],
  ] as const;
  for (const [who, principal, context, expected] of publications) {
    it(`${expected === "Allowed" ? "lets" : "does not let"} ${who} publish`, async () => {
      assert.equal(await ask({ principal, context }), expected);
      assert.equal(await ask({ principal, context, resourcePolicy: archiveOnly }), expected);
    });
  }

  const subscriber = `arn:aws:iam::${TRAIL_ACCOUNT}:role/Deployer`;
  const subscriptions = [
    ["its own queue", "sqs", `arn:aws:sqs:eu-west-1:${TRAIL_ACCOUNT}:detect`, "Allowed"],
    ["its own function", "lambda", `arn:aws:lambda:eu-west-1:${TRAIL_ACCOUNT}:function:x`, "Allowed"],
    ["a third account's queue", "sqs", "arn:aws:sqs:eu-west-1:777788889999:steal", "ImplicitlyDenied"],
    ["a mail address", "email", "someone@example.com", "ImplicitlyDenied"],
    ["a web address", "https", "https://example.com/hook", "ImplicitlyDenied"],
  ] as const;
  for (const [what, protocol, endpoint, expected] of subscriptions) {
    it(`${expected === "Allowed" ? "lets" : "does not let"} a trail account of its own subscribe ${what}`, async () => {
      const request = {
        principal: subscriber,
        action: "sns:Subscribe",
        context: { "sns:Protocol": protocol, "sns:Endpoint": endpoint },
      };
      assert.equal(await ask({ ...request, resourcePolicy: archiveOnly }), expected);
      assert.equal(await ask({ ...request, resourcePolicy: combined }), "ImplicitlyDenied");
    });
  }

  it("leaves the account's own subscriptions to IAM", async () => {
    const context = { "sns:Protocol": "sqs", "sns:Endpoint": `arn:aws:sqs:eu-west-1:${ACCOUNT}:detect` };
    assert.equal(await ask({ action: "sns:Subscribe", context }), "Allowed");
  });
});
