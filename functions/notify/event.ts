import * as z from "zod";
import { ALERT_DETAIL_TYPE, ALERT_SOURCE, type Alert, alertSchema } from "../../detections/alert";

/** A queued message that is no alert. The message names what is wrong and where, never a value of the event. */
export class AlertEventError extends Error {
  override readonly name = "AlertEventError";
}

/** The event as the alert bus's rule puts it into the queue (EventBridge User Guide, "Event structure"). */
const alertEventSchema = z.object({
  source: z.literal(ALERT_SOURCE),
  "detail-type": z.literal(ALERT_DETAIL_TYPE),
  detail: alertSchema,
});

/** Reads the alert out of a queued EventBridge event. */
export function readAlert(body: string): Alert {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    // The parser's own message quotes the text.
    throw new AlertEventError(`the message is not JSON (${body.length} characters)`);
  }
  const result = alertEventSchema.safeParse(event);
  if (result.success) return result.data.detail;
  const problems = result.error.issues.map(({ path, message }) => `${path.join(".") || "event"}: ${message}`);
  throw new AlertEventError(`the event is no alert by contract: ${problems.join("; ")}`);
}
