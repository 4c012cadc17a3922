import * as z from "zod";
import { ALERT_DETAIL_TYPE, ALERT_SOURCE, alertSchema, REPEAT_DETAIL_TYPE } from "../../detections/alert";
import { partitionOf } from "../../formats/partition";
import type { ResponseOrder } from "../../responses/order";
import { PLAYBOOK_IDS, RESTORE_TRAIL } from "../../responses/playbook-ids";

/** A queued message that must not be acted on. Names what is wrong and where, never a value of the message. */
export class OrderMessageError extends Error {
  override readonly name = "OrderMessageError";
}

/** Whose alerts are believed. */
export interface Stack {
  readonly accountId: string;
  readonly partition: string;
}

/** Longer summaries are cut: they are kept in every record, and travel in every outcome. */
const MAX_SUMMARY_CHARACTERS = 2_000;

const { responses } = alertSchema.shape;

/**
 * The event as the alert bus's rule puts it into the queue (EventBridge User Guide, "Event structure"), as far as orders
 * need it. EventBridge itself writes the account that the event came from.
 */
const messageSchema = z.object({
  source: z.literal(ALERT_SOURCE),
  "detail-type": z.enum([ALERT_DETAIL_TYPE, REPEAT_DETAIL_TYPE]),
  account: z.string(),
  detail: alertSchema
    .pick({ id: true, level: true, summary: true, rule: true, who: true, where: true, when: true })
    .extend({ responses }),
});

/**
 * Reads what a queued alert asks for: one order for each playbook and target. Restoring the trail is another function's.
 * What ids may be, and whose doings are answered, is the responder's to judge.
 *
 * @throws OrderMessageError when the message is no alert of this stack, or asks for something that there is not: nothing
 *   of it is to be done then
 */
export function readOrders(body: string, stack: Stack): ResponseOrder[] {
  const { account, detail } = parse(body);
  if (account !== stack.accountId) throw new OrderMessageError("account: the event is another account's");
  if (partitionOf(detail.where.region) !== stack.partition)
    throw new OrderMessageError(`detail.where.region: is no region of partition ${stack.partition}`);
  const { id, level, rule, who, where, when } = detail;
  const alert = {
    id,
    ruleId: rule.id,
    ruleTitle: rule.title,
    level,
    summary: detail.summary.slice(0, MAX_SUMMARY_CHARACTERS),
    eventTime: when.lastEventTime,
  };
  const actor = {
    name: who.actor,
    type: who.type,
    arn: who.arn,
    sessionIssuerArn: who.sessionIssuerArn,
    accountId: who.accountId,
  };
  const { partition } = stack;
  return (detail.responses ?? []).flatMap(({ playbook: name, targets }, index) => {
    if (name === RESTORE_TRAIL) return [];
    const playbook = PLAYBOOK_IDS.find((known) => known === name);
    if (playbook === undefined)
      throw new OrderMessageError(`detail.responses.${index}.playbook: is no playbook`);
    return targets.map((ids): ResponseOrder => ({
      playbook,
      target: { partition, accountId: where.accountId, region: where.region, ids },
      alert,
      actor,
    }));
  });
}

function parse(body: string): z.infer<typeof messageSchema> {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    // The parser's own message quotes the text.
    throw new OrderMessageError(`the message is not JSON (${body.length} characters)`);
  }
  const result = messageSchema.safeParse(message);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message: problem }) => `${path.join(".") || "event"}: ${problem}`,
  );
  throw new OrderMessageError(`the event is no alert by contract: ${problems.join("; ")}`);
}
