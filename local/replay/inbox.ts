import { SubscribeCommand, type SNSClient } from "@aws-sdk/client-sns";
import { SetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { createQueue, takeMessages } from "./queues";

/** One notification as SNS delivered it. */
export interface Notification {
  readonly topicArn: string;
  readonly subject: string;
  readonly message: string;
}

/** A queue subscribed to topics: the stand-in for people's mailboxes, which the local cloud cannot reach. */
export class Inbox {
  private readonly received = new Map<string, Notification>();

  private constructor(
    private readonly sqs: SQSClient,
    private readonly queueUrl: string,
  ) {}

  static async open(
    sqs: SQSClient,
    sns: SNSClient,
    queueName: string,
    topicArns: readonly string[],
  ): Promise<Inbox> {
    const queue = await createQueue(sqs, queueName);
    const statement = {
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queue.arn,
      Condition: { ArnEquals: { "aws:SourceArn": topicArns } },
    };
    await sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: queue.url,
        Attributes: { Policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }) },
      }),
    );
    for (const TopicArn of topicArns)
      await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queue.arn }));
    return new Inbox(sqs, queue.url);
  }

  /**
   * Collects notifications until as many have arrived as are expected, or nothing new came for `quietSeconds`.
   *
   * @param quietSeconds @default 5
   */
  async collect(expected: number, quietSeconds = 5): Promise<readonly Notification[]> {
    let quietSince = Date.now();
    while (this.received.size < expected && Date.now() - quietSince < quietSeconds * 1000)
      if (await this.receive(1)) quietSince = Date.now();
    // What is there beyond the expected number must not go unseen.
    while (await this.receive(0));
    return [...this.received.values()];
  }

  /** Waits for a notification; `undefined` when none came in time. */
  async find(
    wanted: (notification: Notification) => boolean,
    limitSeconds: number,
  ): Promise<Notification | undefined> {
    const deadline = Date.now() + limitSeconds * 1000;
    for (;;) {
      const found = [...this.received.values()].find(wanted);
      if (found || Date.now() > deadline) return found;
      await this.receive(1);
    }
  }

  private async receive(waitSeconds: number): Promise<boolean> {
    const count = await takeMessages(
      this.sqs,
      this.queueUrl,
      waitSeconds,
      ({ MessageId = "", Body = "{}" }) => {
        const envelope = JSON.parse(Body) as { TopicArn?: string; Subject?: string; Message?: string };
        const { TopicArn = "", Subject = "", Message = "" } = envelope;
        this.received.set(MessageId, { topicArn: TopicArn, subject: Subject, message: Message });
      },
    );
    return count > 0;
  }
}
