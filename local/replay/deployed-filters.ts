import { type CloudWatchLogsClient, paginateDescribeMetricFilters } from "@aws-sdk/client-cloudwatch-logs";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import { matchesMetricFilter } from "../../formats/metric-filter/match";
import { parseMetricFilter, type MetricFilter } from "../../formats/metric-filter/parse";

/** The metric that a filter feeds. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
}

/** A metric filter as it is deployed, with what it has matched so far. */
export interface DeployedFilter {
  readonly name: string;
  readonly pattern: string;
  readonly metric: Metric;
  readonly defaultValue?: number;
  /** All events matched. */
  readonly matches: number;
  /** Matches in the fullest period of this length, by event time, aligned as CloudWatch aligns periods. */
  fullestPeriod(periodSeconds: number): number;
}

/**
 * Stands in for CloudWatch Logs' metric filters, which the local cloud stores but never evaluates. The filters are
 * read back from the local cloud, so that what is evaluated is what was deployed.
 */
export class DeployedFilters {
  private constructor(readonly filters: readonly CountingFilter[]) {}

  /** @throws when a deployed pattern is one that AWS would not accept */
  static async read(logs: CloudWatchLogsClient, logGroupName: string): Promise<DeployedFilters> {
    const filters: CountingFilter[] = [];
    for await (const page of paginateDescribeMetricFilters({ client: logs }, { logGroupName })) {
      for (const filter of page.metricFilters ?? []) {
        const { filterName = "", filterPattern = "" } = filter;
        const [transformation] = filter.metricTransformations ?? [];
        if (!transformation?.metricName || !transformation.metricNamespace)
          throw new Error(`metric filter ${filterName} has no metric transformation`);
        const metric = { namespace: transformation.metricNamespace, name: transformation.metricName };
        const parsed = parseMetricFilter(filterPattern);
        filters.push(
          new CountingFilter(filterName, filterPattern, metric, parsed, transformation.defaultValue),
        );
      }
    }
    return new DeployedFilters(filters);
  }

  /** Evaluates every filter on events that reached the log group. */
  count(events: readonly CloudTrailEvent[]): void {
    for (const event of events) for (const filter of this.filters) filter.count(event);
  }
}

const BUCKET_SECONDS = 10;

class CountingFilter implements DeployedFilter {
  matches = 0;
  /** Matches by start of a 10-second bucket, the shortest alarm period there is. */
  private readonly buckets = new Map<number, number>();

  constructor(
    readonly name: string,
    readonly pattern: string,
    readonly metric: Metric,
    private readonly filter: MetricFilter,
    readonly defaultValue?: number,
  ) {}

  count(event: CloudTrailEvent): void {
    if (!matchesMetricFilter(this.filter, event)) return;
    this.matches++;
    const seconds = Math.floor(Date.parse(String(event.eventTime)) / 1000);
    const bucket = seconds - (seconds % BUCKET_SECONDS);
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0) + 1);
  }

  fullestPeriod(periodSeconds: number): number {
    const periods = new Map<number, number>();
    for (const [bucket, matches] of this.buckets) {
      const period = Math.floor(bucket / periodSeconds);
      periods.set(period, (periods.get(period) ?? 0) + matches);
    }
    return [...periods.values()].reduce((fullest, matches) => Math.max(fullest, matches), 0);
  }
}
