import { backtestHtml } from "./backtest-html";
import { backtestJson } from "./backtest-json";
import { backtestMarkdown } from "./backtest-markdown";
import type { BacktestReport } from "./backtest-model";
import { backtestText } from "./backtest-text";

export const REPORT_FORMATS = ["text", "json", "markdown", "html"] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** @param colours whether escape sequences will be understood; for `text` alone */
export function renderBacktest(report: BacktestReport, format: ReportFormat, colours: boolean): string {
  switch (format) {
    case "text":
      return backtestText(report, colours);
    case "json":
      return backtestJson(report);
    case "markdown":
      return backtestMarkdown(report);
    case "html":
      return backtestHtml(report);
  }
}
