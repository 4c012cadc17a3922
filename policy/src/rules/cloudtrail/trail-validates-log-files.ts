import { checkFlag } from "../../checks";
import { cis, nist, securityHub } from "../../controls";
import type { ResourceRule } from "../../rule";
import { TRAIL } from "../../tokens";

export const trailValidatesLogFiles: ResourceRule = {
  id: "trail-validates-log-files",
  scope: "resource",
  service: "cloudtrail",
  severity: "low",
  title: "CloudTrail trails validate their log files",
  rationale: "without signed digests nobody can prove that a log file is complete and unaltered",
  fix: "Set enableLogFileValidation to true.",
  controls: [securityHub("CloudTrail.4"), cis("3.0.0", "3.2"), ...nist("AU-9", "SI-7(1)", "SI-7(7)")],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html#cloudtrail-4",
  types: TRAIL,
  check: (trail) =>
    checkFlag(
      trail,
      "enableLogFileValidation",
      true,
      false,
      "enableLogFileValidation is off, log files are not signed",
    ),
};
