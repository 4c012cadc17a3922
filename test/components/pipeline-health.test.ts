import assert from "node:assert/strict";
import type { Graph, RecordedResource } from "../support/graph";
import { recordProgram, SHAPES } from "../support/program";
import { decide } from "../support/iam";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const QUEUE = "aws:sqs/queue:Queue";
const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const HOME = "eu-west-1";

type Inputs = Record<string, unknown> & { readonly dimensions?: Record<string, string> };

describe("PipelineHealth", function () {
  this.timeout(60_000);
  let graph: Graph;
  let alarms: RecordedResource[];

  before(async () => {
    graph = await recordProgram(SHAPES.prod);
    alarms = graph.all(ALARM).filter(({ name }) => name.startsWith("health-"));
  });

  const arnOf = (type: string, nameFragment: string) => graph.only(type, nameFragment).outputs.arn;
  const on = (metricName: string, dimensions: Record<string, unknown>, region?: string) =>
    alarms.filter(
      ({ inputs }) =>
        inputs.metricName === metricName &&
        inputs.region === region &&
        JSON.stringify(sorted(inputs as Inputs)) === JSON.stringify(sorted({ dimensions } as Inputs)),
    );
  const sorted = ({ dimensions = {} }: Inputs) => Object.entries(dimensions).sort();

  it("watches every dead-letter queue of the stack, in its region", () => {
    const deadLetters = graph.all(QUEUE).filter(({ name }) => name.endsWith("dead-letters"));
    assert.ok(deadLetters.length >= 11);
    for (const { inputs, outputs, name } of deadLetters) {
      const region = inputs.region as string | undefined;
      assert.equal(
        on("ApproximateNumberOfMessagesVisible", { QueueName: outputs.name }, region).length,
        1,
        name,
      );
    }
  });

  it("watches the age of every queue that a function reads, and the errors and throttles of each function", () => {
    for (const { inputs } of graph.all("aws:lambda/eventSourceMapping:EventSourceMapping")) {
      const QueueName = String(inputs.eventSourceArn).split(":").at(-1);
      assert.equal(on("ApproximateAgeOfOldestMessage", { QueueName }).length, 1, QueueName);
    }
    for (const { outputs } of graph.all("aws:lambda/function:Function"))
      for (const metric of ["Errors", "Throttles"])
        assert.equal(
          on(metric, { FunctionName: outputs.name }).length,
          1,
          `${metric} ${String(outputs.name)}`,
        );
  });

  it("watches the notifications of both topics that people subscribe to", () => {
    for (const topic of ["alerts-page", "alerts-notice"])
      assert.equal(
        on("NumberOfNotificationsFailed", {
          TopicName: graph.only("aws:sns/topic:Topic", topic).outputs.name,
        }).length,
        1,
      );
  });

  it("watches every rule of a custom bus, and every forwarding rule", () => {
    for (const { inputs, outputs, name } of graph.all(RULE)) {
      if (inputs.eventBusName !== undefined) {
        const dimensions = { EventBusName: inputs.eventBusName, RuleName: outputs.name };
        for (const metric of ["FailedInvocations", "InvocationsFailedToBeSentToDlq"])
          assert.equal(on(metric, dimensions).length, 1, `${metric} ${name}`);
      } else if (String(outputs.name).includes("-forward-")) {
        const queries = JSON.stringify(
          alarms
            .filter((alarm) => alarm.inputs.region === inputs.region)
            .map((alarm) => alarm.inputs.metricQueries ?? []),
        );
        assert.ok(queries.includes(`"RuleName":"${String(outputs.name)}"`), name);
      }
    }
  });

  it("takes silence of log group and archive for the fault it is", () => {
    for (const [metric, dimensions] of [
      ["IncomingLogEvents", { LogGroupName: "/aws/cloudtrail/trailkeeper-prod" }],
      ["NumberOfMessagesSent", { QueueName: graph.only(QUEUE, "detector-complete-queue").outputs.name }],
    ] as const) {
      const [alarm] = on(metric, dimensions);
      assert.equal(alarm?.inputs.treatMissingData, "breaching", metric);
      assert.equal(alarm.inputs.comparisonOperator, "LessThanThreshold");
      assert.equal(alarm.inputs.threshold, 1);
    }
  });

  it("pages straight from CloudWatch, and tells notice as well of what stands before a page", () => {
    const page = arnOf("aws:sns/topic:Topic", "alerts-page");
    const notice = arnOf("aws:sns/topic:Topic", "alerts-notice");
    for (const { inputs, name } of alarms) {
      if (inputs.region !== undefined) continue;
      assert.equal((inputs.alarmActions as unknown[])[0], page, name);
      assert.equal(inputs.actionsEnabled, true, name);
    }
    const both = alarms
      .filter(({ inputs }) => (inputs.alarmActions as unknown[]).includes(notice))
      .map(({ name }) => name.replace("health-", ""));
    assert.deepEqual(both.sort(), [
      "alert-dead-letters",
      "alert-rule-failed",
      "alert-rule-lost",
      "notify-errors",
      "notify-queue-age",
      "notify-throttles",
      "page-dead-letters",
      "page-undelivered",
    ]);
  });

  it("says in every alarm what it means and what to do", () => {
    for (const { inputs, name } of alarms) {
      assert.match(String(inputs.alarmDescription), /\.$/, name);
      assert.ok(String(inputs.alarmDescription).length > 40, name);
    }
  });

  it("guards its alarms, so that a refused destroy does not silence them", () => {
    for (const { protect, urn } of graph.resources.filter(
      ({ name, custom }) => custom && name.startsWith("health-"),
    ))
      assert.equal(protect, true, urn);
  });

  describe("in other regions", () => {
    const elsewhere = ["us-east-1", "us-east-2", "us-west-2", "eu-north-1", "ap-southeast-2"];

    it("sends an alarm's going off to the home region by a way of its own", () => {
      const home = `arn:aws:events:${HOME}:111122223333:event-bus/default`;
      const role = graph.only("aws:iam/role:Role", "health-regions-role");
      for (const region of elsewhere) {
        const rule = graph.only(RULE, `health-regions-${region}`);
        const target = graph.only(TARGET, `health-regions-${region}`);
        assert.equal(rule.inputs.region, region);
        assert.deepEqual([target.inputs.arn, target.inputs.roleArn], [home, role.outputs.arn]);
        const pattern = JSON.parse(String(rule.inputs.eventPattern)) as {
          detail: { alarmName: [{ prefix: string }] };
        };
        for (const { inputs } of alarms.filter((alarm) => alarm.inputs.region === region))
          assert.ok(String(inputs.name).startsWith(pattern.detail.alarmName[0].prefix));
      }
    });

    it("lets the role take nothing but news home", async () => {
      const decided = await decide({
        principal: "events.amazonaws.com",
        action: "sts:AssumeRole",
        resource: "arn:aws:iam::111122223333:role/health",
        resourceAccountId: "111122223333",
        resourcePolicy: JSON.parse(
          String(graph.only("aws:iam/role:Role", "health-regions-role").inputs.assumeRolePolicy),
        ),
        context: {
          "aws:SourceAccount": "111122223333",
          "aws:SourceArn": "arn:aws:events:us-east-1:111122223333:rule/trailkeeper-prod-forward-1",
        },
      });
      assert.equal(decided, "ImplicitlyDenied");
    });

    it("keeps the news in a queue of the home region that pages as soon as it holds any", () => {
      const rule = graph.only(RULE, "health-regions-rule");
      const queue = graph.only(QUEUE, "health-regions-news");
      const pattern = JSON.parse(String(rule.inputs.eventPattern)) as { region: unknown };

      assert.deepEqual(pattern.region, [{ "anything-but": [HOME] }]);
      assert.equal(graph.only(TARGET, "health-regions-target").inputs.arn, queue.outputs.arn);
      const [alarm] = on("ApproximateNumberOfMessagesVisible", { QueueName: queue.outputs.name });
      assert.deepEqual(alarm?.inputs.alarmActions, [arnOf("aws:sns/topic:Topic", "alerts-page")]);
    });

    it("needs none of that where only the home region is monitored", async () => {
      const alone = await recordProgram({ stack: "prod", config: { monitoredRegions: [HOME] } });

      assert.deepEqual(
        alone.resources.filter(({ name }) => /^health-regions-(role|news|rule)/.test(name)),
        [],
      );
      assert.equal(alone.all(ALARM).filter(({ name }) => name.startsWith("health-regions-")).length, 2);
    });
  });
});
