/** An expression of Trino's SQL, as far as compiled rules need it. */
export type Sql =
  | { readonly kind: "text"; readonly value: string }
  /** A DOUBLE. */
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "boolean"; readonly value: boolean }
  /** A column, and fields inside its structures; lower case. */
  | { readonly kind: "column"; readonly path: readonly string[] }
  /** What a lambda is called with, and fields inside it. */
  | { readonly kind: "variable"; readonly path: readonly string[] }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Sql[] }
  | { readonly kind: "lambda"; readonly variable: string; readonly body: Sql }
  | { readonly kind: "array"; readonly of: readonly Sql[] }
  | { readonly kind: "tryCast"; readonly of: Sql; readonly type: "array(json)" | "double" | "ipaddress" }
  | {
      readonly kind: "compare";
      readonly operator: "=" | "<>" | ">" | ">=" | "<" | "<=";
      readonly left: Sql;
      readonly right: Sql;
    }
  | { readonly kind: "in"; readonly of: Sql; readonly values: readonly string[] }
  /** `%` and `_` are wildcards, `\` escapes. */
  | { readonly kind: "like"; readonly of: Sql; readonly pattern: string }
  | { readonly kind: "isNull"; readonly of: Sql }
  | { readonly kind: "not"; readonly of: Sql }
  | { readonly kind: "and" | "or"; readonly of: readonly Sql[] };

/** A text literal. */
export function text(value: string): Sql {
  return { kind: "text", value };
}

/** A function call. */
export function call(name: string, ...args: readonly Sql[]): Sql {
  return { kind: "call", name, args };
}

/** A comparison. */
export function compare(
  left: Sql,
  operator: Extract<Sql, { readonly kind: "compare" }>["operator"],
  right: Sql,
): Sql {
  return { kind: "compare", operator, left, right };
}

/** All of them; none is true. */
export function and(...of: readonly Sql[]): Sql {
  const [only] = of;
  if (of.length === 0) return { kind: "boolean", value: true };
  return of.length === 1 && only ? only : { kind: "and", of };
}

/** Any of them; none is false. Equal tests of one expression become one list. */
export function or(...of: readonly Sql[]): Sql {
  if (of.length === 0) return { kind: "boolean", value: false };
  const lists = new Map<string, { left: Sql; values: Set<string> }>();
  const others: Sql[] = [];
  for (const part of of.flatMap((each) => (each.kind === "or" ? each.of : [each]))) {
    const list = listOf(part);
    if (!list) {
      others.push(part);
      continue;
    }
    const key = printSql(list.left);
    const known = lists.get(key) ?? { left: list.left, values: new Set() };
    for (const value of list.values) known.values.add(value);
    lists.set(key, known);
  }
  const merged = [...[...lists.values()].map(({ left, values }) => inList(left, [...values])), ...others];
  const [only] = merged;
  return merged.length === 1 && only ? only : { kind: "or", of: merged };
}

function listOf(part: Sql): { left: Sql; values: readonly string[] } | undefined {
  if (part.kind === "in") return { left: part.of, values: part.values };
  if (part.kind !== "compare" || part.operator !== "=" || part.right.kind !== "text") return undefined;
  return { left: part.left, values: [part.right.value] };
}

function inList(left: Sql, values: readonly string[]): Sql {
  const [only] = values;
  return values.length === 1 && only !== undefined
    ? compare(left, "=", text(only))
    : { kind: "in", of: left, values };
}

/**
 * The opposite of something that is true, false or NULL, where NULL counts as false: SQL's own NOT of NULL is NULL, and
 * the row would be lost.
 */
export function not(of: Sql): Sql {
  if (of.kind === "not") return of.of;
  return { kind: "not", of: isNeverNull(of) ? of : call("coalesce", of, { kind: "boolean", value: false }) };
}

function isNeverNull(sql: Sql): boolean {
  if (sql.kind === "and" || sql.kind === "or") return sql.of.every(isNeverNull);
  if (sql.kind === "not") return isNeverNull(sql.of);
  return sql.kind === "isNull" || sql.kind === "boolean" || (sql.kind === "call" && sql.name === "coalesce");
}

/** The expression as text. */
export function printSql(sql: Sql): string {
  switch (sql.kind) {
    case "text":
      return quote(sql.value);
    case "number":
      return `DOUBLE '${sql.value}'`;
    case "boolean":
      return sql.value ? "TRUE" : "FALSE";
    case "column":
    case "variable":
      return sql.path.join(".");
    case "call":
      return `${sql.name}(${sql.args.map(printSql).join(", ")})`;
    case "lambda":
      return `${sql.variable} -> ${printSql(sql.body)}`;
    case "array":
      return `ARRAY[${sql.of.map(printSql).join(", ")}]`;
    case "tryCast":
      return `TRY_CAST(${printSql(sql.of)} AS ${sql.type})`;
    case "compare":
      return `${operand(sql.left)} ${sql.operator} ${operand(sql.right)}`;
    case "in":
      return `${operand(sql.of)} IN (${sql.values.map(quote).join(", ")})`;
    case "like":
      return `${operand(sql.of)} LIKE ${quote(sql.pattern)}${sql.pattern.includes("\\") ? " ESCAPE '\\'" : ""}`;
    case "isNull":
      return `${operand(sql.of)} IS NULL`;
    case "not":
      return sql.of.kind === "isNull" ? `${operand(sql.of.of)} IS NOT NULL` : `NOT ${operand(sql.of)}`;
    case "and":
    case "or":
      return sql.of.map(operand).join(` ${sql.kind.toUpperCase()} `);
  }
}

/** In parentheses where the meaning would depend on which operator binds tighter. */
function operand(sql: Sql): string {
  const printed = printSql(sql);
  return ["and", "or", "not", "compare", "in", "like", "isNull", "lambda"].includes(sql.kind)
    ? `(${printed})`
    : printed;
}

function quote(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
