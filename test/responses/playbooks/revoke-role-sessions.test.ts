import assert from "node:assert/strict";
import { revokeRoleSessions } from "../../../responses/playbooks/revoke-role-sessions";
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

const NAME = "TrailkeeperRevokeSessions";
const DEPLOY = target({ roleName: "Deploy" });

/** As AWS writes it. */
const revokedUntil = (time: string, more: object = {}) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Action: ["*"],
        Resource: ["*"],
        Condition: { DateLessThan: { "aws:TokenIssueTime": time }, ...more },
      },
    ],
  });

describe("revoke-role-sessions", () => {
  describe("targets", () => {
    const ofCallers: [Caller, string | undefined][] = [
      ["role", "Deploy"],
      ["roleWithPath", "Deploy"],
      ["roleWithoutIssuer", "Deploy"],
      ["roleElsewhere", undefined],
      ["user", undefined],
      ["userSession", undefined],
      ["federated", undefined],
      ["federatedByRoot", undefined],
      ["root", undefined],
      ["otherAccount", undefined],
      ["webIdentity", undefined],
      ["saml", undefined],
      ["service", undefined],
      ["identityCenter", undefined],
      ["null", undefined],
    ];
    for (const [caller, roleName] of ofCallers) {
      it(`names ${roleName ? `role ${roleName}` : "nothing"} for the caller ${caller}`, () => {
        const targets = revokeRoleSessions.targets(event("ListBuckets", { caller }));
        assert.deepEqual(targets, roleName === undefined ? [] : [{ roleName }]);
      });
    }

    it("names the role of a caller whose record does not say where it was recorded", () => {
      const old = { ...event("ListBuckets", { caller: "role" }), recipientAccountId: undefined };
      assert.deepEqual(revokeRoleSessions.targets(old), [{ roleName: "Deploy" }]);
    });

    checkTargetsOfAnything(revokeRoleSessions, [
      event("ListBuckets", { caller: "role" }),
      event("ListBuckets", { caller: "roleWithoutIssuer" }),
    ]);
  });

  checkPlaybookLaws({
    playbook: revokeRoleSessions,
    targets: [DEPLOY],
    worlds: iamWorlds({
      policyName: NAME,
      documents: [
        revokedUntil("2026-03-02T09:00:00Z"),
        revokedUntil("2026-03-02T12:00:00Z"),
        revokedUntil("soon"),
        "[]",
      ],
    }),
    serve: serveIam,
    meddlings: [
      {
        title: "somebody has moved the time",
        leaves: "everything",
        change({ roles }) {
          const policies = roles.Deploy?.policies ?? {};
          policies[NAME] = (policies[NAME] ?? "{}").replace("2026-", "2027-");
        },
      },
      {
        title: "somebody has taken the policy off",
        leaves: "everything",
        change: ({ roles }) => delete roles.Deploy?.policies[NAME],
      },
    ],
  });

  const contained: [string, string, boolean][] = [
    ["sessions of an hour after the event are denied", revokedUntil("2026-03-02T11:00:00Z"), true],
    ["sessions of a second after the event are denied", revokedUntil("2026-03-02T10:00:01Z"), true],
    ["the session may be of the second of the event", revokedUntil("2026-03-02T10:00:00Z"), false],
    ["the revocation is of yesterday", revokedUntil("2026-03-01T10:00:00Z"), false],
    [
      "it holds for one session alone",
      revokedUntil("2026-03-02T11:00:00Z", { StringEquals: { "aws:userid": "AROAEXAMPLE:x" } }),
      false,
    ],
    ["it denies little", revokedUntil("2026-03-02T11:00:00Z").replace('["*"]', '["s3:*"]'), false],
    ["it allows", revokedUntil("2026-03-02T11:00:00Z").replace("Deny", "Allow"), false],
  ];
  for (const [title, document, expected] of contained) {
    it(`is ${expected ? "" : "not "}contained when ${title}`, () => {
      const state = { principalArn: "arn:aws:iam::111122223333:role/Deploy", document };
      assert.equal(revokeRoleSessions.isContained(DEPLOY, state, CONTEXT), expected);
    });
  }

  const calls = revokeRoleSessions.contain(
    DEPLOY,
    { principalArn: "arn:aws:iam::111122223333:role/Deploy", document: null },
    CONTEXT,
  );
  const sessions: [string, string, "Allowed" | "ExplicitlyDenied"][] = [
    ["of before the event", "2026-03-02T08:00:00Z", "ExplicitlyDenied"],
    ["renewed while the policy was on its way", "2026-03-02T10:00:40Z", "ExplicitlyDenied"],
    ["of a minute later", "2026-03-02T10:01:20Z", "Allowed"],
  ];
  for (const [title, issueTime, expected] of sessions) {
    it(`has a session ${title} ${expected === "Allowed" ? "allowed" : "denied"}`, async () => {
      const verdict = await decide({
        principal: "arn:aws:sts::111122223333:assumed-role/Deploy/x",
        action: "s3:GetObject",
        resource: "arn:aws:s3:::data/secret",
        resourceAccountId: "111122223333",
        resourcePolicy: undefined,
        identityPolicy: administratorWith(calls),
        context: { "aws:TokenIssueTime": issueTime },
      });
      assert.equal(verdict, expected);
    });
  }

  it("contains an event that the clock says is yet to come", () => {
    const early = { ...CONTEXT, now: new Date("2026-03-02T09:00:00Z") };
    const [call] = revokeRoleSessions.contain(DEPLOY, { principalArn: "", document: null }, early);
    assert.match(JSON.stringify(call), /2026-03-02T10:00:30Z/);
  });

  const world = (path: string): IamWorld => ({
    partition: "aws",
    accountId: "111122223333",
    time: "2026-03-02T11:00:00Z",
    users: {},
    roles: { Deploy: { path, policies: {} } },
  });

  it("puts back the revocation of a former response when a later one is undone", async () => {
    const { call } = fakeAws(serveIam(world("/")));
    const read = async () => (await revokeRoleSessions.read(DEPLOY, call)) ?? assert.fail();
    const untouched = await read();
    await makeCalls(revokeRoleSessions.contain(DEPLOY, untouched, CONTEXT), call);
    const first = await read();
    const later = {
      responseId: "ffffffffffffffffffffffffffffffff",
      eventTime: new Date("2026-03-02T15:00:00Z"),
      now: new Date("2026-03-02T15:01:00Z"),
    };
    await makeCalls(revokeRoleSessions.contain(DEPLOY, first, later), call);

    assert.deepEqual(revokeRoleSessions.undo(DEPLOY, untouched, await read(), CONTEXT), []);
    await makeCalls(revokeRoleSessions.undo(DEPLOY, first, await read(), later), call);
    assert.deepEqual(await read(), first);
    await makeCalls(revokeRoleSessions.undo(DEPLOY, untouched, await read(), CONTEXT), call);
    assert.deepEqual(await read(), untouched);
  });

  it("throws AWS's refusal to change a service-linked role", async () => {
    const { call } = fakeAws(serveIam(world("/aws-service-role/example.amazonaws.com/")));
    await assert.rejects(makeCalls(calls, call), { name: "UnmodifiableEntityException" });
  });
});
