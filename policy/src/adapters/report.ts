import type { EnforcementLevel, ReportViolation, Severity } from "@pulumi/policy/policy";
import { isUnknownValueError } from "../properties";
import type { Rule } from "../rule";
import { type Verdict, undecided } from "../verdict";
import { PolicyConfigError } from "./config";
import { descriptionOf } from "./metadata";

/** A check that failed instead of answering. */
interface Defect {
  readonly outcome: "defect";
  readonly what: string;
}

/**
 * What the SDK's `reportViolation` also takes (`makeReportViolationFun` in `@pulumi/policy/server`), though its types
 * leave it out: it alone can give one report a name and a level of its own.
 */
interface ReportedViolation {
  readonly name: string;
  readonly message: string;
  readonly description: string;
  readonly severity: Severity;
  readonly urn?: string;
  readonly enforcementLevel?: EnforcementLevel;
}

/** Prefix of the message of every check that could not be decided. */
export const UNDECIDED_PREFIX = "undecided:";

/** Prefix of the message of every check that failed by a defect of its rule or a mistake in its configuration. */
export const POLICY_ERROR_PREFIX = "policy error:";

/**
 * Runs a check and reports what it found. A violation has the level of the policy (or `level`); an undecided check and a
 * defect of a rule are advisory whatever the level, so that neither stops a deployment nor counts as passed.
 * @param urn The resource in question; without it the report is about the stack.
 */
export function runCheck(
  rule: Rule,
  check: () => Verdict,
  report: ReportViolation,
  target: { readonly urn?: string; readonly level?: EnforcementLevel },
): void {
  const answer = guarded(check);
  const send = report as unknown as (violation: ReportedViolation) => void;
  const tell = (text: string, enforcementLevel: EnforcementLevel | undefined): void => {
    const description = descriptionOf(rule);
    send({
      name: rule.id,
      message: `${description}\n${text}`,
      description,
      severity: rule.severity,
      urn: target.urn,
      enforcementLevel,
    });
  };
  switch (answer.outcome) {
    case "violation":
      return tell(`${answer.what}. ${rule.fix}`, target.level);
    case "undecided":
      return tell(`${UNDECIDED_PREFIX} ${answer.unknown} is not known before the update.`, "advisory");
    case "defect":
      return tell(
        `${POLICY_ERROR_PREFIX} rule ${rule.id} could not be evaluated: ${answer.what}.`,
        "advisory",
      );
    case "compliant":
    case "notApplicable":
      return;
  }
}

/** An error's message may quote property values, so only its class is told, unless the error is one of ours. */
function guarded(check: () => Verdict): Verdict | Defect {
  try {
    return check();
  } catch (error) {
    if (isUnknownValueError(error)) return undecided("a property that the rule reads");
    if (error instanceof PolicyConfigError) return { outcome: "defect", what: error.message };
    return { outcome: "defect", what: error instanceof Error ? error.name : "something was thrown" };
  }
}
