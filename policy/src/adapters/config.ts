import type { PolicyConfigSchema } from "@pulumi/policy/policy";
import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import type { Rule, RuleContext, RuleSetting } from "../rule";
import type { StackIdentity } from "../stack-identity";

/** Levels that a single rule of a stack policy can be given. */
const RULE_LEVELS = ["disabled", "advisory", "mandatory"] as const;
export type RuleLevel = (typeof RULE_LEVELS)[number];

/** Key of the per-rule levels in a stack policy's configuration. */
const LEVELS_KEY = "rules";

/** A mistake in the policy configuration. Its message names keys only and may be shown. */
export class PolicyConfigError extends Error {}

/** Schema of a resource policy's configuration: the rule's own settings. */
export function resourceConfigSchema(rule: Rule): PolicyConfigSchema | undefined {
  const properties = settingSchemas([rule]);
  return Object.keys(properties).length > 0 ? { properties } : undefined;
}

/** Schema of a stack policy's configuration: its rules' settings and their levels. */
export function stackConfigSchema(rules: readonly Rule[]): PolicyConfigSchema {
  const levels: PolicyConfigJSONSchema = {
    type: "object",
    description: "Enforcement level by rule id; the policy's own level unless set.",
    properties: Object.fromEntries(
      rules.map((rule) => [rule.id, { type: "string" as const, enum: [...RULE_LEVELS] }]),
    ),
    additionalProperties: false,
    default: {},
  };
  return { properties: { ...settingSchemas(rules), [LEVELS_KEY]: levels } };
}

/**
 * What is wrong with the keys of a policy's configuration; `undefined` if nothing is. The engine checks the values of the
 * keys that the schema has and lets others pass, so that a misspelt `auditStacks` would switch a rule off unseen.
 */
export function unknownKeysProblem(
  config: Readonly<Record<string, unknown>>,
  schema: PolicyConfigSchema | undefined,
): string | undefined {
  const known = Object.keys(schema?.properties ?? {});
  const unknown = Object.keys(config).filter((key) => !known.includes(key));
  if (unknown.length === 0) return undefined;
  const allowed = known.length > 0 ? `it has ${known.join(", ")}` : "it has none";
  return `The policy configuration sets ${unknown.join(", ")}, a key that this policy does not have; ${allowed}.`;
}

/** Makes what a check may know about its surroundings. Defaults are here too: only the CLI fills in the schema's. */
export function ruleContext(
  rule: Rule,
  config: Readonly<Record<string, unknown>>,
  identity: StackIdentity,
  stackTags: ReadonlyMap<string, string>,
): RuleContext {
  return {
    identity,
    stackTags,
    strings(setting) {
      if (!rule.settings || !(setting in rule.settings)) {
        throw new Error(`Rule ${rule.id} does not declare the setting ${setting}.`);
      }
      return readStrings(config, setting);
    },
  };
}

/**
 * The level that the configuration gives one rule of a stack policy; `undefined` for the policy's own. The engine refuses
 * other levels by the schema before the pack sees them.
 */
export function ruleLevel(config: Readonly<Record<string, unknown>>, rule: Rule): RuleLevel | undefined {
  const levels = config[LEVELS_KEY];
  if (typeof levels !== "object" || levels === null || !(rule.id in levels)) return undefined;
  const level = (levels as Record<string, unknown>)[rule.id];
  return RULE_LEVELS.find((candidate) => candidate === level);
}

function readStrings(config: Readonly<Record<string, unknown>>, key: string): readonly string[] {
  if (!(key in config)) return [];
  const value = config[key];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw new PolicyConfigError(`${key} must be a list of strings`);
}

function settingSchemas(rules: readonly Rule[]): Record<string, PolicyConfigJSONSchema> {
  const settings = rules.flatMap((rule) => Object.entries(rule.settings ?? {}));
  return Object.fromEntries(settings.map(([key, setting]) => [key, stringsSchema(setting)]));
}

function stringsSchema(setting: RuleSetting): PolicyConfigJSONSchema {
  return {
    type: "array",
    items: { type: "string", minLength: 1, ...(setting.pattern && { pattern: setting.pattern }) },
    default: [],
    description: setting.description,
  };
}
