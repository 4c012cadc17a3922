import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { ALERT_SOURCE } from "../../detections/alert-identity";
import { RESPONSE_DETAIL_TYPE, type ResponseOutcome } from "../../responses/record";

/** EventBridge did not take an outcome. */
export class OutcomeNotPublishedError extends Error {
  override readonly name = "OutcomeNotPublishedError";
}

/** Puts outcomes on the alert bus, one by one. */
export function outcomePublisher(
  client: EventBridgeClient,
  busName: string,
): (outcome: ResponseOutcome) => Promise<void> {
  return async (outcome) => {
    const { FailedEntryCount = 0, Entries = [] } = await client.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: busName,
            Source: ALERT_SOURCE,
            DetailType: RESPONSE_DETAIL_TYPE,
            Detail: JSON.stringify(outcome),
          },
        ],
      }),
    );
    if (FailedEntryCount === 0) return;
    const { ErrorCode = "no code", ErrorMessage = "no message" } = Entries[0] ?? {};
    throw new OutcomeNotPublishedError(
      `EventBridge refused the outcome of ${outcome.id}: ${ErrorCode}: ${ErrorMessage}`,
    );
  };
}
