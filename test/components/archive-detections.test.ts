import assert from "node:assert/strict";
import { detectRoleName } from "../../components/detector-names";
import { archiveBucketPolicy } from "../../components/policies/archive-bucket-policy";
import { archiveKeyPolicy } from "../../components/policies/archive-key-policy";
import { decide, type Verdict } from "../support/iam";
import { recordProgram, SHAPES } from "../support/program";

const ARCHIVE_ACCOUNT = "111122223333";
const TRAIL_ACCOUNT = "444455556666";
const BUCKET = "arn:aws:s3:::archive-1a2b3c4";
const KEY = `arn:aws:kms:eu-west-1:${ARCHIVE_ACCOUNT}:key/0a1b2c3d`;
const ROLE = `arn:aws:iam::${TRAIL_ACCOUNT}:role/audit-detect`;
const SESSION = `arn:aws:sts::${TRAIL_ACCOUNT}:assumed-role/audit-detect/detect`;
const NEIGHBOUR = `arn:aws:sts::${TRAIL_ACCOUNT}:assumed-role/Developer/bob`;

const args = {
  partition: "aws",
  region: "eu-west-1",
  accountId: ARCHIVE_ACCOUNT,
  bucketArn: BUCKET,
  trailArn: `arn:aws:cloudtrail:eu-west-1:${TRAIL_ACCOUNT}:trail/audit`,
  trailAccountId: TRAIL_ACCOUNT,
  administratorArns: [`arn:aws:iam::${ARCHIVE_ACCOUNT}:role/LogAdmin`],
  readers: [],
  detectRoleArn: ROLE,
};

describe("an archive whose detections run in the trail's account", function () {
  // Whole programs are recorded, functions bundled.
  this.timeout(60_000);

  const bucketPolicy = archiveBucketPolicy(args);
  const keyPolicy = archiveKeyPolicy(args);
  const file = (folder: string) =>
    `${BUCKET}/AWSLogs/${TRAIL_ACCOUNT}/${folder}/eu-west-1/2026/01/01/f.json.gz`;
  const read = (principal: string, resource: string, action = "s3:GetObject", policy = bucketPolicy) =>
    decide({ principal, action, resource, resourceAccountId: ARCHIVE_ACCOUNT, resourcePolicy: policy });

  const READS: readonly [string, string, string, Verdict][] = [
    ["the detect role read log files", SESSION, file("CloudTrail"), "Allowed"],
    ["the detect role read digests", SESSION, file("CloudTrail-Digest"), "ImplicitlyDenied"],
    ["another role of that account read log files", NEIGHBOUR, file("CloudTrail"), "ImplicitlyDenied"],
  ];
  for (const [what, principal, resource, verdict] of READS)
    it(`${verdict === "Allowed" ? "lets" : "does not let"} ${what}`, async () => {
      assert.equal(await read(principal, resource), verdict);
    });

  it("lets the detect role read every account's log files in an organization", async () => {
    const policy = archiveBucketPolicy({ ...args, organizationId: "o-a1b2c3d4e5" });
    const resource = `${BUCKET}/AWSLogs/o-a1b2c3d4e5/777788889999/CloudTrail/eu-west-1/f.json.gz`;
    assert.equal(await read(SESSION, resource, "s3:GetObject", policy), "Allowed");
  });

  it("never lets it write or list", async () => {
    assert.notEqual(await read(SESSION, file("CloudTrail"), "s3:PutObject"), "Allowed");
    assert.notEqual(await read(SESSION, BUCKET, "s3:ListBucket"), "Allowed");
  });

  const viaS3 = {
    "kms:ViaService": "s3.eu-west-1.amazonaws.com",
    "kms:EncryptionContext:aws:s3:arn": BUCKET,
  };
  const DECRYPTS: readonly [string, string, Record<string, string>, Verdict][] = [
    ["the detect role decrypt through S3", SESSION, viaS3, "Allowed"],
    [
      "the detect role decrypt past S3",
      SESSION,
      { "kms:EncryptionContext:aws:s3:arn": BUCKET },
      "ImplicitlyDenied",
    ],
    [
      "the detect role decrypt another bucket's objects",
      SESSION,
      { ...viaS3, "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::other" },
      "ImplicitlyDenied",
    ],
    ["another role of that account decrypt", NEIGHBOUR, viaS3, "ImplicitlyDenied"],
  ];
  for (const [what, principal, context, verdict] of DECRYPTS)
    it(`${verdict === "Allowed" ? "lets" : "does not let"} ${what}`, async () => {
      const decided = await decide({
        principal,
        action: "kms:Decrypt",
        resource: KEY,
        resourceAccountId: ARCHIVE_ACCOUNT,
        resourcePolicy: keyPolicy,
        context,
      });
      assert.equal(decided, verdict);
    });

  it("knows the role by the trail's name, which both stacks have, before the role exists", async () => {
    const archive = await recordProgram({
      ...SHAPES.archive,
      config: { ...SHAPES.archive.config, trailName: "audit" },
    });
    const trail = await recordProgram({
      ...SHAPES.trail,
      config: { ...SHAPES.trail.config, trailName: "audit" },
    });
    const role = trail.only("aws:iam/role:Role", "detector-role").outputs.name as string;
    const expected = `arn:aws:iam::${TRAIL_ACCOUNT}:role/${role}`;

    for (const [type, name] of [
      ["aws:s3/bucketPolicy:BucketPolicy", "archive-bucket"],
      ["aws:kms/key:Key", "archive-key"],
    ] as const)
      assert.ok(String(archive.only(type, name).inputs.policy).includes(expected), name);
  });

  it("gives the role a name that IAM takes, however long the trail's", () => {
    assert.equal(detectRoleName("audit"), "audit-detect");
    assert.equal(detectRoleName("a".repeat(128)).length, 64);
    assert.match(detectRoleName("a".repeat(128)), /-detect$/);
  });
});
