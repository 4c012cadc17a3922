import { compileToAthena } from "../../detections/compile/athena";
import type { Compiled } from "../../detections/compile/compiled";
import { compileToEventBridge } from "../../detections/compile/eventbridge";
import { compileToOpenSearch } from "../../detections/compile/opensearch";
import type { EventRule, Rule } from "../../detections/sigma/model";
import { counted, heading, wrap } from "../report/plain-text";

export const TARGETS = ["eventbridge", "athena", "opensearch"] as const;

export type Target = (typeof TARGETS)[number];

/** Name that stands in queries for the archive's table. */
const TABLE = "cloudtrail_logs";

/** Each rule in the language of an engine, or the reason why that cannot say it. */
export function compileTo(target: Target, rules: readonly Rule[], asJson: boolean): string {
  const outcomes = rules.map((rule) => ({ rule, outcome: compile(target, rule) }));
  if (asJson) {
    const entries = outcomes.map(({ rule: { id, title }, outcome }) => ({ id, title, ...outcome }));
    return JSON.stringify({ schemaVersion: 1, target, rules: entries }, undefined, 2);
  }
  const compiled = outcomes.filter(({ outcome }) => outcome.ok).length;
  return [
    ...outcomes.map(({ rule, outcome }) => {
      const body = outcome.ok ? printed(outcome.value) : wrap(`Not compiled: ${outcome.reason}`, "  ");
      return `${heading(rule.title)}\n${body}`;
    }),
    `${counted(compiled, "rule")} of ${rules.length} compiled for ${target}`,
  ].join("\n\n");
}

function compile(target: Target, rule: Rule): Compiled<unknown> {
  if (rule.kind === "correlation") {
    return {
      ok: false,
      reason: "a correlation rests on several events, which the detector alone keeps together",
    };
  }
  return compileEvent(target, rule);
}

function compileEvent(target: Target, rule: EventRule): Compiled<unknown> {
  switch (target) {
    case "eventbridge":
      return compileToEventBridge(rule);
    case "athena":
      return compileToAthena(rule, { table: TABLE });
    case "opensearch":
      return compileToOpenSearch(rule);
  }
}

function printed(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
}
