import { isSecretField } from "../secrets";
import { parseDuration } from "./duration";
import { CORRELATION_FIELD_NAMES, fieldNameMistake } from "./field-names";
import type { Correlation, CorrelationType, CountCondition } from "./model";
import { present } from "./present";
import type { ProblemLog } from "./problem";
import { isNull, type MapReader } from "./yaml-node";

const TYPES = ["event_count", "value_count", "temporal", "temporal_ordered", "first_seen"] as const;
const KEYS: readonly string[] = [
  "type",
  "rules",
  "group-by",
  "timespan",
  "condition",
  "aliases",
  "generate",
  "learning",
];
const BOUNDS = ["gt", "gte", "lt", "lte", "eq"] as const;

const DAY_SECONDS = 86_400;
const FIRST_SEEN_DAYS = 90;
const DEFAULT_LEARNING_SECONDS = 7 * DAY_SECONDS;

/**
 * Reads `correlation` (Sigma correlation rules specification 2.0, and our `first_seen`), references to other rules as
 * written. Undefined when something in it is wrong, which is reported.
 */
export function parseCorrelation(document: MapReader, log: ProblemLog): Correlation | undefined {
  const block = document.mapAt("correlation");
  if (!block) return undefined;
  block.refuseUnknown(KEYS);
  const type = block.choice("type", TYPES);
  if (!block.entry("type")) block.error("type", `is missing; it is one of ${TYPES.join(", ")}`);
  const rules = parseRules(block, type);
  const aliases = parseAliases(block, log);
  const groupBy = block.texts("group-by");
  checkFields(block, "group-by", groupBy, Object.keys(aliases));
  const timespanSeconds = type && parseTimespan(block, type);
  const generate = block.flag("generate") ?? document.flag("generate") ?? false;
  const condition = type && parseCondition(block, type, Object.keys(aliases), log);
  const learning = type && parseLearning(block, type, timespanSeconds);
  if (log.failed || !type || timespanSeconds === undefined) return undefined;
  return { type, rules, generate, groupBy, aliases, timespanSeconds, ...condition, ...learning };
}

function parseRules(block: MapReader, type: CorrelationType | undefined): string[] {
  const rules = block.texts("rules");
  if (rules.length === 0)
    block.error("rules", "is missing or empty; name the rules that the correlation rests on");
  const repeated = rules.find((rule, index) => rules.indexOf(rule) !== index);
  if (repeated !== undefined) block.error("rules", `names ${repeated} twice; name each rule once`);
  if ((type === "temporal" || type === "temporal_ordered") && rules.length === 1)
    block.error(
      "rules",
      `has a single rule, but ${type} is about several; name at least two, or use event_count`,
    );
  return rules;
}

function parseAliases(block: MapReader, log: ProblemLog): Record<string, Record<string, string>> {
  const map = block.mapAt("aliases");
  const aliases: Record<string, Record<string, string>> = {};
  for (const { key } of map?.map.entries ?? []) {
    const fields = map?.mapAt(key);
    if (!fields) continue;
    if (key.startsWith("trailkeeper.")) map?.error(key, "hides a computed field; choose another name");
    aliases[key] = Object.fromEntries(
      fields.map.entries.map((entry) => {
        const field = fields.text(entry.key) ?? "";
        const mistake = fieldNameMistake(field, CORRELATION_FIELD_NAMES) ?? secretMistake(field);
        if (mistake !== undefined) log.error(entry.line, fields.pathOf(entry.key), mistake);
        return [entry.key, field];
      }),
    );
  }
  return aliases;
}

function checkFields(
  block: MapReader,
  key: string,
  names: readonly string[],
  aliases: readonly string[],
): void {
  for (const name of names) {
    const mistake = fieldNameMistake(name, [...CORRELATION_FIELD_NAMES, ...aliases]);
    if (mistake !== undefined) block.error(key, mistake);
  }
}

function parseTimespan(block: MapReader, type: CorrelationType): number | undefined {
  const text = block.text("timespan");
  if (text === undefined) {
    if (!block.entry("timespan")) block.error("timespan", "is missing; write for example timespan: 10m");
    return undefined;
  }
  const seconds = parseDuration(text);
  const mostSeconds = type === "first_seen" ? FIRST_SEEN_DAYS * DAY_SECONDS : DAY_SECONDS;
  if (seconds === undefined)
    block.error(
      "timespan",
      `is ${JSON.stringify(text)}; it must be a whole number of s, m, h or d, for example 10m`,
    );
  else if (seconds > mostSeconds)
    block.error(
      "timespan",
      `is ${text}; ${type === "first_seen" ? `at most ${FIRST_SEEN_DAYS}d for first_seen` : "at most 24h, because events are kept that long"}`,
    );
  return seconds;
}

function parseLearning(
  block: MapReader,
  type: CorrelationType,
  timespanSeconds: number | undefined,
): { readonly learningSeconds?: number } {
  if (type !== "first_seen") {
    if (block.entry("learning")) block.error("learning", "is for first_seen only; leave it out");
    return {};
  }
  const text = block.text("learning");
  const seconds = text === undefined ? DEFAULT_LEARNING_SECONDS : parseDuration(text);
  if (seconds === undefined)
    block.error("learning", "must be a whole number of s, m, h or d, for example 7d");
  else if (timespanSeconds !== undefined && seconds > timespanSeconds)
    block.error(
      text === undefined ? "timespan" : "learning",
      `learning (${text ?? "7d unless set"}) must not be longer than timespan, or values are forgotten before anything is new`,
    );
  return { ...present("learningSeconds", seconds) };
}

function parseCondition(
  block: MapReader,
  type: CorrelationType,
  aliases: readonly string[],
  log: ProblemLog,
): { readonly count?: CountCondition; readonly field?: string } {
  const entry = block.entry("condition");
  if (type === "temporal" || type === "temporal_ordered") {
    if (entry && !isNull(entry.value)) refuseTemporalCondition(block, type);
    return {};
  }
  const condition = block.mapAt("condition");
  if (!condition) {
    if (!entry) block.error("condition", `is missing; write for example ${EXAMPLES[type]}`);
    return {};
  }
  if (condition.entry("learning"))
    condition.error("learning", "stands beside condition; write it one level up");
  else condition.refuseUnknown([...BOUNDS, "field"]);
  const field = parseField(condition, type, aliases);
  if (type !== "first_seen")
    return { ...present("count", parseCount(condition, log)), ...present("field", field) };
  for (const bound of BOUNDS)
    if (condition.entry(bound))
      condition.error(bound, "counts, but first_seen asks whether a value is new; leave it out");
  return { ...present("field", field) };
}

const EXAMPLES: Readonly<Record<"event_count" | "value_count" | "first_seen", string>> = {
  event_count: "condition: { gte: 10 }",
  value_count: "condition: { gte: 10, field: awsRegion }",
  first_seen: "condition: { field: awsRegion }",
};

function refuseTemporalCondition(block: MapReader, type: CorrelationType): void {
  const isText = block.entry("condition")?.value.kind === "scalar";
  block.error(
    "condition",
    isText
      ? `is an extended condition, which is not supported; ${type} asks for all of its rules, leave condition out`
      : `is not supported for ${type}, which asks for all of its rules; leave condition out`,
  );
}

function parseField(
  condition: MapReader,
  type: CorrelationType,
  aliases: readonly string[],
): string | undefined {
  const entry = condition.entry("field");
  if (type === "event_count") {
    if (entry)
      condition.error(
        "field",
        "is not for event_count, which counts events; use value_count, or leave it out",
      );
    return undefined;
  }
  const fields = condition.texts("field");
  const [field] = fields;
  if (field === undefined && !entry)
    condition.error("field", `is missing; name the field whose values ${type} looks at`);
  if (fields.length > 1) condition.error("field", "names several fields, which is not supported; name one");
  checkFields(condition, "field", fields, aliases);
  const secret = field === undefined ? undefined : secretMistake(field);
  if (secret !== undefined) condition.error("field", secret);
  return field;
}

/** Values that are counted are kept in the table, and shown where targets name them. */
function secretMistake(field: string): string | undefined {
  return isSecretField(field)
    ? `${field} may hold a secret, which must not be kept; name another field`
    : undefined;
}

function parseCount(condition: MapReader, log: ProblemLog): CountCondition | undefined {
  const bounds: Partial<Record<(typeof BOUNDS)[number], number>> = {};
  for (const bound of BOUNDS) {
    const value = condition.entry(bound)?.value;
    if (value === undefined) continue;
    if (value.kind === "scalar" && Number.isSafeInteger(value.value) && Number(value.value) >= 0)
      bounds[bound] = Number(value.value);
    else condition.error(bound, "must be a whole number, 0 or more");
  }
  if (log.failed) return undefined;
  const mistake = countMistake(bounds);
  if (mistake === undefined) return bounds;
  log.error(condition.map.line, condition.path, mistake);
  return undefined;
}

function countMistake({ gt, gte, lt, lte, eq }: CountCondition): string | undefined {
  const least = Math.max(gt === undefined ? -1 : gt + 1, gte ?? -1, eq ?? -1);
  const most = Math.min(lt === undefined ? Infinity : lt - 1, lte ?? Infinity, eq ?? Infinity);
  if (least === -1 && most === Infinity) return "has no bound; write for example gte: 10";
  if (least < 1)
    return "has no lower bound of 1 or more; that too little happens cannot be decided while events still arrive, write gt, gte or eq";
  if (least > most) return "cannot hold for any count; check its bounds";
  return undefined;
}
