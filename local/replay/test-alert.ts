import { PutEventsCommand, type EventBridgeClient } from "@aws-sdk/client-eventbridge";
import {
  ALERT_DETAIL_TYPE,
  ALERT_SCHEMA_VERSION,
  ALERT_SOURCE,
  alertId,
  type Alert,
} from "../../detections/alert";
import type { Inbox, Notification } from "./inbox";

/**
 * Puts an alert on the alert bus, as a detection will, and waits for what the notify function makes of it.
 *
 * @throws when the bus refuses it, or it does not arrive within `limitSeconds`
 * @param limitSeconds @default 30
 */
export async function sendTestAlert(
  events: EventBridgeClient,
  busName: string,
  inbox: Inbox,
  where: Alert["where"],
  limitSeconds = 30,
): Promise<Notification> {
  const alert = testAlert(where, new Date());
  const { Entries = [] } = await events.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: busName,
          Source: ALERT_SOURCE,
          DetailType: ALERT_DETAIL_TYPE,
          Detail: JSON.stringify(alert),
        },
      ],
    }),
  );
  const [entry] = Entries;
  if (entry?.ErrorCode)
    throw new Error(`alert bus ${busName} refused the test alert: ${entry.ErrorCode} ${entry.ErrorMessage}`);
  const notification = await inbox.find(({ message }) => message.includes(alert.id), limitSeconds);
  if (!notification)
    throw new Error(
      `the test alert did not come out of the alert bus within ${limitSeconds} s: bus, queue, notify function or topic is broken`,
    );
  return notification;
}

function testAlert(where: Alert["where"], now: Date): Alert {
  const time = now.toISOString();
  const eventIDs = [`local-run-${now.getTime()}`];
  const rule = { id: "local-run-test", title: "Test of the alert path" };
  return {
    schemaVersion: ALERT_SCHEMA_VERSION,
    id: alertId(rule.id, eventIDs),
    level: "medium",
    summary: "This is a test: an alert went from the bus through queue and function to the topic.",
    firstStep: "Nothing has to be done.",
    rule,
    who: { actor: "the local run" },
    what: { eventSource: "events.amazonaws.com", eventName: "PutEvents", outcome: "success" },
    where,
    when: { firstEventTime: time, lastEventTime: time, detectedTime: time },
    evidence: { eventCount: 1, eventIDs },
  };
}
