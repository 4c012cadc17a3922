import type { Sql } from "../../../detections/compile/sql";
import { isInNetwork, parseNetwork } from "../../../formats/ip-network";

/** A value of SQL: NULL, a text, number, boolean, address, JSON, or an array or structure of these. */
export type SqlValue =
  | null
  | string
  | number
  | boolean
  | Json
  | readonly SqlValue[]
  | { readonly [field: string]: SqlValue }
  | Lambda;

type Lambda = (argument: SqlValue) => SqlValue;

/** A value of type JSON. */
export class Json {
  constructor(readonly value: unknown) {}
}

/** A row of the CloudTrail table, as Athena's SerDe makes it of a record: lower case, texts, JSON as text. */
export function rowOf(event: object): { readonly [column: string]: SqlValue } {
  const JSON_COLUMNS = [
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "serviceEventDetails",
  ];
  return Object.fromEntries(
    (Object.entries(event) as [string, unknown][]).map(([field, value]) => [
      field.toLowerCase(),
      JSON_COLUMNS.includes(field) && value !== null ? JSON.stringify(value) : structured(value),
    ]),
  );
}

function structured(value: unknown): SqlValue {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(structured);
  if (typeof value !== "object") return typeof value === "string" ? value : JSON.stringify(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.toLowerCase(), structured(inner)]),
  );
}

/** What an expression is for a row, by Trino's rules: three-valued logic, and NULL in, NULL out. */
export function evaluate(sql: Sql, row: { readonly [name: string]: SqlValue }): SqlValue {
  switch (sql.kind) {
    case "text":
    case "number":
    case "boolean":
      return sql.value;
    case "column":
    case "variable":
      return sql.path.reduce<SqlValue>(fieldOf, row);
    case "lambda":
      return (argument: SqlValue) => evaluate(sql.body, { ...row, [sql.variable]: argument });
    case "array":
      return sql.of.map((part) => evaluate(part, row));
    case "tryCast":
      return tryCast(evaluate(sql.of, row), sql.type);
    case "isNull":
      return evaluate(sql.of, row) === null;
    case "not": {
      const value = evaluate(sql.of, row);
      return value === null ? null : !truth(value);
    }
    case "and":
    case "or":
      return connect(
        sql.kind,
        sql.of.map((part) => evaluate(part, row)),
      );
    case "compare": {
      const [left, right] = [evaluate(sql.left, row), evaluate(sql.right, row)];
      return left === null || right === null ? null : compares(left, sql.operator, right);
    }
    case "in": {
      const value = evaluate(sql.of, row);
      return value === null ? null : sql.values.includes(textOf(value));
    }
    case "like": {
      const value = evaluate(sql.of, row);
      return value === null ? null : like(textOf(value), sql.pattern);
    }
    case "call":
      return call(
        sql.name,
        sql.args.map((part) => evaluate(part, row)),
      );
  }
}

function fieldOf(structure: SqlValue, field: string): SqlValue {
  if (structure === null) return null;
  if (typeof structure !== "object" || structure instanceof Json)
    throw new TypeError(`no structure has ${field}`);
  return (structure as { readonly [name: string]: SqlValue })[field] ?? null;
}

function connect(kind: "and" | "or", values: readonly SqlValue[]): SqlValue {
  const decisive = kind === "or";
  if (values.some((value) => value !== null && truth(value) === decisive)) return decisive;
  return values.includes(null) ? null : !decisive;
}

function compares(left: SqlValue, operator: string, right: SqlValue): boolean {
  if (typeof left !== typeof right || !["string", "number"].includes(typeof left))
    throw new TypeError(`${typeof left} ${operator} ${typeof right}`);
  const [a, b] = [left as string | number, right as string | number];
  const results: Record<string, boolean> = {
    "=": a === b,
    "<>": a !== b,
    ">": a > b,
    ">=": a >= b,
    "<": a < b,
    "<=": a <= b,
  };
  return results[operator] ?? false;
}

function like(value: string, pattern: string): boolean {
  const hasEscape = pattern.includes("\\");
  const source = pattern.replace(/\\(.)|[\s\S]/gu, (token: string, escaped: string | undefined) => {
    if (escaped !== undefined && hasEscape) return escaped.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    if (token === "%") return "[\\s\\S]*";
    return token === "_" ? "[\\s\\S]" : token.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${source}$`, "u").test(value);
}

function tryCast(value: SqlValue, type: "array(json)" | "double" | "ipaddress"): SqlValue {
  if (value === null) return null;
  switch (type) {
    case "array(json)":
      return value instanceof Json && Array.isArray(value.value)
        ? value.value.map((element: unknown) => new Json(element))
        : null;
    case "double":
      return /^\s*-?[\d.]+(e[+-]?\d+)?\s*$/i.test(textOf(value)) ? Number(value) : null;
    case "ipaddress":
      return parseNetwork(textOf(value)) && !textOf(value).includes("/") ? value : null;
  }
}

function call(name: string, args: readonly SqlValue[]): SqlValue {
  if (name === "coalesce") return args.find((argument) => argument !== null) ?? null;
  const [first = null, second = null] = args;
  if (first === null || second === null) if (args.includes(null)) return null;
  switch (name) {
    case "lower":
      return textOf(first).toLowerCase();
    case "reverse":
      return [...textOf(first)].reverse().join("");
    case "strpos":
      return textOf(first).indexOf(textOf(second)) + 1;
    case "starts_with":
      return textOf(first).startsWith(textOf(second));
    case "contains": {
      const network = parseNetwork(textOf(first));
      return network !== undefined && isInNetwork(textOf(second), network);
    }
    case "json_format":
      return JSON.stringify(jsonOf(first));
    case "json_extract": {
      const found = extract(jsonOf(first), textOf(second));
      return found === undefined ? null : new Json(found);
    }
    case "json_extract_scalar": {
      const found = extract(jsonOf(first), textOf(second));
      if (found === undefined || found === null || typeof found === "object") return null;
      return typeof found === "string" ? found : JSON.stringify(found);
    }
    case "any_match":
      return connect("or", (first as readonly SqlValue[]).map(second as Lambda));
    default:
      throw new Error(`the evaluator knows no ${name}`);
  }
}

function extract(value: unknown, path: string): unknown {
  const keys = [...path.matchAll(/\.(\w+)|\["([^"]*)"\]/g)].map(([, name, quoted]) => name ?? quoted ?? "");
  let found = value;
  for (const key of keys) {
    if (typeof found !== "object" || found === null || Array.isArray(found) || !Object.hasOwn(found, key))
      return undefined;
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return found;
}

function jsonOf(value: SqlValue): unknown {
  return value instanceof Json ? value.value : (JSON.parse(textOf(value)) as unknown);
}

function textOf(value: SqlValue): string {
  if (typeof value !== "string") throw new TypeError(`${typeof value} is no text`);
  return value;
}

function truth(value: SqlValue): boolean {
  if (typeof value !== "boolean") throw new TypeError(`${typeof value} is no boolean`);
  return value;
}
