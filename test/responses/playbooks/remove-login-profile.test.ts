import assert from "node:assert/strict";
import { removeLoginProfile } from "../../../responses/playbooks/remove-login-profile";
import { checkTargetsOfAnything } from "../arbitrary-events";
import { fakeAws } from "../fake-aws";
import { type IamWorld, serveIam } from "../iam-world";
import { makeCalls } from "../make-calls";
import { checkPlaybookLaws, CONTEXT } from "../playbook-laws";
import { event } from "./events";
import { iamWorlds } from "./iam-worlds";
import { target } from "./target";

const BUILD_BOT = target({ userName: "build-bot" });

const CREATED = event("CreateLoginProfile", {
  caller: "role",
  requestParameters: { userName: "build-bot", passwordResetRequired: false },
});

describe("remove-login-profile", () => {
  describe("targets", () => {
    const cases: [string, ReturnType<typeof event>, string | undefined][] = [
      ["the user who was given a password", CREATED, "build-bot"],
      ["the caller who made itself one", event("CreateLoginProfile"), "mallory"],
      ["nobody when it failed", { ...CREATED, errorCode: "EntityAlreadyExistsException" }, undefined],
      [
        "nobody when a password was changed, which cannot be made again",
        { ...CREATED, eventName: "UpdateLoginProfile" },
        undefined,
      ],
      [
        "nobody when the root user gave itself one",
        event("CreateLoginProfile", { caller: "root" }),
        undefined,
      ],
      [
        "nobody when another service was called",
        { ...CREATED, eventSource: "transfer.amazonaws.com" },
        undefined,
      ],
    ];
    for (const [title, of, userName] of cases) {
      it(`names ${title}`, () => {
        assert.deepEqual(removeLoginProfile.targets(of), userName === undefined ? [] : [{ userName }]);
      });
    }

    checkTargetsOfAnything(removeLoginProfile, [CREATED, event("CreateLoginProfile")]);
  });

  checkPlaybookLaws({
    playbook: removeLoginProfile,
    targets: [BUILD_BOT],
    worlds: iamWorlds({ profileTimes: ["2026-03-02T10:00:00.000Z", "2026-03-02T09:57:00.000Z"] }),
    serve: serveIam,
    // The password and its date cannot be brought back.
    comparable: ({ createTime, ...state }) => ({ ...state, hasProfile: createTime !== null }),
    meddlings: [
      {
        title: "somebody has given the user a new password",
        leaves: "everything",
        change({ users }) {
          const user = users["build-bot"];
          if (user) user.profile = { createTime: "2026-03-02T12:00:00.000Z", resetRequired: false };
        },
      },
    ],
  });

  const refusals: [string, string, boolean][] = [
    ["at the time of the event", "2026-03-02T10:00:00.000Z", false],
    ["five minutes before", "2026-03-02T09:55:00.000Z", false],
    ["six minutes before", "2026-03-02T09:54:00.000Z", true],
    ["six minutes after", "2026-03-02T10:06:00.000Z", true],
    ["years ago", "2020-01-01T00:00:00.000Z", true],
  ];
  for (const [title, createTime, isRefused] of refusals) {
    it(`${isRefused ? "leaves alone" : "removes"} a login profile that was created ${title}`, () => {
      const refusal = removeLoginProfile.refusal?.(BUILD_BOT, { userArn: "", createTime }, CONTEXT);
      assert.equal(
        refusal,
        isRefused
          ? `the login profile is not the one that the event created: it was created at ${createTime}`
          : undefined,
      );
    });
  }

  it("has the user change the unknown password that an undo gives", async () => {
    const world: IamWorld = {
      partition: "aws",
      accountId: "111122223333",
      time: "2026-03-02T11:00:00.000Z",
      users: { "build-bot": { path: "/", policies: {}, keys: {}, profile: null } },
      roles: {},
    };
    const { call } = fakeAws(serveIam(world));
    const now = (await removeLoginProfile.read(BUILD_BOT, call)) ?? assert.fail();
    const undo = removeLoginProfile.undo(
      BUILD_BOT,
      { ...now, createTime: "2026-03-02T10:00:00.000Z" },
      now,
      CONTEXT,
    );

    await makeCalls(undo, call);

    assert.deepEqual(world.users["build-bot"]?.profile, { createTime: world.time, resetRequired: true });
    assert.match(JSON.stringify(undo), /"Password":"\$\{random-password\}"/);
  });
});
