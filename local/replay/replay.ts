import { CIS_CONTROLS } from "../../detections/cis-controls";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import type { Clients } from "./clients";
import type { EmulatorConnection } from "../connection";
import type { Tell } from "../step";
import { announcedKeys, wrongArrivals } from "./arrivals";
import { notificationsDue, putMetrics, readAlarms, type AlarmOutcome } from "./alarms";
import { ArchiveDelivery, type DeliveryTarget } from "./archive-delivery";
import { DetectionPaths, type DetectionOutcome, type DetectorTarget } from "./detection-paths";
import { DeployedFilters, type DeployedFilter } from "./deployed-filters";
import { Inbox, type Notification } from "./inbox";
import { LogGroupCopy } from "./log-group-copy";
import type { SourceFile } from "./log-source";
import { sendTestAlert } from "./test-alert";

/** The deployed pipeline, as the stack's outputs name it. */
export interface ReplayTarget extends DeliveryTarget, DetectorTarget {
  readonly fileArrivedTopicArn: string;
  readonly logGroupName: string;
  readonly topicArns: { readonly page: string; readonly notice: string };
}

/** What was delivered to the pipeline. */
export interface Delivered {
  readonly files: number;
  readonly events: number;
  /** Keys of the log files in the archive; a source file that mixes Regions becomes one a Region. */
  readonly keys: readonly string[];
  /** Digest-named objects put beside the log files. */
  readonly digests: number;
  /** Events that CloudTrail would not send to CloudWatch Logs for their size; they are in the archive. */
  readonly oversized: number;
}

/** Stands in for the part of AWS between an API call and an alarm's notification. */
export class Replay {
  private constructor(
    private readonly clients: Clients,
    private readonly delivery: ArchiveDelivery,
    private readonly copy: LogGroupCopy,
    private readonly deployed: DeployedFilters,
    private readonly detections: DetectionPaths,
    private readonly inbox: Inbox,
    private readonly arrivals: Inbox,
    private readonly target: ReplayTarget,
  ) {}

  /**
   * Reads back what is deployed, and subscribes an inbox to the alert topics.
   *
   * @param scratch folder for files of the replay's own
   */
  static async prepare(
    connection: EmulatorConnection,
    clients: Clients,
    target: ReplayTarget,
    scratch: string,
  ): Promise<Replay> {
    const deployed = await DeployedFilters.read(clients.logs, target.logGroupName);
    const missing = CIS_CONTROLS.filter(
      ({ pattern }) => !deployed.filters.some((f) => f.pattern === pattern),
    );
    if (missing.length > 0)
      throw new Error(`no metric filter is deployed for ${missing.map(({ id }) => id).join(", ")}`);
    return new Replay(
      clients,
      new ArchiveDelivery(clients.s3, target),
      new LogGroupCopy(clients.logs, target.logGroupName, target.accountId),
      deployed,
      await DetectionPaths.open(connection, clients, target, scratch),
      await Inbox.open(clients.sqs, clients.sns, "local-run-inbox", Object.values(target.topicArns)),
      await Inbox.open(clients.sqs, clients.sns, "local-run-arrivals", [target.fileArrivedTopicArn]),
      target,
    );
  }

  get filters(): readonly DeployedFilter[] {
    return this.deployed.filters;
  }

  /**
   * Delivers events as AWS does: to EventBridge within seconds, then in log files to the archive and the log group, and
   * lets the metric filters see what reached the latter.
   */
  async deliver(source: AsyncIterable<SourceFile> | Iterable<SourceFile>, tell: Tell): Promise<Delivered> {
    const delivered = { files: 0, events: 0, keys: [] as string[], digests: 0, oversized: 0 };
    for await (const { name, events } of source) {
      // One log file holds one Region's events; a recording that mixes them becomes one file a Region.
      for (const [region, ofRegion] of byRegion(events)) {
        await this.detections.send(ofRegion);
        const time = latestTime(ofRegion);
        const logFile = await this.delivery.deliverLogFile(ofRegion, region, time);
        delivered.keys.push(logFile.key);
        await this.delivery.deliverDigest(logFile, region, time);
        delivered.digests++;
        const arrived = await this.copy.copy(ofRegion, region);
        this.deployed.count(arrived);
        delivered.oversized += ofRegion.length - arrived.length;
      }
      delivered.files++;
      delivered.events += events.length;
      tell(`${delivered.files} files, ${delivered.events} events: ${name}`);
    }
    return delivered;
  }

  /** What is wrong with the announcements of the delivered files on the file-arrived topic; nothing when it is empty. */
  async checkArrivals({ keys }: Delivered): Promise<string[]> {
    const announcements = await this.arrivals.collect(keys.length);
    return wrongArrivals(keys, announcements.flatMap(announcedKeys));
  }

  /** Waits until the detections have decided on what was delivered. */
  outcome(): Promise<DetectionOutcome> {
    return this.detections.outcome();
  }

  /** Puts the metrics, and reads the state that the alarms went to. */
  async alarms(): Promise<AlarmOutcome[]> {
    await putMetrics(this.clients.cloudWatch, this.deployed.filters);
    return readAlarms(this.clients.cloudWatch, this.deployed.filters);
  }

  /** Sends an alert along the way that detections will use, and returns what people got. */
  testAlert(): Promise<Notification> {
    const { accountId, alertBusName, trailRegion } = this.target;
    return sendTestAlert(this.clients.events, alertBusName, this.inbox, { accountId, region: trailRegion });
  }

  /** What reached people: of the alarms that went off, and of the alerts that they have to hear of. */
  notifications(
    alarms: readonly AlarmOutcome[],
    { notified }: DetectionOutcome,
  ): Promise<readonly Notification[]> {
    return this.inbox.collect(notificationsDue(alarms) + notified.length);
  }
}

function byRegion(events: readonly CloudTrailEvent[]): Map<string, CloudTrailEvent[]> {
  const regions = new Map<string, CloudTrailEvent[]>();
  for (const event of events) {
    const region = event.awsRegion ?? "us-east-1";
    const group = regions.get(region);
    if (group) group.push(event);
    else regions.set(region, [event]);
  }
  return regions;
}

function latestTime(events: readonly CloudTrailEvent[]): Date {
  return new Date(events.reduce((latest, { eventTime }) => Math.max(latest, Date.parse(eventTime)), 0));
}
