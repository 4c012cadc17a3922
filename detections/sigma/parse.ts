import { NOT_AN_AWS_SERVICE } from "../context-filter";
import { outcomeCondition } from "../outcome";
import { allOf } from "./condition-tree";
import { parseCorrelation } from "./correlation";
import { parseDetection } from "./detection";
import type { Condition, Rule, TrailkeeperCustom } from "./model";
import { ProblemLog, type RuleProblem } from "./problem";
import { resolveReferences, type ReadRule } from "./references";
import { parseHead } from "./rule-head";
import { readDocuments } from "./yaml-documents";
import { MapReader, type YamlNode } from "./yaml-node";

export type { RuleProblem } from "./problem";

/** A rule file's text under the name that problems and rules show. */
export interface RuleText {
  readonly file: string;
  readonly text: string;
}

/** Rules that can be used, in the order of files and documents, and everything that is wrong with the files. */
export interface ParsedRules {
  readonly rules: readonly Rule[];
  readonly problems: readonly RuleProblem[];
}

/**
 * Reads Sigma rules (Sigma specification 2.0; what is supported is in docs/detections.md). Never throws for what a file
 * holds: a rule with an error is left out and listed among the problems, and the others are used. References between
 * rules reach across all the files given.
 */
export function parseRules(files: readonly RuleText[]): ParsedRules {
  const problems: RuleProblem[] = [];
  const read: ReadRule[] = [];
  for (const { file, text } of files) {
    const log = new ProblemLog(file);
    const documents = readDocuments(text, log);
    const collection = documents.find((node) => node.kind === "map" && hasKey(node, "action"));
    if (collection)
      log.error(
        collection.line,
        "action",
        "is Sigma 1 (global, reset and repeat are not supported); write every rule out in a document of its own",
      );
    else if (documents.length === 0 && !log.failed)
      log.warn(1, undefined, "holds no rule; write one, or take the file away");
    problems.push(...log.problems);
    if (!collection) read.push(...documents.map((node, index) => readRule(node, index + 1, file)));
  }
  const rules = resolveReferences(read);
  problems.push(...read.flatMap(({ log }) => log.problems));
  return { rules, problems: inOrder(problems, files) };
}

function readRule(node: YamlNode, ordinal: number, file: string): ReadRule {
  const log = new ProblemLog(file);
  const map = node.kind === "map" ? node : ({ kind: "map", line: node.line, entries: [] } as const);
  const document = new MapReader(map, "", log);
  const kind = kindOf(node, document, log);
  const { head, hasLevel } = parseHead(document, ordinal, log);
  if (kind === "event") {
    checkLogSource(document);
    const detection = document.mapAt("detection");
    const selected = detection && parseDetection(detection, log);
    const rule =
      selected && !log.failed ? { ...head, kind, condition: narrowed(selected, head.custom) } : undefined;
    return { head, hasLevel, rule, document, log };
  }
  const correlation = kind === "correlation" ? parseCorrelation(document, log) : undefined;
  const rule =
    correlation && !log.failed ? ({ ...head, kind: "correlation", correlation } as const) : undefined;
  return { head, hasLevel, rule, document, log };
}

function kindOf(node: YamlNode, document: MapReader, log: ProblemLog): "event" | "correlation" | undefined {
  const refuse = (field: string | undefined, message: string): undefined => {
    log.error(node.line, field, message);
    return undefined;
  };
  if (node.kind !== "map")
    return refuse(undefined, "is no rule; a rule is a map of keys such as title and detection");
  if (hasKey(node, "filter"))
    return refuse(
      "filter",
      "is a Sigma filter, which is not supported; put the exclusion into the rule, or suppress it",
    );
  const [detection, correlation] = [document.entry("detection"), document.entry("correlation")];
  if (detection && correlation)
    return refuse(
      "correlation",
      "stands beside detection; write the correlation into a document of its own, after ---",
    );
  if (detection) return "event";
  if (correlation) return "correlation";
  return refuse("detection", "is missing; a rule has a detection or a correlation");
}

/** A rule for another log could never match, and would look as if it watched something. */
function checkLogSource(document: MapReader): void {
  const source = document.mapAt("logsource");
  if (!source) {
    if (!document.entry("logsource"))
      document.error("logsource", "is missing; write logsource: { product: aws, service: cloudtrail }");
    return;
  }
  const [product, service] = [source.text("product"), source.text("service")];
  if (product?.toLowerCase() === "aws" && service?.toLowerCase() === "cloudtrail") return;
  document.error(
    "logsource",
    `is product ${product ?? "(none)"}, service ${service ?? "(none)"}, so the rule could never match a CloudTrail event; only product aws, service cloudtrail is supported`,
  );
}

/** Outcome and context filter are part of what a rule with a `custom.trailkeeper` block asks for. */
function narrowed(condition: Condition, custom: TrailkeeperCustom | undefined): Condition {
  if (!custom) return condition;
  const outcome = outcomeCondition(custom.outcome ?? "any");
  const filters = custom.awsServices === "included" ? [] : [NOT_AN_AWS_SERVICE];
  return allOf([condition, ...(outcome ? [outcome] : []), ...filters]);
}

function hasKey(node: YamlNode, key: string): boolean {
  return node.kind === "map" && node.entries.some((entry) => entry.key === key);
}

function inOrder(problems: readonly RuleProblem[], files: readonly RuleText[]): RuleProblem[] {
  const order = new Map(files.map(({ file }, index) => [file, index]));
  const place = ({ file }: RuleProblem) => order.get(file) ?? 0;
  return [...problems].sort((a, b) => place(a) - place(b) || a.line - b.line);
}
