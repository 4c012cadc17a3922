import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { detectorQueue } from "./detector-queue";
import type { FunctionQueue } from "./function-queue";
import { admitSender } from "./queue-policy";
import { snsPrincipal } from "./policies/sns-principal";

export interface CompletePathArgs {
  /** The topic that announces log files; may be another account's, or in another region. */
  readonly fileArrivedTopicArn: pulumi.Input<string>;
  /** The topic's region, where it is not the stack's. */
  readonly topicRegion?: string;
  /** The stack's region, where the queues are. */
  readonly region: string;
  /** The key that encrypts the queues; its policy must let the topic send. */
  readonly keyArn: pulumi.Input<string>;
  readonly administratorArns: pulumi.Output<string[]>;
}

/**
 * From the archive to the queue of the detect function: every log file that arrives is announced, some minutes after
 * the calls in it. Nothing is missing here: events over 256 KB, all regions, all accounts that write to the archive.
 */
export class CompletePath extends pulumi.ComponentResource {
  readonly queue: FunctionQueue;

  constructor(name: string, args: CompletePathArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trailkeeper:index:CompletePath", name, {}, opts);
    const child = { parent: this };
    const { fileArrivedTopicArn, administratorArns } = args;
    const { queue, deadLetters } = detectorQueue(name, args.keyArn, child);
    const sender = {
      service: snsPrincipal(args.topicRegion ?? args.region, args.region),
      sourceArns: [fileArrivedTopicArn],
      administratorArns,
    };
    const queuePolicy = admitSender(`${name}-queue`, queue, sender, child);
    const deadLettersPolicy = admitSender(`${name}-dead-letters`, deadLetters, sender, child);
    new aws.sns.TopicSubscription(
      `${name}-subscription`,
      {
        region: args.topicRegion,
        topic: fileArrivedTopicArn,
        protocol: "sqs",
        endpoint: queue.arn,
        rawMessageDelivery: true,
        // SNS takes a dead-letter queue of the subscription's own region only ("Amazon SNS dead-letter queues").
        redrivePolicy:
          args.topicRegion === undefined
            ? pulumi.jsonStringify({ deadLetterTargetArn: deadLetters.arn })
            : undefined,
      },
      { ...child, dependsOn: [queuePolicy, deadLettersPolicy] },
    );

    this.queue = { queue, deadLetters };
    this.registerOutputs({ queueArn: queue.arn, deadLetterQueueArn: deadLetters.arn });
  }
}
