import { readFileSync } from "node:fs";
import { loadRules, SHIPPED_RULES_FOLDER } from "../catalog/load-rules";
import { parseSuppressions, type ParsedSuppressions } from "../detections/suppression-file";
import type { ParsedRules, RuleProblem } from "../detections/sigma/parse";
import type { Rule } from "../detections/sigma/model";
import { fileErrorReason } from "../local/replay/log-source";
import { CommandError } from "./command-error";

/** The rules of a folder, or the ones that ship. */
export function rulesOf(folder: string | undefined): ParsedRules {
  return loadRules(folder ?? SHIPPED_RULES_FOLDER);
}

/**
 * The suppressions of a file.
 *
 * @throws CommandError when it cannot be read
 */
export function suppressionsOf(
  file: string | undefined,
  rules: readonly Rule[],
  now: Date,
): ParsedSuppressions {
  if (file === undefined) return { suppressions: [], problems: [] };
  try {
    return parseSuppressions(readFileSync(file, "utf8"), file, { rules, now });
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new CommandError(`--suppressions ${file}: ${fileErrorReason(error)}`, { cause: error });
  }
}

/** A problem on one line, as compilers write them. */
export function problemLine({ file, line, field, message, severity }: RuleProblem): string {
  return `${file}:${line}: ${severity}: ${field === undefined ? "" : `${field}: `}${message}`;
}
