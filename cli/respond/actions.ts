import type { ResponseRecord, ResponseStatus } from "../../responses/record";
import { circuitOf } from "../../responses/responder";
import { CommandError } from "../command-error";
import { act } from "./act";
import { withFailuresInWords } from "./aws-failure";
import { listText } from "./list-text";
import type { Wish } from "./plan";
import { printable, printableJson } from "./printable";
import { showText } from "./show-text";
import { findResponse, openTable, type ResponseTable } from "./table";

// Every action: @throws CommandError for what AWS, or the state of a response, does not admit.

/** Which table, and how to print what comes of it. */
export interface ActionFlags {
  readonly table: string;
  /** @default as the SDK finds it */
  readonly region?: string;
  readonly format: "text" | "json";
}

/** What to print, and whether what was asked for was not done. */
export interface ActionResult {
  readonly output?: string;
  readonly failed: boolean;
}

/** Which responses to list. */
export interface ListFilter {
  readonly status?: ResponseStatus;
  /** Created within the last so many hours. @default ever */
  readonly hours?: number;
  readonly limit: number;
}

/** `respond list` */
export function list(flags: ActionFlags, { status, hours, limit }: ListFilter): Promise<ActionResult> {
  return atTable(flags, async ({ store }) => {
    const sinceMs = hours === undefined ? undefined : Date.now() - hours * 3_600_000;
    const responses = await store.list({ status, sinceMs, limit });
    const openCircuits = await store.openCircuits();
    const output =
      flags.format === "json"
        ? printableJson({ schemaVersion: 1, responses, openCircuits })
        : listText(responses, openCircuits);
    return { output, failed: false };
  });
}

/** `respond show` */
export function show(flags: ActionFlags, id: string): Promise<ActionResult> {
  return atTable(flags, async (table) => ({
    output: recordOutput(flags, await findResponse(table, id)),
    failed: false,
  }));
}

/**
 * `respond run`, `respond undo`
 *
 * @param isSure the person has said yes already
 */
export function fulfil(flags: ActionFlags, wish: Wish, id: string, isSure: boolean): Promise<ActionResult> {
  return atTable(flags, async (table) => {
    const { record, failed } = await act(wish, table, id, isSure);
    return { output: record && recordOutput(flags, record), failed };
  });
}

/** `respond close-circuit` */
export function closeCircuit(flags: ActionFlags, playbook: string, actor: string): Promise<ActionResult> {
  return atTable(flags, async ({ store }) => {
    const circuit = circuitOf(playbook, { name: actor });
    if (!(await store.closeCircuit(circuit)))
      throw new CommandError(
        printable(`there is no open circuit ${circuit}; \`trailkeeper respond list\` shows which there are`),
      );
    const output =
      flags.format === "json" ? printableJson({ closed: circuit }) : printable(`Closed circuit ${circuit}`);
    return { output, failed: false };
  });
}

function recordOutput({ format }: ActionFlags, record: ResponseRecord): string {
  return format === "json" ? printableJson(record) : showText(record);
}

async function atTable(
  { table, region }: ActionFlags,
  work: (table: ResponseTable) => Promise<ActionResult>,
): Promise<ActionResult> {
  const opened = openTable(table, region);
  try {
    return await withFailuresInWords(() => work(opened), table);
  } finally {
    opened.client.destroy();
  }
}
