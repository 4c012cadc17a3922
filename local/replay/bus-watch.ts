import { PutRuleCommand, PutTargetsCommand, type EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { ALERT_SOURCE } from "../../detections/alert";
import { createQueue, takeMessages } from "./queues";

/** A queue behind a rule of the run's own on the alert bus: takes the details of every event of a type. */
export class BusWatch {
  private constructor(
    private readonly sqs: SQSClient,
    private readonly queueUrl: string,
  ) {}

  /** @param name of the queue and the rule */
  static async open(
    events: EventBridgeClient,
    sqs: SQSClient,
    busName: string,
    detailType: string,
    name: string,
  ): Promise<BusWatch> {
    const queue = await createQueue(sqs, name);
    const EventPattern = JSON.stringify({ source: [ALERT_SOURCE], "detail-type": [detailType] });
    await events.send(new PutRuleCommand({ Name: name, EventBusName: busName, EventPattern }));
    await events.send(
      new PutTargetsCommand({ Rule: name, EventBusName: busName, Targets: [{ Id: name, Arn: queue.arn }] }),
    );
    return new BusWatch(sqs, queue.url);
  }

  /** Takes what has arrived. */
  async receive(use: (detail: unknown) => void): Promise<void> {
    const useMessage = ({ Body = "{}" }): void => use((JSON.parse(Body) as { detail?: unknown }).detail);
    while ((await takeMessages(this.sqs, this.queueUrl, 0, useMessage)) > 0);
  }
}
