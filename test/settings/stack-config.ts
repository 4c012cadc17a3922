import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { SettingsError, type SettingsProblem } from "../../settings/errors";
import type { Settings } from "../../settings/model";
import { parseSettings, type StackConfig } from "../../settings/parse";

const ROOT = join(__dirname, "..", "..");

/** A value as the CLI hands it to a program: text as it is, everything else as JSON. */
export function configText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A file of the project's root, read as YAML. */
export function readYaml(name: string): Record<string, unknown> {
  return parse(readFileSync(join(ROOT, name), "utf8")) as Record<string, unknown>;
}

/** The configuration that the CLI makes of Pulumi.yaml's defaults and a committed stack file. */
export function committedConfig(stack: "dev" | "prod"): StackConfig {
  const declared = readYaml("Pulumi.yaml").config as Record<string, { default: unknown }>;
  const set = readYaml(`Pulumi.${stack}.yaml`).config as Record<string, unknown>;
  const values = {
    ...Object.fromEntries(
      Object.entries(declared).map(([key, { default: value }]) => [`trailkeeper:${key}`, value]),
    ),
    ...set,
  };
  return {
    values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, configText(value)])),
    secretKeys: new Set(),
  };
}

/** The smallest configuration without mistakes, and overrides; `undefined` takes a key away. */
export function config(
  overrides: Readonly<Record<string, unknown>> = {},
  secretKeys: readonly string[] = [],
): StackConfig {
  const values: Record<string, unknown> = {
    "aws:region": "eu-west-1",
    "trailkeeper:archiveAdministrators": ["role/deploy"],
  };
  for (const [key, value] of Object.entries(overrides)) {
    values[key.includes(":") ? key : `trailkeeper:${key}`] = value;
  }
  return {
    values: Object.fromEntries(
      Object.entries(values)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => [key, configText(value)]),
    ),
    secretKeys: new Set(secretKeys.map((key) => `trailkeeper:${key}`)),
  };
}

/** Parses overrides of the smallest configuration. */
export function settingsOf(overrides: Readonly<Record<string, unknown>> = {}, stack = "dev"): Settings {
  return parseSettings(config(overrides), { project: "trailkeeper", stack });
}

/** The error of a configuration that has one. */
export function errorOf(stackConfig: StackConfig, stack = "dev"): SettingsError {
  try {
    parseSettings(stackConfig, { project: "trailkeeper", stack });
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error;
  }
  assert.fail("expected a SettingsError");
}

/** The mistakes of overrides of the smallest configuration. */
export function problemsOf(overrides: Readonly<Record<string, unknown>>): readonly SettingsProblem[] {
  return errorOf(config(overrides)).problems;
}
