import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkExample } from "../../catalog/check-examples";
import { ExampleFileError, parseExamples } from "../../catalog/examples";
import { SHIPPED_RULES_FOLDER } from "../../catalog/load-rules";
import { RuleSet } from "../../detections/rule-set";
import type { Rule } from "../../detections/sigma/model";
import type { RuleProblem } from "../../detections/sigma/parse";
import { counted } from "../report/plain-text";
import { problemLine, rulesOf, suppressionsOf } from "../rule-files";

/** What a check found, in both forms. */
export interface CheckOutcome {
  /** There are errors; warnings alone are no failure. */
  readonly failed: boolean;
  readonly text: string;
  readonly json: string;
}

/**
 * Everything that is wrong with rules, with their examples (`<rule>.test.yml` beside the rule), and with suppressions,
 * of which an expired one is an error here, although it is none for a deployment.
 */
export function checkRules(
  folder: string | undefined,
  suppressionsFile: string | undefined,
  now: Date,
): CheckOutcome {
  const { rules, problems } = rulesOf(folder);
  const examples = checkExamples(folder ?? SHIPPED_RULES_FOLDER, rules);
  const suppressions = suppressionsOf(suppressionsFile, rules, now);
  const ofSuppressions = suppressions.problems.map((problem): RuleProblem =>
    /(^|\.)expires$/.test(problem.field ?? "") ? { ...problem, severity: "error" } : problem,
  );
  const all = [...problems, ...examples.problems, ...ofSuppressions];
  const errors = all.filter(({ severity }) => severity === "error").length;
  const summary =
    `${counted(rules.length, "rule")}, ${counted(examples.count, "example")}, ` +
    `${counted(suppressions.suppressions.length, "suppression")}: ` +
    `${counted(errors, "error")}, ${counted(all.length - errors, "warning")}`;
  return {
    failed: errors > 0,
    text: [...all.map(problemLine), summary].join("\n"),
    json: JSON.stringify(
      {
        schemaVersion: 1,
        rules: rules.length,
        examples: examples.count,
        suppressions: suppressions.suppressions.length,
        errors,
        problems: all,
      },
      undefined,
      2,
    ),
  };
}

function checkExamples(
  folder: string,
  rules: readonly Rule[],
): { readonly count: number; readonly problems: readonly RuleProblem[] } {
  const ruleSet = new RuleSet(rules);
  const problems: RuleProblem[] = [];
  let count = 0;
  for (const file of exampleFiles(folder)) {
    const fail = (message: string): void => {
      problems.push({ file, line: 1, message, severity: "error" });
    };
    const ruleFile = file.replace(/\.test(\.ya?ml)$/i, "$1");
    const ids = rules.filter(({ source }) => source.file === ruleFile).map(({ id }) => id);
    if (ids.length === 0) {
      fail(`no rule was loaded from ${ruleFile}, which these examples are of`);
      continue;
    }
    try {
      for (const example of parseExamples(readFileSync(join(folder, file), "utf8"))) {
        count++;
        const problem = checkExample(ruleSet, ids, example);
        if (problem !== undefined) fail(`example "${example.name}": ${problem}`);
      }
    } catch (error) {
      if (!(error instanceof ExampleFileError)) throw error;
      fail(error.message);
    }
  }
  return { count, problems };
}

function exampleFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => /\.test\.ya?ml$/i.test(file))
      .map((file) => file.replaceAll("\\", "/"))
      .sort();
  } catch (error) {
    // A folder that cannot be read is among the problems of its rules.
    if (error instanceof Error && "syscall" in error) return [];
    throw error;
  }
}
