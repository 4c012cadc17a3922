import { isPlaybookId, type ResponseId } from "../responses/playbook-ids";
import { PLAYBOOKS } from "../responses/playbooks";
import type { Alert } from "./alert";
import type { Hit } from "./hit";

type Response = NonNullable<Alert["responses"]>[number];

/** As many as one event's parameters may name; more are for people. */
const MAX_TARGETS = 20;

/** The responses that a rule asks for, with what the event names for them; those that it names nothing for are left out. */
export function responsesOf({ rule, event }: Pick<Hit, "rule" | "event">): Response[] {
  return (rule.custom?.playbooks ?? []).flatMap((playbook) => responseOf(playbook, event));
}

function responseOf(playbook: ResponseId, event: Hit["event"]): Response[] {
  // What the restore function acts on, it knows.
  if (!isPlaybookId(playbook)) return [{ playbook, targets: [] }];
  const targets = PLAYBOOKS.get(playbook)?.targets(event) ?? [];
  if (targets.length === 0) return [];
  return [{ playbook, targets: targets.slice(0, MAX_TARGETS).map((ids) => ({ ...ids })) }];
}
