import { RE2JS } from "re2js";
import { compileValueTest, re2Flags } from "./sigma/match";
import type { Condition, FieldCondition, Rule } from "./sigma/model";
import { ProblemLog, type RuleProblem } from "./sigma/problem";
import { parseSelection } from "./sigma/selection";
import { readDocuments } from "./sigma/yaml-documents";
import { MapReader, type YamlNode } from "./sigma/yaml-node";
import { isExpired, type Suppression } from "./suppressions";

/** Suppressions that can be used, also expired ones, and everything that is wrong with the file. */
export interface ParsedSuppressions {
  readonly suppressions: readonly Suppression[];
  /** An expired suppression is a warning; anything else is an error, and leaves the suppression out. */
  readonly problems: readonly RuleProblem[];
}

const KEYS: readonly string[] = ["rule", "match", "reason", "owner", "expires"];

/**
 * Reads a file of suppressions: a YAML list of maps with `rule` (id or name), `match` (a Sigma selection), `reason`,
 * `owner` and `expires` (a day). One that would silence a rule as good as whole is refused.
 *
 * @param file as problems name it
 * @param known the rules that there are, and the time by which a suppression may have expired
 */
export function parseSuppressions(
  text: string,
  file: string,
  known: { readonly rules: readonly Rule[]; readonly now: Date },
): ParsedSuppressions {
  const log = new ProblemLog(file);
  const suppressions = readDocuments(text, log).flatMap((document) => {
    if (document.kind === "list")
      return document.items.flatMap((item, index) => readItem(item, `[${index}]`, known, log) ?? []);
    log.error(document.line, undefined, "must be a list of suppressions, each beginning with `- rule:`");
    return [];
  });
  return { suppressions, problems: log.problems };
}

function readItem(
  node: YamlNode,
  path: string,
  { rules, now }: { readonly rules: readonly Rule[]; readonly now: Date },
  fileLog: ProblemLog,
): Suppression | undefined {
  if (node.kind !== "map") {
    fileLog.error(node.line, path, `must be a map with ${KEYS.join(", ")}`);
    return undefined;
  }
  const log = new ProblemLog(fileLog.file);
  const item = new MapReader(node, path, log);
  item.refuseUnknown(KEYS);
  const ruleId = readRule(item, rules);
  const condition = readMatch(item, log);
  const reason = required(item, "reason", "say why these matches concern nobody");
  const owner = required(item, "owner", "name whom to ask before it is renewed");
  const expires = readExpires(item);
  const suppression =
    log.failed || ruleId === undefined || condition === undefined
      ? undefined
      : { ruleId, condition, reason, owner, expires, source: { file: log.file, line: node.line } };
  if (suppression && isExpired(suppression, now))
    item.warn(
      "expires",
      `was ${expires}: the suppression no longer holds; take it away, or renew it with ${owner}`,
    );
  for (const { line, field, message, severity } of log.problems) {
    if (severity === "error") fileLog.error(line, field, message);
    else fileLog.warn(line, field, message);
  }
  return suppression;
}

function readRule(item: MapReader, rules: readonly Rule[]): string | undefined {
  const named = required(item, "rule", "name the rule by its id or name");
  if (named === "") return undefined;
  if (/[*?]/.test(named)) {
    item.error("rule", "has a wildcard; a suppression is for one rule, named by its id or name");
    return undefined;
  }
  const rule = rules.find(({ id, name }) => id === named || name === named);
  if (!rule) item.error("rule", `is ${JSON.stringify(named)}, and no rule has that id or name`);
  return rule?.id;
}

function readMatch(item: MapReader, log: ProblemLog): Condition | undefined {
  const match = item.entry("match");
  if (match?.value.kind !== "map" || match.value.entries.length === 0) {
    item.error("match", "must be a map of fields and values that says which events concern nobody");
    return undefined;
  }
  const condition = parseSelection(match.value, item.pathOf("match"), log);
  if (condition && !narrows(condition))
    item.error(
      "match",
      "is too broad: it must ask for a value of a field that tells events of one rule apart, such as " +
        `userIdentity.arn or sourceIPAddress (${[...BROAD_FIELDS].join(", ")} do not)`,
    );
  return condition;
}

/** The events of one rule mostly have these in common. */
const BROAD_FIELDS: ReadonlySet<string> = new Set([
  "eventName",
  "eventSource",
  "eventType",
  "eventCategory",
  "eventVersion",
  "awsRegion",
  "readOnly",
  "managementEvent",
  "userIdentity.type",
  "eventTime",
  "eventID",
  "requestID",
]);

/**
 * Values that have as good as nothing in common but their form. A test that any of these passes, and its like of
 * another sort, does not tell events apart.
 */
const UNLIKE_VALUES: readonly (readonly string[])[] = [
  [
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:sts::444455556666:assumed-role/Deploy/session",
    "arn:aws:iam::777788889999:root",
  ],
  ["AIDAQ3EGRQX7AB2CDEFGH", "AROAZZZ6YYY5XXX4WWW3V:bob"],
  ["203.0.113.9", "10.1.2.3", "198.51.100.77"],
  ["aws-cli/2.15.0 Python/3.11.6", "Boto3/1.34.0 md/Botocore#1.34.0", "Mozilla/5.0 (X11; Linux x86_64)"],
  ["111122223333", "444455556666", "140000000001"],
  ["prod-data", "x", "Qq7"],
];

/** Whether a condition can only hold for events that have some value in particular. */
function narrows(condition: Condition): boolean {
  switch (condition.op) {
    case "and":
      return condition.of.some(narrows);
    case "or":
      return condition.of.every(narrows) && !acceptsUnlike(testsOf(condition.of));
    case "not":
      return false;
    case "keyword":
      return hasText(condition.test.parts) && !acceptsUnlike([condition.test]);
    case "field":
      return (
        !BROAD_FIELDS.has(condition.field) && asksForValue(condition) && !acceptsUnlike([condition.test])
      );
  }
}

/** Tests of a list of values for one field; none where the parts are of several fields. */
function testsOf(conditions: readonly Condition[]): FieldCondition["test"][] {
  const fields = conditions.filter((part) => part.op === "field");
  const isOneField =
    fields.length === conditions.length && new Set(fields.map(({ field }) => field)).size === 1;
  return isOneField ? fields.map(({ test }) => test) : [];
}

/** Whether all of some values that are unlike each other pass one or another of the tests. */
function acceptsUnlike(tests: readonly FieldCondition["test"][]): boolean {
  const accepting = tests.flatMap((test) =>
    test.kind === "null" || test.kind === "exists" || test.kind === "fieldref"
      ? []
      : [compileValueTest(test)],
  );
  return UNLIKE_VALUES.some((values) => values.every((value) => accepting.some((accepts) => accepts(value))));
}

function asksForValue({ field, test }: FieldCondition): boolean {
  switch (test.kind) {
    case "string":
      return test.parts.length === 0 || hasText(test.parts);
    case "regex":
      // A pattern that is found in nothing is found in everything.
      return !RE2JS.compile(test.pattern, re2Flags(test.flags)).matcher("").find();
    case "cidr":
      return !test.cidr.endsWith("/0");
    case "fieldref":
      return test.field !== field;
    case "number":
    case "boolean":
      return true;
    // A bound alone leaves one side open.
    case "compare":
    case "null":
    case "exists":
      return false;
  }
}

function hasText(parts: readonly object[]): boolean {
  return parts.some((part) => "text" in part);
}

function readExpires(item: MapReader): string {
  const expires = required(item, "expires", "name the last day on which it holds, as in 2027-01-31");
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(expires) && dayOf(expires) === expires;
  if (expires !== "" && !isDay) item.error("expires", "must be a day, written as in 2027-01-31");
  return expires;
}

function dayOf(text: string): string | undefined {
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, text.length);
}

/** The text of a key, or the empty text, which is reported. */
function required(item: MapReader, key: string, whatToDo: string): string {
  const text = item.text(key);
  if (text === undefined && !item.entry(key)) item.error(key, `is missing; ${whatToDo}`);
  else if (text === undefined) item.error(key, `must be a text; ${whatToDo}`);
  return text ?? "";
}
