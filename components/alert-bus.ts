import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AlertLevel } from "../detections/alert";
import { administratorArns } from "./administrators";
import { AlertTopic, DEAD_LETTER_RETENTION_SECONDS } from "./alert-topics";
import type { CloudContext } from "./context";
import { watchedAlertParts } from "./alert-health";
import type { WatchedParts } from "./health-alarms";
import { Notifier } from "./notify";
import { alertBusPolicy } from "./policies/alert-bus";
import { alertKeyPolicy } from "./policies/alert-key";
import { LAMBDA_TRUST_POLICY } from "./policies/lambda-trust";
import type { SubscriptionArgs } from "./subscriptions";
import { admitSender } from "./queue-policy";

export interface AlertBusArgs {
  readonly context: CloudContext;
  /** Prefix of the bus's and the notify function's names: publishers and rules of others address the bus by name. */
  readonly namePrefix: string;
  /** Those who alone may take the key away, and may move dead letters: `role/NAME`, `user/NAME` or ARNs. */
  readonly administrators: readonly string[];
  /** Who is woken up: alerts from `pageLevel` up, alarms on `page`. */
  readonly pageSubscriptions: readonly SubscriptionArgs[];
  /** Who reads in working hours: alerts from `noticeLevel` up, alarms on `notice`. */
  readonly noticeSubscriptions: readonly SubscriptionArgs[];
  /** ARN of the role that puts alerts on the bus; it need not exist yet. */
  readonly publisherRoleArn: pulumi.Input<string>;
  /** ARNs of the roles that tell what became of a response, and put nothing else; they need not exist yet. @default none */
  readonly responderRoleArns?: readonly pulumi.Input<string>[];
  /** Alerts of this level and above go to `page`. */
  readonly pageLevel: AlertLevel;
  /** Alerts of this level and above, below `pageLevel`, go to `notice`; milder ones stay on the bus. */
  readonly noticeLevel: AlertLevel;
  /** How long alerts can be replayed. */
  readonly archiveDays: number;
  /** Between 7 and 30. */
  readonly keyDeletionWindowDays: number;
  /** Retention of the notify function's log. */
  readonly logRetentionDays: number;
  /** The stack may be destroyed with what it holds: the notify function's log can be deleted at once. */
  readonly disposable: boolean;
  /**
   * Guard what cannot be had again: the key (also retained on delete, because archive and dead letters are unreadable
   * without it), the bus, its archive, and the topics. Queues are free to go: the archive has every alert.
   */
  readonly protect: boolean;
}

/**
 * Where alerts arrive, and how people hear of them: a custom EventBridge bus with an archive for replay, the encrypted
 * topics `page` and `notice`, and between them a queue and the notify function. No EventBridge rule targets a topic:
 * the topic policy for that takes no conditions, and such mail has no subject.
 *
 * Everything rests under one key. What fails on the way ends in a dead-letter queue: one for the bus, its rule and the
 * notify function, one for each topic.
 */
export class AlertBus extends pulumi.ComponentResource {
  readonly busName: pulumi.Output<string>;
  readonly busArn: pulumi.Output<string>;
  readonly pageTopicArn: pulumi.Output<string>;
  readonly noticeTopicArn: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  readonly notifyFunctionArn: pulumi.Output<string>;
  /** Role that the notify function runs as. */
  readonly notifyRoleArn: pulumi.Output<string>;
  /** Every queue it owns, dead-letter queues among them. */
  readonly queueArns: pulumi.Output<string>[];
  /** What has to work for alerts to reach people. */
  readonly watched: WatchedParts;
  /** ARNs of all its parts that have one, for the rules that watch over the pipeline. */
  readonly partArns: pulumi.Output<string>[];

  constructor(name: string, args: AlertBusArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trailkeeper:index:AlertBus", name, {}, opts);
    const child = { parent: this };
    const { context, protect } = args;
    const functionName = `${args.namePrefix}-notify`;
    const administrators = administratorArns(context, args.administrators);

    const role = new aws.iam.Role(
      `${name}-notify-role`,
      {
        description: "Runs the notify function, which publishes alerts to the alert topics",
        assumeRolePolicy: pulumi.jsonStringify(LAMBDA_TRUST_POLICY),
      },
      child,
    );
    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description: "Encrypts alerts: bus, archive, topics, queues and the notify function's log",
        enableKeyRotation: true,
        deletionWindowInDays: args.keyDeletionWindowDays,
        policy: pulumi.jsonStringify(
          pulumi
            .all([context.accountId, role.arn, administrators])
            .apply(([accountId, notifyRoleArn, administratorArns]) =>
              alertKeyPolicy({ ...context, accountId, notifyRoleArn, administratorArns, functionName }),
            ),
        ),
      },
      { ...child, protect, retainOnDelete: protect },
    );

    const deadLetters = new aws.sqs.Queue(
      `${name}-dead-letters`,
      { kmsMasterKeyId: key.arn, messageRetentionSeconds: DEAD_LETTER_RETENTION_SECONDS },
      child,
    );
    const bus = new aws.cloudwatch.EventBus(
      `${name}-bus`,
      {
        name: `${args.namePrefix}-alerts`,
        description: "Alerts of the audit pipeline",
        kmsKeyIdentifier: key.arn,
        // Takes the events that the key stops (EventBridge User Guide, "DLQs for encrypted events").
        deadLetterConfig: { arn: deadLetters.arn },
      },
      { ...child, protect, deleteBeforeReplace: true },
    );
    new aws.cloudwatch.EventBusPolicy(
      `${name}-bus-policy`,
      {
        eventBusName: bus.name,
        policy: pulumi.jsonStringify(
          alertBusPolicy({
            ...context,
            busArn: bus.arn,
            publisherArns: pulumi
              .all([args.publisherRoleArn, administrators])
              .apply(([publisher, others]) => [publisher, ...others]),
            responderArns: args.responderRoleArns ?? [],
          }),
        ),
      },
      // Guarded with its bus: a destroy that is refused would leave it open to all whom IAM allows to put events.
      { ...child, protect },
    );
    const archive = new aws.cloudwatch.EventArchive(
      `${name}-archive`,
      {
        description: "Alerts, for replay",
        eventSourceArn: bus.arn,
        retentionDays: args.archiveDays,
        kmsKeyIdentifier: key.arn,
      },
      { ...child, protect },
    );

    const topicArgs = {
      context,
      keyArn: key.arn,
      notifyRoleArn: role.arn,
      administratorArns: administrators,
      protect,
    };
    const page = new AlertTopic(
      `${name}-page`,
      { ...topicArgs, displayName: `${args.namePrefix} page`, subscriptions: args.pageSubscriptions },
      child,
    );
    const notice = new AlertTopic(
      `${name}-notice`,
      { ...topicArgs, displayName: `${args.namePrefix} notice`, subscriptions: args.noticeSubscriptions },
      child,
    );

    const notifier = new Notifier(
      `${name}-notify`,
      {
        functionName,
        role,
        keyArn: key.arn,
        busName: bus.name,
        deadLetterQueueArn: deadLetters.arn,
        pageTopicArn: page.topicArn,
        noticeTopicArn: notice.topicArn,
        pageLevel: args.pageLevel,
        noticeLevel: args.noticeLevel,
        administratorArns: administrators,
        logRetentionDays: args.logRetentionDays,
        logDeletionProtection: !args.disposable,
      },
      child,
    );
    admitSender(
      `${name}-dead-letters`,
      deadLetters,
      {
        service: "events.amazonaws.com",
        sourceArns: [notifier.ruleArn, bus.arn],
        administratorArns: administrators,
      },
      child,
    );

    this.busName = bus.name;
    this.busArn = bus.arn;
    this.pageTopicArn = page.topicArn;
    this.noticeTopicArn = notice.topicArn;
    this.keyArn = key.arn;
    this.notifyFunctionArn = notifier.functionArn;
    this.notifyRoleArn = role.arn;
    this.queueArns = [notifier.queueArn, deadLetters.arn, page.deadLetterQueueArn, notice.deadLetterQueueArn];
    this.watched = watchedAlertParts({
      notifier,
      page,
      notice,
      busName: bus.name,
      deadLetters,
      functionName,
    });
    this.partArns = [
      role.arn,
      key.arn,
      bus.arn,
      archive.arn,
      page.topicArn,
      notice.topicArn,
      notifier.ruleArn,
      notifier.functionArn,
      notifier.logGroupArn,
      ...this.queueArns,
    ];
    this.registerOutputs({
      busName: this.busName,
      busArn: this.busArn,
      pageTopicArn: this.pageTopicArn,
      noticeTopicArn: this.noticeTopicArn,
      keyArn: this.keyArn,
      notifyFunctionArn: this.notifyFunctionArn,
      queueArns: this.queueArns,
    });
  }
}
