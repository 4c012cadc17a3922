import { ALERT_LEVELS, type AlertLevel } from "../../detections/alert-identity";
import type { Rule } from "../../detections/sigma/model";
import type { Suppression } from "../../detections/suppressions";
import { type BacktestAlert, decide } from "./decider";
import { findFiles, type Skipped } from "./find-files";
import { type ReadingProgress, readHere, readOnWorkers } from "./reading";
import { PreparedYardstick } from "./yardstick";

/** What a backtest is asked to do. */
export interface BacktestOptions {
  readonly rules: readonly Rule[];
  /** @default none */
  readonly suppressions?: readonly Suppression[];
  /** Alerts below it are left out. @default "informational" */
  readonly minLevel?: AlertLevel;
  /** Threads that read files; the outcome does not depend on their number. @default 1, without a thread of its own */
  readonly workers?: number;
  /** Moment that suppressions expire against. @default now */
  readonly now?: Date;
  /** Is told how far the reading is, many times a second. */
  readonly onProgress?: (
    progress: ReadingProgress & { readonly totalBytes: number; readonly totalFiles: number },
  ) => void;
}

/** A record or file that could not be used. */
export interface MalformedEntry {
  readonly file: string;
  /** Line in the unpacked file, from 1. */
  readonly line?: number;
  /** Place in the list of records, from 0. */
  readonly index?: number;
  readonly reason: string;
}

/** What a backtest found. */
export interface BacktestResult {
  /** Sound records that were read, repeated ones included. */
  readonly events: number;
  /** Files that were opened. */
  readonly files: number;
  /** Records whose eventID had been read before; they decide nothing. */
  readonly duplicates: number;
  readonly malformed: readonly MalformedEntry[];
  readonly skipped: readonly Skipped[];
  /** Matches that suppressions kept from alerting or counting. */
  readonly suppressed: number;
  /** From the first byte read to the last decision. */
  readonly seconds: number;
  readonly alerts: readonly BacktestAlert[];
  readonly byLevel: Readonly<Record<AlertLevel, number>>;
  /** Alerts by rule id, most first; rules without alerts are not in it. */
  readonly byRule: Readonly<Record<string, number>>;
}

/**
 * Runs rules over log files and tells what people would have been alerted of. Log files are streamed; what stays in
 * memory is 20 to 40 bytes for each event (to know it again), and some hundred for each match of a rule.
 *
 * @param paths files and folders
 * @throws PathError when there is nothing to read
 */
export async function backtest(paths: readonly string[], options: BacktestOptions): Promise<BacktestResult> {
  const { files, skipped, unreadable } = await findFiles(paths);
  const { rules, suppressions = [], minLevel = "informational", workers = 1, now = new Date() } = options;
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const yardstick = new PreparedYardstick({ rules, suppressions, minLevel, nowMs: now.getTime() });
  const onProgress = (progress: ReadingProgress): void =>
    options.onProgress?.({ ...progress, totalBytes, totalFiles: files.length });

  const reading =
    workers > 1
      ? await readOnWorkers(files, yardstick.plain, workers, onProgress)
      : await readHere(files, yardstick, onProgress);
  const { alerts, suppressed } = decide(reading.hits, yardstick);
  const seconds = (performance.timeOrigin + performance.now() - reading.startedMs) / 1000;

  const events = reading.findings.reduce((sum, found) => sum + found.events, 0);
  const malformed = reading.findings.flatMap((found, index) =>
    found.malformed.map((entry) => ({ file: files[index]?.path ?? "", ...entry })),
  );
  return {
    events,
    files: files.length,
    duplicates: events - reading.distinctEvents,
    malformed: [...unreadable, ...malformed],
    skipped,
    suppressed,
    seconds: files.length === 0 ? 0 : seconds,
    alerts,
    byLevel: countByLevel(alerts),
    byRule: countByRule(alerts),
  };
}

function countByLevel(alerts: readonly BacktestAlert[]): Record<AlertLevel, number> {
  const counts = Object.fromEntries(ALERT_LEVELS.map((level) => [level, 0])) as Record<AlertLevel, number>;
  for (const { alert } of alerts) counts[alert.level]++;
  return counts;
}

function countByRule(alerts: readonly BacktestAlert[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of alerts) counts.set(rule.id, (counts.get(rule.id) ?? 0) + 1);
  const sorted = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return Object.fromEntries(sorted);
}
