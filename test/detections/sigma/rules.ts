import assert from "node:assert/strict";
import { compileCondition } from "../../../detections/sigma/match";
import type { CorrelationRule, EventRule } from "../../../detections/sigma/model";
import { parseRules, type ParsedRules } from "../../../detections/sigma/parse";

/** A whole rule around a `detection` written in YAML, starting on line 5. */
export function ruleText(detection: string, rest = ""): string {
  const body = detection.trim().replace(/^/gm, "  ");
  return `title: A rule
logsource: { product: aws, service: cloudtrail }
level: low
detection:
${body}
${rest}`;
}

export function parseText(text: string): ParsedRules {
  return parseRules([{ file: "rule.yml", text }]);
}

/** The only rule of a text that must be free of errors. */
export function eventRule(text: string): EventRule {
  const { rules, problems } = parseText(text);
  const errors = problems.filter(({ severity }) => severity === "error");
  assert.deepEqual(errors, []);
  const [rule] = rules;
  assert.ok(rule?.kind === "event" && rules.length === 1);
  return rule;
}

/** What the rule with such a detection says of an event. */
export function verdict(detection: string, event: object): boolean {
  return compileCondition(eventRule(ruleText(detection)).condition)(event);
}

/** Problems as `line field: message`. */
export function problemLines({ problems }: ParsedRules): string[] {
  return problems.map(({ line, field, message }) => `${line} ${field ?? "-"}: ${message}`);
}

/** Messages of the errors that a detection gives; it must give at least one and no rule. */
export function errorOf(text: string): string {
  const parsed = parseText(text);
  assert.equal(parsed.rules.length, 0, "the rule is left out");
  const errors = parsed.problems.filter(({ severity }) => severity === "error");
  assert.ok(errors.length > 0, "there is an error");
  return problemLines({ rules: [], problems: errors }).join("\n");
}

export function correlationRule({ rules }: ParsedRules): CorrelationRule {
  const found = rules.find((rule) => rule.kind === "correlation");
  assert.ok(found);
  return found;
}
