import * as z from "zod";
import {
  ALERT_DETAIL_TYPE,
  ALERT_LEVELS,
  ALERT_SOURCE,
  type AlertLevel,
  REPEAT_DETAIL_TYPE,
} from "../../detections/alert";
import type { Actor, OrderingAlert } from "../../responses/order";
import { RESTORE_TRAIL } from "../../responses/playbook-ids";

/** A queued message that is no alert. The message names what is wrong and where, never a value of the event. */
export class RestoreMessageError extends Error {
  override readonly name = "RestoreMessageError";
}

/** What is read of an alert: who and why, for the record. What is restored, and to what, is none of its business. */
export interface RestoreAlert {
  readonly alert: OrderingAlert & { readonly level: AlertLevel };
  readonly actor: Actor;
}

/**
 * EventBridge pattern of the alerts that ask for a look at the trail: those of the rules on trail and archive, also within
 * their quiet period, unless one of our own roles did it.
 *
 * @param ownRoleArns may hold `*`
 */
export function restorePattern(ownRoleArns: readonly string[]): string {
  return JSON.stringify({
    source: [ALERT_SOURCE],
    "detail-type": [ALERT_DETAIL_TYPE, REPEAT_DETAIL_TYPE],
    detail: {
      responses: { playbook: [RESTORE_TRAIL] },
      // A field that is missing is not "anything but" something.
      who: { sessionIssuerArn: [{ exists: false }, { "anything-but": { wildcard: [...ownRoleArns] } }] },
    },
  });
}

/** Longer summaries are cut: they are kept in every record, and travel in every outcome. */
const MAX_SUMMARY_CHARACTERS = 2_000;

const text = z.string().min(1);

/** As much as is needed of the event that the rule puts into the queue (EventBridge User Guide, "Event structure"). */
const messageSchema = z.object({
  source: z.literal(ALERT_SOURCE),
  "detail-type": z.enum([ALERT_DETAIL_TYPE, REPEAT_DETAIL_TYPE]),
  account: z.string(),
  detail: z.object({
    id: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
    level: z.enum(ALERT_LEVELS),
    summary: text,
    rule: z.object({ id: text, title: text }),
    who: z.object({
      actor: text,
      type: z.string().optional(),
      arn: z.string().optional(),
      sessionIssuerArn: z.string().optional(),
      accountId: z.string().optional(),
    }),
    when: z.object({ lastEventTime: text }),
    responses: z
      .array(z.object({ playbook: z.string() }))
      .refine((responses) => responses.some(({ playbook }) => playbook === RESTORE_TRAIL), {
        error: `does not ask for ${RESTORE_TRAIL}`,
      }),
  }),
});

/**
 * Reads the alert out of a queued EventBridge event.
 *
 * @param accountId of the stack: EventBridge itself writes into an event which account it came from, and only our own
 *   account's is believed
 * @throws RestoreMessageError
 */
export function readRestoreAlert(body: string, accountId: string): RestoreAlert {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    // The parser's own message quotes the text.
    throw new RestoreMessageError(`the message is not JSON (${body.length} characters)`);
  }
  const result = messageSchema.safeParse(message);
  if (!result.success) {
    const problems = result.error.issues.map(
      ({ path, message: problem }) => `${path.join(".") || "event"}: ${problem}`,
    );
    throw new RestoreMessageError(`the event is no alert that asks to restore: ${problems.join("; ")}`);
  }
  if (result.data.account !== accountId)
    throw new RestoreMessageError("account: the event came from another account");
  const { id, level, summary, rule, who, when } = result.data.detail;
  const { actor: name, ...identity } = who;
  return {
    alert: {
      id,
      ruleId: rule.id,
      ruleTitle: rule.title,
      level,
      summary: summary.slice(0, MAX_SUMMARY_CHARACTERS),
      eventTime: when.lastEventTime,
    },
    actor: { name, ...identity },
  };
}
