import { tacticsOf, techniquesOf } from "../attack";
import type { BacktestAlert } from "../backtest/decider";
import type { BacktestReport } from "./backtest-model";

/** The object that `backtest --format json` prints. Version 1; later keys are additive. */
export function backtestJson({ minLevel, problems, result, rules }: BacktestReport): string {
  const { alerts, byLevel, byRule, duplicates, events, files, malformed, skipped, suppressed } = result;
  const object = {
    schemaVersion: 1,
    events,
    files,
    duplicates,
    malformed: malformed.map(({ file, line, index, reason }) => ({
      file,
      line: line ?? null,
      index,
      reason,
    })),
    suppressed,
    seconds: Math.round(result.seconds * 1000) / 1000,
    alerts: alerts.map(alertObject),
    byLevel,
    byRule,
    skipped,
    minLevel,
    rules: rules.length,
    ruleProblems: problems,
  };
  return JSON.stringify(object, undefined, 2);
}

function alertObject({ alert, eventIDs, rule }: BacktestAlert): Record<string, unknown> {
  return {
    rule: rule.id,
    title: rule.title,
    level: alert.level,
    eventIDs,
    actor: alert.who.actor,
    time: alert.when.firstEventTime,
    account: alert.where.accountId,
    region: alert.where.region,
    id: alert.id,
    summary: alert.summary,
    lastTime: alert.when.lastEventTime,
    eventName: alert.what.eventName,
    eventSource: alert.what.eventSource,
    outcome: alert.what.outcome,
    sourceIpAddress: alert.where.sourceIpAddress,
    targets: alert.what.targets ?? [],
    tactics: tacticsOf(rule.tags),
    techniques: techniquesOf(rule.tags),
  };
}
