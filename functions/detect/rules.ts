import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type PackedRules, unpackRules } from "../../detections/packed-rules";
import type { Rule } from "../../detections/sigma/model";
import type { Suppression } from "../../detections/suppressions";

/** What the function is deployed with, beside its code. */
export interface DeployedRules {
  /** Of the rule set and of the pipeline's own parts. */
  readonly rules: readonly Rule[];
  readonly suppressions: readonly Suppression[];
}

/** The rule set, packed, and its suppressions. */
export const RULES_FILE = "rules.json";

/** The rules on the pipeline itself, packed, made from what the stack contains. Absent where there are none. */
export const PIPELINE_FILE = "pipeline.json";

/** Reads the rules of a deployment package. */
export function readDeployedRules(folder: string): DeployedRules {
  const { suppressions = [] } = read(folder, RULES_FILE);
  const pipeline = existsSync(join(folder, PIPELINE_FILE)) ? rulesIn(folder, PIPELINE_FILE) : [];
  return { rules: [...rulesIn(folder, RULES_FILE), ...pipeline], suppressions };
}

function rulesIn(folder: string, file: string): Rule[] {
  const { rules, shared = [] } = read(folder, file);
  if (!Array.isArray(rules)) throw new Error(`${file} of the deployment package has no list of rules`);
  return unpackRules({ rules: rules as PackedRules["rules"], shared });
}

type RulesFile = Partial<PackedRules> & Partial<Pick<DeployedRules, "suppressions">>;

function read(folder: string, file: string): RulesFile {
  return JSON.parse(readFileSync(join(folder, file), "utf8")) as RulesFile;
}
