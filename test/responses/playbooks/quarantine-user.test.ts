import assert from "node:assert/strict";
import type { Call } from "../../../responses/operations";
import { quarantineUser } from "../../../responses/playbooks/quarantine-user";
import { decide } from "../../support/iam";
import { checkTargetsOfAnything } from "../arbitrary-events";
import { fakeAws } from "../fake-aws";
import { type IamWorld, serveIam } from "../iam-world";
import { makeCalls } from "../make-calls";
import { checkPlaybookLaws, CONTEXT } from "../playbook-laws";
import { type Caller, event } from "./events";
import { iamWorlds } from "./iam-worlds";
import { target } from "./target";
import { administratorWith } from "./with-policy";

const NAME = "TrailkeeperQuarantine";
const BUILD_BOT = target({ userName: "build-bot" });
const DENY_ALL = '{"Version":"2012-10-17","Statement":{"Resource":["*"],"Action":["*"],"Effect":"Deny"}}';
const DENY_LITTLE = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}';

describe("quarantine-user", () => {
  describe("targets", () => {
    for (const eventName of [
      "CreateUser",
      "AttachUserPolicy",
      "PutUserPolicy",
      "AddUserToGroup",
      "CreateLoginProfile",
      "UpdateLoginProfile",
      "CreateAccessKey",
      "EnableMFADevice",
    ]) {
      it(`names the user whom ${eventName} gave something, not the caller`, () => {
        const given = event(eventName, { caller: "role", requestParameters: { userName: "build-bot" } });
        assert.deepEqual(quarantineUser.targets(given), [{ userName: "build-bot" }]);
      });
    }

    for (const eventName of [
      "DeleteUser",
      "DetachUserPolicy",
      "DeleteUserPolicy",
      "RemoveUserFromGroup",
      "DeleteLoginProfile",
      "DeleteAccessKey",
      "DeactivateMFADevice",
      "GetUser",
    ]) {
      it(`names the caller, not the user whom ${eventName} gave nothing`, () => {
        const taken = event(eventName, { requestParameters: { userName: "build-bot" } });
        assert.deepEqual(quarantineUser.targets(taken), [{ userName: "mallory" }]);
      });
    }

    const cases: [string, ReturnType<typeof event>, string | undefined][] = [
      [
        "the caller when the call for another user failed",
        event("CreateLoginProfile", {
          requestParameters: { userName: "build-bot" },
          errorCode: "AccessDenied",
        }),
        "mallory",
      ],
      [
        "the caller when another service has users too",
        event("CreateUser", {
          eventSource: "transfer.amazonaws.com",
          requestParameters: { userName: "build-bot" },
        }),
        "mallory",
      ],
      ["the caller when IAM takes the caller, since no user is named", event("CreateAccessKey"), "mallory"],
      [
        "the caller when a role was given something",
        event("AttachRolePolicy", { requestParameters: { roleName: "Deploy" } }),
        "mallory",
      ],
      [
        "the caller of GetFederationToken, not the session's name",
        event("GetFederationToken", {
          eventSource: "sts.amazonaws.com",
          requestParameters: { name: "helper" },
        }),
        "mallory",
      ],
      [
        "nobody when a role was given something by a role",
        event("PutRolePolicy", { caller: "role", requestParameters: { roleName: "Deploy" } }),
        undefined,
      ],
      [
        "nobody when the event tells of another account's call",
        event("CreateUser", { caller: "userElsewhere", requestParameters: { userName: "build-bot" } }),
        undefined,
      ],
      [
        "nobody when the name is none",
        event("CreateUser", { requestParameters: { userName: "../*" } }),
        undefined,
      ],
    ];
    for (const [title, of, userName] of cases) {
      it(`names ${title}`, () => {
        assert.deepEqual(quarantineUser.targets(of), userName === undefined ? [] : [{ userName }]);
      });
    }

    const ofCallers: [Caller, string | undefined][] = [
      ["user", "mallory"],
      ["userWithPath", "build-bot"],
      ["userInChina", "mallory"],
      ["userSession", "mallory"],
      ["federated", "token-app"],
      ["federatedByRoot", undefined],
      ["role", undefined],
      ["roleElsewhere", undefined],
      ["userElsewhere", undefined],
      ["failedSignIn", undefined],
      ["root", undefined],
      ["otherAccount", undefined],
      ["webIdentity", undefined],
      ["saml", undefined],
      ["service", undefined],
      ["identityCenter", undefined],
      ["null", undefined],
    ];
    for (const [caller, userName] of ofCallers) {
      it(`names ${userName ?? "nobody"} for the caller ${caller}`, () => {
        const targets = quarantineUser.targets(event("ListBuckets", { caller }));
        assert.deepEqual(targets, userName === undefined ? [] : [{ userName }]);
      });
    }

    checkTargetsOfAnything(quarantineUser, [
      event("CreateUser", { requestParameters: { userName: "build-bot" } }),
      event("ListBuckets"),
      event("ListBuckets", { caller: "federated" }),
    ]);
  });

  checkPlaybookLaws({
    playbook: quarantineUser,
    targets: [BUILD_BOT],
    worlds: iamWorlds({ policyName: NAME, documents: [DENY_ALL, DENY_LITTLE, "[]"] }),
    serve: serveIam,
    meddlings: [
      {
        title: "somebody has weakened the policy",
        leaves: "everything",
        change({ users }) {
          const policies = users["build-bot"]?.policies ?? {};
          policies[NAME] = (policies[NAME] ?? "{}").replace('"Action":"*"', '"Action":"s3:*"');
        },
      },
      {
        title: "somebody has put another policy in its place",
        leaves: "everything",
        change({ users }) {
          const user = users["build-bot"];
          if (user) user.policies[NAME] = DENY_LITTLE;
        },
      },
      {
        title: "somebody has taken the policy off",
        leaves: "everything",
        change: ({ users }) => delete users["build-bot"]?.policies[NAME],
      },
    ],
  });

  const world = (policies: Record<string, string> = {}): IamWorld => ({
    partition: "aws",
    accountId: "111122223333",
    time: "2026-03-02T11:00:00Z",
    users: { "build-bot": { path: "/teams/", policies, profile: null, keys: {} } },
    roles: {},
  });

  it("leaves the quarantine of a later response alone", async () => {
    const { call } = fakeAws(serveIam(world()));
    const read = async () => (await quarantineUser.read(BUILD_BOT, call)) ?? assert.fail();
    const before = await read();
    const later = { ...CONTEXT, responseId: "ffffffffffffffffffffffffffffffff" };
    await makeCalls(quarantineUser.contain(BUILD_BOT, before, later), call);

    const undo = quarantineUser.undo(BUILD_BOT, before, await read(), CONTEXT);

    assert.deepEqual(undo, []);
  });

  it("counts a quarantine by another response as contained", async () => {
    const { call } = fakeAws(serveIam(world()));
    const read = async () => (await quarantineUser.read(BUILD_BOT, call)) ?? assert.fail();
    await makeCalls(quarantineUser.contain(BUILD_BOT, await read(), CONTEXT), call);

    const later = { ...CONTEXT, responseId: "ffffffffffffffffffffffffffffffff" };

    assert.equal(quarantineUser.isContained(BUILD_BOT, await read(), later), true);
  });

  it("denies an administrator everything", async () => {
    const calls = contained(world());
    const identityPolicy = administratorWith(await calls);
    for (const [action, resource] of [
      ["s3:GetObject", "arn:aws:s3:::data/secret"],
      ["iam:DeleteUserPolicy", "arn:aws:iam::111122223333:user/teams/build-bot"],
      ["sts:GetFederationToken", "arn:aws:sts::111122223333:federated-user/x"],
    ] as const) {
      const verdict = await decide({
        principal: "arn:aws:iam::111122223333:user/teams/build-bot",
        action,
        resource,
        resourceAccountId: "111122223333",
        resourcePolicy: undefined,
        identityPolicy,
      });
      assert.equal(verdict, "ExplicitlyDenied", action);
    }
  });

  it("throws AWS's refusal when the user's policies leave no room", async () => {
    const full = world({ Large: JSON.stringify({ Statement: "x".repeat(2_000) }) });
    const { call } = fakeAws(serveIam(full));
    await assert.rejects(async () => makeCalls(await contained(full), call), {
      name: "LimitExceededException",
    });
  });

  async function contained(start: IamWorld): Promise<readonly Call[]> {
    const state = await quarantineUser.read(BUILD_BOT, fakeAws(serveIam(start)).call);
    return quarantineUser.contain(BUILD_BOT, state ?? assert.fail(), CONTEXT);
  }
});
