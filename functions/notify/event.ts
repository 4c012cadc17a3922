import * as z from "zod";
import { ALERT_DETAIL_TYPE, ALERT_SOURCE, type Alert, alertSchema } from "../../detections/alert";
import { RESPONSE_DETAIL_TYPE } from "../../responses/record";
import { type Outcome, outcomeSchema } from "./outcome-schema";

/** A queued message that is neither. The message names what is wrong and where, never a value of the event. */
export class AlertEventError extends Error {
  override readonly name = "AlertEventError";
}

/** What people may have to hear of: an alert, or what became of a response. */
export type News =
  | { readonly kind: "alert"; readonly alert: Alert }
  | { readonly kind: "response"; readonly outcome: Outcome };

/** The event as the alert bus's rule puts it into the queue (EventBridge User Guide, "Event structure"). */
const newsEventSchema = z.discriminatedUnion("detail-type", [
  z.object({
    source: z.literal(ALERT_SOURCE),
    "detail-type": z.literal(ALERT_DETAIL_TYPE),
    detail: alertSchema,
  }),
  z.object({
    source: z.literal(ALERT_SOURCE),
    "detail-type": z.literal(RESPONSE_DETAIL_TYPE),
    detail: outcomeSchema,
  }),
]);

/** Reads the alert, or the outcome of a response, out of a queued EventBridge event. */
export function readNews(body: string): News {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    // The parser's own message quotes the text.
    throw new AlertEventError(`the message is not JSON (${body.length} characters)`);
  }
  const result = newsEventSchema.safeParse(event);
  if (result.success) {
    const { data } = result;
    return data["detail-type"] === ALERT_DETAIL_TYPE
      ? { kind: "alert", alert: data.detail }
      : { kind: "response", outcome: data.detail };
  }
  const problems = result.error.issues.map(({ path, message }) => `${path.join(".") || "event"}: ${message}`);
  throw new AlertEventError(`the event is no alert or response by contract: ${problems.join("; ")}`);
}
