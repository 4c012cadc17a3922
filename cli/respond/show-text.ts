import { PLAYBOOKS } from "../../responses/playbooks";
import { isPlaybookId } from "../../responses/playbook-ids";
import { commandOf } from "../../responses/outcome";
import type { CallRecord, ResponseRecord } from "../../responses/record";
import { heading, timeOf, wrap } from "../report/plain-text";
import { printable, printableJson } from "./printable";

type Row = readonly [label: string, value: string];

/** Everything that is kept of a response, for people. */
export function showText(record: ResponseRecord): string {
  const { before, calls } = record;
  const command = commandOf(record);
  const sections = [
    [heading(`Response ${record.id}: ${record.status}`), wrap(asSentence(record.sentence))],
    [labelled(facts(record))],
    alertLines(record),
    calls.length > 0 ? [heading("Calls"), callsText(calls)] : [],
    before === undefined ? [] : [heading("Found before the first change"), printableJson(before)],
    undoLines(record),
    command === undefined ? [] : [`Next: ${command}`],
  ];
  return printable(
    sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join("\n"))
      .join("\n\n"),
  );
}

/** Calls with all that they say, numbered. */
export function callsText(calls: readonly Pick<CallRecord, "operation" | "input">[]): string {
  return calls.map((call, index) => `${index + 1}. ${callText(call)}`).join("\n");
}

function callText(call: Pick<CallRecord, "operation" | "input"> & Partial<CallRecord>): string {
  const { operation, input, outcome, time, error } = call;
  const how = [outcome, time && timeOf(time), error].filter(Boolean).join(", ");
  return `${operation}${how === "" ? "" : ` (${how})`}\n${printableJson(input)}`;
}

function facts(record: ResponseRecord): Row[] {
  const { playbook, reason, target, verified, partOfStack } = record;
  const title = isPlaybookId(playbook) ? PLAYBOOKS.get(playbook)?.title : undefined;
  const rows: (Row | undefined)[] = [
    ["Playbook", title === undefined ? playbook : `${playbook} (${title})`],
    ["Mode", record.mode],
    reason && ["Reason", reason],
    ["Where", `account ${target.accountId}, ${target.region}`],
    ...Object.entries(target.ids).map(([name, id], index): Row => [
      index === 0 ? "Target" : "",
      `${name} ${id}`,
    ]),
    ["Ordered by", record.orderedBy],
    verified === undefined ? undefined : ["Contained", verified ? "yes, it was seen" : "not seen"],
    partOfStack ? ["Stack", "part of it: its next deployment would change it back"] : undefined,
    ["Created", timeOf(record.createdTime)],
    ["Updated", timeOf(record.updatedTime)],
  ];
  return rows.filter((row) => row !== undefined);
}

function alertLines({ alert, actor }: ResponseRecord): string[] {
  return [
    heading("Alert"),
    wrap(`${alert.level.toUpperCase()} ${alert.ruleTitle}`),
    wrap(asSentence(alert.summary)),
    labelled([
      ["Who", [actor.name, actor.type, actor.arn].filter(Boolean).join(", ")],
      ["When", timeOf(alert.eventTime)],
      ["Alert", alert.id],
      ["Rule", alert.ruleId],
    ]),
  ];
}

function undoLines({ undo }: ResponseRecord): string[] {
  if (!undo) return [];
  const { by, time, calls, verified } = undo;
  return [
    heading(`Undo by ${by}, ${timeOf(time)}`),
    ...(calls.length > 0 ? [callsText(calls)] : []),
    verified ? "It was seen to be as before." : "It was not seen to be as before.",
  ];
}

/** Values are shown whole, however long: they are what somebody goes on with. */
function labelled(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join("\n");
}

function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
