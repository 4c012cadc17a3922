import type { Alert } from "../../../detections/alert";
import { exampleAlert } from "../notify/example-alert";

/** Account of {@link exampleAlert}, and of the stack in tests. */
export const ACCOUNT = "111122223333";

export const KEY_ID = "AKIAIOSFODNN7EXAMPLE";

/** An alert that asks for one playbook on one target; tests change one thing about it. */
export function askingAlert(change: Partial<Alert> = {}): Alert {
  return exampleAlert({
    responses: [
      { playbook: "deactivate-access-key", targets: [{ accessKeyId: KEY_ID, userName: "backup" }] },
    ],
    ...change,
  });
}

/** An alert as the alert bus's rule puts it into the queue. */
export function message(alert: unknown, change: object = {}): string {
  return JSON.stringify({
    version: "0",
    id: "e",
    source: "trailkeeper",
    "detail-type": "Alert",
    account: ACCOUNT,
    region: "eu-west-1",
    detail: alert,
    ...change,
  });
}
