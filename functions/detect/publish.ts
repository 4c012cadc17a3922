import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Alert } from "../../detections/alert";
import { ALERT_DETAIL_TYPE, ALERT_SOURCE, REPEAT_DETAIL_TYPE } from "../../detections/alert-identity";

/** EventBridge did not take an alert. */
export class AlertNotPublishedError extends Error {
  override readonly name = "AlertNotPublishedError";
}

/** An entry has 256 KB for source, type and detail (EventBridge User Guide, "Calculating PutEvents entry size"). */
const MAX_ENTRY_BYTES = 256 * 1024 - ALERT_SOURCE.length - REPEAT_DETAIL_TYPE.length;

/** Publishes alerts on a bus, one by one: what fails then is one alert. */
export function alertPublisher(client: EventBridgeClient, busName: string): (alert: Alert) => Promise<void> {
  return async (alert) => {
    const { FailedEntryCount = 0, Entries = [] } = await client.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: busName,
            Source: ALERT_SOURCE,
            DetailType: alert.repeatOf === undefined ? ALERT_DETAIL_TYPE : REPEAT_DETAIL_TYPE,
            Detail: JSON.stringify(fitting(alert)),
          },
        ],
      }),
    );
    if (FailedEntryCount === 0) return;
    const { ErrorCode = "no code", ErrorMessage = "no message" } = Entries[0] ?? {};
    throw new AlertNotPublishedError(`EventBridge refused alert ${alert.id}: ${ErrorCode}: ${ErrorMessage}`);
  };
}

/** Events of the alert go first, then what it says about its rule: both can be looked up. */
function fitting(alert: Alert): Alert {
  let candidate = alert;
  while (Buffer.byteLength(JSON.stringify(candidate)) > MAX_ENTRY_BYTES) {
    const { evidence, rule } = candidate;
    if (evidence.eventIDs.length > 1) {
      const eventIDs = evidence.eventIDs.slice(Math.ceil(evidence.eventIDs.length / 2));
      candidate = { ...candidate, evidence: { ...evidence, eventIDs, query: undefined }, trimmed: true };
    } else if (rule.falsePositives || rule.tags) {
      candidate = { ...candidate, rule: { id: rule.id, title: rule.title }, trimmed: true };
    } else {
      return candidate;
    }
  }
  return candidate;
}
