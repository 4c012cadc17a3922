import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DEAD_LETTER_RETENTION_SECONDS } from "./alert-topics";

/** What a function's queue is made from. */
export interface FunctionQueueArgs {
  /** The key that encrypts both queues. */
  readonly keyArn: pulumi.Input<string>;
  /** The function's time-out, in seconds. */
  readonly timeoutSeconds: number;
  /** How often a message is received before it is given up. */
  readonly receives: number;
}

/** A queue that a function reads, with the queue for what the function could not deal with. */
export interface FunctionQueue {
  readonly queue: aws.sqs.Queue;
  readonly deadLetters: aws.sqs.Queue;
}

/** Makes both queues; whoever sends puts `admitSender`. */
export function functionQueue(
  name: string,
  { keyArn, timeoutSeconds, receives }: FunctionQueueArgs,
  opts: pulumi.CustomResourceOptions,
): FunctionQueue {
  const settings = { kmsMasterKeyId: keyArn, messageRetentionSeconds: DEAD_LETTER_RETENTION_SECONDS };
  const deadLetters = new aws.sqs.Queue(`${name}-dead-letters`, settings, opts);
  const queue = new aws.sqs.Queue(
    `${name}-queue`,
    {
      ...settings,
      // AWS asks for six times the function's time-out (Lambda Developer Guide, "Using Lambda with Amazon SQS").
      visibilityTimeoutSeconds: 6 * timeoutSeconds,
      redrivePolicy: pulumi.jsonStringify({
        deadLetterTargetArn: deadLetters.arn,
        maxReceiveCount: receives,
      }),
    },
    opts,
  );
  return { queue, deadLetters };
}
