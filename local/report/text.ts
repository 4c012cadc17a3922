import Table from "cli-table3";
import type { ResponseOutcome } from "../../responses/record";
import type { Notification } from "../replay/inbox";
import { controlOf } from "./json";
import type { RunResult } from "./result";

/** The report of a local run as people read it, in sections; at most 100 columns wide. */
export function textReport(result: RunResult): string {
  const sections = [
    built(result),
    policies(result),
    delivered(result),
    alerts(result),
    alarms(result),
    inbox(result),
    responses(result),
    steps(result),
    conclusion(result),
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

function built({ built, engine, stateOnly, stack }: RunResult): string {
  if (!built) return "";
  const byType = [...built.createdByType].sort(([a, n], [b, m]) => m - n || a.localeCompare(b));
  const total = byType.reduce((sum, [, count]) => sum + count, 0);
  const counts = byType.map(([type, count]) => `${count} ${shortType(type)}`);
  const kept =
    stateOnly.length === 0
      ? "Everything exists in the local cloud."
      : `Kept in state only, the local cloud has no such thing: ${stateOnly.join(", ")}.`;
  return `${heading(`Built: ${total} resources of stack ${stack}`)}\nBy ${engine}.\n${wrap(counts.join(", "))}\n${wrap(kept)}`;
}

function policies({ built, preview }: RunResult): string {
  if (!built) return "";
  const undecided = preview?.policyReports.length ?? 0;
  const violations = built.policyReports.filter(({ mandatory }) => mandatory);
  const advice = built.policyReports.filter(({ mandatory }) => !mandatory);
  const lines = [...violations, ...advice].map(({ policy, urn, message }) =>
    wrap(`${policy}, ${urn?.split("::").at(-1) ?? "the stack"}: ${message}`),
  );
  const title = `Policy pack: ${violations.length} violations, ${advice.length} undecided or advisory`;
  const inPreview = `In the preview, where most values are unknown, ${undecided} were undecided.`;
  return [heading(title), ...lines, inPreview].join("\n");
}

function delivered({ delivered, malformed }: RunResult): string {
  if (!delivered) return "";
  const { digests, events, files, oversized } = delivered;
  const lines = [
    heading(`Delivered: ${events} events in ${files} log files, with ${digests} digests beside them`),
  ];
  if (oversized > 0)
    lines.push(
      `${oversized} events over 256 KB are in the archive; CloudTrail sends none of that size to CloudWatch Logs.`,
    );
  if (malformed.length > 0) lines.push(`Malformed, ${malformed.length}:`);
  for (const { file, reason } of malformed) lines.push(wrap(`${file}: ${reason}`, "  "));
  return lines.join("\n");
}

function alerts({ detections, topics, notifications = [] }: RunResult): string {
  if (!detections) return "";
  const { alerts, fastPath, notified, rules } = detections;
  const told = new Set(notified.map(({ id }) => id));
  const lines = notified.map(({ id, level, rule, summary, firstStep }) => {
    const topicArn = notifications.find(({ message }) => message.includes(id))?.topicArn;
    const topic = topicArn === undefined ? "nobody was told" : topicName(topicArn, topics);
    const sentence = wrap(printable(summary), "  ");
    return `${level.toUpperCase()} (${topic}) ${printable(rule.title)}\n${sentence}\n${wrap(`First: ${printable(firstStep)}`, "  ")}`;
  });
  const others = new Map<string, number>();
  for (const { alert } of alerts)
    if (!told.has(alert.id)) others.set(alert.rule.title, (others.get(alert.rule.title) ?? 0) + 1);
  const rest = [...others].map(([title, count]) => (count === 1 ? title : `${title} (${count})`));
  return [
    heading(`Alerts: ${alerts.length} by ${rules} rules, ${notified.length} of them to people`),
    wrap(
      `Of ${fastPath.offered} events, the forwarding rules let ${fastPath.forwarded} through to the fast path; every event came the complete way.`,
    ),
    ...lines,
    ...(rest.length > 0 ? [wrap(`On the alert bus only: ${rest.join(", ")}`)] : []),
  ].join("\n");
}

function alarms({ alarms: outcomes, topics }: RunResult): string {
  if (!outcomes) return "";
  const fired = outcomes.filter(({ state }) => state === "ALARM");
  const quiet = outcomes.filter(({ state }) => state !== "ALARM");
  const table = plainTable(["Alarm", "Control", "Events", "Told"]);
  for (const alarm of [...fired].sort((a, b) => b.filter.matches - a.filter.matches))
    table.push([
      alarm.name,
      controlOf(alarm)?.id ?? "your own",
      { content: alarm.filter.matches, hAlign: "right" },
      alarm.topicArns.map((arn) => topicName(arn, topics)).join(", "),
    ]);
  const rest = quiet.map(({ name, state, filter }) => `${name} (${filter.matches} events, ${state})`);
  return [
    heading(`Alarms: ${fired.length} of ${outcomes.length} went off`),
    fired.length > 0 ? table.toString() : "",
    rest.length > 0 ? wrap(`Quiet: ${rest.join(", ")}`) : "",
  ]
    .filter((line) => line !== "")
    .join("\n");
}

function inbox({ notifications, testAlert, topics }: RunResult): string {
  if (!notifications) return "";
  const line = ({ subject, topicArn }: Notification) => `  ${topicName(topicArn, topics)}: ${subject}`;
  const lines = notifications.map(line).sort();
  if (testAlert)
    lines.push("And, through the alert bus, its queue and the notify function:", line(testAlert));
  return [heading(`Inbox: ${notifications.length} notifications`), ...lines].join("\n");
}

function responses({ responses: run }: RunResult): string {
  if (!run) return "";
  const { answers, deeds, undone } = run;
  const contained = answers.filter(({ seconds }) => seconds !== undefined).length;
  const lines = answers.flatMap(({ deed, due: { playbook, containment }, outcome, seconds }) => [
    wrap(outcome ? printable(toldOf(outcome)) : `No response ${playbook} was made.`),
    seconds === undefined
      ? wrap(`It was not seen that ${containment.what}.`, "  ")
      : wrap(
          `${seconds.toFixed(1)} s after the ${deed.isFast ? "event" : "log file"} ${containment.what}.`,
          "  ",
        ),
  ]);
  return [
    heading(`Responses: ${contained} of ${answers.length} seen to contain an attack`),
    wrap(`With real keys the attacker ${deeds.join(", ")}.`),
    ...lines,
    ...(undone === undefined
      ? []
      : ["Then a person took one back, and the same key works again:", wrap(printable(undone), "  ")]),
  ].join("\n");
}

function toldOf({ sentence, status, command }: ResponseOutcome): string {
  if (command === undefined) return `${sentence}.`;
  return `${sentence}; ${status === "done" ? "undo" : "go on"} with ${command}.`;
}

function steps({ steps }: RunResult): string {
  if (steps.length === 0) return "";
  const table = plainTable(["Step", "Seconds"]);
  for (const { name, seconds, ok } of steps)
    table.push([ok ? name : `${name} (failed)`, { content: seconds.toFixed(1), hAlign: "right" }]);
  return `${heading("Steps")}\n${table.toString()}`;
}

function conclusion({ failures, ok }: RunResult): string {
  if (ok) return "OK: every step did what it should.";
  return ["FAILED:", ...failures.map((failure) => `  ${failure.replaceAll("\n", "\n  ")}`)].join("\n");
}

function heading(text: string): string {
  return `${text}\n${"-".repeat(text.length)}`;
}

/** Log content is other people's text: nothing of it may steer the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}

function plainTable(head: string[]): Table.Table {
  const border = {
    top: "",
    "top-mid": "",
    "top-left": "",
    "top-right": "",
    bottom: "",
    "bottom-mid": "",
    "bottom-left": "",
    "bottom-right": "",
    left: "",
    "left-mid": "",
    mid: "",
    "mid-mid": "",
    right: "",
    "right-mid": "",
    middle: "  ",
  };
  return new Table({
    head,
    chars: border,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
}

function shortType(type: string): string {
  return type.split(":")[2] ?? type;
}

function topicName(arn: string, topics: RunResult["topics"]): string {
  return Object.entries(topics ?? {}).find(([, topicArn]) => topicArn === arn)?.[0] ?? arn;
}

/** Breaks text at spaces into lines of at most 100 columns. */
function wrap(text: string, indent = ""): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/)) {
    if (line.length + word.length + 1 > 100 && line.trim() !== "") {
      lines.push(line);
      line = `${indent}  `;
    }
    line += line.trim() === "" ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}
