import {
  type CloudWatchClient,
  paginateDescribeAlarms,
  PutMetricDataCommand,
  type MetricAlarm,
} from "@aws-sdk/client-cloudwatch";
import type { DeployedFilter } from "./deployed-filters";

/** A deployed alarm beside the filter that feeds it. */
export interface AlarmOutcome {
  readonly name: string;
  readonly state: string;
  readonly topicArns: readonly string[];
  readonly filter: DeployedFilter;
  /** Whether the filter's fullest period reaches the alarm's threshold, so that it has to be in ALARM. */
  readonly expected: boolean;
}

/**
 * Puts the metrics that the filters would have put: one datum a metric, holding the matches of the fullest period,
 * or the filter's default value. One datum is enough and honest: the local cloud pools all data of a metric
 * whatever their time, so the sum of a longer recording would reach thresholds that no period reached.
 */
export async function putMetrics(
  cloudWatch: CloudWatchClient,
  filters: readonly DeployedFilter[],
): Promise<void> {
  const alarms = await alarmsByMetric(cloudWatch);
  for (const filter of filters) {
    const { metric, defaultValue } = filter;
    const periodSeconds = Math.max(
      ...(alarms.get(metricKey(metric)) ?? []).map(({ Period = 60 }) => Period),
      60,
    );
    const matches = filter.fullestPeriod(periodSeconds);
    if (matches === 0 && defaultValue === undefined) continue;
    await cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: metric.namespace,
        MetricData: [
          { MetricName: metric.name, Value: matches || defaultValue, Timestamp: new Date(), Unit: "None" },
        ],
      }),
    );
  }
}

/** State of every alarm that a filter feeds, sorted by name. */
export async function readAlarms(
  cloudWatch: CloudWatchClient,
  filters: readonly DeployedFilter[],
): Promise<AlarmOutcome[]> {
  const alarms = await alarmsByMetric(cloudWatch);
  return filters
    .flatMap((filter) =>
      (alarms.get(metricKey(filter.metric)) ?? []).map((alarm) => ({
        name: alarm.AlarmName ?? "",
        state: alarm.StateValue ?? "",
        topicArns: alarm.AlarmActions ?? [],
        filter,
        expected: reachesThreshold(alarm, filter),
      })),
    )
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** How many notifications the alarms that went off must have sent. */
export function notificationsDue(alarms: readonly AlarmOutcome[]): number {
  return alarms
    .filter(({ state }) => state === "ALARM")
    .reduce((sum, { topicArns }) => sum + topicArns.length, 0);
}

function reachesThreshold(alarm: MetricAlarm, filter: DeployedFilter): boolean {
  const { AlarmName, ComparisonOperator, Period, Statistic, Threshold } = alarm;
  if (
    Statistic !== "Sum" ||
    ComparisonOperator !== "GreaterThanOrEqualToThreshold" ||
    Period === undefined ||
    Threshold === undefined
  )
    throw new Error(
      `alarm ${AlarmName}: the local run judges alarms on a Sum reaching a threshold, not ${Statistic} ${ComparisonOperator}`,
    );
  return filter.fullestPeriod(Period) >= Threshold;
}

async function alarmsByMetric(cloudWatch: CloudWatchClient): Promise<Map<string, MetricAlarm[]>> {
  const alarms = new Map<string, MetricAlarm[]>();
  for await (const page of paginateDescribeAlarms({ client: cloudWatch }, { AlarmTypes: ["MetricAlarm"] })) {
    for (const alarm of page.MetricAlarms ?? []) {
      const key = metricKey({ namespace: alarm.Namespace ?? "", name: alarm.MetricName ?? "" });
      alarms.set(key, [...(alarms.get(key) ?? []), alarm]);
    }
  }
  return alarms;
}

function metricKey(metric: { readonly namespace: string; readonly name: string }): string {
  return `${metric.namespace}\u0000${metric.name}`;
}
