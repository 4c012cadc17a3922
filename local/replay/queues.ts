import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { setTimeout as sleep } from "node:timers/promises";

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
