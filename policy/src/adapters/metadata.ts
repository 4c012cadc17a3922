import type { Policy, PolicyComplianceFramework } from "@pulumi/policy/policy";
import type { Control, Rule, RuleData, RuleService } from "../rule";

type Metadata = Required<
  Pick<Policy, "displayName" | "description" | "severity" | "framework" | "tags" | "remediationSteps" | "url">
>;

const SERVICE_NAMES: Readonly<Record<RuleService, string>> = {
  cloudtrail: "AWS CloudTrail",
  cloudwatch: "Amazon CloudWatch",
  dynamodb: "Amazon DynamoDB",
  kms: "AWS KMS",
  lambda: "AWS Lambda",
  s3: "Amazon S3",
  sns: "Amazon SNS",
};

const STANDARDS: Readonly<Record<Control["standard"], { readonly name: string; readonly version: string }>> =
  {
    "security-hub": { name: "AWS Security Hub", version: "2.0" },
    "cis-aws-1.4.0": { name: "CIS AWS Foundations Benchmark", version: "1.4.0" },
    "cis-aws-3.0.0": { name: "CIS AWS Foundations Benchmark", version: "3.0.0" },
    "nist-800-53-r5": { name: "NIST SP 800-53", version: "Revision 5" },
  };

/** One line: the engine prints it above every violation. */
export function descriptionOf(rule: RuleData): string {
  return `${rule.title}: ${rule.rationale}.`;
}

/** Everything that Pulumi can show about a policy. Pulumi knows one framework per policy; the others become tags. */
export function metadataOf(rule: RuleData): Metadata {
  return {
    displayName: rule.title,
    description: descriptionOf(rule),
    severity: rule.severity,
    framework: frameworkOf(rule.controls, rule.title),
    tags: [rule.service, ...rule.controls.map(tagOf)],
    remediationSteps: rule.fix,
    url: rule.url,
  };
}

/** Metadata of a policy that carries several rules of one service and severity. */
export function groupMetadataOf(rules: readonly [Rule, ...Rule[]]): Metadata {
  const [{ service, severity, url }] = rules;
  const title = `${SERVICE_NAMES[service]}, ${severity} severity, whole stack`;
  const controls = rules.flatMap((rule) => rule.controls);
  return {
    displayName: title,
    description: `${title}: ${rules.map((rule) => rule.id).join(", ")}.`,
    severity,
    framework: frameworkOf(controls, title),
    tags: [...new Set([service, ...rules.map((rule) => rule.id), ...controls.map(tagOf)])],
    remediationSteps: rules.map((rule) => `${rule.id}: ${rule.fix}`).join("\n"),
    url,
  };
}

function frameworkOf(controls: readonly Control[], specification: string): PolicyComplianceFramework {
  const [first] = controls;
  if (!first) throw new Error("A rule needs at least one control.");
  const same = controls.filter((control) => control.standard === first.standard);
  const reference = [...new Set(same.map((control) => control.id))].join(", ");
  return { ...STANDARDS[first.standard], reference, specification };
}

function tagOf(control: Control): string {
  return `${control.standard}:${control.id}`;
}
