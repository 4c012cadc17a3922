import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** A queue of the run's own. */
export interface OwnQueue {
  readonly url: string;
  readonly arn: string;
}

export async function createQueue(sqs: SQSClient, QueueName: string): Promise<OwnQueue> {
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  return { url: QueueUrl, arn: Attributes?.QueueArn ?? "" };
}

/**
 * Takes up to ten messages out of a queue.
 *
 * @param use what is done with each; they are deleted when it has not failed
 * @returns how many there were
 */
export async function takeMessages(
  sqs: SQSClient,
  QueueUrl: string,
  WaitTimeSeconds: number,
  use: (message: Message) => void,
): Promise<number> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds }),
  );
  if (Messages.length === 0) return 0;
  Messages.forEach(use);
  await sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl,
      Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
    }),
  );
  return Messages.length;
}

/** Time between looks at a queue. */
const LOOK_MS = 200;
/** Looks in a row that must find nothing: a message may be between two queues. */
const EMPTY_LOOKS = 5;

/**
 * Waits until nothing is in the queues, neither visible nor being worked on.
 *
 * @param meanwhile called between looks
 * @returns false when the time was up before
 */
export async function untilEmpty(
  sqs: SQSClient,
  queueUrls: readonly string[],
  limitSeconds: number,
  meanwhile: () => Promise<unknown>,
): Promise<boolean> {
  const deadline = Date.now() + limitSeconds * 1000;
  let emptyLooks = 0;
  while (Date.now() < deadline) {
    const counts = await Promise.all(queueUrls.map((url) => messagesIn(sqs, url)));
    emptyLooks = counts.every((count) => count === 0) ? emptyLooks + 1 : 0;
    await meanwhile();
    if (emptyLooks >= EMPTY_LOOKS) return true;
    await sleep(LOOK_MS);
  }
  return false;
}

async function messagesIn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  );
  return (
    Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible)
  );
}
