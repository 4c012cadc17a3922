import assert from "node:assert/strict";
import { respondRolePolicy } from "../../components/policies/respond-role";
import type { Permission } from "../../responses/playbook";
import { PLAYBOOK_IDS, RESPONSE_MODES, type ResponseMode } from "../../responses/playbook-ids";
import { PLAYBOOKS } from "../../responses/playbooks";
import type { Graph } from "../support/graph";
import { decide, EVERYTHING, type Verdict } from "../support/iam";
import { modes, responderGraph } from "./build-responder";
import { PLAYBOOK_CALLS, type PlaybookCall } from "./playbook-calls";
import { ACCOUNT, arnIn, documentIn, OTHER_ACCOUNT } from "./policy-cases";

const RESPOND = `arn:aws:sts::${ACCOUNT}:assumed-role/audit-respond/trailkeeper-test-respond`;

/** A resource policy that leaves the decision to IAM, as a key's and a role's default policies do. */
const LEFT_TO_IAM = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "kms:*", Resource: "*" },
  ],
};

interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly { readonly Action?: string | readonly string[]; readonly Effect: string }[];
}

function decideAs(identityPolicy: unknown, [action, resource, context]: PlaybookCall): Promise<Verdict> {
  return decide({
    principal: RESPOND,
    action,
    resource,
    resourceAccountId: ACCOUNT,
    resourcePolicy: action.startsWith("kms:") ? LEFT_TO_IAM : undefined,
    identityPolicy,
    context,
  });
}

const policyOf = (graph: Graph) => documentIn(graph, "aws:iam/rolePolicy:RolePolicy") as PolicyDocument;

describe("the respond role", function () {
  this.timeout(30_000);

  describe("of each playbook alone", () => {
    for (const id of PLAYBOOK_IDS) {
      const { looks, changes } = PLAYBOOK_CALLS[id];
      const allowed: Readonly<Record<ResponseMode, readonly PlaybookCall[]>> = {
        off: [],
        observe: looks,
        enforce: [...looks, ...changes],
      };
      for (const mode of RESPONSE_MODES)
        it(`may make ${allowed[mode].length} calls of ${id}, and no other, where that is ${mode}`, async () => {
          const policy = policyOf(await responderGraph({}, { responseModes: modes("off", { [id]: mode }) }));

          for (const call of [...looks, ...changes])
            assert.equal(
              await decideAs(policy, call),
              allowed[mode].includes(call) ? "Allowed" : "ImplicitlyDenied",
              JSON.stringify(call),
            );
        });

      it(`is tested with every action of ${id}`, () => {
        const { read, contain } = PLAYBOOKS.get(id)?.permissions ?? assert.fail(id);
        const actionsIn = (permissions: readonly Permission[]) =>
          [...new Set(permissions.flatMap(({ actions }) => actions))].sort();
        const called = (calls: readonly PlaybookCall[]) =>
          [...new Set(calls.map(([action]) => action))].sort();

        assert.deepEqual([called(looks), called(changes)], [actionsIn(read), actionsIn(contain)]);
      });
    }
  });

  describe("of all playbooks", () => {
    let enforcing: Graph;

    before(async () => {
      enforcing = await responderGraph({}, { memberResponseRole: "respond-here" });
    });

    const resources = {
      "its queue": () => arnIn(enforcing, "aws:sqs/queue:Queue", "responder-queue"),
      "its dead-letter queue": () => arnIn(enforcing, "aws:sqs/queue:Queue", "dead-letters"),
      "its table": () => arnIn(enforcing, "aws:dynamodb/table:Table"),
      "its table's index": () => `${arnIn(enforcing, "aws:dynamodb/table:Table")}/index/byTime`,
      "another table": () => `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/detector-table-1a2b3c4`,
      "the alert bus": () => `arn:aws:events:eu-west-1:${ACCOUNT}:event-bus/trailkeeper-test-alerts`,
      "the default bus": () => `arn:aws:events:eu-west-1:${ACCOUNT}:event-bus/default`,
      "its log": () => `${arnIn(enforcing, "aws:cloudwatch/logGroup:LogGroup")}:log-stream:s`,
      "another log": () => `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/lambda/shop:log-stream:s`,
      "a member's role": () => `arn:aws:iam::${OTHER_ACCOUNT}:role/respond-here`,
      "another role of a member": () => `arn:aws:iam::${OTHER_ACCOUNT}:role/admin`,
    };
    const outcome = { "events:source": "trailkeeper", "events:detail-type": "Response" };
    const records = { "dynamodb:LeadingKeys": ["response"] };
    const cases: readonly [string, keyof typeof resources, boolean, PlaybookCall[2]?][] = [
      ["sqs:ReceiveMessage", "its queue", true],
      ["sqs:DeleteMessage", "its queue", true],
      ["sqs:PurgeQueue", "its queue", false],
      ["sqs:SendMessage", "its queue", false],
      ["sqs:ReceiveMessage", "its dead-letter queue", false],
      ["dynamodb:GetItem", "its table", true, records],
      ["dynamodb:PutItem", "its table", true, records],
      ["dynamodb:UpdateItem", "its table", true, records],
      ["dynamodb:DeleteItem", "its table", true, { "dynamodb:LeadingKeys": ["lock"] }],
      ["dynamodb:DeleteItem", "its table", false, records],
      ["dynamodb:Query", "its table", false, records],
      ["dynamodb:Scan", "its table", false],
      ["dynamodb:Query", "its table's index", false],
      ["dynamodb:DeleteTable", "its table", false],
      ["dynamodb:PutItem", "another table", false, records],
      ["dynamodb:GetItem", "another table", false, records],
      ["events:PutEvents", "the alert bus", true, outcome],
      ["events:PutEvents", "the alert bus", false, { ...outcome, "events:detail-type": "Alert" }],
      ["events:PutEvents", "the alert bus", false, { ...outcome, "events:source": "aws.iam" }],
      ["events:PutEvents", "the default bus", false, outcome],
      ["logs:PutLogEvents", "its log", true],
      ["logs:DeleteLogStream", "its log", false],
      ["logs:PutLogEvents", "another log", false],
    ];
    for (const [action, resource, isAllowed, context] of cases)
      it(`${isAllowed ? "may" : "may not"} ${action} on ${resource} ${JSON.stringify(context ?? {})}`, async () => {
        const verdict = await decideAs(policyOf(enforcing), [action, resources[resource](), context]);

        assert.equal(verdict === "Allowed", isAllowed, verdict);
      });

    for (const [resource, isAllowed] of [
      ["a member's role", true],
      ["another role of a member", false],
    ] as const)
      it(`${isAllowed ? "may" : "may not"} take ${resource}`, async () => {
        const policy = policyOf(enforcing);
        const verdict = await decide({
          principal: RESPOND,
          action: "sts:AssumeRole",
          resource: resources[resource](),
          resourceAccountId: OTHER_ACCOUNT,
          resourcePolicy: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
                Action: "sts:AssumeRole",
              },
            ],
          },
          identityPolicy: policy,
        });

        assert.equal(verdict === "Allowed", isAllowed, verdict);
      });

    it("may take no role where none is named", async () => {
      const policy = policyOf(await responderGraph());

      assert.doesNotMatch(JSON.stringify(policy), /sts:AssumeRole/);
    });

    it("may never undo, but for what also contains", () => {
      const allowed = policyOf(enforcing)
        .Statement.filter(({ Effect }) => Effect === "Allow")
        .flatMap(({ Action }) => Action);
      const contains = new Set(
        [...PLAYBOOKS.values()].flatMap(({ permissions }) => actionsOf(permissions.contain)),
      );
      for (const { id, permissions } of PLAYBOOKS.values())
        for (const action of actionsOf(permissions.undo))
          if (!contains.has(action)) assert.ok(!allowed.includes(action), `${id}: ${action}`);
    });

    describe("whatever else it is given", () => {
      const DENIED: readonly PlaybookCall[] = [
        ["cloudtrail:StopLogging", `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/audit`],
        ["cloudtrail:PutEventSelectors", `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/audit`],
        ["cloudtrail:StartLogging", `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/audit`],
        ["s3:PutBucketPolicy", "arn:aws:s3:::archive-1a2b3c4"],
        ["s3:PutBucketPublicAccessBlock", "arn:aws:s3:::archive-1a2b3c4"],
        ["kms:ScheduleKeyDeletion", `arn:aws:kms:eu-west-1:${ACCOUNT}:key/responder-key-1a2b3c4`],
        ["iam:PutRolePolicy", `arn:aws:iam::${ACCOUNT}:role/audit-detect`],
        ["iam:PutRolePolicy", `arn:aws:iam::${ACCOUNT}:role/audit-respond`],
        ["iam:PutRolePolicy", `arn:aws:iam::${ACCOUNT}:role/Admin`],
        ["iam:PutUserPolicy", `arn:aws:iam::${ACCOUNT}:user/fire-brigade`],
        ["iam:UpdateAccessKey", `arn:aws:iam::${ACCOUNT}:user/fire-brigade`],
        ["iam:DeleteLoginProfile", `arn:aws:iam::${ACCOUNT}:user/fire-brigade`],
        ["lambda:RemovePermission", `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:trailkeeper-test-respond`],
        [
          "lambda:UpdateFunctionCode",
          `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:trailkeeper-test-respond`,
        ],
        [
          "events:DisableRule",
          `arn:aws:events:eu-west-1:${ACCOUNT}:rule/trailkeeper-test-alerts/responder-rule`,
        ],
        ["dynamodb:DeleteTable", `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/responder-table-1a2b3c4`],
      ];
      for (const call of DENIED)
        it(`is denied ${call[0]} on ${call[1]}`, async () => {
          const { Version, Statement } = policyOf(enforcing);
          const withAll = { Version, Statement: [...Statement, ...EVERYTHING.Statement] };

          assert.equal(await decideAs(withAll, call), "ExplicitlyDenied");
        });

      it("is denied to weaken the trail also where every playbook is off", async () => {
        const { Version, Statement } = policyOf(await responderGraph({}, { responseModes: modes("off") }));
        const withAll = { Version, Statement: [...Statement, ...EVERYTHING.Statement] };
        const call = DENIED[0] ?? assert.fail();

        assert.equal(await decideAs(withAll, call), "ExplicitlyDenied");
      });
    });
  });

  it("is refused where the settings make its policy longer than IAM takes", () => {
    const menderArns = Array.from(
      { length: 200 },
      (_, index) => `arn:aws:iam::${ACCOUNT}:user/fire-${index}`,
    );
    const args = {
      partition: "aws",
      accountId: ACCOUNT,
      playbooks: PLAYBOOKS,
      modes: modes("enforce"),
      queueArn: `arn:aws:sqs:eu-west-1:${ACCOUNT}:queue`,
      tableArn: `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/responses`,
      alertBusArn: `arn:aws:events:eu-west-1:${ACCOUNT}:event-bus/alerts`,
      logGroupArn: `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/lambda/respond`,
      stackArns: [],
    };

    assert.throws(() => respondRolePolicy({ ...args, menderArns }), /has \d+ characters.*as one with \*/);
    assert.doesNotThrow(() => respondRolePolicy({ ...args, menderArns: menderArns.slice(0, 20) }));
  });

  it("leaves room in its policy with every playbook enforced and long names", async () => {
    const graph = await responderGraph(
      { trailName: "t".repeat(64), namePrefix: "p".repeat(32) },
      { memberResponseRole: "m".repeat(64) },
    );

    const { length } = JSON.stringify(policyOf(graph));
    assert.ok(length < 9_000, `${length} characters`);
  });
});

function actionsOf(permissions: readonly Permission[]): readonly string[] {
  return permissions.flatMap(({ actions }) => actions);
}
