import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { loadRules, SHIPPED_RULES_FOLDER } from "../catalog/load-rules";
import { backtest } from "../cli/backtest/backtest";
import { ALERT_LEVELS } from "../detections/alert-identity";
import { fastPathPatterns } from "../detections/compile/prefilter";
import { fastPathRules } from "../detections/placement";
import { RuleSet } from "../detections/rule-set";
import { readLogFile } from "../formats/cloudtrail/log-file";
import { compileEventPattern } from "../formats/event-pattern";
import { eventBridgeEvent } from "../local/replay/event-bridge-event";

/**
 * Prints, for every log file in a folder, how many alerts of each level the shipped rules make of it, and the share of
 * all events that the forwarding rules would let through to the fast path: the figures of the README. Usage: `node --import tsx scripts/coverage-table.ts FOLDER`.
 */
async function main(folder: string | undefined): Promise<void> {
  if (folder === undefined) throw new Error("name the folder with the recordings");
  const { rules } = loadRules(SHIPPED_RULES_FOLDER);
  const placed = fastPathRules(new RuleSet(rules));
  const patterns = fastPathPatterns(placed).patterns.map(compileEventPattern);
  const share = { events: 0, forwarded: 0 };
  const levels = [...ALERT_LEVELS].reverse();
  const rows = [
    ["recording", "events", ...levels],
    ["---", ...Array<string>(levels.length + 1).fill("---:")],
  ];
  for (const name of readdirSync(folder).sort()) {
    const { alerts, events } = await backtest([join(folder, name)], {
      rules,
      suppressions: [],
      minLevel: "informational",
      workers: 1,
      now: new Date(),
      onProgress: () => undefined,
    });
    for (const event of readLogFile(readFileSync(join(folder, name)), name).events) {
      const wrapped = eventBridgeEvent(event, event.awsRegion ?? "us-east-1");
      share.events++;
      if (patterns.some((matches) => matches(wrapped))) share.forwarded++;
    }
    const counts = levels.map((level) => alerts.filter(({ rule }) => rule.level === level).length);
    rows.push([basename(name).replace(/\.nd?json(?:\.gz)?$/, ""), String(events), ...counts.map(String)]);
  }
  for (const row of rows) process.stdout.write(`| ${row.join(" | ")} |\n`);
  const percent = ((100 * share.forwarded) / Math.max(share.events, 1)).toFixed(1);
  process.stdout.write(
    `\nFast path: ${placed.length} rules in ${patterns.length} event patterns; ${share.forwarded} of ` +
      `${share.events} events (${percent} %) pass.\n`,
  );
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
