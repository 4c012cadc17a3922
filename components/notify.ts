import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ALERT_DETAIL_TYPE, ALERT_SOURCE, type AlertLevel } from "../detections/alert";
import { RESPONSE_DETAIL_TYPE } from "../responses/record";
import { DEAD_LETTER_RETENTION_SECONDS } from "./alert-topics";
import { functionCode } from "./function-code";
import { notifyRolePolicy } from "./policies/alert-notify-role";
import { TARGET_RETRY } from "./target-retry";
import { admitSender } from "./queue-policy";

/** One alert, or outcome of a response, is one API call; a batch of ten waits out the SDK's retries well within this. */
const FUNCTION_TIMEOUT_SECONDS = 30;

/** AWS asks for six times the function's timeout (Lambda Developer Guide, "Using Lambda with Amazon SQS"). */
const VISIBILITY_TIMEOUT_SECONDS = 6 * FUNCTION_TIMEOUT_SECONDS;

const BATCH_SIZE = 10;

/** A burst of alerts must not take the account's Lambda concurrency away from others, nor hit SNS's rate. */
const MAXIMUM_CONCURRENCY = 5;

const RECEIVES_BEFORE_DEAD_LETTER = 5;

export interface NotifierArgs {
  readonly functionName: string;
  /** The role the function runs as; made before the key, whose policy names it. */
  readonly role: aws.iam.Role;
  /** The key that encrypts queue and log. */
  readonly keyArn: pulumi.Input<string>;
  readonly busName: pulumi.Input<string>;
  /** Holds what cannot be queued or notified; its policy must let the rule send. */
  readonly deadLetterQueueArn: pulumi.Input<string>;
  readonly pageTopicArn: pulumi.Input<string>;
  readonly noticeTopicArn: pulumi.Input<string>;
  readonly pageLevel: AlertLevel;
  readonly noticeLevel: AlertLevel;
  /** ARNs of those who may put a message back into the queue. */
  readonly administratorArns: pulumi.Input<string[]>;
  readonly logRetentionDays: number;
  /** Refuse to delete the log, which says who was told of what, until that is switched off. */
  readonly logDeletionProtection: boolean;
}

/**
 * From the alert bus to people: a rule puts every alert, and every outcome of a response, into a queue, and the notify
 * function publishes it to the topic of its level. The queue survives a dead function, batches, and limits concurrency. The function is not traced: it
 * makes one call per alert, and its log names each.
 */
export class Notifier extends pulumi.ComponentResource {
  readonly functionArn: pulumi.Output<string>;
  readonly queueArn: pulumi.Output<string>;
  readonly queueName: pulumi.Output<string>;
  readonly ruleArn: pulumi.Output<string>;
  readonly ruleName: pulumi.Output<string>;
  readonly logGroupArn: pulumi.Output<string>;

  constructor(name: string, args: NotifierArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trailkeeper:index:Notifier", name, {}, opts);
    const child = { parent: this };

    const queue = new aws.sqs.Queue(
      `${name}-queue`,
      {
        kmsMasterKeyId: args.keyArn,
        messageRetentionSeconds: DEAD_LETTER_RETENTION_SECONDS,
        visibilityTimeoutSeconds: VISIBILITY_TIMEOUT_SECONDS,
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: args.deadLetterQueueArn,
          maxReceiveCount: RECEIVES_BEFORE_DEAD_LETTER,
        }),
      },
      child,
    );
    const rule = new aws.cloudwatch.EventRule(
      `${name}-rule`,
      {
        description: "Every alert, and what became of its responses, to the queue of the notify function",
        eventBusName: args.busName,
        eventPattern: JSON.stringify({
          source: [ALERT_SOURCE],
          "detail-type": [ALERT_DETAIL_TYPE, RESPONSE_DETAIL_TYPE],
        }),
      },
      child,
    );
    const queuePolicy = admitSender(
      `${name}-queue`,
      queue,
      {
        service: "events.amazonaws.com",
        sourceArns: [rule.arn],
        administratorArns: args.administratorArns,
      },
      child,
    );
    new aws.cloudwatch.EventTarget(
      `${name}-target`,
      {
        eventBusName: args.busName,
        rule: rule.name,
        targetId: "notify-queue",
        arn: queue.arn,
        deadLetterConfig: { arn: args.deadLetterQueueArn },
        retryPolicy: TARGET_RETRY,
      },
      { ...child, dependsOn: [queuePolicy] },
    );

    // Named as Lambda would name it, and before the function exists, so that Lambda never makes one without a key.
    const log = new aws.cloudwatch.LogGroup(
      `${name}-log`,
      {
        name: `/aws/lambda/${args.functionName}`,
        kmsKeyId: args.keyArn,
        retentionInDays: args.logRetentionDays,
        deletionProtectionEnabled: args.logDeletionProtection,
      },
      { ...child, deleteBeforeReplace: true },
    );
    const rolePolicy = new aws.iam.RolePolicy(
      `${name}-role-policy`,
      {
        role: args.role.name,
        policy: pulumi.jsonStringify(
          notifyRolePolicy({
            queueArn: queue.arn,
            topicArns: [args.pageTopicArn, args.noticeTopicArn],
            logGroupArn: log.arn,
          }),
        ),
      },
      child,
    );
    const notify = new aws.lambda.Function(
      `${name}-function`,
      {
        name: args.functionName,
        description:
          "Publishes alerts and responses from the alert bus to the topics that people subscribe to",
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        code: functionCode("notify"),
        role: args.role.arn,
        timeout: FUNCTION_TIMEOUT_SECONDS,
        memorySize: 256,
        loggingConfig: { logFormat: "JSON", logGroup: log.name },
        environment: {
          variables: {
            PAGE_TOPIC_ARN: args.pageTopicArn,
            NOTICE_TOPIC_ARN: args.noticeTopicArn,
            PAGE_LEVEL: args.pageLevel,
            NOTICE_LEVEL: args.noticeLevel,
          },
        },
      },
      { ...child, dependsOn: [rolePolicy], deleteBeforeReplace: true },
    );
    new aws.lambda.EventSourceMapping(
      `${name}-mapping`,
      {
        eventSourceArn: queue.arn,
        functionName: notify.arn,
        batchSize: BATCH_SIZE,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency: MAXIMUM_CONCURRENCY },
      },
      { ...child, dependsOn: [rolePolicy] },
    );

    this.functionArn = notify.arn;
    this.queueArn = queue.arn;
    this.queueName = queue.name;
    this.ruleArn = rule.arn;
    this.ruleName = rule.name;
    this.logGroupArn = log.arn;
    this.registerOutputs({
      functionArn: this.functionArn,
      queueArn: this.queueArn,
      ruleArn: this.ruleArn,
    });
  }
}
