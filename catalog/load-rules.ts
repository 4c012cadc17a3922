import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { parseRules, type ParsedRules, type RuleProblem, type RuleText } from "../detections/sigma/parse";

/** The rules that ship with Trailkeeper. */
export const SHIPPED_RULES_FOLDER = resolve(__dirname, "../detections/rules");

/**
 * Reads every rule below a folder: all `.yml` and `.yaml` files except examples (`.test.yml`), in the order of their
 * paths. Rules and problems name files relative to the folder. What cannot be read is a problem, never an exception:
 * the other files are still loaded.
 */
export function loadRules(folder: string): ParsedRules {
  const problems: RuleProblem[] = [];
  const texts: RuleText[] = [];
  for (const path of findRuleFiles(folder, problems)) {
    const file = relative(folder, path).split(sep).join("/");
    const text = attempt(() => decodeUtf8(readFileSync(path)), file, problems);
    if (text !== undefined) texts.push({ file, text });
  }
  if (texts.length === 0 && problems.length === 0)
    problems.push(problem(folder, "holds no rule files (.yml or .yaml); give the folder that rules are in"));
  const parsed = parseRules(texts);
  return { rules: parsed.rules, problems: [...problems, ...parsed.problems] };
}

function findRuleFiles(folder: string, problems: RuleProblem[]): string[] {
  const entries = attempt(() => readdirSync(folder, { withFileTypes: true }), folder, problems) ?? [];
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return findRuleFiles(path, problems);
      return /\.ya?ml$/i.test(entry.name) && !/\.test\.ya?ml$/i.test(entry.name) ? [path] : [];
    });
}

function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** The outcome of reading, or a problem in its place. */
function attempt<T>(read: () => T, file: string, problems: RuleProblem[]): T | undefined {
  try {
    return read();
  } catch (error) {
    problems.push(problem(file, reasonOf(error)));
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
      return "does not exist; check the path";
    case "ENOTDIR":
      return "is no folder; give the folder that the rules are in";
    case "EACCES":
    case "EPERM":
      return "may not be read; check its permissions";
    case "ERR_ENCODING_INVALID_ENCODED_DATA":
      return "is not UTF-8; save it in that encoding";
    default:
      if (!(error instanceof Error) || code === undefined) throw error;
      return `cannot be read: ${error.message}`;
  }
}

function problem(file: string, message: string): RuleProblem {
  return { file, line: 1, message, severity: "error" };
}
