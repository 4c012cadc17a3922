import { ALERT_LEVELS, type AlertLevel } from "../../detections/alert-identity";
import type { BacktestAlert } from "../backtest/decider";
import { noisiestRules, worstFirst } from "./backtest-figures";
import type { BacktestReport } from "./backtest-model";
import { columns, counted, heading, inLevelColour, textOf, timeOf, wrap } from "./plain-text";

const MAX_ALERTS = 100;
const MAX_NOISY = 10;
const MAX_MALFORMED = 20;

/** The report as people read it on a terminal, at most 100 columns wide; the result comes last. */
export function backtestText(report: BacktestReport, colours: boolean): string {
  const sections = [malformed(report), alerts(report, colours), noisy(report), conclusion(report, colours)];
  return sections.filter((section) => section !== "").join("\n\n");
}

function alerts({ result }: BacktestReport, colours: boolean): string {
  if (result.alerts.length === 0) return "";
  const shown = worstFirst(result.alerts).slice(0, MAX_ALERTS);
  const left = result.alerts.length - shown.length;
  const lines = [heading("Alerts"), shown.map((alert) => alertText(alert, colours)).join("\n\n")];
  if (left > 0)
    lines.push(
      `\n... and ${counted(left, "more alert")}; --min-level leaves some out, --format json has all.`,
    );
  return lines.join("\n");
}

function alertText({ alert, eventIDs, rule }: BacktestAlert, colours: boolean): string {
  const { level, when, where } = alert;
  const until =
    when.lastEventTime === when.firstEventTime ? "" : ` to ${timeOf(when.lastEventTime).slice(11)}`;
  const place = `account ${where.accountId}, ${where.region}`;
  return [
    wrap(`${level.toUpperCase()}  ${rule.title}`).replace(/^\S+/, (word) =>
      inLevelColour(word, level, colours),
    ),
    wrap(`${alert.summary}.`.replace(/([.!?])\.$/, "$1"), "  "),
    wrap(`${timeOf(when.firstEventTime)}${until}, ${counted(eventIDs.length, "event")}, ${place}`, "  "),
    wrap(`First step: ${alert.firstStep}`, "  "),
  ].join("\n");
}

function noisy({ result }: BacktestReport): string {
  const noisiest = noisiestRules(result).slice(0, MAX_NOISY);
  if (noisiest.length === 0) return "";
  const rows = noisiest.map(({ rule, alerts: count, events }) => [count, events, rule.level, rule.title]);
  return `${heading("Rules that alert most")}\n${columns([["Alerts", "Events", "Level", "Rule"], ...rows])}`;
}

function malformed({ result }: BacktestReport): string {
  if (result.malformed.length === 0) return "";
  const lines = result.malformed
    .slice(0, MAX_MALFORMED)
    .map(({ file, line, index, reason }) => wrap(`${file}${placeOf(line, index)}: ${reason}`, "  "));
  const left = result.malformed.length - lines.length;
  if (left > 0) lines.push(`  ... and ${textOf(left)} more`);
  return `${heading("Could not be used")}\n${lines.join("\n")}`;
}

function placeOf(line: number | undefined, index: number | undefined): string {
  if (line !== undefined) return `, line ${line}`;
  return index === undefined ? "" : `, record ${index}`;
}

function conclusion({ result, rules, minLevel }: BacktestReport, colours: boolean): string {
  const { byLevel, duplicates, events, files, malformed: bad, seconds, skipped, suppressed } = result;
  const levels = [...ALERT_LEVELS]
    .reverse()
    .filter((level) => byLevel[level] > 0)
    .map((level: AlertLevel) => inLevelColour(`${textOf(byLevel[level])} ${level}`, level, colours));
  const from = minLevel === "informational" ? "" : ` of level ${minLevel} and above`;
  const total = `${counted(result.alerts.length, "alert")}${from}${levels.length > 0 ? `: ${levels.join(", ")}` : ""}`;
  const rate = seconds > 0 ? ` (${textOf(Math.round(events / seconds))} events/s)` : "";
  const lines = [
    total,
    `from ${counted(events, "event")} in ${counted(files, "file")} by ${counted(rules.length, "rule")}, in ${seconds.toFixed(1)} s${rate}`,
  ];
  const others = [
    duplicates > 0 ? `${textOf(duplicates)} of the events were there twice` : "",
    suppressed > 0 ? `${counted(suppressed, "match").replace(/matchs$/, "matches")} suppressed` : "",
    bad.length > 0
      ? `${counted(bad.length, "record or file").replace("files", "files")} could not be used, see above`
      : "",
    skipped.length > 0 ? `${counted(skipped.length, "digest or Insights file")} left out` : "",
  ].filter((text) => text !== "");
  if (others.length > 0) lines.push(wrap(others.join("; ")));
  return lines.join("\n");
}
