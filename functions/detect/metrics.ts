/** CloudWatch namespace of the function's own metrics. */
export const METRICS_NAMESPACE = "Trailkeeper";

/** What the function counts. */
export type MetricName =
  "EventsRead" | "Hits" | "AlertsPublished" | "AlertRepeats" | "SuppressedHits" | "MalformedRecords";

/**
 * Counts over one invocation, written as one line of CloudWatch's embedded metric format (CloudWatch User Guide,
 * "Specification: Embedded metric format"), which Lambda's log turns into metrics.
 */
export class Metrics {
  private readonly counts = new Map<MetricName, number>();

  /** @param by 1 by default */
  count(name: MetricName, by = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by);
  }

  /**
   * The line for what was counted, and starts anew; undefined when nothing was.
   *
   * @param functionName the metrics' only dimension
   */
  flush(timeMs: number, functionName: string): string | undefined {
    if (this.counts.size === 0) return undefined;
    const counts = Object.fromEntries(this.counts);
    this.counts.clear();
    return JSON.stringify({
      _aws: {
        Timestamp: timeMs,
        CloudWatchMetrics: [
          {
            Namespace: METRICS_NAMESPACE,
            Dimensions: [["FunctionName"]],
            Metrics: Object.keys(counts).map((Name) => ({ Name, Unit: "Count" })),
          },
        ],
      },
      FunctionName: functionName,
      ...counts,
    });
  }
}
