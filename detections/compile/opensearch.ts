import { compileValueTest } from "../sigma/match";
import type { Condition, EventRule, FieldCondition, StringTest } from "../sigma/model";
import { ADDRESS_FIELD, fieldType, OPEN_OBJECTS } from "./cloudtrail-fields";
import { compiled, ignoresCase, refuseComputed, Refusal, shapeOf, type Compiled } from "./compiled";
import { networkOfOneFamily } from "./network";

/** A clause of OpenSearch's query DSL: what stands under `query` in a search. */
export type Clause =
  | { readonly match_all: Readonly<Record<string, never>> }
  | { readonly match_none: Readonly<Record<string, never>> }
  | { readonly term: Readonly<Record<string, { readonly value: string | boolean } & CaseInsensitive>> }
  | { readonly wildcard: Readonly<Record<string, { readonly value: string } & CaseInsensitive>> }
  | { readonly exists: { readonly field: string } }
  | { readonly bool: BoolClause };

interface CaseInsensitive {
  readonly case_insensitive?: true;
}

interface BoolClause {
  readonly filter?: readonly Clause[];
  readonly should?: readonly Clause[];
  readonly minimum_should_match?: 1;
  readonly must_not?: readonly Clause[];
}

/** Where the index keeps `sourceIPAddress` as an address, when it is one. */
export const INDEXED_ADDRESS_FIELD = "source.ip";

/** Clauses of a search (OpenSearch documentation, "Search settings", `indices.query.bool.max_clause_count`). */
const MAX_CLAUSES = 1024;

/**
 * Says a rule as a clause of OpenSearch's query DSL (2.19 and later). It holds for exactly the events that satisfy the
 * rule, on records as `FieldType` describes them, or the reason is given why it cannot be said.
 *
 * It asks this of the index: documents are records as `JSON.stringify` writes them; fields of type "text" and "texts"
 * are `keyword` without `ignore_above` (`eventTime` is a `date`), `resources` a plain object; flags are `boolean`;
 * `requestParameters`, `responseElements`, `additionalEventData` and `serviceEventDetails` are `flat_object`; and
 * `source.ip` is an `ip` that holds `sourceIPAddress` where that is an address. Texts that are too long to be indexed
 * are not found, and of the keys inside a `flat_object` no two may differ in case alone.
 */
export function compileToOpenSearch(rule: Pick<EventRule, "condition">): Compiled<Clause> {
  return compiled(() => {
    const clause = clauseOf(rule.condition);
    const count = countClauses(clause);
    if (count > MAX_CLAUSES)
      throw new Refusal(`the query has ${count} clauses, and OpenSearch allows ${MAX_CLAUSES}`);
    return clause;
  });
}

function clauseOf(condition: Condition): Clause {
  switch (condition.op) {
    case "and":
      return all(condition.of.map(clauseOf));
    case "or":
      return any(condition.of.map(clauseOf));
    case "not":
      return { bool: { must_not: [clauseOf(condition.of)] } };
    case "keyword":
      throw new Refusal("the index has no field with all texts, which keywords ask for");
    case "field":
      return fieldClause(condition);
  }
}

function all(filter: readonly Clause[]): Clause {
  const [only] = filter;
  if (filter.length === 0) return { match_all: {} };
  return filter.length === 1 && only ? only : { bool: { filter } };
}

function any(should: readonly Clause[]): Clause {
  const [only] = should;
  if (should.length === 0) return { match_none: {} };
  return should.length === 1 && only ? only : { bool: { should, minimum_should_match: 1 } };
}

/** How a field is indexed. */
type Index = "keyword" | "date" | "boolean" | "flat";

function indexOf(field: string): Index {
  const [root = ""] = field.split(".");
  const type = fieldType(field);
  if (field === "eventTime") return "date";
  if (type === "flag") return "boolean";
  if (type === "object")
    throw new Refusal(`${field} is an object, of which the index keeps the values alone`);
  if (FLAT_OBJECTS.has(root)) return "flat";
  if (type === "open") throw new Refusal(`${field} is not in the index`);
  return "keyword";
}

const FLAT_OBJECTS: ReadonlySet<string> = new Set(OPEN_OBJECTS);

function fieldClause({ field, test }: FieldCondition): Clause {
  refuseComputed(field);
  const index = indexOf(field);
  switch (test.kind) {
    case "null":
      return { bool: { must_not: [presence(field, index)] } };
    case "exists":
      return test.value ? presence(field, index) : { bool: { must_not: [presence(field, index)] } };
    case "cidr":
      if (field !== ADDRESS_FIELD) throw new Refusal(`only ${ADDRESS_FIELD} is indexed as an address`);
      return { term: { [INDEXED_ADDRESS_FIELD]: { value: networkOfOneFamily(test.cidr, "OpenSearch") } } };
    case "compare":
      throw new Refusal(`${field} is indexed as text, which has no order of numbers`);
    case "regex":
      throw new Refusal("OpenSearch's regular expressions are Lucene's, which differ from RE2's");
    case "fieldref":
      throw new Refusal("OpenSearch cannot compare two fields");
    case "string":
      return stringClause(field, index, test);
    case "number":
      return stringClause(field, index, exactly(String(test.value), true));
    case "boolean":
      return stringClause(field, index, exactly(String(test.value), false));
  }
}

function exactly(text: string, cased: boolean): StringTest {
  return { kind: "string", parts: [{ text }], cased };
}

function presence(field: string, index: Index): Clause {
  if (index !== "flat") return { exists: { field } };
  // `exists` on a leaf of a flat_object holds for any leaf of that name before version 3; a wildcard asks for values.
  if (fieldType(field) === "text") return anyValue(field);
  throw new Refusal(`${field} may be an empty list or object, of which the index keeps nothing`);
}

function anyValue(field: string): Clause {
  return { wildcard: { [field]: { value: "*" } } };
}

function stringClause(field: string, index: Index, test: StringTest): Clause {
  if (index === "date") throw new Refusal(`${field} is indexed as a date, not as text`);
  if (index === "boolean") return flagClause(field, test);
  const shape = shapeOf(test);
  const folded = ignoresCase(test);
  if (index === "flat" && shape.kind !== "exact" && fieldType(field) === "open")
    refuseNumberLike(field, test);
  if (shape.kind === "any") return presence(field, index);
  const option: CaseInsensitive = folded ? { case_insensitive: true } : {};
  const clause: Clause =
    shape.kind === "exact"
      ? { term: { [field]: { value: shape.text, ...option } } }
      : { wildcard: { [field]: { value: wildcardOf(test), ...option } } };
  // In a flat_object, case_insensitive ignores the case of the keys as well.
  return folded && index === "flat" ? all([clause, anyValue(field)]) : clause;
}

function flagClause(field: string, test: StringTest): Clause {
  const accepts = compileValueTest(test);
  const isExact = test.parts.every((part) => "text" in part);
  for (const value of [true, false]) if (isExact && accepts(value)) return { term: { [field]: { value } } };
  throw new Refusal(`${field} is a boolean, never such a string`);
}

/** A flat_object keeps numbers and booleans as text, which patterns must not match. */
function refuseNumberLike(field: string, test: StringTest): void {
  const accepts = compileValueTest(test);
  const meetsNumbers = !test.parts.some((part) => "text" in part && /[^\d+.eE-]/.test(part.text));
  if (meetsNumbers || accepts("true") || accepts("false"))
    throw new Refusal(
      `${field} may be a number or boolean, which the index keeps as text that the pattern matches`,
    );
}

/** `*`, `?` and the backslash are escaped by a backslash. */
function wildcardOf({ parts }: StringTest): string {
  return parts
    .map((part) => {
      if ("text" in part) return part.text.replace(/[\\*?]/g, "\\$&");
      // A character outside the Basic Multilingual Plane is two in the matcher's sense, and one in OpenSearch's.
      if (part.wildcard === "?")
        throw new Refusal("the wildcard ? counts characters differently in OpenSearch");
      return "*";
    })
    .join("");
}

function countClauses(clause: Clause): number {
  if (!("bool" in clause)) return 1;
  const { filter = [], should = [], must_not: mustNot = [] } = clause.bool;
  return [...filter, ...should, ...mustNot].reduce((sum, part) => sum + countClauses(part), 0);
}
