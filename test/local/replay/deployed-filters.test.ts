import assert from "node:assert/strict";
import { CloudWatchLogsClient, DescribeMetricFiltersCommand } from "@aws-sdk/client-cloudwatch-logs";
import { mockClient } from "aws-sdk-client-mock";
import { DeployedFilters } from "../../../local/replay/deployed-filters";

const GROUP = "/aws/cloudtrail/trailkeeper-dev";

async function deployed(pattern: string): Promise<DeployedFilters> {
  const client = new CloudWatchLogsClient({ region: "eu-west-1" });
  mockClient(client)
    .on(DescribeMetricFiltersCommand, { logGroupName: GROUP })
    .resolves({
      metricFilters: [
        {
          filterName: "denied",
          filterPattern: pattern,
          metricTransformations: [{ metricName: "denied", metricNamespace: "Test", metricValue: "1" }],
        },
      ],
    });
  return DeployedFilters.read(client, GROUP);
}

const deniedAt = (...times: string[]) =>
  times.map((time) => ({ eventName: "X", eventTime: `2026-03-04T${time}Z`, errorCode: "AccessDenied" }));

describe("deployed metric filters", () => {
  it("count the matches of the fullest period, not of the whole recording", async () => {
    const read = await deployed("{ $.errorCode = AccessDenied }");

    read.count([
      ...deniedAt("05:00:00", "05:04:59", "05:05:00", "05:06:00", "05:09:59", "06:00:00"),
      { eventName: "X", eventTime: "2026-03-04T05:06:00Z" },
    ]);

    const [filter] = read.filters;
    assert.equal(filter?.matches, 6);
    assert.equal(filter.fullestPeriod(300), 3);
    assert.equal(filter.fullestPeriod(3_600), 5);
    assert.equal(filter.fullestPeriod(60), 1);
  });

  it("refuse a pattern that AWS would refuse", async () => {
    await assert.rejects(deployed("{ $.errorCode EXISTS }"), /EXISTS is not supported/);
  });
});
