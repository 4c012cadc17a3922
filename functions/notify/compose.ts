import { ALERT_LEVELS, type Alert, type AlertLevel } from "../../detections/alert";
import { fitAlert, fitOutcome } from "./fit";
import type { Outcome } from "./outcome-schema";
import { outcomeSmsOf, outcomeSubjectOf, outcomeTextOf } from "./outcome-text";
import { smsOf, subjectOf, textOf } from "./text";

/**
 * SNS takes 256 KB a message, attributes included (SNS Developer Guide, "Amazon SNS message attributes"); this leaves
 * room for those, for the subject, and for the envelope that SNS puts around a delivery.
 */
export const MESSAGE_MAX_BYTES = 240 * 1024;

/** What is published for one alert, or one outcome of a response. */
export interface Notification {
  readonly topic: "page" | "notice";
  /** Printable ASCII on one line, less than 100 characters. */
  readonly subject: string;
  /** For people. */
  readonly text: string;
  /** For machines: the alert, or the outcome, by its contract (docs/alert.schema.json, docs/response.schema.json). */
  readonly json: string;
  /** The `Message` of a publish with `MessageStructure: json`: the variant for each protocol. */
  readonly message: string;
  /** SNS message attributes, for the filter policies of subscriptions. */
  readonly attributes: Readonly<Record<"level" | "rule" | "account" | "region", string>> & {
    /** Status of the response, which alerts have not. */
    readonly response?: string;
  };
}

/** The mildest level of each topic; `notice` is never above `page`. */
export interface Thresholds {
  readonly page: AlertLevel;
  readonly notice: AlertLevel;
}

/** The topic that people hear of a level on: worse ones wake somebody up, the mildest stay on the bus. */
export function topicOf(level: AlertLevel, thresholds: Thresholds): Notification["topic"] | undefined {
  const reaches = (threshold: AlertLevel) => ALERT_LEVELS.indexOf(level) >= ALERT_LEVELS.indexOf(threshold);
  if (reaches(thresholds.page)) return "page";
  return reaches(thresholds.notice) ? "notice" : undefined;
}

/** Turns an alert into what is published, or into nothing when its level concerns nobody. Never fails. */
export function compose(alert: Alert, thresholds: Thresholds): Notification | undefined {
  const topic = topicOf(alert.level, thresholds);
  if (topic === undefined) return undefined;
  const fitting = fitAlert(
    alert,
    (candidate) => Buffer.byteLength(alertMessage(candidate)) <= MESSAGE_MAX_BYTES,
  );
  return {
    topic,
    subject: subjectOf(fitting),
    text: textOf(fitting),
    json: JSON.stringify(fitting),
    message: alertMessage(fitting),
    attributes: {
      level: fitting.level,
      rule: fitting.rule.id,
      account: fitting.where.accountId,
      region: fitting.where.region,
    },
  };
}

/** Turns an outcome of a response into what is published, or into nothing when its level concerns nobody. Never fails. */
export function composeOutcome(outcome: Outcome, thresholds: Thresholds): Notification | undefined {
  const topic = topicOf(outcome.level, thresholds);
  if (topic === undefined) return undefined;
  const fitting = fitOutcome(
    outcome,
    (candidate) => Buffer.byteLength(outcomeMessage(candidate)) <= MESSAGE_MAX_BYTES,
  );
  return {
    topic,
    subject: outcomeSubjectOf(fitting),
    text: outcomeTextOf(fitting),
    json: JSON.stringify(fitting),
    message: outcomeMessage(fitting),
    attributes: {
      level: fitting.level,
      rule: fitting.alert.ruleId,
      account: fitting.target.accountId,
      region: fitting.target.region,
      response: fitting.status,
    },
  };
}

function alertMessage(alert: Alert): string {
  return messageOf(textOf(alert), smsOf(alert), JSON.stringify(alert));
}

function outcomeMessage(outcome: Outcome): string {
  return messageOf(outcomeTextOf(outcome), outcomeSmsOf(outcome), JSON.stringify(outcome));
}

/** The protocols are the keys of SNS's JSON message structure (SNS API Reference, Publish, `MessageStructure`). */
function messageOf(text: string, sms: string, json: string): string {
  return JSON.stringify({
    default: text,
    email: text,
    sms,
    "email-json": json,
    https: json,
    sqs: json,
    lambda: json,
  });
}
