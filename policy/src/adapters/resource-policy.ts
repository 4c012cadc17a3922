import type { ResourceValidation, ResourceValidationPolicy } from "@pulumi/policy/policy";
import { Resource } from "../resource";
import type { ResourceRule } from "../rule";
import { stackOfUrn } from "../stack-identity";
import { resourceConfigSchema, ruleContext, unknownKeysProblem } from "./config";
import { metadataOf } from "./metadata";
import { runCheck } from "./report";

/** Turns a rule about single resources into a Pulumi policy of the same name. */
export function resourcePolicy(rule: ResourceRule): ResourceValidationPolicy {
  const configSchema = resourceConfigSchema(rule);
  const validate: ResourceValidation = (args, report) => {
    if (!rule.types.includes(args.type)) args.notApplicable(`It applies to ${rule.types.join(" and ")}.`);
    const problem = unknownKeysProblem(args.getConfig(), configSchema);
    if (problem) report(problem);
    runCheck(
      rule,
      () => {
        const config = args.getConfig<Record<string, unknown>>();
        return rule.check(
          new Resource(args),
          ruleContext(rule, config, stackOfUrn(args.urn), args.stackTags),
        );
      },
      report,
      { urn: args.urn },
    );
  };
  return {
    name: rule.id,
    ...metadataOf(rule),
    configSchema,
    validateResource: withTypeFilter(validate, rule.types),
  };
}

/**
 * The SDK skips a policy before it decodes the resource when the function carries the type token it is for, as those made
 * by `validateResourceOfType` do. It knows one token per function; rules for several spellings do without.
 */
function withTypeFilter(validate: ResourceValidation, types: readonly string[]): ResourceValidation {
  return types.length === 1 ? Object.assign(validate, { __pulumiType: types[0] }) : validate;
}
