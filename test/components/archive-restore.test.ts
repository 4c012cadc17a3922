import assert from "node:assert/strict";
import { archiveBucketPolicy } from "../../components/policies/archive-bucket-policy";
import { RESTORED_ON_BUCKET } from "../../components/policies/archive-denials";
import { changingActions, decide, type Verdict } from "../support/iam";
import { ACCOUNT, ADMIN, NOBODY, OTHER_ACCOUNT } from "./policy-cases";

const BUCKET = "arn:aws:s3:::archive-1a2b3c4";
const RESTORE = `arn:aws:sts::${ACCOUNT}:assumed-role/audit-restore/restore`;
const LOG_FILE = `${BUCKET}/AWSLogs/${ACCOUNT}/CloudTrail/eu-west-1/2026/01/01/f.json.gz`;

const args = {
  bucketArn: BUCKET,
  trailArn: `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/audit`,
  trailAccountId: ACCOUNT,
  administratorArns: [`arn:aws:iam::${ACCOUNT}:role/Admin`],
  readers: [],
};
const named = archiveBucketPolicy({ ...args, restoreRoleArn: `arn:aws:iam::${ACCOUNT}:role/audit-restore` });

/** Decides for a principal whose own policies allow everything: what the bucket's policy has to hold out against. */
const ask = (
  principal: string,
  action: string,
  resourcePolicy: unknown = named,
  resource = BUCKET,
): Promise<Verdict> => decide({ principal, action, resource, resourceAccountId: ACCOUNT, resourcePolicy });

describe("an archive that names the restore role", () => {
  it("lets it put back policy and public access block, and change nothing else that IAM knows", async () => {
    for (const action of await changingActions("s3", "bucket"))
      assert.equal(
        await ask(RESTORE, action),
        RESTORED_ON_BUCKET.includes(action) ? "Allowed" : "ExplicitlyDenied",
        action,
      );
  });

  it("lets it write, delete and unlock no log file", async () => {
    for (const action of await changingActions("s3", "object"))
      if (action !== "s3:RestoreObject")
        assert.equal(await ask(RESTORE, action, named, LOG_FILE), "ExplicitlyDenied", action);
  });

  for (const [what, principal] of [
    ["anybody else of the account", NOBODY],
    ["a role of that name in another account", RESTORE.replace(ACCOUNT, OTHER_ACCOUNT)],
    ["a role whose name begins so", RESTORE.replace("audit-restore", "audit-restore2")],
  ] as const)
    it(`lets ${what} put back neither`, async () => {
      for (const action of RESTORED_ON_BUCKET)
        assert.equal(await ask(principal, action), "ExplicitlyDenied", action);
    });

  it("lets administrators change all that they could before", async () => {
    for (const action of await changingActions("s3", "bucket"))
      assert.equal(await ask(ADMIN, action), "Allowed", action);
  });

  it("denies everybody else what an archive without one does", async () => {
    const unnamed = archiveBucketPolicy(args);
    for (const action of await changingActions("s3", "bucket"))
      for (const principal of [NOBODY, ADMIN])
        assert.equal(await ask(principal, action), await ask(principal, action, unnamed), action);
  });
});

describe("an archive that names no restore role", () => {
  it("lets a role of that name put back neither", async () => {
    for (const action of RESTORED_ON_BUCKET)
      assert.equal(await ask(RESTORE, action, archiveBucketPolicy(args)), "ExplicitlyDenied", action);
  });
});
