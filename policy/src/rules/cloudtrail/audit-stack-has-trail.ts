import { cis, nist, securityHub } from "../../controls";
import type { StackGraph } from "../../graph";
import type { Resource } from "../../resource";
import type { GraphRule, ResourceRule, RuleContext, StackRule } from "../../rule";
import { STACK_PATTERN, matchesStack } from "../../stack-identity";
import { TRAIL } from "../../tokens";
import { COMPLIANT, NOT_APPLICABLE, type Verdict, undecided, violation } from "../../verdict";
import { trailCoversAllRegions } from "./trail-covers-all-regions";
import { trailDeliversToCloudWatchLogs } from "./trail-delivers-to-cloudwatch-logs";
import { trailIsLogging } from "./trail-is-logging";
import { trailUsesCustomerKey } from "./trail-uses-customer-key";
import { trailValidatesLogFiles } from "./trail-validates-log-files";

/** Stack tag that marks a stack as an audit stack wherever it runs. */
export const AUDIT_STACK_TAG = { name: "trailkeeper:role", value: "audit" } as const;

const REQUIREMENTS: readonly (ResourceRule | GraphRule)[] = [
  trailIsLogging,
  trailCoversAllRegions,
  trailValidatesLogFiles,
  trailUsesCustomerKey,
  trailDeliversToCloudWatchLogs,
];

export const auditStackHasTrail: StackRule = {
  id: "audit-stack-has-trail",
  scope: "stack",
  service: "cloudtrail",
  severity: "high",
  title: "Audit stacks have a complete trail",
  rationale: "rules about trails say nothing about a stack from which the trail was removed",
  fix: "Add a trail that is logging, covers all regions, validates its log files, encrypts with a customer managed key and delivers to CloudWatch Logs.",
  controls: [securityHub("CloudTrail.1"), cis("3.0.0", "3.1"), ...nist("AU-2", "AU-12")],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html#cloudtrail-1",
  settings: {
    auditStacks: {
      description:
        "Stacks that must have a complete trail, as PROJECT/STACK with * as wildcard; beside those with the stack tag trailkeeper:role=audit.",
      pattern: STACK_PATTERN,
    },
  },
  check: (graph, context) => {
    const isAuditStack =
      context.stackTags.get(AUDIT_STACK_TAG.name) === AUDIT_STACK_TAG.value ||
      matchesStack(context.strings("auditStacks"), context.identity);
    if (!isAuditStack) return NOT_APPLICABLE;
    const trails = graph.ofType(TRAIL);
    if (trails.length === 0) return violation("this audit stack has no trail");
    const verdicts = trails.map((trail) => completeness(trail, graph, context));
    return (
      verdicts.find(({ outcome }) => outcome === "compliant") ??
      verdicts.find(({ outcome }) => outcome === "undecided") ??
      violation("no trail of this audit stack is complete")
    );
  },
};

function completeness(trail: Resource, graph: StackGraph, context: RuleContext): Verdict {
  const verdicts = REQUIREMENTS.map((rule) =>
    rule.scope === "graph" ? rule.check(trail, graph, context) : rule.check(trail, context),
  );
  const failed = verdicts.find(({ outcome }) => outcome === "violation");
  if (failed) return failed;
  const open = verdicts.find((verdict) => verdict.outcome === "undecided");
  return open ? undecided(`whether a trail is complete (${open.unknown})`) : COMPLIANT;
}
