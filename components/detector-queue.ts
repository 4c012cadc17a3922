import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DEAD_LETTER_RETENTION_SECONDS } from "./alert-topics";

/** The detect function's time for a batch: some log files of up to 50 MB each, and the SDK's own retries. */
export const DETECT_TIMEOUT_SECONDS = 120;

/** AWS asks for six times the function's timeout (Lambda Developer Guide, "Using Lambda with Amazon SQS"). */
const VISIBILITY_TIMEOUT_SECONDS = 6 * DETECT_TIMEOUT_SECONDS;

const RECEIVES_BEFORE_DEAD_LETTER = 5;

/** A queue of the detect function, with the queue for what the function could not deal with. */
export interface DetectorQueue {
  readonly queue: aws.sqs.Queue;
  readonly deadLetters: aws.sqs.Queue;
}

/** Makes both queues; whoever sends puts {@link admitSender}. */
export function detectorQueue(
  name: string,
  keyArn: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): DetectorQueue {
  const settings = { kmsMasterKeyId: keyArn, messageRetentionSeconds: DEAD_LETTER_RETENTION_SECONDS };
  const deadLetters = new aws.sqs.Queue(`${name}-dead-letters`, settings, opts);
  const queue = new aws.sqs.Queue(
    `${name}-queue`,
    {
      ...settings,
      visibilityTimeoutSeconds: VISIBILITY_TIMEOUT_SECONDS,
      redrivePolicy: pulumi.jsonStringify({
        deadLetterTargetArn: deadLetters.arn,
        maxReceiveCount: RECEIVES_BEFORE_DEAD_LETTER,
      }),
    },
    opts,
  );
  return { queue, deadLetters };
}
