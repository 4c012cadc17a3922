import type { Call, CallAws } from "../../responses/operations";
import type { Playbook } from "../../responses/playbook";
import { isPlaybookId } from "../../responses/playbook-ids";
import { PLAYBOOKS } from "../../responses/playbooks";
import type { ResponseRecord, ResponseStatus } from "../../responses/record";
import { WISHES } from "../../responses/responder";
import { contextOf } from "../../responses/shared-steps";
import { CommandError } from "../command-error";

/** What a person may do with a response. */
export type Wish = keyof typeof WISHES;

/**
 * The calls that running or undoing a response would make, by the state that its target is in now. The responder looks
 * again before it makes any.
 *
 * @throws CommandError when that is not due, or there is no target, or no playbook, any more
 */
export async function planOf(wish: Wish, record: ResponseRecord, callAws: CallAws): Promise<readonly Call[]> {
  const playbook = playbookOf(record);
  const { past, statuses } = WISHES[wish];
  if (!(statuses as readonly ResponseStatus[]).includes(record.status))
    throw new CommandError(
      `response ${record.id} is ${record.status}; only what is ${statuses.join(" or ")} can be ${past}`,
    );
  const state = await playbook.read(record.target, callAws);
  if (state === undefined) throw new CommandError(`the target of response ${record.id} is gone`);
  if (wish === "run") return playbook.contain(record.target, state, contextOf(record.id, record, new Date()));
  const madeAt = new Date(record.contextTime ?? record.createdTime);
  return playbook.undo(record.target, record.before, state, contextOf(record.id, record, madeAt));
}

function playbookOf({ id, playbook }: ResponseRecord): Playbook {
  const found = isPlaybookId(playbook) ? PLAYBOOKS.get(playbook) : undefined;
  if (!found)
    throw new CommandError(
      `response ${id} is of ${playbook}, which nobody runs or undoes by hand; use pulumi up`,
    );
  return found;
}
