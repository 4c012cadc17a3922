import assert from "node:assert/strict";
import { denyTrailWeakening } from "../../components/policies/trail-weakening";
import { PART_KINDS } from "../../detections/pipeline-parts";
import { PLAYBOOKS } from "../../responses/playbooks";
import { changingActions, decide, EVERYTHING, type Verdict } from "../support/iam";
import { ACCOUNT } from "./policy-cases";

const RESPOND = `arn:aws:sts::${ACCOUNT}:assumed-role/audit-respond/respond`;
const ARN = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:${ACCOUNT}:${resource}`;
const TRAIL = ARN("cloudtrail", "trail/audit");
const BUCKET = "arn:aws:s3:::archive-1a2b3c4";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/audit-detect`;
const FUNCTION = ARN("lambda", "function:trailkeeper-detect");
const TABLE = ARN("dynamodb", "table/responses");
const KEY = ARN("kms", "key/0a1b2c3d");

/** What a role is left with that is allowed everything else. */
const policy = {
  ...EVERYTHING,
  Statement: [...EVERYTHING.Statement, ...denyTrailWeakening([TRAIL, BUCKET, ROLE, FUNCTION, TABLE, ROLE])],
};
const ask = (action: string, resource: string): Promise<Verdict> =>
  decide({
    principal: RESPOND,
    action,
    resource,
    resourceAccountId: ACCOUNT,
    identityPolicy: policy,
    resourcePolicy: action.startsWith("kms:")
      ? {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
              Action: "kms:*",
              Resource: "*",
            },
          ],
        }
      : undefined,
  });

/** The IAM actions behind calls that are not called as their actions are (Service Authorization Reference). */
const ACTION_OF: Readonly<Record<string, string | undefined>> = {
  "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
  "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
  "s3:DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
  "s3:DeleteBucketPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  "s3:DeleteBucketReplication": "s3:PutReplicationConfiguration",
  "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
  "s3:PutBucketLifecycle": "s3:PutLifecycleConfiguration",
  "s3:PutBucketReplication": "s3:PutReplicationConfiguration",
  "s3:PutObjectLockConfiguration": "s3:PutBucketObjectLockConfiguration",
  "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
};

const SERVICE_OF: Readonly<Record<string, string>> = {
  "cloudtrail.amazonaws.com": "cloudtrail",
  "dynamodb.amazonaws.com": "dynamodb",
  "events.amazonaws.com": "events",
  "iam.amazonaws.com": "iam",
  "kms.amazonaws.com": "kms",
  "lambda.amazonaws.com": "lambda",
  "logs.amazonaws.com": "logs",
  "monitoring.amazonaws.com": "cloudwatch",
  "s3.amazonaws.com": "s3",
  "sns.amazonaws.com": "sns",
  "sqs.amazonaws.com": "sqs",
};

const denied = denyTrailWeakening([BUCKET, ROLE, FUNCTION]).flatMap(({ Action }) => Action as string[]);
const isDenied = (action: string) =>
  denied.some((pattern) => new RegExp(`^${pattern.replaceAll("*", ".*")}$`, "i").test(action));

describe("denyTrailWeakening", () => {
  it("denies every change of the trail that IAM knows, and every look at it", async () => {
    for (const action of [...(await changingActions("cloudtrail", "trail")), "cloudtrail:GetTrail"])
      assert.equal(await ask(action, TRAIL), "ExplicitlyDenied", action);
  });

  it("denies every change of the archive's bucket that IAM knows, but for tags and tables about it", async () => {
    const harmless =
      /^s3:(CreateBucket|TagResource|UntagResource|UpdateBucketMetadata\w+|CreateBucketMetadata\w+)$/;
    for (const action of await changingActions("s3", "bucket"))
      if (!harmless.test(action)) assert.equal(await ask(action, BUCKET), "ExplicitlyDenied", action);
  });

  for (const { id, eventSource, actions } of PART_KINDS)
    for (const eventName of actions)
      it(`denies what the rule on a ${id} sees as ${eventName}`, () => {
        const call = `${SERVICE_OF[eventSource] ?? ""}:${eventName.replace(/\*$/, "")}`;

        assert.ok(isDenied(ACTION_OF[call] ?? call), call);
      });

  for (const [action, resource, verdict] of [
    ["s3:PutBucketPublicAccessBlock", BUCKET, "ExplicitlyDenied"],
    ["s3:PutBucketPublicAccessBlock", "arn:aws:s3:::somebody-elses", "Allowed"],
    ["iam:PutRolePolicy", ROLE, "ExplicitlyDenied"],
    ["iam:PutRolePolicy", `arn:aws:iam::${ACCOUNT}:role/somebody-elses`, "Allowed"],
    ["lambda:RemovePermission", FUNCTION, "ExplicitlyDenied"],
    ["lambda:RemovePermission", ARN("lambda", "function:somebody-elses"), "Allowed"],
    ["dynamodb:DeleteTable", TABLE, "ExplicitlyDenied"],
    ["dynamodb:UpdateItem", TABLE, "Allowed"],
    ["kms:ScheduleKeyDeletion", KEY, "ExplicitlyDenied"],
    ["kms:CancelKeyDeletion", KEY, "Allowed"],
  ] as const)
    it(`${verdict === "Allowed" ? "lets" : "refuses"} ${action} on ${resource}`, async () => {
      assert.equal(await ask(action, resource), verdict);
    });

  it("takes nothing away that a playbook needs to contain anything", () => {
    const [onEverything] = denyTrailWeakening([]);
    const patterns = (onEverything?.Action ?? []) as string[];
    const lost = [...PLAYBOOKS.values()]
      .flatMap(({ id, permissions }) =>
        [...permissions.read, ...permissions.contain].flatMap(({ actions }) =>
          actions.map((action) => [id, action]),
        ),
      )
      .filter(([, action = ""]) =>
        patterns.some((pattern) => new RegExp(`^${pattern.replaceAll("*", ".*")}$`, "i").test(action)),
      );

    assert.deepEqual(lost, []);
  });

  it("leaves room in the policy of a role, which takes 10,240 characters in all", () => {
    assert.ok(JSON.stringify(denyTrailWeakening([])).length < 3_000);
  });
});
