import { nist } from "../../controls";
import { responderOf } from "../../responder";
import type { ResourceRule } from "../../rule";
import { FUNCTION } from "../../tokens";
import { COMPLIANT, NOT_APPLICABLE, undecided, violation } from "../../verdict";

export const enforcingResponderHasBreakGlass: ResourceRule = {
  id: "enforcing-responder-has-break-glass",
  scope: "resource",
  service: "lambda",
  severity: "high",
  title: "Functions that respond to alerts by themselves leave somebody a way in",
  rationale: "a responder that errs, or is made to err, can lock out everybody who could stop it",
  fix: "Name at least one break-glass principal that the responder never touches, and tag the function trailkeeper:break-glass with their number.",
  controls: nist("AC-2(2)", "CP-2"),
  url: "https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_permissions_emergency_process.html",
  types: FUNCTION,
  check: (lambda) => {
    const responder = responderOf(lambda);
    if ("verdict" in responder) return responder.verdict;
    if (responder.mode !== "enforce") return NOT_APPLICABLE;
    if (responder.breakGlass === "unknown") return undecided("the tag trailkeeper:break-glass");
    return responder.breakGlass > 0
      ? COMPLIANT
      : violation(
          "it enforces, and its tag trailkeeper:break-glass counts no principal that it never touches",
        );
  },
};
