import assert from "node:assert/strict";
import { actorKey, actorName } from "../../detections/actor";
import type { CloudTrailEvent, UserIdentity } from "../../formats/cloudtrail/event";

const by = (
  userIdentity: UserIdentity | undefined,
  change: Partial<CloudTrailEvent> = {},
): CloudTrailEvent => ({
  eventName: "ListBuckets",
  eventTime: "2026-11-25T10:00:00Z",
  recipientAccountId: "111122223333",
  userIdentity,
  ...change,
});

const session = (arn: string) => ({ sessionIssuer: { type: "Role", arn } });

const CASES: readonly [what: string, event: CloudTrailEvent, name: string, key: string][] = [
  [
    "an IAM user",
    by({ type: "IAMUser", arn: "arn:aws:iam::111122223333:user/staff/alice", userName: "alice" }),
    "user/alice",
    "arn:aws:iam::111122223333:user/staff/alice",
  ],
  [
    "root",
    by({ type: "Root", arn: "arn:aws:iam::111122223333:root", principalId: "111122223333" }),
    "root",
    "arn:aws:iam::111122223333:root",
  ],
  [
    "an assumed role",
    by({
      type: "AssumedRole",
      arn: "arn:aws:sts::111122223333:assumed-role/Admin/bob",
      principalId: "AROAEXAMPLEEXAMPLEEXA:bob",
      sessionContext: session("arn:aws:iam::111122223333:role/teams/Admin"),
    }),
    "role/Admin (session bob)",
    "arn:aws:iam::111122223333:role/teams/Admin",
  ],
  [
    "an assumed role without its issuer",
    by({ type: "AssumedRole", arn: "arn:aws-us-gov:sts::111122223333:assumed-role/Admin/bob" }),
    "role/Admin (session bob)",
    "arn:aws-us-gov:iam::111122223333:role/Admin",
  ],
  [
    "a federated user",
    by({
      type: "FederatedUser",
      arn: "arn:aws:sts::111122223333:federated-user/bob",
      sessionContext: session("arn:aws:iam::111122223333:user/alice"),
    }),
    "federated-user/bob",
    "arn:aws:iam::111122223333:user/alice",
  ],
  [
    "a service",
    by({ type: "AWSService", invokedBy: "backup.amazonaws.com" }),
    "AWS service backup.amazonaws.com",
    "111122223333/backup.amazonaws.com",
  ],
  [
    "a user that failed to sign in",
    by({ type: "IAMUser", accountId: "111122223333", userName: "alice", accessKeyId: "" }),
    "user/alice",
    "111122223333/alice",
  ],
  [
    "another account",
    by({ type: "AWSAccount", accountId: "444455556666", principalId: "AROAEXAMPLEEXAMPLEEXA:session" }),
    "account 444455556666 (AROAEXAMPLEEXAMPLEEXA:session)",
    "444455556666/AROAEXAMPLEEXAMPLEEXA",
  ],
  [
    "nobody in particular",
    by(
      { type: "AWSAccount", accountId: "ANONYMOUS_PRINCIPAL", principalId: "" },
      { sourceIPAddress: "198.51.100.7" },
    ),
    "anonymous caller",
    "ANONYMOUS_PRINCIPAL/198.51.100.7",
  ],
  [
    "an identity that is missing",
    by(undefined, { sourceIPAddress: "198.51.100.7" }),
    "unknown caller at 198.51.100.7",
    "111122223333/198.51.100.7",
  ],
  [
    "an identity that is no object",
    by("x" as unknown as UserIdentity),
    "unknown caller",
    "111122223333/unknown",
  ],
];

describe("the actor", () => {
  for (const [what, event, name, key] of CASES) {
    it(`of ${what} is ${name}`, () => {
      assert.equal(actorName(event), name);
      assert.equal(actorKey(event), key);
    });
  }
});
