import { CIS_CONTROLS } from "../detections/cis-controls";
import type { Expression } from "../formats/metric-filter/model";
import { MetricFilterSyntaxError, parseMetricFilter } from "../formats/metric-filter/parse";

/** What the limits look at. */
interface NamedPattern {
  readonly name: string;
  readonly pattern: string;
}

/** Metric filters that a log group takes (CloudWatch Logs User Guide, "CloudWatch Logs quotas"; not adjustable). */
export const MAX_METRIC_FILTERS = 100;

/** Filters of one log group that may hold a regular expression (CloudWatch Logs User Guide, "Filter pattern syntax"). */
export const MAX_REGEX_FILTERS = 5;

/**
 * Refuses alarms that CloudWatch Logs would refuse halfway through a deployment, or that would take another alarm's name.
 *
 * @throws Error that names every offending alarm and the configuration key.
 */
export function refuseImpossibleAlarms(alarms: readonly NamedPattern[]): void {
  const problems = [...nameProblems(alarms), ...patternProblems(alarms), ...quotaProblems(alarms)];
  if (problems.length > 0) throw new Error(`trailkeeper:alarms: ${problems.join("; ")}.`);
}

function nameProblems(alarms: readonly NamedPattern[]): string[] {
  const taken = new Set(CIS_CONTROLS.map((control) => control.name));
  return alarms.flatMap(({ name }) => {
    const isTaken = taken.has(name);
    taken.add(name);
    return isTaken ? [`the name ${JSON.stringify(name)} is taken by another alarm, choose another one`] : [];
  });
}

function patternProblems(alarms: readonly NamedPattern[]): string[] {
  const withRegex: string[] = [];
  const problems: string[] = [];
  for (const { name, pattern } of alarms) {
    try {
      if (hasRegex(parseMetricFilter(pattern).expression)) withRegex.push(name);
    } catch (error) {
      if (!(error instanceof MetricFilterSyntaxError)) throw error;
      problems.push(`the pattern of ${JSON.stringify(name)} is no metric filter: ${error.message}`);
    }
  }
  if (withRegex.length > MAX_REGEX_FILTERS)
    problems.push(
      `${withRegex.length} patterns hold regular expressions (${withRegex.join(", ")}) and a log group takes ` +
        `${MAX_REGEX_FILTERS}, write some of them with * wildcards`,
    );
  return problems;
}

function quotaProblems(alarms: readonly NamedPattern[]): string[] {
  const room = MAX_METRIC_FILTERS - CIS_CONTROLS.length;
  if (alarms.length <= room) return [];
  return [
    `${alarms.length} alarms and a log group takes ${MAX_METRIC_FILTERS} metric filters, of which the CIS filters use ` +
      `${CIS_CONTROLS.length}: remove at least ${alarms.length - room}`,
  ];
}

function hasRegex(expression: Expression): boolean {
  switch (expression.kind) {
    case "and":
    case "or":
      return expression.operands.some(hasRegex);
    case "compare":
      return expression.value.kind === "regex";
    case "is":
    case "not-exists":
      return false;
  }
}
