import type { Policies, PolicyPackArgs } from "@pulumi/policy/policy";
import { resourcePolicy } from "./adapters/resource-policy";
import { stackPolicies } from "./adapters/stack-policy";
import type { Rule } from "./rule";
import { RULES } from "./rules";

export const PACK_NAME = "trailkeeper";

/** The Pulumi policies that carry the given rules. */
export function buildPolicies(rules: readonly Rule[] = RULES): Policies {
  const resourceRules = rules.filter((rule) => rule.scope === "resource");
  const stackScoped = rules.filter((rule) => rule.scope !== "resource");
  return [...resourceRules.map(resourcePolicy), ...stackPolicies(stackScoped)];
}

/** The pack: everything mandatory unless the policy configuration says otherwise. */
export function buildPack(): PolicyPackArgs {
  return {
    displayName: "Trailkeeper",
    description: "Logging stays on and buckets stay locked.",
    provider: "aws",
    tags: ["aws", "logging", "security"],
    enforcementLevel: "mandatory",
    policies: buildPolicies(),
  };
}
