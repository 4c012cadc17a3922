import type { CloudTrailEvent } from "../../formats/cloudtrail/event";

/** An object of the archive. */
export interface ObjectRef {
  readonly bucket: string;
  readonly key: string;
}

/** What a queued message asks for. */
export type DetectMessage =
  /** Fast path: one event, as an EventBridge rule sent it. */
  | { readonly kind: "event"; readonly event: CloudTrailEvent }
  /** Complete path: objects that have arrived in the archive. */
  | { readonly kind: "objects"; readonly objects: readonly ObjectRef[] }
  /** Nothing to do. */
  | { readonly kind: "ignored"; readonly reason: string };

/** A message that is neither. Says what is wrong, and never quotes the message. */
export class MessageError extends Error {
  override readonly name = "MessageError";
}

/**
 * Reads a message of either queue: an EventBridge event with a CloudTrail record as its detail, or an S3 event
 * notification, as S3 writes it or inside the envelope that SNS puts around it.
 *
 * @throws MessageError
 */
export function readMessage(body: string): DetectMessage {
  const message = parse(body, "the message");
  if ("detail-type" in message) return readEvent(message);
  const isEnvelope = message.Type === "Notification" && typeof message.Message === "string";
  return readNotification(isEnvelope ? parse(message.Message as string, "the SNS message") : message);
}

type Fields = Readonly<Record<string, unknown>>;

/** EventBridge User Guide, "AWS service events delivered via AWS CloudTrail": the detail is the record. */
function readEvent(message: Fields): DetectMessage {
  const detailType = String(message["detail-type"]);
  if (!detailType.endsWith(" via CloudTrail"))
    throw new MessageError('the EventBridge event is not "... via CloudTrail"');
  if (detailType === "AWS Insight via CloudTrail")
    return { kind: "ignored", reason: "an Insights event is no record of a call" };
  const { detail } = message;
  if (!isFields(detail)) throw new MessageError("detail: is no object");
  const { eventName, eventTime } = detail;
  if (typeof eventName !== "string" || eventName === "")
    throw new MessageError("detail.eventName: is missing");
  if (typeof eventTime !== "string" || Number.isNaN(Date.parse(eventTime)))
    throw new MessageError("detail.eventTime: is no time");
  return { kind: "event", event: detail as CloudTrailEvent };
}

/** S3 User Guide, "Event message structure"; `s3:TestEvent` comes when a notification is set up. */
function readNotification(message: Fields): DetectMessage {
  if (message.Event === "s3:TestEvent") return { kind: "ignored", reason: "S3's test message" };
  const { Records } = message;
  if (!Array.isArray(Records))
    throw new MessageError("is neither an EventBridge event nor an S3 event notification");
  const objects = Records.flatMap((record: unknown, index): ObjectRef[] => {
    const { eventName, s3 } = fields(record);
    if (typeof eventName === "string" && !eventName.includes("ObjectCreated:")) return [];
    const { name: bucket } = fields(fields(s3).bucket);
    const { key } = fields(fields(s3).object);
    if (typeof bucket !== "string" || typeof key !== "string")
      throw new MessageError(`Records.${index}.s3: names no bucket and key`);
    return [{ bucket, key: decodeKey(key, index) }];
  });
  return objects.length > 0
    ? { kind: "objects", objects }
    : { kind: "ignored", reason: "no object was created" };
}

/** Keys are URL-encoded, with a plus for a space. */
function decodeKey(key: string, index: number): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch (error) {
    throw new MessageError(`Records.${index}.s3.object.key: is not URL-encoded`, { cause: error });
  }
}

function parse(text: string, what: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new MessageError(`${what} is not JSON (${text.length} characters)`);
  }
  if (!isFields(value)) throw new MessageError(`${what} is no JSON object`);
  return value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}
