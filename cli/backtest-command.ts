import { Command, InvalidArgumentError, Option } from "commander";
import { ALERT_LEVELS, type AlertLevel } from "../detections/alert-identity";
import { backtest } from "./backtest/backtest";
import { PathError } from "./backtest/find-files";
import { showReadingProgress } from "./backtest/progress";
import { CommandError } from "./command-error";
import { REPORT_FORMATS, type ReportFormat, renderBacktest } from "./report/backtest-report";
import type { BacktestReport } from "./report/backtest-model";
import { problemLine, rulesOf, suppressionsOf } from "./rule-files";

interface BacktestFlags {
  readonly rules?: string;
  readonly suppressions?: string;
  readonly minLevel: AlertLevel;
  readonly workers: number;
  readonly format: ReportFormat;
}

/** `trailkeeper backtest` */
export function backtestCommand(): Command {
  return new Command("backtest")
    .description(
      "Run the detections over recorded CloudTrail logs, and show what they would have alerted of.",
    )
    .argument("<path...>", "log files (.json, .ndjson, .jsonl, each also with .gz), or folders of them")
    .option("--rules <folder>", "Sigma rules to run in place of the ones that ship")
    .option("--suppressions <file>", "matches that concern nobody")
    .addOption(
      new Option("--min-level <level>", "leave out alerts below this level")
        .choices(ALERT_LEVELS)
        .default("informational"),
    )
    .option("--workers <number>", "threads that read files", wholeNumber, 1)
    .addOption(new Option("--format <format>", "what to print").choices(REPORT_FORMATS).default("text"))
    .action(run);
}

async function run(paths: readonly string[], flags: BacktestFlags): Promise<void> {
  const now = new Date();
  const { rules, problems } = rulesOf(flags.rules);
  const suppressed = suppressionsOf(flags.suppressions, rules, now);
  const allProblems = [...problems, ...suppressed.problems];
  for (const problem of allProblems) process.stderr.write(`${problemLine(problem)}\n`);
  if (rules.length === 0) {
    throw new CommandError(`no rule could be loaded from ${flags.rules ?? "the ones that ship"}; see above`);
  }
  const progress = showReadingProgress(process.stderr);
  try {
    const result = await backtest(paths, {
      rules,
      suppressions: suppressed.suppressions,
      minLevel: flags.minLevel,
      workers: flags.workers,
      now,
      onProgress: progress.show,
    });
    progress.clear();
    const report: BacktestReport = { paths, rules, minLevel: flags.minLevel, problems: allProblems, result };
    const isTerminal = process.stdout.isTTY && process.env.NO_COLOR === undefined;
    process.stdout.write(`${renderBacktest(report, flags.format, isTerminal)}\n`);
  } catch (error) {
    progress.clear();
    if (!(error instanceof PathError)) throw error;
    throw new CommandError(error.message, { cause: error });
  }
}

const MAX_WORKERS = 64;

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > MAX_WORKERS)
    throw new InvalidArgumentError(`give a whole number from 1 to ${MAX_WORKERS}.`);
  return value;
}
