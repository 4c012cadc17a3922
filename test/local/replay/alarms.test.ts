import assert from "node:assert/strict";
import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { mockClient } from "aws-sdk-client-mock";
import { readAlarms } from "../../../local/replay/alarms";
import type { DeployedFilter } from "../../../local/replay/deployed-filters";

const METRIC = { namespace: "LogMetrics", name: "denied" };

const filter: DeployedFilter = {
  name: "denied",
  pattern: "{ $.errorCode = AccessDenied }",
  metric: METRIC,
  matches: 9,
  fullestPeriod: (periodSeconds) => (periodSeconds >= 300 ? 5 : 2),
};

function outcomesOf(change: Partial<MetricAlarm>) {
  const client = new CloudWatchClient({ region: "eu-west-1" });
  mockClient(client)
    .on(DescribeAlarmsCommand)
    .resolves({
      MetricAlarms: [
        {
          AlarmName: "denied",
          Namespace: METRIC.namespace,
          MetricName: METRIC.name,
          Statistic: "Sum",
          ComparisonOperator: "GreaterThanOrEqualToThreshold",
          Period: 300,
          Threshold: 5,
          StateValue: "ALARM",
          ...change,
        },
      ],
    });
  return readAlarms(client, [filter]);
}

describe("alarms read back", () => {
  for (const [title, change, expected] of [
    ["at the threshold", {}, true],
    ["below the threshold", { Threshold: 6 }, false],
    ["below the threshold in a shorter period", { Period: 60 }, false],
  ] as const) {
    it(`are ${expected ? "" : "not "}expected to fire ${title}`, async () => {
      const [outcome] = await outcomesOf(change);

      assert.equal(outcome?.expected, expected);
    });
  }

  it("are those of the filter's own metric, namespace included", async () => {
    assert.deepEqual(await outcomesOf({ Namespace: "Elsewhere" }), []);
  });

  it("are refused where the local run cannot judge them", async () => {
    await assert.rejects(outcomesOf({ Statistic: "Average" }), /alarm denied: .*not Average/);
  });
});
