import type { ReportViolation, StackValidationArgs, StackValidationPolicy } from "@pulumi/policy/policy";
import { StackGraph } from "../graph";
import type { GraphRule, StackRule } from "../rule";
import { stackOfUrn } from "../stack-identity";
import { ruleContext, ruleLevel, stackConfigSchema, unknownKeysProblem } from "./config";
import { groupMetadataOf } from "./metadata";
import { runCheck } from "./report";

type StackScopedRule = GraphRule | StackRule;
type Group = [StackScopedRule, ...StackScopedRule[]];

/**
 * Turns rules that need the whole stack into few Pulumi policies, one per service and severity: the SDK decodes every
 * resource anew for every stack policy, so their number is what costs.
 */
export function stackPolicies(rules: readonly StackScopedRule[]): readonly StackValidationPolicy[] {
  const groups = new Map<string, Group>();
  for (const rule of rules) {
    const name = stackPolicyName(rule);
    const group = groups.get(name);
    if (group) group.push(rule);
    else groups.set(name, [rule]);
  }
  return [...groups].map(([name, group]) => stackPolicy(name, group));
}

/** Name of the Pulumi policy that carries a rule of graph or stack scope. */
export function stackPolicyName(rule: StackScopedRule): string {
  return `stack-${rule.service}-${rule.severity}`;
}

function stackPolicy(name: string, rules: Group): StackValidationPolicy {
  const configSchema = stackConfigSchema(rules);
  return {
    name,
    ...groupMetadataOf(rules),
    configSchema,
    validateStack: (args, report) => {
      const problem = unknownKeysProblem(args.getConfig(), configSchema);
      if (problem) report(problem);
      const graph = new StackGraph(args.resources);
      for (const rule of rules) evaluate(rule, graph, args, report);
    },
  };
}

function evaluate(
  rule: StackScopedRule,
  graph: StackGraph,
  args: StackValidationArgs,
  report: ReportViolation,
): void {
  const config = args.getConfig<Record<string, unknown>>();
  const level = ruleLevel(config, rule);
  if (level === "disabled") return;
  const identity = stackOfUrn(args.resources[0]?.urn ?? "");
  const context = ruleContext(rule, config, identity, args.stackTags);
  if (rule.scope === "stack") {
    runCheck(rule, () => rule.check(graph, context), report, { level });
    return;
  }
  for (const resource of graph.ofType(rule.types)) {
    runCheck(rule, () => rule.check(resource, graph, context), report, { urn: resource.urn, level });
  }
}
