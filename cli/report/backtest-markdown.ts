import type { BacktestAlert } from "../backtest/decider";
import { coverageOf, noisiestRules, WORST_LEVELS_FIRST, worstFirst } from "./backtest-figures";
import type { BacktestReport } from "./backtest-model";
import { folded, inline, table } from "./markdown";
import { counted, textOf, timeOf } from "./plain-text";

/** A comment on GitHub has 65,536 characters at the most. */
const MAX_CHARACTERS = 60_000;
const MAX_NOISY = 15;
const MAX_MALFORMED = 20;

/** The report as a comment on a pull request: figures at once, alerts when they are unfolded. */
export function backtestMarkdown(report: BacktestReport): string {
  const head = [
    `### Backtest: ${counted(report.result.alerts.length, "alert")}`,
    figures(report),
    coverage(report),
    noisy(report),
    malformed(report),
  ].filter((section) => section !== "");
  const room = MAX_CHARACTERS - head.join("\n\n").length;
  return [...head, alerts(report, room)].filter((section) => section !== "").join("\n\n");
}

function figures({ minLevel, result, rules }: BacktestReport): string {
  const { byLevel, duplicates, events, files, malformed: bad, seconds, suppressed } = result;
  const levels = table(
    WORST_LEVELS_FIRST.map((level) => level),
    [WORST_LEVELS_FIRST.map((level) => textOf(byLevel[level]))],
    WORST_LEVELS_FIRST.map((_, column) => column),
  );
  const facts = [
    `${counted(events, "event")} in ${counted(files, "file")}`,
    counted(rules.length, "rule"),
    `${seconds.toFixed(1)} s`,
    ...(minLevel === "informational" ? [] : [`level ${minLevel} and above`]),
    ...(duplicates > 0 ? [`${textOf(duplicates)} duplicates`] : []),
    ...(suppressed > 0 ? [`${textOf(suppressed)} suppressed`] : []),
    ...(bad.length > 0 ? [`**${textOf(bad.length)} could not be used**`] : []),
  ];
  return `${levels}\n\n${facts.join(" · ")}`;
}

function coverage({ result, rules }: BacktestReport): string {
  const rows = coverageOf(rules, result.alerts).map(({ tactic, techniques, rules: count, alerts: fired }) => [
    inline(tactic),
    textOf(count),
    `${textOf(techniques.filter(({ alerts: some }) => some > 0).length)} of ${textOf(techniques.length)}`,
    textOf(fired),
  ]);
  if (rows.length === 0) return "";
  return `**Coverage by tactic**\n\n${table(["Tactic", "Rules", "Techniques that alerted", "Alerts"], rows, [1, 2, 3])}`;
}

function noisy({ result }: BacktestReport): string {
  const noisiest = noisiestRules(result).slice(0, MAX_NOISY);
  if (noisiest.length === 0) return "";
  const rows = noisiest.map(({ rule, alerts: count, events }) => [
    inline(rule.title),
    rule.level,
    textOf(count),
    textOf(events),
  ]);
  return `**Rules that alert most**\n\n${table(["Rule", "Level", "Alerts", "Events"], rows, [2, 3])}`;
}

function malformed({ result }: BacktestReport): string {
  if (result.malformed.length === 0) return "";
  const lines = result.malformed.slice(0, MAX_MALFORMED).map(({ file, line, index, reason }) => {
    const place = line === undefined ? (index === undefined ? "" : `, record ${index}`) : `, line ${line}`;
    return `- ${inline(file)}${place}: ${inline(reason)}`;
  });
  const left = result.malformed.length - lines.length;
  if (left > 0) lines.push(`- ... and ${textOf(left)} more`);
  return folded(`Could not be used: ${textOf(result.malformed.length)}`, lines.join("\n"));
}

function alerts({ result }: BacktestReport, room: number): string {
  const lines: string[] = [];
  let used = 200;
  for (const alert of worstFirst(result.alerts)) {
    const line = alertLine(alert);
    used += line.length + 1;
    if (used > room) break;
    lines.push(line);
  }
  if (lines.length === 0) return "";
  const left = result.alerts.length - lines.length;
  const shown =
    left > 0 ? `Alerts: the worst ${textOf(lines.length)} of ${textOf(result.alerts.length)}` : "Alerts";
  return folded(shown, lines.join("\n"));
}

function alertLine({ alert, eventIDs, rule }: BacktestAlert): string {
  const { level, summary, when, where } = alert;
  return (
    `- **${level}** ${inline(rule.title)}: ${inline(summary)} ` +
    `(${timeOf(when.firstEventTime)}, ${counted(eventIDs.length, "event")}, ${inline(where.accountId)}, ${inline(where.region)})`
  );
}
