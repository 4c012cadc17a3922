import { checkFlag } from "../../checks";
import { nist, securityHub } from "../../controls";
import type { ResourceRule } from "../../rule";
import { TRAIL } from "../../tokens";

export const trailIsLogging: ResourceRule = {
  id: "trail-is-logging",
  scope: "resource",
  service: "cloudtrail",
  severity: "high",
  title: "CloudTrail trails are logging",
  rationale: "a trail that is switched off looks complete in every inventory and records nothing",
  fix: "Remove enableLogging or set it to true.",
  controls: [securityHub("CloudTrail.3"), ...nist("AU-2", "AU-12")],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html#cloudtrail-3",
  types: TRAIL,
  check: (trail) => checkFlag(trail, "enableLogging", true, true, "enableLogging is off"),
};
