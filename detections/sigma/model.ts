import type { ResponseId } from "../../responses/playbook-ids";
import type { AlertLevel } from "../alert";

/** Where a rule was read: what errors, reports and the catalogue point at. */
export interface RuleSource {
  /** As the caller named it; usually a path relative to the rules folder. */
  readonly file: string;
  /** Line on which the rule's document starts, from 1. */
  readonly line: number;
}

/** What every kind of rule has (Sigma specification 2.0, "Sigma Rules Specification" and "Correlation Rules"). */
export interface RuleHead {
  /** The rule's `id`, or its `name` or file name where it has none. */
  readonly id: string;
  /** Sigma `name`: what correlations may refer to beside the id. */
  readonly name?: string;
  readonly title: string;
  /** Sigma `status`: `stable`, `test`, `experimental`, `deprecated`, `unsupported`. */
  readonly status?: string;
  /** What it means when the rule fires. */
  readonly description?: string;
  readonly references: readonly string[];
  readonly author?: string;
  /** Sigma tags, for example `attack.t1098.001`. */
  readonly tags: readonly string[];
  readonly falsePositives: readonly string[];
  /** `medium` where a rule names none (a rule that says nothing must not vanish among the low ones). */
  readonly level: AlertLevel;
  readonly custom?: TrailkeeperCustom;
  readonly source: RuleSource;
}

/** A rule over single events. */
export interface EventRule extends RuleHead {
  readonly kind: "event";
  /** What an event has to satisfy; outcome and context filter of the `custom` block are part of it. */
  readonly condition: Condition;
}

/** A rule over several events (Sigma specification 2.0, "Sigma Correlation Rules", and our `first_seen`). */
export interface CorrelationRule extends RuleHead {
  readonly kind: "correlation";
  readonly correlation: Correlation;
}

export type Rule = EventRule | CorrelationRule;

/** Our own part of a rule, below `custom.trailkeeper`. Every key is optional; rules from elsewhere have none. */
export interface TrailkeeperCustom {
  /** How the calls that count have ended. @default "any" */
  readonly outcome?: Outcome;
  /**
   * Whether AWS services acting on their own count as well (see `detections/context-filter.ts`).
   * @default "ignored" for rules with a `custom.trailkeeper` block, "included" for others
   */
  readonly awsServices?: "ignored" | "included";
  /** One sentence for people; `{field.path}` and the names of `detections/sentence.ts` are filled in. */
  readonly summary?: string;
  readonly firstStep?: string;
  /** Page of `docs/runbooks` without its ending. */
  readonly runbook?: string;
  /** Response playbooks that fit. */
  readonly playbooks?: readonly ResponseId[];
  /** Fields that identify who is behind repeats of an alert. @default the actor */
  readonly groupBy?: readonly string[];
  /** How long repeats of the rule by the same actor raise a count instead of alerting again. @default 3600 */
  readonly quietPeriodSeconds?: number;
  /** Fields that name what was acted on; `resources[].ARN` is always used. */
  readonly targets?: readonly string[];
  /** Paths the rule is evaluated on beside the complete one. @default by level, see `detections/placement.ts` */
  readonly placement?: "fast" | "complete";
}

export type Outcome = "success" | "failure" | "any";

/** A condition in its final shape: selections, quantifiers and lists are resolved into a tree. */
export type Condition =
  | { readonly op: "and" | "or"; readonly of: readonly Condition[] }
  | { readonly op: "not"; readonly of: Condition }
  | FieldCondition
  | KeywordCondition;

/**
 * Any string or number anywhere in the event matches (Sigma keywords). The pattern of a keyword begins and ends with
 * `*`, since a keyword is found anywhere in a text.
 */
export interface KeywordCondition {
  readonly op: "keyword";
  readonly test: StringTest;
  /** Anywhere in this field's value instead: rules from elsewhere search `requestParameters` as if it were a text. */
  readonly field?: string;
}

/** A test of one field; true when any of the values that the path reaches satisfies it. */
export interface FieldCondition {
  readonly op: "field";
  /** Path with dots. Arrays on the way stand for any of their elements. */
  readonly field: string;
  readonly test: ValueTest;
}

export type ValueTest =
  | StringTest
  /** Equal as a number, or a string that spells the number as JSON does. */
  | { readonly kind: "number"; readonly value: number }
  /** Equal as a boolean, or a string that spells it, in any case. */
  | { readonly kind: "boolean"; readonly value: boolean }
  /** Absent, or JSON null. */
  | { readonly kind: "null" }
  /** Present and not null (`true`), or the opposite. Objects and arrays are present. */
  | { readonly kind: "exists"; readonly value: boolean }
  /** RE2 syntax, unanchored; `i` ignores case, `m` multi-line, `s` dot matches newline. Strings and numbers. */
  | { readonly kind: "regex"; readonly pattern: string; readonly flags: string }
  /** A string that is an address inside the network. */
  | { readonly kind: "cidr"; readonly cidr: string }
  /** A JSON number in that relation; other types never match. */
  | { readonly kind: "compare"; readonly operator: "gt" | "gte" | "lt" | "lte"; readonly value: number }
  /** Any value of this field equals (contains, ...) any value of the other; absent fields never match. */
  | {
      readonly kind: "fieldref";
      readonly field: string;
      readonly mode: "equals" | "contains" | "startswith" | "endswith";
      readonly cased: boolean;
    };

/**
 * A string with wildcards, matched as a whole. Without wildcards, a number or boolean whose JSON text equals it matches
 * too; with wildcards, strings alone do.
 */
export interface StringTest {
  readonly kind: "string";
  /** Texts and wildcards in order; no two texts in a row, no two `*` in a row; empty for the empty string. */
  readonly parts: readonly PatternPart[];
  /** Case counts (Sigma modifier `cased`). */
  readonly cased: boolean;
}

export type PatternPart = { readonly text: string } | { readonly wildcard: "*" | "?" };

export type CorrelationType = "event_count" | "value_count" | "temporal" | "temporal_ordered" | "first_seen";

export interface Correlation {
  readonly type: CorrelationType;
  /** Ids of the rules it rests on, resolved; at least one. They may be correlations, never in a circle. */
  readonly rules: readonly string[];
  /** The rules it rests on alert by themselves as well. @default false */
  readonly generate: boolean;
  /** Fields whose values keep groups apart; an alias of `aliases` where the rules name a field differently. */
  readonly groupBy: readonly string[];
  /** alias -> rule id -> field */
  readonly aliases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** At most 86,400, except for `first_seen`: how long a value stays known, at most 90 days. */
  readonly timespanSeconds: number;
  /** Bounds of the count; absent for `temporal`, `temporal_ordered` and `first_seen`. */
  readonly count?: CountCondition;
  /** What is counted distinctly (`value_count`) or must be new (`first_seen`). */
  readonly field?: string;
  /** `first_seen`: how long an actor is watched before anything counts as new. */
  readonly learningSeconds?: number;
}

/** All bounds hold together, for example `{ gte: 5, lte: 100 }`. */
export interface CountCondition {
  readonly gt?: number;
  readonly gte?: number;
  readonly lt?: number;
  readonly lte?: number;
  readonly eq?: number;
}
