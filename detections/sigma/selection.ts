import { COMPUTED_FIELD_PREFIX } from "../computed-fields";
import { allOf, anyOf, not } from "./condition-tree";
import { fieldNameMistake } from "./field-names";
import type { Condition, StringTest } from "./model";
import { interpretModifiers, type Comparison } from "./modifiers";
import { parsePattern, widened } from "./pattern";
import type { ProblemLog } from "./problem";
import { valueTest } from "./value";
import type { YamlEntry, YamlNode, YamlScalar } from "./yaml-node";

/**
 * Fields that are objects in every record (CloudTrail User Guide, "CloudTrail record contents"). Other tools store them
 * as JSON text, and rules written for those search that text with wildcards; here the texts inside are searched.
 */
const OBJECT_FIELDS: readonly string[] = [
  "userIdentity",
  "requestParameters",
  "responseElements",
  "additionalEventData",
  "resources",
  "serviceEventDetails",
  "tlsDetails",
];

/**
 * Reads one selection of a rule's `detection` (Sigma rules specification 2.0, "Search-Identifier"): a map is a
 * conjunction of its entries, a list a disjunction of its maps and keywords, a single value a keyword. Undefined when
 * something in it is wrong, which is reported.
 */
export function parseSelection(node: YamlNode, path: string, log: ProblemLog): Condition | undefined {
  switch (node.kind) {
    case "scalar":
      return parseKeyword(node, path, false, log);
    case "map": {
      if (node.entries.length === 0) return wrong(log, node.line, path, "is empty; write at least one field");
      return join(
        node.entries.map((entry) => parseEntry(entry, path, log)),
        allOf,
      );
    }
    case "list": {
      if (node.items.length === 0)
        return wrong(log, node.line, path, "is an empty list; write at least one item");
      return join(
        node.items.map((item) =>
          item.kind === "list"
            ? wrong(log, item.line, path, "has a list within a list; write maps or keywords")
            : parseSelection(item, path, log),
        ),
        anyOf,
      );
    }
  }
}

function parseEntry({ key, line, value }: YamlEntry, path: string, log: ProblemLog): Condition | undefined {
  const entryPath = `${path}.${key}`;
  const [field = "", ...modifiers] = key.split("|");
  const comparison = interpretModifiers(modifiers);
  if ("mistake" in comparison) return wrong(log, line, entryPath, comparison.mistake);
  const values = valuesOf(value);
  if (values === undefined)
    return wrong(
      log,
      value.line,
      entryPath,
      value.kind === "map"
        ? "has a map as its value; write nested fields with dots, as in a.b"
        : "has a list within a list",
    );
  if (values.length === 0)
    return wrong(log, line, entryPath, "has no values; write at least one, or null for absent");
  if (comparison.all && values.length === 1)
    log.warn(line, entryPath, "has the modifier all with a single value; leave all out");
  const tests =
    field === ""
      ? parseKeywords(values, comparison, entryPath, log)
      : parseTests(field, line, values, comparison, entryPath, log);
  const joined = join(tests, comparison.all ? allOf : anyOf);
  return joined && comparison.negated ? not(joined) : joined;
}

function parseTests(
  field: string,
  line: number,
  values: readonly YamlScalar[],
  { by }: Comparison,
  path: string,
  log: ProblemLog,
): (Condition | undefined)[] {
  const mistake = fieldNameMistake(field);
  if (mistake !== undefined) return [wrong(log, line, path, mistake)];
  if (by.kind === "exists" && values.length > 1)
    return [wrong(log, line, path, "has several values for exists; write true or false")];
  return values.map((scalar): Condition | undefined => {
    const test = valueTest(scalar, by);
    if ("mistake" in test) return wrong(log, scalar.line, path, test.mistake);
    if ((test.kind === "exists" || test.kind === "null") && field.startsWith(COMPUTED_FIELD_PREFIX))
      return wrong(
        log,
        scalar.line,
        path,
        `${field} is computed and always there; ask for a value, or for any by '*'`,
      );
    const searchesObject = OBJECT_FIELDS.includes(field) && test.kind === "string" && hasWildcard(test);
    return searchesObject ? { op: "keyword", field, test } : { op: "field", field, test };
  });
}

/** Keywords with modifiers have a key without a field name: `'|all': [...]`. */
function parseKeywords(
  values: readonly YamlScalar[],
  { by }: Comparison,
  path: string,
  log: ProblemLog,
): (Condition | undefined)[] {
  if (by.kind !== "text" || by.mode === "startswith" || by.mode === "endswith") {
    const line = values[0]?.line ?? 1;
    return [
      wrong(
        log,
        line,
        path,
        "has no field name; keywords take the modifiers all, contains, cased and neq only",
      ),
    ];
  }
  return values.map((scalar) => parseKeyword(scalar, path, by.cased, log));
}

function parseKeyword(
  scalar: YamlScalar,
  path: string,
  cased: boolean,
  log: ProblemLog,
): Condition | undefined {
  if (scalar.source === "")
    return wrong(log, scalar.line, path, "has an empty keyword, which would match everything; write a text");
  const parts = widened(parsePattern(scalar.source), { before: true, after: true });
  return { op: "keyword", test: { kind: "string", parts, cased } };
}

function hasWildcard({ parts }: StringTest): boolean {
  return parts.some((part) => "wildcard" in part);
}

function valuesOf(value: YamlNode): readonly YamlScalar[] | undefined {
  const items = value.kind === "list" ? value.items : [value];
  const scalars = items.filter((item) => item.kind === "scalar");
  return scalars.length === items.length ? scalars : undefined;
}

function join(
  parts: readonly (Condition | undefined)[],
  how: (conditions: readonly Condition[]) => Condition,
): Condition | undefined {
  const conditions = parts.filter((part) => part !== undefined);
  return conditions.length === parts.length ? how(conditions) : undefined;
}

function wrong(log: ProblemLog, line: number, path: string, message: string): undefined {
  log.error(line, path, message);
  return undefined;
}
