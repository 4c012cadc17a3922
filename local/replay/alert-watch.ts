import { PutRuleCommand, PutTargetsCommand, type EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { ALERT_DETAIL_TYPE, ALERT_SOURCE, alertSchema, type Alert } from "../../detections/alert";
import type { PublishedAlert } from "./due-alerts";
import { createQueue, takeMessages } from "./queues";

const QUEUE_NAME = "local-run-alerts";

/** A queue behind a rule of the run's own on the alert bus: sees every alert, also those that concern nobody. */
export class AlertWatch {
  private readonly seen = new Map<string, { alert: Alert; copies: number }>();

  private constructor(
    private readonly sqs: SQSClient,
    private readonly queueUrl: string,
  ) {}

  static async open(events: EventBridgeClient, sqs: SQSClient, busName: string): Promise<AlertWatch> {
    const queue = await createQueue(sqs, QUEUE_NAME);
    const EventPattern = JSON.stringify({ source: [ALERT_SOURCE], "detail-type": [ALERT_DETAIL_TYPE] });
    await events.send(new PutRuleCommand({ Name: QUEUE_NAME, EventBusName: busName, EventPattern }));
    await events.send(
      new PutTargetsCommand({
        Rule: QUEUE_NAME,
        EventBusName: busName,
        Targets: [{ Id: QUEUE_NAME, Arn: queue.arn }],
      }),
    );
    return new AlertWatch(sqs, queue.url);
  }

  /** What was seen so far. */
  get alerts(): readonly PublishedAlert[] {
    return [...this.seen.values()];
  }

  /**
   * Takes what has arrived.
   *
   * @throws ZodError when something on the bus is no alert by contract
   */
  async receive(): Promise<void> {
    const use = ({ Body = "{}" }): void => {
      const alert = alertSchema.parse((JSON.parse(Body) as { detail?: unknown }).detail);
      this.seen.set(alert.id, { alert, copies: (this.seen.get(alert.id)?.copies ?? 0) + 1 });
    };
    while ((await takeMessages(this.sqs, this.queueUrl, 0, use)) > 0);
  }
}
