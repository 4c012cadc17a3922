import assert from "node:assert/strict";
import { deactivateAccessKey } from "../../../responses/playbooks/deactivate-access-key";
import { checkTargetsOfAnything } from "../arbitrary-events";
import { fakeAws } from "../fake-aws";
import { type IamWorld, serveIam } from "../iam-world";
import { checkPlaybookLaws, CONTEXT } from "../playbook-laws";
import { type Caller, event } from "./events";
import { iamWorlds } from "./iam-worlds";
import { target } from "./target";

const KEY = "AKIAIOSFODNN7EXAMPLE";
const OTHER_KEY = "AKIAI44QH8DHBEXAMP7Q";

const CREATED = event("CreateAccessKey", {
  requestParameters: { userName: "build-bot" },
  responseElements: { accessKey: { accessKeyId: OTHER_KEY, status: "Active", userName: "build-bot" } },
});
const REACTIVATED = event("UpdateAccessKey", {
  requestParameters: { userName: "build-bot", status: "Active", accessKeyId: OTHER_KEY },
});
const QUARANTINED = event("AttachUserPolicy", {
  caller: "service",
  requestParameters: {
    userName: "build-bot",
    policyArn: "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3",
  },
});

describe("deactivate-access-key", () => {
  describe("targets", () => {
    const ofEvents: [string, ReturnType<typeof event>, Readonly<Record<string, string>>[]][] = [
      [
        "the key that was made for another user",
        CREATED,
        [{ userName: "build-bot", accessKeyId: OTHER_KEY }],
      ],
      [
        "the key that users make for themselves without saying so",
        event("CreateAccessKey", {
          caller: "userWithPath",
          responseElements: {
            accessKey: { accessKeyId: OTHER_KEY, status: "Active", userName: "build-bot" },
          },
        }),
        [{ userName: "build-bot", accessKeyId: OTHER_KEY }],
      ],
      ["the key that was activated", REACTIVATED, [{ userName: "build-bot", accessKeyId: OTHER_KEY }]],
      [
        "the key that a session of a role made",
        { ...CREATED, userIdentity: event("", { caller: "role" }).userIdentity },
        [{ userName: "build-bot", accessKeyId: OTHER_KEY }],
      ],
      [
        "the caller's key when no key was made",
        event("ListBuckets"),
        [{ userName: "mallory", accessKeyId: KEY }],
      ],
      [
        "the caller's key when the making of one failed",
        { ...CREATED, responseElements: null, errorCode: "AccessDenied" },
        [{ userName: "mallory", accessKeyId: KEY }],
      ],
      [
        "the caller's key when another service's call has the same name",
        { ...REACTIVATED, eventSource: "transfer.amazonaws.com" },
        [{ userName: "mallory", accessKeyId: KEY }],
      ],
      ["every key of a user whom AWS quarantined", QUARANTINED, [{ userName: "build-bot" }]],
      [
        "every key of a user whom AWS quarantined by an inline policy",
        event("PutUserPolicy", {
          caller: "service",
          requestParameters: { userName: "build-bot", policyName: "AWSCompromisedKeyQuarantineV2" },
        }),
        [{ userName: "build-bot" }],
      ],
      [
        "every key of a user whose quarantine was lifted",
        { ...QUARANTINED, eventName: "DetachUserPolicy", userIdentity: event("").userIdentity },
        [{ userName: "build-bot" }],
      ],
      [
        "the caller's key when another policy was attached",
        event("AttachUserPolicy", {
          requestParameters: { userName: "build-bot", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
        }),
        [{ userName: "mallory", accessKeyId: KEY }],
      ],
      ["nothing when a role was quarantined", { ...QUARANTINED, eventName: "AttachRolePolicy" }, []],
      [
        "nothing when the root user made itself a key",
        event("CreateAccessKey", {
          caller: "root",
          responseElements: { accessKey: { accessKeyId: OTHER_KEY, status: "Active" } },
        }),
        [],
      ],
      [
        "nothing when the event tells of another account's call",
        { ...CREATED, userIdentity: event("", { caller: "userElsewhere" }).userIdentity },
        [],
      ],
    ];
    for (const [title, of, expected] of ofEvents) {
      it(`names ${title}`, () => assert.deepEqual(deactivateAccessKey.targets(of), expected));
    }

    const ofCallers: [Caller, string | undefined][] = [
      ["user", "mallory"],
      ["userWithPath", "build-bot"],
      ["userInChina", "mallory"],
      ["userSession", undefined],
      ["role", undefined],
      ["federated", undefined],
      ["root", undefined],
      ["userElsewhere", undefined],
      ["failedSignIn", undefined],
      ["otherAccount", undefined],
      ["webIdentity", undefined],
      ["saml", undefined],
      ["service", undefined],
      ["null", undefined],
    ];
    for (const [caller, userName] of ofCallers) {
      it(`names ${userName ? `the key of ${userName}` : "nothing"} for the caller ${caller}`, () => {
        const targets = deactivateAccessKey.targets(event("ListBuckets", { caller }));
        assert.deepEqual(
          targets.map((ids) => ids.userName),
          userName === undefined ? [] : [userName],
        );
      });
    }

    checkTargetsOfAnything(deactivateAccessKey, [CREATED, REACTIVATED, QUARANTINED, event("ListBuckets")]);
  });

  checkPlaybookLaws({
    playbook: deactivateAccessKey,
    targets: [target({ userName: "build-bot", accessKeyId: KEY }), target({ userName: "build-bot" })],
    worlds: iamWorlds(),
    serve: serveIam,
    meddlings: [
      {
        title: "somebody has deleted the user's other key",
        leaves: "theirs",
        change: ({ users }) => delete users["build-bot"]?.keys[OTHER_KEY],
      },
      {
        title: "somebody has activated the keys again",
        leaves: "everything",
        change({ users }) {
          const keys = users["build-bot"]?.keys ?? {};
          for (const key of Object.keys(keys)) keys[key] = "Active";
        },
      },
    ],
  });

  const world = (keys: IamWorld["users"][string]["keys"]): IamWorld => ({
    partition: "aws",
    accountId: "111122223333",
    time: "2026-03-02T11:00:00Z",
    users: { "build-bot": { path: "/teams/", policies: {}, profile: null, keys } },
    roles: {},
  });

  it("deactivates the active keys of a quarantined user, and says which", async () => {
    const { call } = fakeAws(
      serveIam(world({ [KEY]: "Active", [OTHER_KEY]: "Active", AKIAOLD: "Inactive" })),
    );
    const all = target({ userName: "build-bot" });

    const state = await deactivateAccessKey.read(all, call);

    assert.ok(state);
    assert.deepEqual(deactivateAccessKey.principals(all, state), [
      "arn:aws:iam::111122223333:user/teams/build-bot",
    ]);
    assert.deepEqual(
      deactivateAccessKey.contain(all, state, CONTEXT).map(({ input }) => input),
      [KEY, OTHER_KEY].map((AccessKeyId) => ({ AccessKeyId, UserName: "build-bot", Status: "Inactive" })),
    );
    assert.deepEqual(deactivateAccessKey.words(all, state), {
      did: "Deactivated access keys AKIA...LE and AKIA...7Q of user build-bot",
      would: "would deactivate access keys AKIA...LE and AKIA...7Q of user build-bot",
      undid: "Activated access keys AKIA...LE and AKIA...7Q of user build-bot again",
    });
  });

  it("speaks of one key where the event named one", () => {
    const one = target({ userName: "build-bot", accessKeyId: "AKIAIOSFODNN7EXAMP7Q" });
    const { did } = deactivateAccessKey.words(one, { userArn: "", keys: [] });
    assert.equal(did, "Deactivated access key AKIA...7Q of user build-bot");
  });

  for (const [title, ids] of [
    ["the user is gone", { userName: "nobody", accessKeyId: KEY }],
    ["the key is gone", { userName: "build-bot", accessKeyId: OTHER_KEY }],
  ] as const) {
    it(`finds nothing when ${title}`, async () => {
      const { call } = fakeAws(serveIam(world({ [KEY]: "Active" })));
      assert.equal(await deactivateAccessKey.read(target(ids), call), undefined);
    });
  }
});
