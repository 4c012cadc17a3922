import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alertQueuePolicy } from "./policies/alert-queue";

/** Who may send to a queue. */
export interface QueueSender {
  /** Service principal, for example `events.amazonaws.com`. */
  readonly service: string;
  /** ARNs of the resources on whose behalf it may send. */
  readonly sourceArns: readonly pulumi.Input<string>[];
  /** ARNs of those who may put a message back into the queue. */
  readonly administratorArns: pulumi.Input<string[]>;
  /** Region of the queue. @default the provider's */
  readonly region?: string;
}

/** Lets one service send to a queue on behalf of the sources, and nobody else but administrators. */
export function admitSender(
  name: string,
  queue: aws.sqs.Queue,
  sender: QueueSender,
  opts: pulumi.CustomResourceOptions,
): aws.sqs.QueuePolicy {
  return new aws.sqs.QueuePolicy(
    `${name}-policy`,
    {
      region: sender.region,
      queueUrl: queue.url,
      policy: pulumi.jsonStringify(
        alertQueuePolicy({
          queueArn: queue.arn,
          senderService: sender.service,
          senderArns: sender.sourceArns,
          administratorArns: sender.administratorArns,
        }),
      ),
    },
    opts,
  );
}
