import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { loadRules, SHIPPED_RULES_FOLDER } from "../catalog/load-rules";
import { fastPathPatterns } from "../detections/compile/prefilter";
import { PIPELINE_EVENTS, PIPELINE_RULE_IDS } from "../detections/pipeline-rules";
import { fastPathRules } from "../detections/placement";
import { RuleSet } from "../detections/rule-set";
import type { Rule } from "../detections/sigma/model";
import type { RuleProblem } from "../detections/sigma/parse";
import { parseSuppressions, type ParsedSuppressions } from "../detections/suppression-file";
import type { Suppression } from "../detections/suppressions";

const PROJECT_ROOT = join(__dirname, "..");

/** What decides which rules a stack runs; paths are relative to the project's folder. */
export interface DetectionRulesArgs {
  /** Folder with rules of the user's own. @default none */
  readonly rulesFolder?: string;
  /** Ids of rules that are left out, shipped ones or the user's own. @default none */
  readonly disabledRules?: readonly string[];
  /** File with suppressions. @default none */
  readonly suppressionsFile?: string;
}

/** The rules of a stack, and what people should know about them. */
export interface DetectionRules {
  readonly rules: readonly Rule[];
  readonly suppressions: readonly Suppression[];
  /** EventBridge patterns of the events that rules on the fast path may ask for. */
  readonly patterns: readonly string[];
  /** The same, and the events that a rule on the pipeline's own parts may ask for. */
  readonly patternsWithPipeline: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Reads the rules that a stack runs: the shipped ones and the user's own, less those that are disabled and the
 * correlations that rest on them; and the suppressions. A rule on the fast path that no event pattern can say enough of
 * is matched on the complete path alone, with a warning.
 *
 * @throws pulumi.RunError that lists every mistake in rules and suppressions: a rule that silently did not run would be
 *   missed last. An expired suppression is a warning.
 */
export function detectionRules(args: DetectionRulesArgs): DetectionRules {
  const shipped = loadRules(SHIPPED_RULES_FOLDER);
  const own = args.rulesFolder === undefined ? undefined : loadRules(resolve(PROJECT_ROOT, args.rulesFolder));
  const all = [...shipped.rules, ...(own?.rules ?? [])];
  const { suppressions, problems: suppressionProblems } = readSuppressions(args.suppressionsFile, all);
  const problems = [
    ...shipped.problems.map((problem) => inFolder("detections/rules", problem)),
    ...[...(own?.problems ?? []), ...repeatedIds(shipped.rules, own?.rules ?? [])].map((problem) =>
      inFolder(args.rulesFolder ?? "", problem),
    ),
    ...suppressionProblems,
  ];
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    const count = errors.length === 1 ? "1 mistake" : `${errors.length} mistakes`;
    const lines = errors.map((error) => `  ${line(error)}`);
    throw new pulumi.RunError([`The detection rules have ${count}:`, ...lines].join("\n"));
  }

  const { rules, warnings } = without(args.disabledRules ?? [], all);
  const fast = fastPathRules(new RuleSet(rules));
  const { patterns, unplaced } = fastPathPatterns(fast);
  return {
    rules,
    suppressions,
    patterns,
    patternsWithPipeline: fastPathPatterns([...fast, PIPELINE_EVENTS]).patterns,
    warnings: [
      ...problems.map(line),
      ...warnings,
      ...unplaced.map(({ rule, reason }) => `${rule.id} (${rule.title}) waits for log files: ${reason}.`),
    ],
  };
}

function readSuppressions(file: string | undefined, rules: readonly Rule[]): ParsedSuppressions {
  if (file === undefined) return { suppressions: [], problems: [] };
  let text: string;
  try {
    text = readFileSync(resolve(PROJECT_ROOT, file), "utf8");
  } catch (error) {
    const message = `cannot be read: ${(error as Error).message}`;
    return { suppressions: [], problems: [{ file, line: 1, message, severity: "error" }] };
  }
  // What pipeline rules ask for is not known yet, but what they are called is.
  const pipeline = PIPELINE_RULE_IDS.map((id) => ({ ...PIPELINE_EVENTS, id }));
  return parseSuppressions(text, file, { rules: [...rules, ...pipeline], now: new Date() });
}

function inFolder(folder: string, problem: RuleProblem): RuleProblem {
  if (problem.file === resolve(PROJECT_ROOT, folder)) return { ...problem, file: folder };
  return { ...problem, file: problem.file.startsWith(folder) ? problem.file : join(folder, problem.file) };
}

function line({ file, line: number, field, message }: RuleProblem): string {
  return `${file}:${number}: ${field === undefined ? "" : `${field} `}${message}`;
}

function repeatedIds(shipped: readonly Rule[], own: readonly Rule[]): RuleProblem[] {
  const known = new Map([
    ...shipped.map(({ id, title }) => [id, `a shipped rule (${title})`] as const),
    ...PIPELINE_RULE_IDS.map((id) => [id, "a rule on the pipeline itself"] as const),
  ]);
  return own.flatMap(({ id, source }): RuleProblem[] => {
    const other = known.get(id);
    if (other === undefined) return [];
    const message = `is the id of ${other}; give the rule an id of its own`;
    return [{ ...source, field: "id", message, severity: "error" }];
  });
}

function without(
  disabled: readonly string[],
  all: readonly Rule[],
): Pick<DetectionRules, "rules" | "warnings"> {
  const ids = new Set(all.map(({ id }) => id));
  const warnings = disabled
    .filter((id) => !ids.has(id))
    .map((id) =>
      PIPELINE_RULE_IDS.includes(id)
        ? `trailkeeper:disabledRules names ${id}, a rule on the pipeline itself, which runs nevertheless; suppress what is expected.`
        : `trailkeeper:disabledRules names ${id}, which no rule has as its id.`,
    );
  const left = new Set(disabled);
  // A correlation can rest on correlations, so this goes on until nothing more follows.
  for (let next = restingOn(left, all); next !== undefined; next = restingOn(left, all)) {
    left.add(next.id);
    warnings.push(
      `The correlation ${next.id} (${next.title}) does not run, because it rests on a rule in trailkeeper:disabledRules.`,
    );
  }
  return { rules: all.filter(({ id }) => !left.has(id)), warnings };
}

/** A correlation that is not left out itself and rests on a rule that is. */
function restingOn(left: ReadonlySet<string>, all: readonly Rule[]): Rule | undefined {
  return all.find(
    (rule) =>
      rule.kind === "correlation" && !left.has(rule.id) && rule.correlation.rules.some((id) => left.has(id)),
  );
}
