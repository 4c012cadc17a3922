import { TECHNIQUE_NAMES } from "../attack-names";
import { techniquesOf } from "../attack";
import type { BacktestAlert } from "../backtest/decider";
import {
  coverageOf,
  noisiestRules,
  type TacticCoverage,
  type TechniqueCoverage,
  WORST_LEVELS_FIRST,
  worstFirst,
} from "./backtest-figures";
import { FILTER_SCRIPT, REPORT_STYLES } from "./backtest-html-assets";
import type { BacktestReport } from "./backtest-model";
import type { Html } from "./html";
import { html, renderPage } from "./html";
import { counted, textOf, timeOf } from "./plain-text";
import { timelineChart } from "./timeline-chart";

const MAX_ALERTS = 2_000;
const MAX_NOISY = 15;
const MAX_LISTED = 50;

/** The report as a page in one file, for a browser; see {@link renderPage} for what keeps log content harmless. */
export function backtestHtml(report: BacktestReport): string {
  const { result, rules } = report;
  const body = html`<main>
    ${header(report)} ${tiles(report)} ${problems(report)}
    ${result.alerts.length > 0 && section("Timeline", "Alerts by the time of their first event.", timelineChart(result.alerts))}
    ${section(
      "Coverage by ATT&CK tactic",
      "Each cell is a technique that rules look for, with their number; coloured ones alerted here. Choose one to see its alerts.",
      coverage(coverageOf(rules, result.alerts)),
    )}
    ${result.alerts.length > 0 && section("Rules that alert most", "What to suppress, tune or look into first.", noisy(report))}
    ${alertSection(report)}
  </main>`;
  return renderPage({
    title: `Backtest: ${counted(result.alerts.length, "alert")}`,
    body,
    styles: REPORT_STYLES,
    script: FILTER_SCRIPT,
  });
}

function section(title: string, explanation: string, content: Html): Html {
  return html`<section>
    <h2>${title}</h2>
    <p class="soft">${explanation}</p>
    ${content}
  </section>`;
}

function header({ minLevel, paths, result, rules }: BacktestReport): Html {
  const rate = result.seconds > 0 ? ` (${textOf(Math.round(result.events / result.seconds))} a second)` : "";
  return html`<header>
    <h1>${counted(result.alerts.length, "alert")} from ${counted(result.events, "event")}</h1>
    <p class="soft">
      ${counted(rules.length, "rule")} over ${counted(result.files, "file")} of
      <span class="mono">${paths.join(", ")}</span> in ${result.seconds.toFixed(1)}
      s${rate}${minLevel !== "informational" && `; level ${minLevel} and above`}.
    </p>
  </header>`;
}

function tiles({ result }: BacktestReport): Html {
  const { byLevel, duplicates, malformed, suppressed } = result;
  const tile = (count: number, name: string, kind: string): Html =>
    html`<div class="tile ${kind} ${count === 0 && "none"}">
      <b>${textOf(count)}</b><span>${name}</span>
    </div>`;
  return html`<div class="tiles">
    ${WORST_LEVELS_FIRST.map((level) => tile(byLevel[level], level, level))}
    ${tile(suppressed, "suppressed", "")} ${tile(duplicates, "duplicate events", "")}
    ${tile(malformed.length, "could not be used", malformed.length > 0 ? "high" : "")}
  </div>`;
}

function problems({ problems: ruleProblems, result: { malformed, skipped } }: BacktestReport): Html | false {
  const lists: readonly (readonly [title: string, lines: readonly string[]])[] = [
    [
      "Could not be used",
      malformed.map(({ file, line, index, reason }) => {
        const place =
          line === undefined ? (index === undefined ? "" : `, record ${index}`) : `, line ${line}`;
        return `${file}${place}: ${reason}`;
      }),
    ],
    ["Left out", skipped.map(({ file, reason }) => `${file}: ${reason}`)],
    [
      "Problems of rules and suppressions",
      ruleProblems.map(({ file, line, severity, message }) => `${file}:${line}: ${severity}: ${message}`),
    ],
  ];
  return html`${lists.map(
    ([title, lines]) =>
      lines.length > 0 &&
      html`<details class="card list">
        <summary>${title}: ${textOf(lines.length)}</summary>
        <ul>
          ${shortened(lines).map((line) => html`<li>${line}</li>`)}
        </ul>
      </details>`,
  )}`;
}

function coverage(tactics: readonly TacticCoverage[]): Html {
  return html`<div class="card matrix">
    ${tactics.map(
      ({ alerts, rules, tactic, techniques }) =>
        html`<div class="tactic">
          <div>
            <h3>${tactic}</h3>
            <p class="soft">${counted(rules, "rule")}, ${counted(alerts, "alert")}</p>
          </div>
          <div class="techniques">${techniques.map(techniqueCell)}</div>
        </div>`,
    )}
  </div>`;
}

function techniqueCell({ technique, rules, alerts, worst }: TechniqueCoverage): Html {
  const titles = rules.map(({ title }) => title).join("\n");
  return html`<button type="button" class="technique ${worst}" data-find="${technique}" title="${titles}">
    <span class="mono">${technique}</span> ${TECHNIQUE_NAMES[technique]}
    <span class="counts"
      >${counted(rules.length, "rule")}${alerts > 0 && html`, ${counted(alerts, "alert")}`}</span
    >
  </button>`;
}

function noisy({ result }: BacktestReport): Html {
  const noisiest = noisiestRules(result).slice(0, MAX_NOISY);
  const most = noisiest[0]?.alerts ?? 1;
  return html`<div class="card scroll">
    <table>
      <thead>
        <tr>
          <th>Level</th>
          <th>Rule</th>
          <th class="number">Alerts</th>
          <th class="number">Events</th>
          <th class="bar"><span hidden>Share</span></th>
        </tr>
      </thead>
      <tbody>
        ${noisiest.map(
          ({ rule, alerts, events }) =>
            html`<tr>
              <td><span class="badge ${rule.level}">${rule.level}</span></td>
              <td>${rule.title}</td>
              <td class="number">${textOf(alerts)}</td>
              <td class="number">${textOf(events)}</td>
              <td class="bar">
                <svg viewBox="0 0 100 10" width="100" height="10" aria-hidden="true">
                  <rect class="fill ${rule.level}" width="${(100 * alerts) / most}" height="10" rx="2" />
                </svg>
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function alertSection({ result }: BacktestReport): Html {
  if (result.alerts.length === 0) return section("Alerts", "Nothing would have alerted.", html``);
  const shown = worstFirst(result.alerts).slice(0, MAX_ALERTS);
  const left = result.alerts.length - shown.length;
  const levels = WORST_LEVELS_FIRST.filter((level) => result.byLevel[level] > 0);
  return section(
    "Alerts",
    left > 0
      ? `The worst ${textOf(shown.length)}; ${textOf(left)} more are in --format json.`
      : "As people would have got them, worst first.",
    html`<div class="controls" hidden>
        <input type="search" id="find" placeholder="Filter by actor, rule, account, technique ..." />
        ${levels.map(
          (level) =>
            html`<label><input type="checkbox" name="level" value="${level}" checked /> ${level}</label>`,
        )}
        <span id="count" class="soft" role="status"></span>
      </div>
      <div id="alerts">${shown.map(alertCard)}</div>`,
  );
}

function alertCard({ alert, eventIDs, rule }: BacktestAlert): Html {
  const { level, summary, firstStep, what, when, where, who } = alert;
  const techniques = techniquesOf(rule.tags);
  const last = when.lastEventTime === when.firstEventTime ? "" : ` to ${timeOf(when.lastEventTime)}`;
  const facts: readonly (readonly [name: string, value: string | Html | undefined])[] = [
    ["First step", firstStep],
    ["When", `${timeOf(when.firstEventTime)}${last}`],
    ["Who", [who.actor, who.arn, who.accessKeyId].filter((part) => part !== undefined).join(" · ")],
    ["From", [where.sourceIpAddress, where.userAgent].filter((part) => part !== undefined).join(" · ")],
    ["Where", `account ${where.accountId}, ${where.region}`],
    [
      "What",
      `${what.eventName} of ${what.eventSource}, ${what.outcome}${what.errorCode === undefined ? "" : ` (${what.errorCode})`}`,
    ],
    ["On", what.targets?.join(", ")],
    ["Why", rule.description],
    ["Harmless when", alert.rule.falsePositives?.join("; ")],
    ["ATT&CK", techniques.map((id) => [id, TECHNIQUE_NAMES[id]].filter(Boolean).join(" ")).join(", ")],
    ["Rule", `${rule.id}, ${rule.source.file}:${rule.source.line}`],
    [
      `Events (${textOf(eventIDs.length)})`,
      html`<span class="mono">${shortened(eventIDs).map((id) => html`${id} <br />`)}</span>`,
    ],
  ];
  return html`<details class="alert ${level}" data-level="${level}">
    <summary>
      <span class="badge ${level}">${level}</span> <span class="title">${rule.title}</span>
      <span class="summary">${summary}</span>
      <span class="soft when">${timeOf(when.firstEventTime)} · ${counted(eventIDs.length, "event")}</span>
    </summary>
    <dl>
      ${facts.map(
        ([name, value]) =>
          value !== undefined &&
          value !== "" &&
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
  </details>`;
}

function shortened(lines: readonly string[]): readonly string[] {
  if (lines.length <= MAX_LISTED) return lines;
  return [...lines.slice(0, MAX_LISTED), `... and ${textOf(lines.length - MAX_LISTED)} more`];
}
