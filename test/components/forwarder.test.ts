import assert from "node:assert/strict";
import type { Graph } from "../support/graph";
import { recordProgram, SHAPES } from "../support/program";

const CENTRAL_BUS = SHAPES.forwarder.config.rawEventBusArn;

describe("a forwarder stack", function () {
  this.timeout(60_000);
  let graph: Graph;

  before(async () => {
    graph = await recordProgram(SHAPES.forwarder);
  });

  it("has forwarding rules, their role and their dead-letter queues, and nothing else", () => {
    const types = [...new Set(graph.resources.map(({ type }) => type))].sort();
    assert.deepEqual(types, [
      "aws:cloudwatch/eventRule:EventRule",
      "aws:cloudwatch/eventTarget:EventTarget",
      "aws:iam/role:Role",
      "aws:iam/rolePolicy:RolePolicy",
      "aws:sqs/queue:Queue",
      "aws:sqs/queuePolicy:QueuePolicy",
      "pulumi:pulumi:Stack",
      "trailkeeper:index:Forwarder",
    ]);
  });

  it("sends to the other account's bus as a role that the bus knows by its name", () => {
    const role = graph.only("aws:iam/role:Role");
    assert.match(String(role.outputs.arn), /:role\/trailkeeper-prod-forward-events$/);
    for (const { inputs, name } of graph.all("aws:cloudwatch/eventTarget:EventTarget"))
      assert.deepEqual([inputs.arn, inputs.roleArn], [CENTRAL_BUS, role.outputs.arn], name);
    const policy = JSON.parse(String(graph.only("aws:iam/rolePolicy:RolePolicy").inputs.policy)) as {
      Statement: { Action: string; Resource: string }[];
    };
    assert.deepEqual(
      policy.Statement.map(({ Action, Resource }) => [Action, Resource]),
      [["events:PutEvents", CENTRAL_BUS]],
    );
  });

  it("asks for what the detections ask for, and not for the pipeline's own parts, which it has none of", async () => {
    const central = await recordProgram(SHAPES.organization);
    const patterns = (of: Graph) =>
      of
        .all("aws:cloudwatch/eventRule:EventRule")
        .map(({ inputs }) => String(inputs.eventPattern))
        .join("\n");

    assert.ok(patterns(graph).includes("ConsoleLogin"));
    assert.ok(!patterns(graph).includes("PutAlarmMuteRule"));
    assert.ok(patterns(central).includes("PutAlarmMuteRule"));
  });

  it("tells its rules' names", () => {
    const { forwardingRuleNames } = graph.outputs as { forwardingRuleNames: Record<string, string[]> };
    assert.ok(forwardingRuleNames["us-east-1"]?.includes("trailkeeper-prod-forward-1"));
  });
});
