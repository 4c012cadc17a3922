import assert from "node:assert/strict";
import { PLAYBOOK_IDS } from "../../responses/playbook-ids";
import type { Graph } from "../support/graph";
import { decide, EVERYTHING } from "../support/iam";
import { recordProgram, SHAPES } from "../support/program";
import { PLAYBOOK_CALLS, type PlaybookCall } from "./playbook-calls";
import { ACCOUNT, ADMIN, arnIn, checkPolicy, documentIn, OTHER_ACCOUNT } from "./policy-cases";

const ROLE = "aws:iam/role:Role";
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/trailkeeper-respond-here/trailkeeper-respond`;
const responder = (role: string, account = OTHER_ACCOUNT) =>
  `arn:aws:sts::${account}:assumed-role/${role}/trailkeeper-prod-respond`;

interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly object[];
}

describe("the role of the responder in another account", function () {
  this.timeout(60_000);
  let graph: Graph;
  let enforcing: Graph;

  before(async () => {
    graph = await recordProgram(SHAPES.member);
    enforcing = await recordProgram({
      stack: "prod",
      config: {
        ...SHAPES.member.config,
        responseMode: "enforce",
        breakGlassPrincipals: ["user/fire-brigade"],
      },
    });
  });

  const policyOf = (recorded: Graph) =>
    documentIn(recorded, "aws:iam/rolePolicy:RolePolicy", "member") as PolicyDocument;
  const decideAs = (identityPolicy: unknown, [action, resource, context]: PlaybookCall) =>
    decide({
      principal: SESSION,
      action,
      resource,
      resourceAccountId: ACCOUNT,
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
      identityPolicy,
      context,
    });

  describe("trusts", () => {
    checkPolicy(
      [
        [
          "the responder of the trail's stack",
          "Allowed",
          responder("trailkeeper-prod-respond"),
          "sts:AssumeRole",
        ],
        ["another role of that account", "ImplicitlyDenied", responder("Admin"), "sts:AssumeRole"],
        [
          "a role of that name in a third account",
          "ImplicitlyDenied",
          responder("trailkeeper-prod-respond", "777788889999"),
          "sts:AssumeRole",
        ],
        ["an administrator of its own account", "ImplicitlyDenied", ADMIN, "sts:AssumeRole"],
        ["a service", "ImplicitlyDenied", "lambda.amazonaws.com", "sts:AssumeRole"],
      ],
      () => ({
        resource: arnIn(graph, ROLE, "member"),
        resourcePolicy: documentIn(graph, ROLE, "member", "assumeRolePolicy"),
      }),
    );
  });

  it("has the name that the settings give it, and the stack tells its ARN", () => {
    assert.equal(graph.only(ROLE, "member").inputs.name, "trailkeeper-respond-here");
    assert.deepEqual(Object.keys(graph.outputs as object).sort(), [
      "forwardRoleArn",
      "forwardingRuleNames",
      "memberResponseRoleArn",
    ]);
  });

  it("may look where playbooks observe, and change nothing", async () => {
    const policy = policyOf(graph);
    for (const id of PLAYBOOK_IDS) {
      for (const call of PLAYBOOK_CALLS[id].looks)
        assert.equal(await decideAs(policy, call), "Allowed", JSON.stringify(call));
      for (const call of PLAYBOOK_CALLS[id].changes)
        assert.equal(await decideAs(policy, call), "ImplicitlyDenied", JSON.stringify(call));
    }
  });

  it("may contain where playbooks enforce, in its own account alone", async () => {
    const policy = policyOf(enforcing);
    for (const id of PLAYBOOK_IDS)
      for (const call of PLAYBOOK_CALLS[id].changes) {
        assert.equal(await decideAs(policy, call), "Allowed", JSON.stringify(call));
        const [action, resource, context] = call;
        if (!resource.includes(ACCOUNT)) continue;
        const elsewhere: PlaybookCall = [action, resource.replaceAll(ACCOUNT, OTHER_ACCOUNT), context];
        assert.equal(await decideAs(policy, elsewhere), "ImplicitlyDenied", JSON.stringify(elsewhere));
      }
  });

  for (const call of [
    ["cloudtrail:StopLogging", `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/audit`],
    ["events:DisableRule", `arn:aws:events:eu-west-1:${ACCOUNT}:rule/trailkeeper-prod-forward-1`],
    ["iam:PutRolePolicy", `arn:aws:iam::${ACCOUNT}:role/trailkeeper-prod-forward-events`],
    ["iam:PutRolePolicy", `arn:aws:iam::${ACCOUNT}:role/trailkeeper-respond-here`],
    ["iam:PutRolePolicy", `arn:aws:iam::${ACCOUNT}:role/trailkeeper-deploy`],
    ["iam:PutUserPolicy", `arn:aws:iam::${ACCOUNT}:user/fire-brigade`],
  ] as const)
    it(`is denied ${call[0]} on ${call[1]}, whatever else it is given`, async () => {
      const { Version, Statement } = policyOf(enforcing);
      const withAll = { Version, Statement: [...Statement, ...EVERYTHING.Statement] };

      assert.equal(await decideAs(withAll, call), "ExplicitlyDenied");
    });

  it("is not there where the settings name none", async () => {
    const without = await recordProgram(SHAPES.forwarder);

    assert.equal(without.all(ROLE).length, 1);
  });
});
