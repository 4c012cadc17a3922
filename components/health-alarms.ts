import type * as pulumi from "@pulumi/pulumi";

/** Something that the pipeline's health depends on. */
export interface Watched {
  /** Unique among all of them; part of names of alarms. */
  readonly name: string;
  /** As a sentence names it: `the queue of the notify function`. */
  readonly what: string;
  /** How CloudWatch finds its metrics: the name of the queue, function, topic or rule. */
  readonly physicalName: pulumi.Input<string>;
  /** Without it nobody is paged, so that its alarms go to `notice` as well. @default false */
  readonly leadsToPage?: boolean;
}

/** What of a component is watched, by kind. */
export interface WatchedParts {
  /** Queues that a function reads. */
  readonly queues?: readonly Watched[];
  /** Queues that should be empty. */
  readonly deadLetters?: readonly Watched[];
  readonly functions?: readonly Watched[];
  /** Topics that tell people. */
  readonly topics?: readonly Watched[];
  /** Rules of custom buses. */
  readonly eventRules?: readonly (Watched & { readonly eventBusName: pulumi.Input<string> })[];
}

/** An alarm on the pipeline's health: what CloudWatch looks at, and what it means for people. */
export interface HealthAlarm {
  /** Unique among the alarms; part of logical and physical names. */
  readonly name: string;
  readonly description: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: "Sum" | "Maximum";
  readonly comparisonOperator: "GreaterThanOrEqualToThreshold" | "LessThanThreshold";
  readonly threshold: number;
  readonly periodSeconds: number;
  readonly periods: number;
  /** What no data at all means: `breaching` where silence is the fault. */
  readonly missingData: "breaching" | "notBreaching";
  readonly leadsToPage: boolean;
}

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3_600;

/** A working queue's oldest message is younger than this unless its function has stopped or cannot keep up. */
const MAX_QUEUE_AGE_SECONDS = 900;

/** How many hours without a single event or file are silence: even an account at rest has a few every hour. */
const SILENT_HOURS = 2;

/** All alarms on what is watched. */
export function healthAlarms(parts: WatchedParts): HealthAlarm[] {
  return [
    ...(parts.queues ?? []).map(queueAge),
    ...(parts.deadLetters ?? []).map(deadLetters),
    ...(parts.functions ?? []).flatMap(functionFailures),
    ...(parts.topics ?? []).map(notificationsFailed),
    ...(parts.eventRules ?? []).flatMap(rulesFailures),
  ];
}

/** An alarm on a count of failures, which has no data as long as nothing fails. One is enough. */
function onFailure(
  { name, leadsToPage = false }: Watched,
  alarm: Pick<HealthAlarm, "description" | "namespace" | "metricName" | "dimensions"> & {
    readonly suffix: string;
  },
): HealthAlarm {
  const { suffix, ...rest } = alarm;
  return {
    ...rest,
    name: `${name}-${suffix}`,
    statistic: "Sum",
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: 1,
    periodSeconds: 5 * MINUTE_SECONDS,
    periods: 1,
    missingData: "notBreaching",
    leadsToPage,
  };
}

/** SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS". */
function queueAge({ name, what, physicalName, leadsToPage = false }: Watched): HealthAlarm {
  const minutes = MAX_QUEUE_AGE_SECONDS / MINUTE_SECONDS;
  return {
    name: `${name}-age`,
    description: `A message in ${what} has waited for ${minutes} minutes: its reader has stopped or cannot keep up. Look at the reader's errors.`,
    namespace: "AWS/SQS",
    metricName: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: physicalName },
    statistic: "Maximum",
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: MAX_QUEUE_AGE_SECONDS,
    periodSeconds: MINUTE_SECONDS,
    periods: 5,
    missingData: "notBreaching",
    leadsToPage,
  };
}

/** Stays on until somebody has dealt with the messages. */
export function deadLetters({ name, what, physicalName, leadsToPage = false }: Watched): HealthAlarm {
  return {
    name,
    description: `There are messages in ${what}: something was given up. Read one to see why, mend that, then redrive them.`,
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: physicalName },
    statistic: "Maximum",
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: 1,
    periodSeconds: MINUTE_SECONDS,
    periods: 1,
    missingData: "notBreaching",
    leadsToPage,
  };
}

/** Lambda Developer Guide, "Types of metrics for Lambda functions". */
function functionFailures(watched: Watched): HealthAlarm[] {
  const shared = { namespace: "AWS/Lambda", dimensions: { FunctionName: watched.physicalName } };
  return [
    onFailure(watched, {
      ...shared,
      suffix: "errors",
      metricName: "Errors",
      description: `An invocation of ${watched.what} failed as a whole; its queue delivers again. Read its log.`,
    }),
    onFailure(watched, {
      ...shared,
      suffix: "throttles",
      metricName: "Throttles",
      description: `Lambda throttled ${watched.what}; its queue delivers again. Look at the account's concurrency limit.`,
    }),
  ];
}

/** SNS Developer Guide, "Monitoring Amazon SNS topics using CloudWatch". */
function notificationsFailed(watched: Watched): HealthAlarm {
  return onFailure(watched, {
    suffix: "undelivered",
    namespace: "AWS/SNS",
    metricName: "NumberOfNotificationsFailed",
    dimensions: { TopicName: watched.physicalName },
    description: `A notification of ${watched.what} did not reach a subscriber; the topic's dead-letter queue has it.`,
  });
}

/** Rules of custom buses have both dimensions (EventBridge User Guide, "Monitoring Amazon EventBridge"). */
function rulesFailures(rule: Watched & { readonly eventBusName: pulumi.Input<string> }): HealthAlarm[] {
  const shared = {
    namespace: "AWS/Events",
    dimensions: { EventBusName: rule.eventBusName, RuleName: rule.physicalName },
  };
  return [
    onFailure(rule, {
      ...shared,
      suffix: "failed",
      metricName: "FailedInvocations",
      description: `An event of ${rule.what} could not be handed over. Look at the rule's target and its dead-letter queue.`,
    }),
    onFailure(rule, {
      ...shared,
      suffix: "lost",
      metricName: LOST_EVENTS_METRIC,
      description: `An event of ${rule.what} is lost: its dead-letter queue did not take it either. Look at the queue's policy.`,
    }),
  ];
}

/** Events that neither a rule's target nor its dead-letter queue got (EventBridge User Guide, "Monitoring Amazon EventBridge"). */
export const LOST_EVENTS_METRIC = "InvocationsFailedToBeSentToDlq";

/** An alarm on nothing happening; no data is nothing. */
export function silence(alarm: {
  readonly name: string;
  /** As a sentence begins: `No event reached the log group`. */
  readonly what: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: HealthAlarm["dimensions"];
}): HealthAlarm {
  const { what, ...rest } = alarm;
  return {
    ...rest,
    description: `${what} for ${SILENT_HOURS} hours: CloudTrail has stopped or cannot deliver. Look at the trail's status (aws cloudtrail get-trail-status).`,
    statistic: "Sum",
    comparisonOperator: "LessThanThreshold",
    threshold: 1,
    periodSeconds: HOUR_SECONDS,
    periods: SILENT_HOURS,
    missingData: "breaching",
    leadsToPage: false,
  };
}
