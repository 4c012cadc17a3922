import { PutRuleCommand, PutTargetsCommand, type EventBridgeClient } from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { ALERT_DETAIL_TYPE, ALERT_SOURCE, alertSchema, type Alert } from "../../detections/alert";
import type { PublishedAlert } from "./due-alerts";

const QUEUE_NAME = "local-run-alerts";

/** A queue behind a rule of the run's own on the alert bus: sees every alert, also those that concern nobody. */
export class AlertWatch {
  private readonly seen = new Map<string, { alert: Alert; copies: number }>();

  private constructor(
    private readonly sqs: SQSClient,
    private readonly queueUrl: string,
  ) {}

  static async open(events: EventBridgeClient, sqs: SQSClient, busName: string): Promise<AlertWatch> {
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: QUEUE_NAME }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
    );
    const EventPattern = JSON.stringify({ source: [ALERT_SOURCE], "detail-type": [ALERT_DETAIL_TYPE] });
    await events.send(new PutRuleCommand({ Name: QUEUE_NAME, EventBusName: busName, EventPattern }));
    await events.send(
      new PutTargetsCommand({
        Rule: QUEUE_NAME,
        EventBusName: busName,
        Targets: [{ Id: QUEUE_NAME, Arn: Attributes?.QueueArn ?? "" }],
      }),
    );
    return new AlertWatch(sqs, QueueUrl);
  }

  /** What was seen so far. */
  get alerts(): readonly PublishedAlert[] {
    return [...this.seen.values()];
  }

  /**
   * Takes what has arrived.
   *
   * @returns how many messages there were
   * @throws ZodError when something on the bus is no alert by contract
   */
  async receive(): Promise<number> {
    let count = 0;
    for (;;) {
      const { Messages = [] } = await this.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: this.queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
      );
      if (Messages.length === 0) return count;
      for (const { Body = "{}" } of Messages) {
        const alert = alertSchema.parse((JSON.parse(Body) as { detail?: unknown }).detail);
        this.seen.set(alert.id, { alert, copies: (this.seen.get(alert.id)?.copies ?? 0) + 1 });
      }
      count += Messages.length;
      await this.sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl: this.queueUrl,
          Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
        }),
      );
    }
  }
}
