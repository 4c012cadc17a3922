import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Somebody, or something, that hears of a topic. */
export interface SubscriptionArgs {
  /** Unique within its topic; part of the resource's logical name. */
  readonly name: string;
  readonly protocol: "email" | "email-json" | "https" | "sqs" | "lambda" | "sms";
  /** Address, URL or ARN. A secret Output stays one. */
  readonly endpoint: pulumi.Input<string>;
}

/**
 * Subscribes to a topic. What SNS cannot deliver goes to the dead-letter queue: SNS documents the queue for
 * subscriptions of every protocol ("Amazon SNS dead-letter queues").
 *
 * Deliveries keep SNS's envelope (`rawMessageDelivery` off, which e-mail could not have anyway): it carries the
 * subject, the attributes and the signature that an https endpoint must check.
 *
 * Two things are the endpoint owner's: confirming an e-mail or https subscription, and letting the topic in - a
 * `lambda:InvokeFunction` permission on a function, an `sqs:SendMessage` statement on a queue. They may stand in
 * another account or another stack, whose policies are not ours to write.
 */
export function subscribe(
  topicName: string,
  topic: aws.sns.Topic,
  deadLetterQueueArn: pulumi.Input<string>,
  subscriptions: readonly SubscriptionArgs[],
  opts: pulumi.CustomResourceOptions,
): void {
  for (const { name, protocol, endpoint } of subscriptions) {
    new aws.sns.TopicSubscription(
      `${topicName}-${name}`,
      {
        topic: topic.arn,
        protocol,
        endpoint,
        redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetterQueueArn }),
      },
      opts,
    );
  }
}
