import { NOT_AN_AWS_SERVICE } from "./context-filter";
import { FAILED, SUCCEEDED } from "./outcome";
import { namesPartOf, PART_KINDS, type PartKind, refuseUnknownParts } from "./pipeline-parts";
import { allOf, anyOf, not } from "./sigma/condition-tree";
import type { Condition, EventRule } from "./sigma/model";
import { fieldIs } from "./sigma/pattern";
import { RESTORE_TRAIL } from "../responses/playbook-ids";

/** What the audit pipeline is made of, and who may change it. */
export interface PipelineParts {
  /** ARNs of every trail, bucket, key, log group, alarm, bus, archive, rule, topic, queue, function, table and role. */
  readonly arns: readonly string[];
  /** ARN patterns, as `ArnLike` takes them, of the roles and users that deploy the pipeline. */
  readonly administratorArns: readonly string[];
}

/** What all pipeline rules share. */
const COMMON = {
  kind: "event",
  status: "stable",
  author: "Trailkeeper",
  references: ["https://attack.mitre.org/techniques/T1562/008/"],
  tags: ["attack.defense-evasion", "attack.t1562.008", "attack.t1685.002"],
  source: { file: "detections/pipeline-rules.ts", line: 1 },
} as const;

const REFUSED_ID = "pipeline-refused";
const ADMINISTRATOR_ID = "pipeline-administrator";
const RUNBOOK = "audit-pipeline";

/**
 * Rules that see changes to the audit pipeline itself, by the names and ARNs of what it contains. One rule a kind of
 * part says that somebody changed one, and pages: nobody but the administrators has a reason to. One rule says that
 * somebody was refused, which shows the same wish. What administrators change is told in working hours, in one alert an
 * hour for all kinds together: a deployment must not wake anybody, and a stolen administrator must not go unseen.
 *
 * @throws Error when a part is of a kind that no rule watches over
 */
export function pipelineRules({ arns, administratorArns }: PipelineParts): EventRule[] {
  refuseUnknownParts(arns);
  const byAdministrator = anyOf(
    administratorArns.flatMap((pattern) => [
      fieldIs("userIdentity.sessionContext.sessionIssuer.arn", pattern),
      fieldIs("userIdentity.arn", pattern),
    ]),
  );
  const kinds = PART_KINDS.flatMap((kind) => {
    const names = namesPartOf(kind, arns);
    return names === undefined ? [] : [{ kind, changes: allOf([callsOf(kind), names]) }];
  });
  if (kinds.length === 0) return [];
  const anyKind = anyOf(kinds.map(({ changes }) => changes));
  const targets = [...new Set(kinds.flatMap(({ kind }) => kind.fields))];
  return [
    ...kinds.map(({ kind, changes }) => changeRule(kind, changes, byAdministrator)),
    refusedRule(anyKind, byAdministrator, targets),
    administratorRule(anyKind, byAdministrator, targets),
  ];
}

/**
 * One rule that asks for every event that a pipeline rule could ask for, whatever the parts are called: what EventBridge
 * has to forward is decided before the parts exist.
 */
export const PIPELINE_EVENTS: EventRule = {
  ...COMMON,
  id: "pipeline-events",
  title: "Call that could change the audit pipeline",
  level: "critical",
  falsePositives: [],
  condition: anyOf(PART_KINDS.map(callsOf)),
};

/** Ids of all pipeline rules that there can be; suppressions may name them before the parts are known. */
export const PIPELINE_RULE_IDS: readonly string[] = [
  ...PART_KINDS.map(({ id }) => `pipeline-${id}`),
  REFUSED_ID,
  ADMINISTRATOR_ID,
];

function callsOf({ eventSource, actions }: PartKind): Condition {
  return allOf([
    fieldIs("eventSource", eventSource),
    anyOf(actions.map((action) => fieldIs("eventName", action))),
  ]);
}

function changeRule(kind: PartKind, changes: Condition, byAdministrator: Condition): EventRule {
  return {
    ...COMMON,
    id: `pipeline-${kind.id}`,
    title: `Audit pipeline changed: ${kind.what}`,
    description:
      `Somebody who is no administrator of the audit pipeline changed ${kind.what}. Whoever wants to act unseen starts ` +
      `here; what happened since may be missing or may reach nobody.`,
    level: "critical",
    falsePositives: ["An administrator who is not listed in trailkeeper:archiveAdministrators"],
    condition: allOf([changes, SUCCEEDED, NOT_AN_AWS_SERVICE, not(byAdministrator)]),
    custom: {
      outcome: "success",
      awsServices: "ignored",
      summary: `{actor} changed ${kind.what}: {eventName} on {targets}`,
      firstStep: kind.firstStep,
      runbook: RUNBOOK,
      ...(kind.restorable && { playbooks: [RESTORE_TRAIL] }),
      targets: kind.fields,
      placement: "fast",
    },
  };
}

function refusedRule(changes: Condition, byAdministrator: Condition, targets: readonly string[]): EventRule {
  return {
    ...COMMON,
    id: REFUSED_ID,
    title: "Change of the audit pipeline attempted",
    description:
      "Somebody who is no administrator of the audit pipeline tried to change a part of it, and was refused. The parts " +
      "are named, so this is no accident of a wildcard.",
    level: "high",
    falsePositives: ["A deployment under a role that is not listed in trailkeeper:archiveAdministrators"],
    condition: allOf([changes, FAILED, NOT_AN_AWS_SERVICE, not(byAdministrator)]),
    custom: {
      outcome: "failure",
      awsServices: "ignored",
      summary: "{actor} tried to change the audit pipeline: {eventName} on {targets} failed with {errorCode}",
      firstStep:
        "Find out who is behind the credentials, and what else they were used for in the hours around.",
      runbook: RUNBOOK,
      targets,
      placement: "fast",
    },
  };
}

function administratorRule(
  changes: Condition,
  byAdministrator: Condition,
  targets: readonly string[],
): EventRule {
  return {
    ...COMMON,
    id: ADMINISTRATOR_ID,
    title: "Audit pipeline changed by an administrator",
    description:
      "An administrator of the audit pipeline changed a part of it, as every deployment does. Nobody deployed? Then " +
      "somebody else has the administrator's credentials.",
    level: "medium",
    falsePositives: ["Every deployment of the pipeline"],
    condition: allOf([changes, SUCCEEDED, NOT_AN_AWS_SERVICE, byAdministrator]),
    custom: {
      outcome: "success",
      awsServices: "ignored",
      summary: "{actor} changed the audit pipeline: {eventName} on {targets}",
      firstStep:
        "Compare with the time of the last deployment; if there was none, revoke the sessions of the role.",
      runbook: RUNBOOK,
      targets,
      placement: "complete",
    },
  };
}
