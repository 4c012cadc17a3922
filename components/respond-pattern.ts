import { ALERT_DETAIL_TYPE, ALERT_SOURCE, REPEAT_DETAIL_TYPE } from "../detections/alert";
import { RESTORE_TRAIL } from "../responses/playbook-ids";

/**
 * EventBridge pattern of the alerts that ask for a playbook: those that name one, also within their quiet period, unless
 * one of our own roles did what they speak of. Restoring the trail is another function's.
 *
 * @param ownRoleArns may hold `*`
 */
export function respondPattern(ownRoleArns: readonly string[]): string {
  return JSON.stringify({
    source: [ALERT_SOURCE],
    "detail-type": [ALERT_DETAIL_TYPE, REPEAT_DETAIL_TYPE],
    detail: {
      responses: { playbook: [{ "anything-but": [RESTORE_TRAIL] }] },
      // A field that is missing is not "anything but" something.
      who: { sessionIssuerArn: [{ exists: false }, { "anything-but": { wildcard: [...ownRoleArns] } }] },
    },
  });
}
