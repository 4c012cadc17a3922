import { suggestName } from "../../formats/suggest-name";
import { matchingNames, parseExpression, type Expression } from "./condition-grammar";
import { allOf, anyOf, not } from "./condition-tree";
import type { Condition } from "./model";
import type { ProblemLog } from "./problem";
import { parseSelection } from "./selection";
import type { MapReader, YamlEntry, YamlNode, YamlScalar } from "./yaml-node";

/** Names that a condition could not refer to. */
const RESERVED_NAMES: readonly string[] = ["and", "or", "not", "of", "them"];

/** Selections by name; undefined where one could not be read. */
type Selections = ReadonlyMap<string, Condition | undefined>;

/** Reads a rule's `detection` into one condition; undefined when something in it is wrong, which is reported. */
export function parseDetection(detection: MapReader, log: ProblemLog): Condition | undefined {
  const selections = parseSelections(detection, log);
  const condition = detection.entry("condition");
  if (!condition) {
    detection.error(
      "condition",
      "is missing; write which selections must match, for example condition: selection",
    );
    return undefined;
  }
  if (selections.size === 0) {
    log.error(
      detection.map.line,
      detection.path,
      "has no selection; write at least one beside the condition",
    );
    return undefined;
  }
  const written = conditionTexts(condition.value);
  if (written === undefined) {
    detection.error("condition", "must be a text, or a list of texts of which one must hold");
    return undefined;
  }
  const used = new Set<string>();
  const conditions = written.map((scalar) => {
    const expression = parseExpression(scalar.source);
    if ("mistake" in expression) {
      log.error(scalar.line, "detection.condition", expression.mistake);
      return undefined;
    }
    return resolve(expression, selections, used, (mistake) =>
      log.error(scalar.line, "detection.condition", mistake),
    );
  });
  if (!log.failed) warnOfUnused(detection, selections, used);
  const resolved = conditions.filter((part) => part !== undefined);
  return resolved.length === conditions.length ? anyOf(resolved) : undefined;
}

function parseSelections(detection: MapReader, log: ProblemLog): Selections {
  const selections = new Map<string, Condition | undefined>();
  for (const entry of detection.map.entries) {
    if (entry.key === "condition") continue;
    const path = detection.pathOf(entry.key);
    const mistake = selectionMistake(entry);
    if (mistake !== undefined) log.error(entry.line, path, mistake);
    selections.set(entry.key, mistake === undefined ? parseSelection(withLine(entry), path, log) : undefined);
  }
  return selections;
}

function selectionMistake({ key, value }: YamlEntry): string | undefined {
  if (key === "timeframe") return "is Sigma 1; write a correlation document with a timespan instead";
  if (RESERVED_NAMES.includes(key.toLowerCase()) || !/^[\w-]+$/.test(key))
    return "is no name for a selection; use letters, digits, _ and -, and no word of the condition language";
  if (value.kind === "scalar" && value.value === null)
    return "is empty; write a map of fields, or a list of maps or keywords";
  return undefined;
}

/** A map starts on the line of its first entry; the name above it is where people look. */
function withLine({ value, line }: YamlEntry): YamlNode {
  return { ...value, line };
}

function conditionTexts(value: YamlNode): readonly YamlScalar[] | undefined {
  const items = value.kind === "list" ? value.items : [value];
  const texts = items.filter((item) => item.kind === "scalar" && typeof item.value === "string");
  return texts.length === items.length && texts.length > 0 ? (texts as readonly YamlScalar[]) : undefined;
}

function resolve(
  expression: Expression,
  selections: Selections,
  used: Set<string>,
  report: (mistake: string) => void,
): Condition | undefined {
  switch (expression.op) {
    case "and":
    case "or": {
      const parts = expression.of.map((part) => resolve(part, selections, used, report));
      const known = parts.filter((part) => part !== undefined);
      if (known.length !== parts.length) return undefined;
      return expression.op === "and" ? allOf(known) : anyOf(known);
    }
    case "not": {
      const operand = resolve(expression.of, selections, used, report);
      return operand && not(operand);
    }
    case "selection": {
      used.add(expression.name);
      if (!selections.has(expression.name)) report(unknownSelection(expression.name, [...selections.keys()]));
      return selections.get(expression.name);
    }
    case "quantified": {
      const names = matchingNames(expression.pattern, [...selections.keys()]);
      for (const name of names) used.add(name);
      if (names.length === 0)
        report(
          `asks for selections named ${expression.pattern}, but there are only ${[...selections.keys()].join(", ")}`,
        );
      const parts = names.map((name) => selections.get(name)).filter((part) => part !== undefined);
      if (parts.length !== names.length || parts.length === 0) return undefined;
      return expression.quantifier === "all" ? allOf(parts) : anyOf(parts);
    }
  }
}

function unknownSelection(name: string, names: readonly string[]): string {
  const meant = suggestName(name, names);
  const hint = meant === undefined ? `there are ${names.join(", ")}` : `did you mean ${meant}?`;
  return `names the selection ${JSON.stringify(name)}, which is not there; ${hint}`;
}

function warnOfUnused(detection: MapReader, selections: Selections, used: ReadonlySet<string>): void {
  for (const name of selections.keys())
    if (!used.has(name)) detection.warn(name, "is not used by the condition; name it there or take it away");
}
