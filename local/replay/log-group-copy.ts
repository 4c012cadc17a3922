import {
  type CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
} from "@aws-sdk/client-cloudwatch-logs";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";

/** CloudTrail does not send larger events to CloudWatch Logs (CloudTrail User Guide, "Quotas in AWS CloudTrail"). */
export const MAX_EVENT_BYTES = 256 * 1024;

/** PutLogEvents takes at most 1 MiB and 10,000 events, and counts 26 bytes of overhead an event (API reference). */
const MAX_BATCH_BYTES = 1_048_576;
const MAX_BATCH_EVENTS = 10_000;
const EVENT_OVERHEAD_BYTES = 26;

/** Stands in for CloudTrail's delivery to its CloudWatch Logs group. */
export class LogGroupCopy {
  private readonly streams = new Set<string>();

  constructor(
    private readonly logs: CloudWatchLogsClient,
    private readonly logGroupName: string,
    private readonly accountId: string,
  ) {}

  /**
   * Copies events to the stream of a Region, in time order. Returns the events that arrived; the others are larger
   * than CloudTrail sends here.
   */
  async copy(events: readonly CloudTrailEvent[], region: string): Promise<CloudTrailEvent[]> {
    const logStreamName = await this.stream(region);
    const timestamp = Date.now();
    const arrived: CloudTrailEvent[] = [];
    let batch: { message: string; timestamp: number }[] = [];
    let batchBytes = 0;
    const flush = async () => {
      if (batch.length === 0) return;
      const response = await this.logs.send(
        new PutLogEventsCommand({ logGroupName: this.logGroupName, logStreamName, logEvents: batch }),
      );
      const rejected = response.rejectedLogEventsInfo;
      if (rejected && Object.values(rejected).some((index) => index !== undefined))
        throw new Error(`log group ${this.logGroupName} rejected events: ${JSON.stringify(rejected)}`);
      batch = [];
      batchBytes = 0;
    };
    for (const event of events) {
      const message = JSON.stringify(event);
      const bytes = Buffer.byteLength(message);
      if (bytes > MAX_EVENT_BYTES) continue;
      if (batchBytes + bytes + EVENT_OVERHEAD_BYTES > MAX_BATCH_BYTES || batch.length === MAX_BATCH_EVENTS)
        await flush();
      batch.push({ message, timestamp });
      batchBytes += bytes + EVENT_OVERHEAD_BYTES;
      arrived.push(event);
    }
    await flush();
    return arrived;
  }

  private async stream(region: string): Promise<string> {
    const logStreamName = `${this.accountId}_CloudTrail_${region}`;
    if (this.streams.has(logStreamName)) return logStreamName;
    try {
      await this.logs.send(new CreateLogStreamCommand({ logGroupName: this.logGroupName, logStreamName }));
    } catch (error) {
      if (!(error instanceof ResourceAlreadyExistsException)) throw error;
    }
    this.streams.add(logStreamName);
    return logStreamName;
  }
}
