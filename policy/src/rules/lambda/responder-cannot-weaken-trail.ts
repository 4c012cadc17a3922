import { nist } from "../../controls";
import type { StackGraph } from "../../graph";
import { type PolicyDocument, parsePolicyDocument } from "../../policy-document/document";
import { holdsAction } from "../../policy-document/held-actions";
import { type Reading, copyOut } from "../../properties";
import type { Resource } from "../../resource";
import { responderOf } from "../../responder";
import type { GraphRule } from "../../rule";
import { FUNCTION, ROLE, ROLE_POLICY, ROLE_POLICY_ATTACHMENT } from "../../tokens";
import { COMPLIANT, type Verdict, undecided, violation } from "../../verdict";

/** What stops or blinds an audit trail, the files it has written, or whoever looks at them. */
const WEAKENING_ACTIONS: readonly string[] = [
  "cloudtrail:DeleteTrail",
  "cloudtrail:PutEventSelectors",
  "cloudtrail:PutInsightSelectors",
  "cloudtrail:StopLogging",
  "cloudtrail:UpdateTrail",
  "cloudwatch:DeleteAlarms",
  "cloudwatch:DisableAlarmActions",
  "cloudwatch:PutMetricAlarm",
  "cloudwatch:SetAlarmState",
  "dynamodb:DeleteTable",
  "dynamodb:UpdateTable",
  "events:DeleteEventBus",
  "events:DeleteRule",
  "events:DisableRule",
  "events:PutRule",
  "events:PutTargets",
  "events:RemoveTargets",
  "iam:AttachRolePolicy",
  "iam:DeleteRole",
  "iam:DetachRolePolicy",
  "iam:UpdateAssumeRolePolicy",
  "kms:DisableKey",
  "kms:PutKeyPolicy",
  "kms:ScheduleKeyDeletion",
  "lambda:DeleteEventSourceMapping",
  "lambda:DeleteFunction",
  "lambda:UpdateFunctionCode",
  "lambda:UpdateFunctionConfiguration",
  "logs:DeleteLogGroup",
  "logs:DeleteMetricFilter",
  "logs:PutMetricFilter",
  "logs:PutRetentionPolicy",
  "s3:BypassGovernanceRetention",
  "s3:DeleteBucket",
  "s3:DeleteBucketPolicy",
  "s3:DeleteObject",
  "s3:DeleteObjectVersion",
  "s3:PutBucketLogging",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketPolicy",
  "s3:PutBucketVersioning",
  "s3:PutEncryptionConfiguration",
  "s3:PutLifecycleConfiguration",
  "sns:DeleteTopic",
  "sns:SetTopicAttributes",
  "sns:Unsubscribe",
  "sqs:DeleteQueue",
  "sqs:PurgeQueue",
  "sqs:SetQueueAttributes",
];

/** So many actions are named; more would not be read. */
const MAX_NAMED = 5;

export const responderCannotWeakenTrail: GraphRule = {
  id: "responder-cannot-weaken-trail",
  scope: "graph",
  service: "lambda",
  severity: "high",
  title: "Roles of functions that respond to alerts hold no action that weakens the audit trail",
  rationale: "who makes the responder act, or takes its credentials, must not get at the trail through it",
  fix: "Deny the role these actions on every resource without a condition, and restore the trail with a function and a role of its own.",
  controls: nist("AC-6", "AU-9", "AU-9(4)"),
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
  types: FUNCTION,
  check: (lambda, graph) => {
    const responder = responderOf(lambda);
    if ("verdict" in responder) return responder.verdict;
    const role = roleOf(lambda, graph);
    return role ? checkRole(role, graph) : undecided("which role of this stack it runs as");
  },
};

function roleOf(lambda: Resource, graph: StackGraph): Resource | undefined {
  const sources = new Set(lambda.sources("role").map(({ urn }) => urn));
  const arn = textOf(lambda.read("role"));
  return graph
    .ofType(ROLE)
    .find((role) => sources.has(role.urn) || (arn !== undefined && textOf(role.read("arn")) === arn));
}

function checkRole(role: Resource, graph: StackGraph): Verdict {
  const readings = [
    ...ofRole(role, graph, ROLE_POLICY).map((policy) => policy.read("policy")),
    ...inlinePolicies(role),
  ];
  const documents = readings.map(documentOf);
  if (documents.includes(undefined)) return violation("a policy of its role is no valid policy document");
  const known = documents.filter((document) => document !== undefined);
  const answers = WEAKENING_ACTIONS.map((action) => ({
    action,
    held: holdsAction(known, action.toLowerCase()),
  }));

  const held = answers.filter((answer) => answer.held === "yes").map(({ action }) => action);
  if (held.length > 0) {
    const more = held.length > MAX_NAMED ? ` and ${held.length - MAX_NAMED} more` : "";
    return violation(`its role holds ${held.slice(0, MAX_NAMED).join(", ")}${more}`);
  }
  if (answers.some((answer) => answer.held === "unknown")) return undecided("the policy document");
  if (ofRole(role, graph, ROLE_POLICY_ATTACHMENT).length > 0 || hasManagedPolicies(role))
    return undecided("what the managed policies of its role allow");
  return COMPLIANT;
}

/** Policies or attachments of a role: made from it, or naming it; one that may be another role's counts until it is known. */
function ofRole(role: Resource, graph: StackGraph, types: readonly string[]): readonly Resource[] {
  const names = ["name", "id", "arn"].map((property) => textOf(role.read(property)));
  return graph.ofType(types).filter((policy) => {
    const sources = policy.sources("role").filter(({ type }) => ROLE.includes(type));
    if (sources.length > 0) return sources.some(({ urn }) => urn === role.urn);
    const named = policy.read("role");
    return named.state === "unknown" || names.includes(textOf(named));
  });
}

/** The deprecated `inlinePolicies` input of the role. */
function inlinePolicies(role: Resource): readonly Reading[] {
  const reading = role.readInput("inlinePolicies");
  if (reading.state !== "known") return reading.state === "unknown" ? [reading] : [];
  const count = Array.isArray(reading.value) ? reading.value.length : 0;
  return Array.from({ length: count }, (_, index) =>
    role.readInput("inlinePolicies", index, "policy"),
  ).filter(({ state }) => state !== "absent");
}

function hasManagedPolicies(role: Resource): boolean {
  const reading = role.readInput("managedPolicyArns");
  return reading.state !== "absent" && !(reading.state === "known" && isEmptyList(reading.value));
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** A document that is not known yet is one with statements that are not. */
function documentOf(reading: Reading): PolicyDocument | undefined {
  return reading.state === "known"
    ? parsePolicyDocument(copyOut(reading.value))
    : { statements: [], hasUnknownStatements: true };
}

function textOf(reading: Reading): string | undefined {
  return reading.state === "known" && typeof reading.value === "string" ? reading.value : undefined;
}
