import type { ResponseRecord } from "../../responses/record";
import { columns, counted, timeOf } from "../report/plain-text";
import { printable } from "./printable";

/** Enough of an id to name it by. */
const SHOWN_ID_LENGTH = 8;

/** Responses as a table, latest first, and what is open. */
export function listText(records: readonly ResponseRecord[], openCircuits: readonly string[]): string {
  const rows = records.map(({ id, createdTime, status, reason, sentence }) => [
    id.slice(0, SHOWN_ID_LENGTH),
    timeOf(createdTime),
    reason === undefined ? status : `${status}, ${reason}`,
    sentence,
  ]);
  const sections = [
    rows.length > 0 ? columns([["ID", "Created", "Status", "What"], ...rows]) : "",
    counted(records.length, "response"),
    ...openCircuits.map(circuitText),
  ];
  return printable(sections.filter((section) => section !== "").join("\n\n"));
}

/** A circuit is named by its playbook and its actor, who may be called anything. */
function circuitText(circuit: string): string {
  const space = circuit.indexOf(" ");
  const [playbook, actor] = [circuit.slice(0, space), circuit.slice(space + 1)];
  return [
    `Circuit open: responses of ${playbook} to ${actor} wait for a person. Once you have looked:`,
    `  trailkeeper respond close-circuit ${playbook} ${shellWord(actor)}`,
  ].join("\n");
}

function shellWord(text: string): string {
  return /^[\w:/+=,.@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
