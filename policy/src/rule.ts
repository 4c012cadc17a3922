import type { StackGraph } from "./graph";
import type { Resource } from "./resource";
import type { StackIdentity } from "./stack-identity";
import type { Verdict } from "./verdict";

/** How bad a violation is; Pulumi's own scale. */
export type RuleSeverity = "low" | "medium" | "high" | "critical";

export type RuleService = "cloudtrail" | "cloudwatch" | "dynamodb" | "kms" | "lambda" | "s3" | "sns";

/** A published control that a rule helps to satisfy. */
export interface Control {
  readonly standard: "security-hub" | "cis-aws-1.4.0" | "cis-aws-3.0.0" | "nist-800-53-r5";
  readonly id: string;
}

/** A setting of a rule: a list of strings in the policy configuration, empty unless set. */
export interface RuleSetting {
  readonly description: string;
  /** Regular expression that each string must match. @default any string that is not empty */
  readonly pattern?: string;
}

/** What surrounds a check. */
export interface RuleContext {
  readonly identity: StackIdentity;
  readonly stackTags: ReadonlyMap<string, string>;
  /** The value of one of the rule's {@link RuleData.settings}. */
  strings(setting: string): readonly string[];
}

/** Everything about a rule but its check. */
export interface RuleData {
  /** Names the wanted state, in kebab case: `trail-validates-log-files`. */
  readonly id: string;
  readonly service: RuleService;
  readonly severity: RuleSeverity;
  /** The wanted state as a sentence without full stop. */
  readonly title: string;
  /** Why it matters, one line, a clause without capital and full stop. */
  readonly rationale: string;
  /** What to write in the program, one sentence. */
  readonly fix: string;
  readonly controls: readonly Control[];
  /** Page of the vendor that explains the control or the feature. */
  readonly url: string;
  readonly settings?: Readonly<Record<string, RuleSetting>>;
}

/** Looks at one resource's inputs, before the resource is created. */
export interface ResourceRule extends RuleData {
  readonly scope: "resource";
  readonly types: readonly string[];
  readonly check: (resource: Resource, context: RuleContext) => Verdict;
}

/** Looks at one resource together with those it is joined to, once the whole stack is known. */
export interface GraphRule extends RuleData {
  readonly scope: "graph";
  readonly types: readonly string[];
  readonly check: (resource: Resource, graph: StackGraph, context: RuleContext) => Verdict;
}

/** Says what a stack must have. */
export interface StackRule extends RuleData {
  readonly scope: "stack";
  readonly check: (graph: StackGraph, context: RuleContext) => Verdict;
}

export type Rule = ResourceRule | GraphRule | StackRule;
