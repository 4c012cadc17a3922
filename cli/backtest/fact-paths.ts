import type { RuleSet } from "../../detections/rule-set";
import { pathOf } from "../../detections/sigma/fields";
import type { Condition, CorrelationRule, Rule } from "../../detections/sigma/model";
import type { Suppression } from "../../detections/suppressions";
import { COMPUTED_FIELD_PREFIX } from "../../detections/computed-fields";

/** Fields that every alert and every identity is made of; see alert-from-hit.ts and actor.ts. */
const COMMON_FIELDS = [
  "eventName",
  "eventSource",
  "eventType",
  "eventCategory",
  "managementEvent",
  "awsRegion",
  "recipientAccountId",
  "sourceIPAddress",
  "userAgent",
  "errorCode",
  "errorMessage",
  "userIdentity.type",
  "userIdentity.arn",
  "userIdentity.accountId",
  "userIdentity.principalId",
  "userIdentity.accessKeyId",
  "userIdentity.userName",
  "userIdentity.invokedBy",
  "userIdentity.sessionContext.sessionIssuer.arn",
  "userIdentity.sessionContext.attributes.mfaAuthenticated",
  "resources",
  "responseElements.ConsoleLogin",
  "additionalEventData.MFAUsed",
];

/** Parts of a value by name; `true` where all of it is kept. */
export type FactTree = true | { readonly [key: string]: FactTree };

/** What is remembered of an event: parts of its fields; `undefined` in place of all of it. */
export type FactFields = readonly (readonly [field: string, parts: FactTree])[] | undefined;

/**
 * What has to be remembered of an event that a rule matches: what its alert shows, and what the correlations that rest
 * on it, and those on them, ask for later. Everything where a condition looks everywhere.
 */
export function factsOf(rule: Rule, ruleSet: RuleSet, suppressions: readonly Suppression[]): FactFields {
  const correlations = correlationsAbove(rule, ruleSet);
  const fields = [
    ...COMMON_FIELDS,
    ...[rule, ...correlations].flatMap(shownFields),
    ...correlations.flatMap(({ correlation: { groupBy, field, aliases } }) => [
      ...groupBy,
      ...(field === undefined ? [] : [field]),
      ...Object.values(aliases).flatMap((alias) => Object.values(alias)),
    ]),
  ];
  const later = new Set(correlations.map(({ id }) => id));
  for (const { ruleId, condition } of suppressions) {
    if (!later.has(ruleId)) continue;
    const asked = fieldsOf(condition);
    if (!asked) return undefined;
    fields.push(...asked);
  }
  let tree: FactTree = {};
  for (const field of fields) tree = grown(tree, pathToKeep(field));
  return tree === true ? undefined : Object.entries(tree);
}

function correlationsAbove(rule: Rule, ruleSet: RuleSet): CorrelationRule[] {
  const above = new Set<CorrelationRule>();
  const pending = [...ruleSet.correlationsOn(rule.id)];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (above.has(next)) continue;
    above.add(next);
    pending.push(...ruleSet.correlationsOn(next.id));
  }
  return [...above];
}

function shownFields({ custom }: Rule): string[] {
  const inSummary = [...(custom?.summary ?? "").matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) =>
    name.trim(),
  );
  return [...inSummary, ...(custom?.targets ?? []), ...(custom?.groupBy ?? [])];
}

/** Undefined when the condition asks for values anywhere. */
function fieldsOf(condition: Condition): string[] | undefined {
  switch (condition.op) {
    case "keyword":
      return undefined;
    case "field":
      return condition.test.kind === "fieldref" ? [condition.field, condition.test.field] : [condition.field];
    case "not":
      return fieldsOf(condition.of);
    case "and":
    case "or": {
      const parts = condition.of.map(fieldsOf);
      return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
    }
  }
}

/** Fields of correlations that the actor and the rule alone tell; see actor.ts and correlation-window.ts. */
const TOLD_BY_COMMON_FIELDS: readonly string[] = [
  "trailkeeper.actor",
  "trailkeeper.rule",
  "trailkeeper.tactic",
];

/** What else is computed is computed from the parameters, and from who called; see computed-fields.ts. */
function pathToKeep(field: string): string[] {
  if (TOLD_BY_COMMON_FIELDS.includes(field)) return ["userIdentity", "type"];
  return field.startsWith(COMPUTED_FIELD_PREFIX) ? ["requestParameters"] : pathOf(field);
}

function grown(tree: FactTree, [key, ...rest]: readonly string[]): FactTree {
  if (tree === true || key === undefined) return true;
  return { ...tree, [key]: grown(Object.hasOwn(tree, key) ? (tree[key] ?? {}) : {}, rest) };
}

/** JSON of the parts of a value that a tree names; elements of lists are treated as one. */
export function jsonOfParts(value: unknown, tree: FactTree): string {
  if (tree === true || typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((element) => jsonOfParts(element, tree)).join()}]`;
  const object = value as Readonly<Record<string, unknown>>;
  let json = "";
  // Names are those of fields in rules, few and the same again and again.
  for (const name in tree) {
    const part = object[name];
    if (part === undefined || !Object.hasOwn(object, name)) continue;
    json += `${json === "" ? "" : ","}${JSON.stringify(name)}:${jsonOfParts(part, tree[name] as FactTree)}`;
  }
  return `{${json}}`;
}
