import { checkFlag } from "../../checks";
import { cis, nist, securityHub } from "../../controls";
import type { ResourceRule } from "../../rule";
import { TRAIL } from "../../tokens";

export const trailCoversAllRegions: ResourceRule = {
  id: "trail-covers-all-regions",
  scope: "resource",
  service: "cloudtrail",
  severity: "high",
  title: "CloudTrail trails cover all regions",
  rationale: "intruders work in the regions that nobody watches",
  fix: "Set isMultiRegionTrail to true.",
  controls: [securityHub("CloudTrail.1"), cis("3.0.0", "3.1"), ...nist("AU-2", "AU-12", "AC-2(4)")],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html#cloudtrail-1",
  types: TRAIL,
  check: (trail) =>
    checkFlag(
      trail,
      "isMultiRegionTrail",
      true,
      false,
      "isMultiRegionTrail is off, only one region is recorded",
    ),
};
