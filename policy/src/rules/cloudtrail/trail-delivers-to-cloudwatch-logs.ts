import { referenceOf } from "../../checks";
import { cis, nist, securityHub } from "../../controls";
import type { GraphRule } from "../../rule";
import { LOG_GROUP, ROLE, TRAIL } from "../../tokens";
import { COMPLIANT, undecided, violation } from "../../verdict";

/** Both are needed for delivery (CloudTrail User Guide, "Sending events to CloudWatch Logs"). */
const REQUIRED: ReadonlyMap<string, readonly string[]> = new Map([
  ["cloudWatchLogsGroupArn", LOG_GROUP],
  ["cloudWatchLogsRoleArn", ROLE],
]);

export const trailDeliversToCloudWatchLogs: GraphRule = {
  id: "trail-delivers-to-cloudwatch-logs",
  scope: "graph",
  service: "cloudtrail",
  severity: "medium",
  title: "CloudTrail trails deliver to CloudWatch Logs",
  rationale: "metric filters and alarms see only what reaches a log group",
  fix: "Set cloudWatchLogsGroupArn (ending in :*) and cloudWatchLogsRoleArn.",
  controls: [securityHub("CloudTrail.5"), cis("1.4.0", "3.4"), ...nist("AU-6(1)", "SI-4(2)", "SI-20")],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html#cloudtrail-5",
  types: TRAIL,
  check: (trail, graph) => {
    const references = [...REQUIRED].map(([property, types]) => ({
      property,
      state: referenceOf(trail, property, graph, types),
    }));
    const absent = references.find(({ state }) => state === "absent");
    if (absent) return violation(`${absent.property} is not set`);
    const open = references.find(({ state }) => state === "undecided");
    return open ? undecided(open.property) : COMPLIANT;
  },
};
