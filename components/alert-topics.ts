import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CloudContext } from "./context";
import { alertTopicPolicy } from "./policies/alert-topic";
import { subscribe, type SubscriptionArgs } from "./subscriptions";
import { admitSender } from "./queue-policy";

/** How long undeliverable messages wait for somebody: SQS's maximum, 14 days. */
export const DEAD_LETTER_RETENTION_SECONDS = 1_209_600;

export interface AlertTopicArgs {
  readonly context: CloudContext;
  /** What people read as the sender of a mail or SMS. */
  readonly displayName: string;
  /** The key that encrypts the topic and its dead-letter queue. */
  readonly keyArn: pulumi.Input<string>;
  /** Role of the function that may publish beside the account's alarms. */
  readonly notifyRoleArn: pulumi.Input<string>;
  /** ARNs of those who may put dead letters back. */
  readonly administratorArns: pulumi.Input<string[]>;
  readonly subscriptions: readonly SubscriptionArgs[];
  /** Guard the topic: with it go the subscriptions that people confirmed by hand. */
  readonly protect: boolean;
}

/** An encrypted SNS topic that people subscribe to, with a queue for what SNS could not deliver to them. */
export class AlertTopic extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;
  readonly topicName: pulumi.Output<string>;
  readonly deadLetterQueueArn: pulumi.Output<string>;
  readonly deadLetterQueueName: pulumi.Output<string>;

  constructor(name: string, args: AlertTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trailkeeper:index:AlertTopic", name, {}, opts);
    const child = { parent: this };
    const { context, keyArn, notifyRoleArn, administratorArns } = args;

    const topic = new aws.sns.Topic(
      `${name}-topic`,
      {
        displayName: args.displayName,
        kmsMasterKeyId: keyArn,
        // SHA-256; version 1 signs with SHA-1 (SNS Developer Guide, "Verifying the signatures").
        signatureVersion: 2,
      },
      { ...child, protect: args.protect },
    );
    const policy = new aws.sns.TopicPolicy(
      `${name}-topic-policy`,
      {
        arn: topic.arn,
        policy: pulumi.jsonStringify(alertTopicPolicy({ ...context, topicArn: topic.arn, notifyRoleArn })),
      },
      // Guarded with its topic: a destroy that is refused has deleted by then what was not protected.
      { ...child, protect: args.protect },
    );

    const deadLetters = new aws.sqs.Queue(
      `${name}-dead-letters`,
      { kmsMasterKeyId: keyArn, messageRetentionSeconds: DEAD_LETTER_RETENTION_SECONDS },
      child,
    );
    const deadLettersPolicy = admitSender(
      `${name}-dead-letters`,
      deadLetters,
      { service: "sns.amazonaws.com", sourceArns: [topic.arn], administratorArns },
      child,
    );
    subscribe(name, topic, deadLetters.arn, args.subscriptions, {
      ...child,
      dependsOn: [policy, deadLettersPolicy],
    });

    this.topicArn = topic.arn;
    this.topicName = topic.name;
    this.deadLetterQueueArn = deadLetters.arn;
    this.deadLetterQueueName = deadLetters.name;
    this.registerOutputs({ topicArn: this.topicArn, deadLetterQueueArn: this.deadLetterQueueArn });
  }
}
