import fc from "fast-check";
import type { Condition, EventRule } from "../../../detections/sigma/model";
import { and, not, or, where, condition, sayable } from "./conditions";
import { cloudTrailEvent } from "./events";

/** A rule with a condition, and nothing else to it. */
export function eventRule(rule: Condition): EventRule {
  return {
    kind: "event",
    id: "rule",
    title: "Rule",
    references: [],
    tags: [],
    falsePositives: [],
    level: "high",
    source: { file: "rule.yml", line: 1 },
    condition: rule,
  };
}

const NAMES = ["CreateUser", "CreateRole", "DeleteTrail", "StopLogging"];
const SOURCES = ["iam.amazonaws.com", "cloudtrail.amazonaws.com"];
const TYPES = ["Root", "IAMUser", "AssumedRole"];

/** Names, sources and types of identities as AWS spells them, with patterns among the names. */
const selection: fc.Arbitrary<Condition> = fc
  .tuple(
    fc.array(fc.constantFrom(...NAMES, "Create*", "*Trail", "Del*il", "*r*"), { minLength: 1, maxLength: 3 }),
    fc.option(fc.constantFrom(...SOURCES)),
    fc.option(fc.constantFrom(...TYPES)),
    fc.option(fc.oneof(sayable, condition)),
    fc.option(sayable.map(not)),
  )
  .map(([names, source, type, more, never]) =>
    and(
      or(...names.map((name) => where("eventName", name))),
      ...(source === null ? [] : [where("eventSource", source)]),
      ...(type === null ? [] : [where("userIdentity.type", type)]),
      ...(more === null ? [] : [more]),
      ...(never === null ? [] : [never]),
    ),
  );

/** Conditions that ask for AWS's names as AWS spells them. */
const inAwsCase: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 6, arbitrary: selection },
  { weight: 1, arbitrary: fc.array(selection, { minLength: 1, maxLength: 3 }).map((of) => or(...of)) },
);

/** Conditions of a small set of rules. */
export const ruleSets: fc.Arbitrary<Condition[]> = fc.array(inAwsCase.filter(spellsAsAwsDoes), {
  minLength: 1,
  maxLength: 8,
});

/** Whether a condition asks for names in no other case than AWS's, which is what a prefilter relies on. */
function spellsAsAwsDoes(rule: Condition): boolean {
  switch (rule.op) {
    case "and":
    case "or":
      return rule.of.every(spellsAsAwsDoes);
    case "not":
      return spellsAsAwsDoes(rule.of);
    case "keyword":
      return true;
    case "field": {
      if (!["eventName", "eventSource", "userIdentity.type"].includes(rule.field)) return true;
      if (rule.test.kind !== "string" || rule.test.cased) return true;
      const texts = rule.test.parts.flatMap((part) => ("text" in part ? [part.text] : []));
      return texts.every((text) => [...NAMES, ...SOURCES, ...TYPES, "é"].some((name) => name.includes(text)));
    }
  }
}

/** CloudTrail events with names as AWS spells them. */
export const eventsInAwsCase: fc.Arbitrary<object> = fc
  .tuple(
    cloudTrailEvent({ nestedLists: true }),
    fc.constantFrom(...NAMES),
    fc.constantFrom(...SOURCES),
    fc.constantFrom(...TYPES),
  )
  .map(([event, eventName, eventSource, type]) => ({
    ...event,
    eventName,
    eventSource,
    userIdentity: { ...(event as { readonly userIdentity?: object | null }).userIdentity, type },
  }));
