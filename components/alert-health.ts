import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AlertTopic } from "./alert-topics";
import type { WatchedParts } from "./health-alarms";
import type { Notifier } from "./notify";

/** The parts of an alert bus that alarms look at. */
export interface AlertParts {
  readonly busName: pulumi.Input<string>;
  readonly notifier: Notifier;
  readonly functionName: string;
  readonly page: AlertTopic;
  readonly notice: AlertTopic;
  /** Of the bus, its rule and the notify function. */
  readonly deadLetters: aws.sqs.Queue;
}

/** What has to work for alerts to reach people. All but the notice topic lies on the way of a page. */
export function watchedAlertParts(parts: AlertParts): WatchedParts {
  const { notifier, page, notice } = parts;
  const leadsToPage = true;
  return {
    queues: [
      {
        name: "notify-queue",
        what: "the queue of the notify function",
        physicalName: notifier.queueName,
        leadsToPage,
      },
    ],
    deadLetters: [
      {
        name: "alert-dead-letters",
        what: "the dead-letter queue of the alert bus and the notify function",
        physicalName: parts.deadLetters.name,
        leadsToPage,
      },
      {
        name: "page-dead-letters",
        what: "the dead-letter queue of the page topic",
        physicalName: page.deadLetterQueueName,
        leadsToPage,
      },
      {
        name: "notice-dead-letters",
        what: "the dead-letter queue of the notice topic",
        physicalName: notice.deadLetterQueueName,
      },
    ],
    functions: [
      { name: "notify", what: "the notify function", physicalName: parts.functionName, leadsToPage },
    ],
    topics: [
      { name: "page", what: "the page topic", physicalName: page.topicName, leadsToPage },
      { name: "notice", what: "the notice topic", physicalName: notice.topicName },
    ],
    eventRules: [
      {
        name: "alert-rule",
        what: "the rule of the alert bus",
        physicalName: notifier.ruleName,
        eventBusName: parts.busName,
        leadsToPage,
      },
    ],
  };
}
