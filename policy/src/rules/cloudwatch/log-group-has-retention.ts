import { nist, securityHub } from "../../controls";
import type { ResourceRule } from "../../rule";
import { LOG_GROUP } from "../../tokens";
import { COMPLIANT, NOT_APPLICABLE, undecided, violation } from "../../verdict";

export const logGroupHasRetention: ResourceRule = {
  id: "log-group-has-retention",
  scope: "resource",
  service: "cloudwatch",
  severity: "medium",
  title: "CloudWatch log groups have a retention",
  rationale: "how long logs are kept is a decision, and without one they are kept and billed for ever",
  fix: "Set retentionInDays.",
  controls: [securityHub("CloudWatch.16"), ...nist("AU-11", "SI-12")],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html#cloudwatch-16",
  types: LOG_GROUP,
  check: (logGroup) => {
    const logGroupClass = logGroup.read("logGroupClass");
    // The service fixes the retention of this class (CloudWatch Logs User Guide, "Log classes").
    if (logGroupClass.state === "known" && logGroupClass.value === "DELIVERY") return NOT_APPLICABLE;
    const days = logGroup.read("retentionInDays");
    if (days.state === "unknown") return undecided(days.path);
    if (days.state === "known" && Number(days.value) > 0) return COMPLIANT;
    return logGroupClass.state === "unknown"
      ? undecided(logGroupClass.path)
      : violation("retentionInDays is not set, or zero, which keeps events for ever");
  },
};
