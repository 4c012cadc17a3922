import { GetFunctionConfigurationCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { ALERT_LEVELS, type Alert, type AlertLevel } from "../../detections/alert";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import { topicOf, type Thresholds } from "../../functions/notify/compose";
import type { EmulatorConnection } from "../connection";
import { AlertWatch } from "./alert-watch";
import type { Clients } from "./clients";
import { downloadRules } from "./deployed-rules";
import { DueAlerts, wrongAlerts, type PublishedAlert } from "./due-alerts";
import { FastPath, type FastPathOutcome } from "./fast-path";
import { untilEmpty } from "./queues";

/** The deployed detector, as the stack's outputs name it. */
export interface DetectorTarget {
  readonly alertBusName: string;
  readonly rawEventBusArn: string;
  readonly monitoredRegions: readonly string[];
  readonly detectFunctionName: string;
  readonly notifyFunctionArn: string;
  readonly rawQueueUrl: string;
  readonly archiveQueueUrl: string;
}

/** What the detections made of the delivered events. */
export interface DetectionOutcome {
  /** Rules that the detect function was deployed with. */
  readonly rules: number;
  /** Events offered to EventBridge, and those that the forwarding rules let through. */
  readonly fastPath: FastPathOutcome;
  /** By level, worst first, then by time. */
  readonly alerts: readonly PublishedAlert[];
  /** Alerts that people have to hear of. */
  readonly notified: readonly Alert[];
  /** One message for each thing that is not as it should be. */
  readonly failures: readonly string[];
}

/** A function that starts cold, and a table that is written to event by event. */
const LIMIT_SECONDS = 300;

/** Both ways of events to the deployed detect function, and what comes out of it. */
export class DetectionPaths {
  private constructor(
    private readonly clients: Clients,
    private readonly target: DetectorTarget,
    private readonly fastPath: FastPath,
    private readonly watch: AlertWatch,
    private readonly due: DueAlerts,
    private readonly ruleCount: number,
    private readonly thresholds: Thresholds,
  ) {}

  /** @param scratch folder to unpack the deployed rules in */
  static async open(
    connection: EmulatorConnection,
    clients: Clients,
    target: DetectorTarget,
    scratch: string,
  ): Promise<DetectionPaths> {
    const deployed = await downloadRules(connection, clients.lambda, target.detectFunctionName, scratch);
    return new DetectionPaths(
      clients,
      target,
      await FastPath.read(connection, clients.sqs, target.monitoredRegions, target.rawEventBusArn),
      await AlertWatch.open(clients.events, clients.sqs, target.alertBusName),
      new DueAlerts(deployed),
      deployed.rules.length,
      await readThresholds(clients.lambda, target.notifyFunctionArn),
    );
  }

  /** Sends events the fast way. Their log file, which brings them the complete way, is delivered by the caller. */
  async send(events: readonly CloudTrailEvent[]): Promise<void> {
    await this.fastPath.send(events);
    await this.due.add(events);
  }

  /** Waits until the detect function has decided on everything, and says what it decided. */
  async outcome(): Promise<DetectionOutcome> {
    const { rawQueueUrl, archiveQueueUrl } = this.target;
    const done = await untilEmpty(this.clients.sqs, [rawQueueUrl, archiveQueueUrl], LIMIT_SECONDS, () =>
      this.watch.receive(),
    );
    const alerts = [...this.watch.alerts].sort(worstFirst);
    return {
      rules: this.ruleCount,
      fastPath: this.fastPath.outcome,
      alerts,
      notified: alerts
        .map(({ alert }) => alert)
        .filter(({ level }) => topicOf(level, this.thresholds) !== undefined),
      failures: [
        ...(done ? [] : [`the detect function had not decided on everything after ${LIMIT_SECONDS} s`]),
        ...wrongAlerts(this.due.alerts, alerts),
      ],
    };
  }
}

function worstFirst(a: PublishedAlert, b: PublishedAlert): number {
  const byLevel = ALERT_LEVELS.indexOf(b.alert.level) - ALERT_LEVELS.indexOf(a.alert.level);
  return byLevel || a.alert.when.firstEventTime.localeCompare(b.alert.when.firstEventTime);
}

async function readThresholds(lambda: LambdaClient, functionArn: string): Promise<Thresholds> {
  const { Environment } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: functionArn }),
  );
  const level = (name: string): AlertLevel => {
    const found = ALERT_LEVELS.find((known) => known === Environment?.Variables?.[name]);
    if (!found) throw new Error(`the notify function has no level in its environment variable ${name}`);
    return found;
  };
  return { page: level("PAGE_LEVEL"), notice: level("NOTICE_LEVEL") };
}
