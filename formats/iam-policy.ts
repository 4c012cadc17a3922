/** One statement of a policy document, with every list form evened out. */
export interface PolicyStatement {
  readonly effect: "Allow" | "Deny";
  /** Principals of type `AWS` as written, `*` among them; empty in identity-based policies. */
  readonly awsPrincipals: readonly string[];
  /** `NotPrincipal` is there: everybody but those. */
  readonly hasNotPrincipal: boolean;
  /** In lower case: IAM ignores the case of actions (IAM User Guide, "IAM JSON policy elements: Action"). */
  readonly actions: readonly string[];
  /** `NotAction` is there: everything but those. */
  readonly hasNotAction: boolean;
  readonly resources: readonly string[];
  /** Each operator with one of its keys and that key's values; operator and key in lower case. */
  readonly conditions: readonly PolicyCondition[];
}

export interface PolicyCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/**
 * The statements of a policy document given as JSON text or as an object (IAM User Guide, "Grammar of the IAM JSON
 * policy language"). Anything that is no policy document gives none; what cannot be read in one is left out.
 */
export function policyStatements(document: unknown): readonly PolicyStatement[] {
  const policy = typeof document === "string" ? parsePolicyText(document) : document;
  if (!isObject(policy) || !("Statement" in policy)) return [];
  return list(policy.Statement).flatMap((statement) => (isObject(statement) ? toStatement(statement) : []));
}

function parsePolicyText(text: string): unknown {
  const json = text.startsWith("%7B") || text.startsWith("%7b") ? decodePercent(text) : text;
  if (!/^\s*\{/.test(json) || !json.includes("Statement")) return undefined;
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

function toStatement(statement: Readonly<Record<string, unknown>>): PolicyStatement[] {
  const effect = statement.Effect;
  if (effect !== "Allow" && effect !== "Deny") return [];
  return [
    {
      effect,
      awsPrincipals: awsPrincipals(statement.Principal),
      hasNotPrincipal: "NotPrincipal" in statement,
      actions: strings(statement.Action).map((action) => action.toLowerCase()),
      hasNotAction: "NotAction" in statement,
      resources: strings(statement.Resource),
      conditions: conditionsOf(statement.Condition),
    },
  ];
}

function awsPrincipals(principal: unknown): string[] {
  return isObject(principal) ? strings(principal.AWS) : strings(principal);
}

function conditionsOf(condition: unknown): PolicyCondition[] {
  if (!isObject(condition)) return [];
  return Object.entries(condition).flatMap(([operator, keys]) =>
    isObject(keys)
      ? Object.entries(keys).map(([key, values]) => ({
          operator: operator.toLowerCase(),
          key: key.toLowerCase(),
          values: strings(values),
        }))
      : [],
  );
}

/**
 * Condition keys that tie a request to known accounts, organizations, networks or resources; with one of them,
 * `Principal: "*"` is not the public (S3 User Guide, "The meaning of 'public'", and the service-specific account keys
 * of the Service Authorization Reference).
 */
const RESTRICTING_KEYS = new Set([
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:principalaccount",
  "aws:principalarn",
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceorgid",
  "aws:sourceorgpaths",
  "aws:sourceowner",
  "aws:sourceip",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:vpcsourceip",
  "aws:userid",
  "kms:calleraccount",
  "kms:viaservice",
  "s3:dataaccesspointaccount",
  "s3:dataaccesspointarn",
  "sns:endpoint",
]);

/** Operators that demand a value; negated ones and those of `IfExists` let everybody else through. */
const DEMANDING_OPERATOR =
  /^(?:for(?:any|all)values:)?(?:stringequals|stringequalsignorecase|stringlike|arnequals|arnlike|ipaddress)$/;

const EVERYTHING = /^(?:\*+|0\.0\.0\.0\/0|::\/0|arn:\*.*|arn:[^:]+:\*(?::\*)*)$/;

/** Whether the statement lets anybody in the world in. */
export function isPublicStatement(statement: PolicyStatement): boolean {
  if (statement.effect !== "Allow") return false;
  if (!statement.hasNotPrincipal && !statement.awsPrincipals.includes("*")) return false;
  return !statement.conditions.some(
    ({ operator, key, values }) =>
      RESTRICTING_KEYS.has(key) &&
      DEMANDING_OPERATOR.test(operator) &&
      values.length > 0 &&
      !values.some((value) => EVERYTHING.test(value)),
  );
}

/** Whether the statement allows every action on every resource, or all but a few (`NotAction`). */
export function grantsAdministrator(statement: PolicyStatement): boolean {
  return (
    statement.effect === "Allow" &&
    (statement.hasNotAction || statement.actions.some((action) => /^\*+(?::\*+)?$/.test(action))) &&
    statement.resources.some((resource) => /^\*+$|^arn:(?:\*|[^:]+)(?::\*)+$/.test(resource))
  );
}

/** Condition keys whose values are accounts of callers, or ARNs of callers. */
const CALLER_KEYS = new Set(["aws:principalaccount", "aws:principalarn", "kms:calleraccount"]);

const ACCOUNT_OF_PRINCIPAL = /^(?:arn:[^:]+:(?:iam|sts)::)?(\d{12})(?::|$)/;

/** Accounts whose principals an Allow statement names, or admits by a condition on everybody. */
export function principalAccountIds({
  effect,
  awsPrincipals,
  hasNotPrincipal,
  conditions,
}: PolicyStatement): string[] {
  if (effect !== "Allow") return [];
  const admitted =
    hasNotPrincipal || awsPrincipals.includes("*")
      ? conditions.filter(({ operator, key }) => CALLER_KEYS.has(key) && DEMANDING_OPERATOR.test(operator))
      : [];
  return [...awsPrincipals, ...admitted.flatMap(({ values }) => values)].flatMap(
    (principal) => ACCOUNT_OF_PRINCIPAL.exec(principal)?.[1] ?? [],
  );
}

function strings(value: unknown): string[] {
  return list(value).filter((item): item is string => typeof item === "string");
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined ? [] : [value];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
