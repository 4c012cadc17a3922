import type { ResponseRecord } from "../../responses/record";
import { CommandError } from "../command-error";
import { isConfirmed } from "./confirm";
import { personAt } from "./person";
import { planOf, type Wish } from "./plan";
import { printable } from "./printable";
import { callsText } from "./show-text";
import { findResponse, type ResponseTable } from "./table";

/** What came of a wish: the record as it is now, or undefined when the person thought better of it. */
export interface Acted {
  readonly record?: ResponseRecord;
  readonly failed: boolean;
}

/**
 * Runs or undoes a response as whoever runs the command, after showing the calls and asking.
 *
 * @param isSure the person has said yes already
 */
export async function act(wish: Wish, table: ResponseTable, id: string, isSure: boolean): Promise<Acted> {
  const record = await findResponse(table, id);
  const { arn, aws, responder } = await personAt(table);
  const { accountId, region } = record.target;
  const callAws = await aws(accountId, region);
  if (!callAws)
    throw new CommandError(
      `you are ${arn} and have no role to use in account ${accountId}; run this with credentials of that account`,
    );
  const plan = await planOf(wish, record, callAws);
  const calls = plan.length > 0 ? callsText(plan) : "No call: it is as it should be.";
  process.stderr.write(
    printable(`As ${arn}, in account ${accountId}, ${region}, to ${wish} response ${record.id}:\n${calls}\n`),
  );
  if (!isSure && !(await isConfirmed("Make these calls?", process.stdin, process.stderr))) {
    process.stderr.write("Nothing was done.\n");
    return { failed: true };
  }
  const ended = await (wish === "run" ? responder.run(record.id, arn) : responder.undo(record.id, arn));
  return { record: ended, failed: !isAsWished(wish, ended) };
}

/** A target that is gone, or contained by somebody else, needs nothing more. */
function isAsWished(wish: Wish, { status, reason }: ResponseRecord): boolean {
  if (wish === "undo") return status === "undone";
  return status === "done" || reason === "gone" || reason === "already-contained";
}
