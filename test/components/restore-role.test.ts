import assert from "node:assert/strict";
import { RESTORED_ON_BUCKET } from "../../components/policies/archive-denials";
import type { Graph } from "../support/graph";
import { changingActions, decide, type Verdict } from "../support/iam";
import { restorerGraph, TABLE_ARN } from "./build-restorer";
import { ACCOUNT, arnIn, documentIn } from "./policy-cases";

const RESTORE = `arn:aws:sts::${ACCOUNT}:assumed-role/audit-restore/trailkeeper-test-restore`;
const BUS = `arn:aws:events:eu-west-1:${ACCOUNT}:event-bus/trailkeeper-test-alerts`;
const RESPONSE = { "events:source": "trailkeeper", "events:detail-type": "Response" };
const TO_CLOUDTRAIL = { "iam:PassedToService": "cloudtrail.amazonaws.com" };

const PUTS_TRAIL_BACK = [
  "cloudtrail:PutEventSelectors",
  "cloudtrail:PutInsightSelectors",
  "cloudtrail:StartLogging",
  "cloudtrail:UpdateTrail",
];

type Case = readonly [
  verdict: "Allowed" | "refused",
  action: string,
  resource: () => string,
  context?: Readonly<Record<string, string>>,
];

describe("the policies of the restore role", () => {
  let enforcing: Graph;
  let observing: Graph;
  let alone: Graph;

  before(async () => {
    [enforcing, observing, alone] = await Promise.all([
      restorerGraph(),
      restorerGraph({ mode: "observe" }),
      restorerGraph({ withoutArchive: true }),
    ]);
  });

  const trail = () => arnIn(enforcing, "aws:cloudtrail/trail:Trail");
  const bucket = () => arnIn(enforcing, "aws:s3/bucket:Bucket", "archive-bucket");
  const accessLogs = () => arnIn(enforcing, "aws:s3/bucket:Bucket", "archive-access-logs");
  const deliveryRole = () => arnIn(enforcing, "aws:iam/role:Role", "delivery");
  const queue = () => arnIn(enforcing, "aws:sqs/queue:Queue", "restorer-queue");
  const log = () => `${arnIn(enforcing, "aws:cloudwatch/logGroup:LogGroup", "restore")}:log-stream:x`;

  const otherTrail = () => `${trail()}-other`;
  const trailElsewhere = () => `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/audit`;
  const adminRole = () => `arn:aws:iam::${ACCOUNT}:role/Admin`;
  const logFile = () => `${bucket()}/AWSLogs/file.json.gz`;
  const otherBucket = () => "arn:aws:s3:::somebody-elses";
  const table = () => TABLE_ARN;
  const index = () => `${TABLE_ARN}/index/byTime`;
  const alertBus = () => BUS;
  const otherBus = () => `${BUS}-other`;

  /** Decides by the role's own policy and, for a bucket, by the bucket's policy too. */
  const ask = (
    graph: Graph,
    action: string,
    resource: string,
    context?: Readonly<Record<string, string>>,
  ): Promise<Verdict> => {
    const bucketOf = resource.startsWith("arn:aws:s3:::archive-access-logs")
      ? "archive-access-logs"
      : "archive-bucket";
    return decide({
      principal: RESTORE,
      action,
      resource,
      resourceAccountId: ACCOUNT,
      context,
      identityPolicy: documentIn(graph, "aws:iam/rolePolicy:RolePolicy", "restore"),
      resourcePolicy: action.startsWith("s3:")
        ? documentIn(graph, "aws:s3/bucketPolicy:BucketPolicy", bucketOf)
        : undefined,
    });
  };

  const CASES: readonly Case[] = [
    ["Allowed", "cloudtrail:GetTrail", trail],
    ["Allowed", "cloudtrail:GetTrailStatus", trail],
    ["Allowed", "cloudtrail:GetEventSelectors", trail],
    ["Allowed", "cloudtrail:GetInsightSelectors", trail],
    ["Allowed", "s3:GetBucketPolicy", bucket],
    ["Allowed", "s3:GetBucketPublicAccessBlock", bucket],
    ["Allowed", "s3:PutBucketPolicy", bucket],
    ["Allowed", "s3:PutBucketPublicAccessBlock", bucket],
    ...PUTS_TRAIL_BACK.map((action): Case => ["Allowed", action, trail]),
    ["Allowed", "iam:PassRole", deliveryRole, TO_CLOUDTRAIL],
    ["refused", "iam:PassRole", deliveryRole, { "iam:PassedToService": "lambda.amazonaws.com" }],
    ["refused", "iam:PassRole", adminRole, TO_CLOUDTRAIL],
    ["refused", "cloudtrail:StopLogging", trail],
    ["refused", "cloudtrail:DeleteTrail", trail],
    ["refused", "cloudtrail:StartLogging", otherTrail],
    ["refused", "cloudtrail:UpdateTrail", trailElsewhere],
    ["refused", "cloudtrail:CreateTrail", trail],
    ["refused", "s3:GetObject", logFile],
    ["refused", "s3:PutObject", logFile],
    ["refused", "s3:DeleteObjectVersion", logFile],
    ["refused", "s3:PutBucketPolicy", accessLogs],
    ["refused", "s3:PutBucketPublicAccessBlock", otherBucket],
    ["Allowed", "sqs:ReceiveMessage", queue],
    ["refused", "sqs:SendMessage", queue],
    ["Allowed", "dynamodb:UpdateItem", table],
    ["Allowed", "dynamodb:Query", index],
    ["refused", "dynamodb:Scan", table],
    ["refused", "dynamodb:DeleteTable", table],
    ["Allowed", "dynamodb:DeleteItem", table, { "dynamodb:LeadingKeys": "lock" }],
    ["refused", "dynamodb:DeleteItem", table, { "dynamodb:LeadingKeys": "response" }],
    ["Allowed", "events:PutEvents", alertBus, RESPONSE],
    ["refused", "events:PutEvents", alertBus, { ...RESPONSE, "events:detail-type": "Alert" }],
    ["refused", "events:PutEvents", otherBus, RESPONSE],
    ["Allowed", "logs:PutLogEvents", log],
    ["refused", "logs:DeleteLogStream", log],
  ];
  for (const [verdict, action, resource, context] of CASES)
    it(`${verdict === "Allowed" ? "let" : "do not let"} it ${action} ${resource.name} ${JSON.stringify(context ?? {})}`, async () => {
      const decided = await ask(enforcing, action, resource(), context);

      assert.equal(decided === "Allowed" ? decided : "refused", verdict);
    });

  it("let it change of the trail what it puts back, and nothing else that IAM knows", async () => {
    const actions = await changingActions("cloudtrail", "trail");
    assert.ok(actions.includes("cloudtrail:StopLogging"));

    for (const action of actions)
      assert.equal(
        (await ask(enforcing, action, trail())) === "Allowed",
        PUTS_TRAIL_BACK.includes(action),
        action,
      );
  });

  it("let it change of the archive's bucket what it puts back, and nothing else that IAM knows", async () => {
    const actions = await changingActions("s3", "bucket");
    assert.ok(actions.includes("s3:PutBucketObjectLockConfiguration"));

    for (const action of actions)
      assert.equal(
        (await ask(enforcing, action, bucket())) === "Allowed",
        RESTORED_ON_BUCKET.includes(action),
        action,
      );
  });

  for (const action of [...PUTS_TRAIL_BACK, ...RESTORED_ON_BUCKET])
    it(`do not let it ${action} while it observes`, async () => {
      const resource = action.startsWith("s3:") ? bucket() : trail();

      assert.notEqual(await ask(observing, action, resource), "Allowed");
    });

  it("let it look while it observes", async () => {
    assert.equal(await ask(observing, "cloudtrail:GetTrailStatus", trail()), "Allowed");
    assert.equal(await ask(observing, "s3:GetBucketPolicy", bucket()), "Allowed");
  });

  it("have nothing to say of an archive that is another stack's", () => {
    const document = JSON.stringify(documentIn(alone, "aws:iam/rolePolicy:RolePolicy", "restore"));

    assert.doesNotMatch(document, /s3:/);
  });
});
