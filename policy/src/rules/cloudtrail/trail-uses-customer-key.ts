import { referenceOf } from "../../checks";
import { cis, nist, securityHub } from "../../controls";
import type { GraphRule } from "../../rule";
import { CUSTOMER_KEY, TRAIL } from "../../tokens";
import { COMPLIANT, undecided, violation } from "../../verdict";

export const trailUsesCustomerKey: GraphRule = {
  id: "trail-uses-customer-key",
  scope: "graph",
  service: "cloudtrail",
  severity: "medium",
  title: "CloudTrail trails encrypt with a customer managed key",
  rationale: "only a key of one's own decides, beside the bucket policy, who can read the log files",
  fix: "Set kmsKeyId to a KMS key whose policy admits CloudTrail for this trail.",
  controls: [securityHub("CloudTrail.2"), cis("3.0.0", "3.5"), ...nist("AU-9", "SC-13", "SC-28(1)")],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html#cloudtrail-2",
  types: TRAIL,
  check: (trail, graph) => {
    // CloudTrail takes no AWS managed key, so a key that is set is a customer managed one.
    const key = referenceOf(trail, "kmsKeyId", graph, CUSTOMER_KEY);
    if (key === "undecided") return undecided("kmsKeyId");
    return key === "set" ? COMPLIANT : violation("kmsKeyId is not set");
  },
};
