import type { AlertLevel } from "../../detections/alert-identity";
import type { Rule } from "../../detections/sigma/model";
import type { RuleProblem } from "../../detections/sigma/parse";
import type { BacktestResult } from "../backtest/backtest";

/** What every form of the report is made of. */
export interface BacktestReport {
  /** As the person gave them. */
  readonly paths: readonly string[];
  /** All rules that were run. */
  readonly rules: readonly Rule[];
  readonly minLevel: AlertLevel;
  /** Of rules and suppressions. */
  readonly problems: readonly RuleProblem[];
  readonly result: BacktestResult;
}
