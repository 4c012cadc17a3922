import assert from "node:assert/strict";
import { orderRefusal, principalRefusal, resourceRefusal } from "../../responses/guards";
import type { Actor, ResponseOrder } from "../../responses/order";
import type { Target } from "../../responses/playbook";
import { PLAYBOOKS } from "../../responses/playbooks";
import { targetArns } from "../../responses/target-arns";
import { ACCOUNT, order } from "./responder-bench";

const OTHER = "444455556666";
const NOTHING = { principals: [], actors: [], resources: [], ownRoles: [] };

function playbookOf(id: ResponseOrder["playbook"]) {
  const playbook = PLAYBOOKS.get(id);
  assert.ok(playbook);
  return playbook;
}

describe("orders by whoever caused the alert", () => {
  const untouchable = {
    ...NOTHING,
    actors: [`arn:aws:iam::${ACCOUNT}:role/deploy`, `arn:aws:iam::${ACCOUNT}:user/break-glass`],
    ownRoles: [`arn:aws:iam::${ACCOUNT}:role/trail-respond`],
  };
  const session = (role: string, issuer?: string): Actor => ({
    name: role,
    type: "AssumedRole",
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/s`,
    ...(issuer === undefined ? {} : { sessionIssuerArn: issuer }),
  });
  const cases: readonly [who: string, actor: Actor, reason: "never-touch" | undefined][] = [
    ["a session of a never-touch role", session("deploy"), "never-touch"],
    [
      "one whose role is in a path",
      session("deploy", `arn:aws:iam::${ACCOUNT}:role/ci/deploy`),
      "never-touch",
    ],
    ["one of another role", session("Ops", `arn:aws:iam::${ACCOUNT}:role/Ops`), undefined],
    [
      "one whose session is called so",
      { ...session("Ops"), arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Ops/deploy` },
      undefined,
    ],
    ["a namesake in another account", session("deploy", `arn:aws:iam::${OTHER}:role/deploy`), undefined],
    [
      "a namesake in another partition",
      session("deploy", `arn:aws-cn:iam::${ACCOUNT}:role/deploy`),
      undefined,
    ],
    ["a role of the stack", session("trail-respond"), "never-touch"],
    [
      "a never-touch user",
      { name: "b", type: "IAMUser", arn: `arn:aws:iam::${ACCOUNT}:user/break-glass` },
      "never-touch",
    ],
    [
      "somebody federated by a never-touch user",
      {
        name: "f",
        type: "FederatedUser",
        arn: `arn:aws:sts::${ACCOUNT}:federated-user/f`,
        sessionIssuerArn: `arn:aws:iam::${ACCOUNT}:user/break-glass`,
      },
      "never-touch",
    ],
    [
      "somebody federated under a never-touch user's name",
      {
        name: "f",
        type: "FederatedUser",
        arn: `arn:aws:sts::${ACCOUNT}:federated-user/break-glass`,
        sessionIssuerArn: `arn:aws:iam::${ACCOUNT}:user/mallory`,
      },
      undefined,
    ],
    ["the root user by type", { name: "root", type: "Root" }, "never-touch"],
    ["the root user by ARN", { name: "root", arn: `arn:aws-us-gov:iam::${ACCOUNT}:root` }, "never-touch"],
    [
      "somebody federated by the root user",
      {
        name: "f",
        type: "FederatedUser",
        arn: `arn:aws:sts::${ACCOUNT}:federated-user/f`,
        sessionIssuerArn: `arn:aws:iam::${ACCOUNT}:root`,
      },
      "never-touch",
    ],
    [
      "somebody of another account without an ARN",
      { name: "account", type: "AWSAccount", accountId: OTHER },
      undefined,
    ],
  ];
  for (const [who, actor, reason] of cases)
    it(`are ${reason === undefined ? "followed" : "not followed"} for ${who}`, () => {
      assert.equal(orderRefusal(order({ actor }), untouchable)?.reason, reason);
    });
});

describe("orders that are forged", () => {
  const { target, alert } = order();
  const cases: readonly [what: string, change: unknown][] = [
    ["no ids", { target: { ...target, ids: {} } }],
    ["ids that are none", { target: { ...target, ids: null } }],
    ["an id that is no text", { target: { ...target, ids: { userName: { "": "bob" } } } }],
    ["an empty id", { target: { ...target, ids: { userName: "" } } }],
    ["an id of several lines", { target: { ...target, ids: { userName: "bob\nis fine" } } }],
    ["an endless id", { target: { ...target, ids: { userName: "b".repeat(2_049) } } }],
    ["an account that is a pattern", { target: { ...target, accountId: "*" } }],
    ["a Region that is an address", { target: { ...target, region: "evil.example/" } }],
    ["a partition that is none", { target: { ...target, partition: "aws:iam" } }],
    ["no time", { alert: { ...alert, eventTime: "yesterday" } }],
  ];
  for (const [what, change] of cases)
    it(`are refused, and break nothing, with ${what}`, () => {
      const forged = { ...order(), ...(change as Partial<ResponseOrder>) };
      assert.equal(orderRefusal(forged, NOTHING)?.reason, "refused");
    });
});

describe("principals whose access would be taken away", () => {
  const untouchable = {
    ...NOTHING,
    principals: [`arn:aws:iam::${ACCOUNT}:user/break-glass`, `arn:aws:iam::${ACCOUNT}:role/ci-*`],
    ownRoles: [`arn:aws:iam::${ACCOUNT}:role/trail-respond`],
    resources: [`arn:aws:iam::${ACCOUNT}:user/by-resource`],
  };
  const mine = (resource: string) => `arn:aws:iam::${ACCOUNT}:${resource}`;
  const cases: readonly [principal: string, reason: "never-touch" | "refused" | undefined][] = [
    [mine("user/bob"), undefined],
    [mine("user/break-glass"), "never-touch"],
    [mine("user/people/break-glass"), "never-touch"],
    [mine("user/break-glass-2"), undefined],
    [mine("user/break-glass/bob"), undefined],
    [mine("role/ci-deploy"), "never-touch"],
    [mine("role/x/ci-deploy"), "never-touch"],
    [mine("role/trail-respond"), "never-touch"],
    [mine("user/by-resource"), "never-touch"],
    [mine("root"), "never-touch"],
    [mine("role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"), "never-touch"],
    [
      mine("role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef"),
      "never-touch",
    ],
    [
      `arn:aws-cn:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_A_0123456789abcdef`,
      "never-touch",
    ],
    [`arn:aws:iam::${OTHER}:user/bob`, "refused"],
    ["", "refused"],
    ["bob", "refused"],
  ];
  for (const [principal, reason] of cases)
    it(`${reason === undefined ? "lose it" : "keep it"}: "${principal}"`, () => {
      assert.equal(principalRefusal([principal], order(), untouchable)?.reason, reason);
    });

  it("keep it when one of several must", () => {
    const principals = [mine("user/bob"), mine("user/break-glass")];
    assert.equal(principalRefusal(principals, order(), untouchable)?.reason, "never-touch");
  });

  for (const [what, actor, reason] of [
    ["is of another account", { accountId: OTHER, arn: `arn:aws:iam::${OTHER}:user/x/bob` }, "refused"],
    [
      "is of another account, in a session",
      { accountId: OTHER, arn: `arn:aws:sts::${OTHER}:assumed-role/bob/s` },
      "refused",
    ],
    ["is the same user", { accountId: ACCOUNT, arn: mine("user/bob") }, undefined],
    [
      "is somebody else of another account",
      { accountId: OTHER, arn: `arn:aws:iam::${OTHER}:user/eve` },
      undefined,
    ],
  ] as const)
    it(`${reason === undefined ? "lose it" : "keep it"} when the actor ${what}`, () => {
      const { target } = order();
      const refusal = principalRefusal(
        [mine("user/bob")],
        { target, actor: { name: "", ...actor } },
        NOTHING,
      );
      assert.equal(refusal?.reason, reason);
    });
});

describe("resources", () => {
  const at = (ids: Target["ids"]): Target => ({
    partition: "aws",
    accountId: ACCOUNT,
    region: "eu-west-1",
    ids,
  });
  const bucket = playbookOf("block-public-bucket");
  const instance = playbookOf("isolate-instance");
  const cases: readonly [pattern: string, isRefused: boolean, why: string][] = [
    ["arn:aws:s3:::website-a", true, "it is the bucket"],
    ["arn:aws:s3:::website-*", true, "it is among the buckets"],
    ["arn:aws:s3:::website", false, "the name only begins so"],
    ["arn:aws:s3:::a", false, "the name only ends so"],
    ["arn:aws:sqs:*:*:*", false, "it is no queue"],
    ["arn:aws-cn:s3:::website-a", false, "it is in another partition"],
    ["arn:*:s3:::*", true, "all buckets"],
  ];
  for (const [pattern, isRefused, why] of cases)
    it(`${pattern} ${isRefused ? "protects" : "does not protect"} bucket website-a: ${why}`, () => {
      const refusal = resourceRefusal(bucket, at({ bucketName: "website-a" }), {
        ...NOTHING,
        resources: [pattern],
      });
      assert.equal(refusal?.reason, isRefused ? "never-touch" : undefined);
    });

  it("of EC2 are told by Region and account, too", () => {
    const arns = targetArns(instance, at({ instanceId: "i-0123456789abcdef0" }));
    assert.ok(arns.includes(`arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/i-0123456789abcdef0`), arns.join());
  });
});
