import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type AlarmDefinition, TrailAlarms } from "../../components/trail-alarms";
import { MAX_METRIC_FILTERS, refuseImpossibleAlarms } from "../../components/trail-alarms-limits";
import { CIS_CONTROLS } from "../../detections/cis-controls";
import { type Graph, recordGraph } from "../support/graph";

const FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const PAGE = "arn:aws:sns:eu-west-1:111122223333:page";
const NOTICE = "arn:aws:sns:eu-west-1:111122223333:notice";

const deniedCalls: AlarmDefinition = {
  name: "denied-calls",
  pattern: '{ $.errorCode = "AccessDenied*" }',
  threshold: 25,
  periodSeconds: 300,
  topic: "page",
};

function build(alarms?: readonly AlarmDefinition[]): Promise<Graph> {
  return recordGraph(() => {
    const { alarmArns } = new TrailAlarms("alarms", {
      namePrefix: "trailkeeper-prod",
      logGroupName: pulumi.output("/aws/cloudtrail/trailkeeper-prod"),
      pageTopicArn: PAGE,
      noticeTopicArn: NOTICE,
      protect: true,
      alarms,
    });
    return { alarmArns };
  });
}

describe("TrailAlarms", () => {
  let graph: Graph;
  before(async () => {
    graph = await build([deniedCalls]);
  });

  it("protects what is CIS's and leaves the user's own alarms to the settings", () => {
    for (const { custom, name, protect } of graph.resources)
      if (custom) assert.equal(protect, !name.includes("denied-calls"), name);
  });

  for (const { id, name, title, meaning, pattern } of CIS_CONTROLS) {
    const physicalName = `trailkeeper-prod-${name}`;

    it(`counts the events of ${id} with the published filter`, () => {
      const { inputs } = graph.only(FILTER, name);
      assert.deepEqual(inputs, {
        name: physicalName,
        logGroupName: "/aws/cloudtrail/trailkeeper-prod",
        pattern,
        metricTransformation: { name: physicalName, namespace: "LogMetrics", value: "1", defaultValue: "0" },
      });
    });

    it(`tells notice, and nobody else, within five minutes of one event of ${id}`, () => {
      const { inputs } = graph.only(ALARM, name);
      assert.deepEqual(
        { ...inputs, alarmDescription: undefined },
        {
          name: physicalName,
          alarmDescription: undefined,
          namespace: "LogMetrics",
          metricName: physicalName,
          statistic: "Sum",
          period: 300,
          evaluationPeriods: 1,
          threshold: 1,
          comparisonOperator: "GreaterThanOrEqualToThreshold",
          treatMissingData: "notBreaching",
          actionsEnabled: true,
          alarmActions: [NOTICE],
        },
      );
      const description = inputs.alarmDescription as string;
      assert.ok(description.includes(title) && description.includes(meaning), description);
      assert.ok(description.length <= 1_024);
    });
  }

  it("puts the user's alarms into a metric namespace of their own, with their own threshold, period and topic", () => {
    const filter = graph.only(FILTER, "denied-calls").inputs;
    const alarm = graph.only(ALARM, "denied-calls").inputs;

    assert.equal(filter.pattern, deniedCalls.pattern);
    assert.deepEqual(filter.metricTransformation, {
      name: "trailkeeper-prod-denied-calls",
      namespace: "Trailkeeper/trailkeeper-prod",
      value: "1",
      defaultValue: "0",
    });
    assert.deepEqual(
      [alarm.name, alarm.namespace, alarm.metricName, alarm.threshold, alarm.period, alarm.alarmActions],
      [
        "trailkeeper-prod-denied-calls",
        "Trailkeeper/trailkeeper-prod",
        "trailkeeper-prod-denied-calls",
        25,
        300,
        [PAGE],
      ],
    );
  });

  it("sends the user's alarms to notice where they say so", async () => {
    const noticed = await build([{ ...deniedCalls, topic: "notice" }]);
    assert.deepEqual(noticed.only(ALARM, "denied-calls").inputs.alarmActions, [NOTICE]);
  });

  it("makes each alarm after its filter, all of them children of the component", () => {
    const component = graph.only("trailkeeper:index:TrailAlarms");
    for (const alarm of graph.all(ALARM)) {
      const filter = graph.only(FILTER, alarm.name.replace(/^alarms-|-alarm$/g, ""));
      assert.ok(alarm.dependsOn.includes(filter.urn), alarm.name);
      assert.deepEqual([alarm.parentUrn, filter.parentUrn], [component.urn, component.urn]);
    }
  });

  it("has the CIS alarms alone when no others are asked for", async () => {
    const bare = await build();
    assert.deepEqual([bare.all(FILTER).length, bare.all(ALARM).length], [15, 15]);
  });

  it("gives out every alarm by its name", () => {
    const { alarmArns } = graph.outputs as { alarmArns: Record<string, string> };
    assert.deepEqual(Object.keys(alarmArns), [...CIS_CONTROLS.map(({ name }) => name), "denied-calls"]);
    assert.equal(
      alarmArns["root-usage"],
      "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:trailkeeper-prod-root-usage",
    );
  });

  it("refuses impossible alarms before it makes anything", async () => {
    await assert.rejects(build([{ ...deniedCalls, name: "root-usage" }]), /trailkeeper:alarms/);
  });
});

describe("refuseImpossibleAlarms", () => {
  const PLAIN = "{ $.eventName = x }";
  const REGEX = "{ $.eventName = %^Delete% }";
  const many = (count: number, pattern = PLAIN) =>
    Array.from({ length: count }, (_, index) => ({ name: `alarm-${index}`, pattern }));

  for (const [what, alarms, message] of [
    ["the name of a CIS alarm", [{ name: "root-usage", pattern: PLAIN }], /"root-usage" is taken/],
    ["a name twice", [...many(1), ...many(1)], /"alarm-0" is taken/],
    [
      "a faulty pattern",
      [{ name: "a", pattern: "{ $.x EXISTS }" }],
      /the pattern of "a" is no metric filter: /,
    ],
    ["more filters than a log group takes", many(86), /86 alarms .* 100 metric filters.*at least 1/],
    ["more regular expressions than a log group takes", many(6, REGEX), /6 patterns .*alarm-5.* takes 5/],
  ] as const) {
    it(`refuses ${what}, naming the key`, () => {
      assert.throws(
        () => refuseImpossibleAlarms(alarms),
        (error: Error) => {
          assert.match(error.message, /^trailkeeper:alarms: /);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  it("reports every mistake at once", () => {
    const alarms = [
      { name: "root-usage", pattern: PLAIN },
      { name: "a", pattern: "nonsense {" },
    ];
    assert.throws(() => refuseImpossibleAlarms(alarms), /root-usage.*; the pattern of "a"/);
  });

  it("takes what just fits", () => {
    const full = many(MAX_METRIC_FILTERS - CIS_CONTROLS.length);
    refuseImpossibleAlarms(full.map((alarm, index) => (index < 5 ? { ...alarm, pattern: REGEX } : alarm)));
  });
});
