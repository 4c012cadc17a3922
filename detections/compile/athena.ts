import type { Condition, EventRule, FieldCondition, ValueTest } from "../sigma/model";
import { pathStep, placeOf, type Place } from "./athena-columns";
import { jsonTests, scalarOf, testText } from "./athena-texts";
import { ADDRESS_FIELD } from "./cloudtrail-fields";
import { compiled, Refusal, type Compiled } from "./compiled";
import { networkOfOneFamily } from "./network";
import { and, call, compare, not, or, printSql, text, type Sql } from "./sql";

export interface AthenaOptions {
  /** Name of the table, with its database before a dot where it is not the current one. */
  readonly table: string;
  /** SQL conditions on the table's partitions, which hold beside the rule: `day >= '2026/11/01'`. @default none */
  readonly partitions?: string;
}

/** Bytes of a query (Athena User Guide, "Service Quotas", DML query string length). */
const QUERY_BYTES = 262_144;

/**
 * Says a rule as a query for Athena (engine version 3, Trino's SQL) over the raw CloudTrail table that AWS documents.
 * The condition holds for exactly the events that satisfy the rule, on records as `FieldType` describes them, or the
 * reason is given why it cannot be said. Lists are looked into wherever a service may have put one, except for lists
 * directly inside lists; and `fieldref` compares numbers as they are written.
 *
 * @throws Error where the table's name is none.
 */
export function compileToAthena(
  rule: Pick<EventRule, "condition">,
  options: AthenaOptions,
): Compiled<string> {
  const table = quotedTable(options.table);
  return compiled(() => {
    const condition = printSql(athenaCondition(rule.condition));
    const query = [
      "SELECT eventtime, eventsource, eventname, awsregion, recipientaccountid, useridentity.arn AS actor,",
      "  sourceipaddress, useragent, errorcode, requestparameters, eventid",
      `FROM ${table}`,
      `WHERE ${options.partitions === undefined ? condition : `(${options.partitions}) AND (${condition})`}`,
      "ORDER BY eventtime DESC",
    ].join("\n");
    const bytes = new TextEncoder().encode(query).length;
    if (bytes > QUERY_BYTES)
      throw new Refusal(`the query has ${bytes} bytes, and Athena allows ${QUERY_BYTES}`);
    return query;
  });
}

function quotedTable(table: string): string {
  if (!/^\w+(\.\w+)?$/.test(table))
    throw new Error(`${table} is no name of an Athena table; write table or database.table`);
  return table
    .split(".")
    .map((part) => `"${part}"`)
    .join(".");
}

/** The condition as an expression that is true for the events that satisfy it, and false or NULL for all others. */
export function athenaCondition(condition: Condition): Sql {
  let variables = 0;
  const newVariable = () => `e${++variables}`;
  const expression = (part: Condition): Sql => {
    switch (part.op) {
      case "and":
        return and(...part.of.map(expression));
      case "or":
        return or(...part.of.map(expression));
      case "not":
        return not(expression(part.of));
      case "keyword":
        throw new Refusal("Athena cannot search all fields, which keywords ask for");
      case "field":
        return fieldTest(part, newVariable);
    }
  };
  return expression(condition);
}

function fieldTest({ field, test }: FieldCondition, newVariable: () => string): Sql {
  const place = placeOf(field);
  switch (test.kind) {
    case "null":
      return not(isPresent(place, newVariable));
    case "exists":
      return test.value ? isPresent(place, newVariable) : not(isPresent(place, newVariable));
    case "fieldref": {
      const other = placeOf(test.field);
      return anyText(field, place, newVariable, (left) =>
        anyText(test.field, other, newVariable, (right) => relates(left, right, test)),
      );
    }
    case "string":
    case "number":
    case "boolean":
    case "cidr":
    case "compare":
    case "regex":
      return valueTest(field, place, test, newVariable);
  }
}

function isPresent(place: Place, newVariable: () => string): Sql {
  const isThere = (sql: Sql) => not({ kind: "isNull", of: sql });
  switch (place.kind) {
    case "text":
    case "object":
      return isThere(place.sql);
    case "texts":
      return anyStructure(place, newVariable, isThere);
    case "json": {
      const key = place.keys.at(-1);
      if (key === undefined) return compare(place.sql, "<>", text("null"));
      return anyJson(place.sql, place.keys.slice(0, -1), newVariable, (parent) =>
        compare(call("json_format", extract(parent, key)), "<>", text("null")),
      );
    }
  }
}

type PlainTest = Exclude<ValueTest, { readonly kind: "null" | "exists" | "fieldref" }>;

function valueTest(field: string, place: Place, test: PlainTest, newVariable: () => string): Sql {
  switch (place.kind) {
    case "object":
      throw new Refusal(`${field} is an object, which is never equal to anything`);
    case "text":
      return structuredTest(field, place.sql, place.isFlag, test);
    case "texts":
      return anyStructure(place, newVariable, (value) => structuredTest(field, value, false, test));
    case "json":
      if (place.keys.length === 0)
        throw new Refusal(`${field} is an object, which is never equal to anything`);
      return anyJson(place.sql, place.keys, newVariable, (value) => jsonTest(field, value, test));
  }
}

/** A test of a column, or of a field of a structure. */
function structuredTest(field: string, value: Sql, isFlag: boolean, test: PlainTest): Sql {
  switch (test.kind) {
    case "string":
      if (isFlag && test.parts.some((part) => "wildcard" in part))
        throw new Refusal(`${field} is a boolean, and wildcards match strings only`);
      return testText(value, test);
    case "number":
      return compare(value, "=", text(String(test.value)));
    case "boolean":
      return compare(call("lower", value), "=", text(String(test.value)));
    case "cidr":
      return networkTest(field, value, test.cidr);
    case "compare":
      throw new Refusal(`${field} is never a number, so the comparison never holds`);
    case "regex":
      throw new Refusal(REGEX);
  }
}

function jsonTest(field: string, value: Sql, test: PlainTest): Sql {
  switch (test.kind) {
    case "string":
      return jsonTests.string(value, test);
    case "number":
      return jsonTests.number(value, test.value);
    case "boolean":
      return jsonTests.boolean(value, test.value);
    case "compare":
      return jsonTests.compare(value, OPERATORS[test.operator], test.value);
    case "cidr":
      return networkTest(field, value, test.cidr);
    case "regex":
      throw new Refusal(REGEX);
  }
}

const OPERATORS = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

const REGEX = "Athena's regular expressions are Java's, which differ from RE2's";

function networkTest(field: string, value: Sql, cidr: string): Sql {
  if (field !== ADDRESS_FIELD)
    throw new Refusal(
      `Athena reads addresses more loosely than we do; only ${ADDRESS_FIELD} is sure to be one`,
    );
  return call("contains", text(networkOfOneFamily(cidr, "Athena")), {
    kind: "tryCast",
    of: value,
    type: "ipaddress",
  });
}

/** Any element of an array of structures. */
function anyStructure(
  { array, key }: Extract<Place, { readonly kind: "texts" }>,
  newVariable: () => string,
  body: (value: Sql) => Sql,
): Sql {
  const variable = newVariable();
  return call("any_match", array, {
    kind: "lambda",
    variable,
    body: body({ kind: "variable", path: [variable, key] }),
  });
}

/** Any value that the keys lead to from a JSON text, through lists on the way and at the end. */
function anyJson(
  from: Sql,
  keys: readonly string[],
  newVariable: () => string,
  body: (value: Sql) => Sql,
): Sql {
  const [key, ...rest] = keys;
  if (key === undefined) return body(from);
  const variable = newVariable();
  const value = extract(from, key);
  const elements = call(
    "coalesce",
    { kind: "tryCast", of: value, type: "array(json)" },
    { kind: "array", of: [value] },
  );
  const element: Sql = { kind: "variable", path: [variable] };
  return call("any_match", elements, {
    kind: "lambda",
    variable,
    body: anyJson(element, rest, newVariable, body),
  });
}

function extract(from: Sql, key: string): Sql {
  return call("json_extract", from, text(`$${pathStep(key)}`));
}

/** Any text that the field has, for comparing it with another field. */
function anyText(field: string, place: Place, newVariable: () => string, body: (value: Sql) => Sql): Sql {
  switch (place.kind) {
    case "object":
      throw new Refusal(`${field} is an object, which is never equal to anything`);
    case "text":
      return body(place.sql);
    case "texts":
      return anyStructure(place, newVariable, body);
    case "json":
      return anyJson(place.sql, place.keys, newVariable, (value) => body(scalarOf(value)));
  }
}

function relates(left: Sql, right: Sql, test: Extract<ValueTest, { readonly kind: "fieldref" }>): Sql {
  const fold = (value: Sql) => (test.cased ? value : call("lower", value));
  const [a, b] = [fold(left), fold(right)];
  switch (test.mode) {
    case "equals":
      return compare(a, "=", b);
    case "contains":
      return compare(call("strpos", a, b), ">", { kind: "number", value: 0 });
    case "startswith":
      return call("starts_with", a, b);
    case "endswith":
      return call("starts_with", call("reverse", a), call("reverse", b));
  }
}
