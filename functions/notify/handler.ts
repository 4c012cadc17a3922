import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { ALERT_LEVELS, type AlertLevel } from "../../detections/alert";
import { compose, composeOutcome, type Notification } from "./compose";
import { type News, readNews } from "./event";

type NotifyLogger = Pick<Logger, "info" | "error">;

/**
 * Publishes the alerts of a batch, and what became of responses, each to the topic of its level. A message that is
 * neither, or that SNS does not take after the SDK's own retries, is reported as a failed item: SQS delivers it again and
 * in the end moves it to the dead-letter queue, while the others of the batch are done. Logs say which went where, not
 * what it says.
 */
export function createHandler(sns: SNSClient, logger: NotifyLogger) {
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const topicArns = {
      page: requiredVariable("PAGE_TOPIC_ARN"),
      notice: requiredVariable("NOTICE_TOPIC_ARN"),
    };
    const thresholds = { page: levelVariable("PAGE_LEVEL"), notice: levelVariable("NOTICE_LEVEL") };
    const deliver = async (record: SQSRecord): Promise<void> => {
      try {
        const news = readNews(record.body);
        const facts = factsOf(news);
        const notification =
          news.kind === "alert" ? compose(news.alert, thresholds) : composeOutcome(news.outcome, thresholds);
        if (!notification) {
          logger.info(`${news.kind} not notified: its level concerns nobody`, facts);
          return;
        }
        const messageId = await publish(sns, topicArns[notification.topic], notification);
        logger.info(`${news.kind} notified`, { ...facts, topic: notification.topic, messageId });
      } catch (error) {
        logger.error("nobody notified: the message goes back to the queue", {
          queueMessageId: record.messageId,
          receiveCount: record.attributes.ApproximateReceiveCount,
          reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
        });
        throw error;
      }
    };
    return processPartialResponse(event, deliver, new BatchProcessor(EventType.SQS), {
      context,
      // Each item's failure is answered for by itself, also when all of them fail.
      throwOnFullBatchFailure: false,
    });
  };
}

/** Lambda's entry point. The client lives as long as the execution environment, so that connections are reused. */
export const handler = createHandler(new SNSClient({}), new Logger({ serviceName: "notify" }));

/** What it is about, for the log, beside the log's own fields. */
function factsOf(news: News) {
  if (news.kind === "alert") {
    const { id, rule, level } = news.alert;
    return { alert: { id, rule: rule.id, level } };
  }
  const { id, playbook, status, level, alert } = news.outcome;
  return { response: { id, playbook, status, level }, alert: { id: alert.id, rule: alert.ruleId } };
}

async function publish(sns: SNSClient, topicArn: string, notification: Notification) {
  const { MessageId } = await sns.send(
    new PublishCommand({
      TopicArn: topicArn,
      Subject: notification.subject,
      Message: notification.message,
      MessageStructure: "json",
      MessageAttributes: Object.fromEntries(
        Object.entries(notification.attributes).map(([name, value]) => [
          name,
          { DataType: "String", StringValue: value },
        ]),
      ),
    }),
  );
  return MessageId;
}

function levelVariable(name: string): AlertLevel {
  const value = requiredVariable(name);
  const level = ALERT_LEVELS.find((known) => known === value);
  if (!level)
    throw new Error(`the environment variable ${name} is "${value}", not one of ${ALERT_LEVELS.join(", ")}`);
  return level;
}

function requiredVariable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is not set on the notify function`);
  return value;
}
