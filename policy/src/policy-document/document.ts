import { UNKNOWN } from "../properties";

/** A string of a policy document, or the mark of one that is not known yet. */
export type PolicyText = string | typeof UNKNOWN;

/** A list of patterns, or with `negated` everything but what they match (`NotAction`, `NotResource`, `NotPrincipal`). */
export interface PatternList {
  readonly negated: boolean;
  readonly patterns: readonly PolicyText[];
}

/** One `operator: { key: values }` of a statement; several of them must all hold. */
export interface PolicyCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly PolicyText[];
}

export interface PolicyStatement {
  readonly effect: PolicyText;
  /** Principals as `*` or `KIND:VALUE`, for example `AWS:*`. */
  readonly principals: PatternList;
  readonly actions: PatternList;
  readonly resources: PatternList;
  readonly conditions: readonly PolicyCondition[];
}

export interface PolicyDocument {
  readonly statements: readonly PolicyStatement[];
  /** Part of the list of statements is not known yet. */
  readonly hasUnknownStatements: boolean;
}

/**
 * Reads a policy document: JSON text, or the object that it stands for, in which {@link UNKNOWN} may take the place of
 * any value. `undefined` when it is none (IAM User Guide, "Grammar of the IAM JSON policy language").
 */
export function parsePolicyDocument(source: unknown): PolicyDocument | undefined {
  const document = typeof source === "string" ? parseJson(source) : source;
  if (!isRecord(document) || !("Statement" in document)) return undefined;
  const statements = asList(document.Statement);
  const records = statements.filter(isRecord);
  const hasUnknownStatements = statements.includes(UNKNOWN);
  if (records.length + statements.filter((statement) => statement === UNKNOWN).length < statements.length) {
    return undefined;
  }
  return { statements: records.map(parseStatement), hasUnknownStatements };
}

function parseStatement(statement: Record<string, unknown>): PolicyStatement {
  return {
    effect: asText(statement.Effect),
    principals: patternList(statement, "Principal", parsePrincipals),
    actions: patternList(statement, "Action", asTexts),
    resources: patternList(statement, "Resource", asTexts),
    conditions: parseConditions(statement.Condition),
  };
}

function patternList(
  statement: Record<string, unknown>,
  element: string,
  read: (value: unknown) => readonly PolicyText[],
): PatternList {
  const negation = `Not${element}`;
  if (negation in statement) return { negated: true, patterns: read(statement[negation]) };
  return { negated: false, patterns: element in statement ? read(statement[element]) : [] };
}

function parsePrincipals(value: unknown): readonly PolicyText[] {
  if (!isRecord(value)) return asTexts(value);
  return Object.entries(value).flatMap(([kind, names]) =>
    asTexts(names).map((name) => (name === UNKNOWN ? UNKNOWN : `${kind}:${name}`)),
  );
}

/** An unknown part of the conditions becomes a condition that no request is known to meet. */
function parseConditions(value: unknown): readonly PolicyCondition[] {
  if (value === undefined) return [];
  if (!isRecord(value)) return [{ operator: "", key: "", values: [UNKNOWN] }];
  return Object.entries(value).flatMap(([operator, keys]) =>
    isRecord(keys)
      ? Object.entries(keys).map(([key, values]) => ({ operator, key, values: asTexts(values) }))
      : [{ operator, key: "", values: [UNKNOWN] as const }],
  );
}

function asTexts(value: unknown): readonly PolicyText[] {
  return asList(value).map(asText);
}

function asText(value: unknown): PolicyText {
  if (value === UNKNOWN) return UNKNOWN;
  return typeof value === "string" || typeof value === "boolean" || typeof value === "number"
    ? String(value)
    : "";
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The caller reports the broken document; the parser's own message would quote it.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
