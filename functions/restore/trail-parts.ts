import type { AdvancedEventSelector, InsightSelector } from "@aws-sdk/client-cloudtrail";
import { absentAsUndefined } from "../../responses/absent";
import type { DesiredTrail } from "./desired";
import { sameValues } from "./same-values";
import { nothingIfUnset, putBack, type StackPart } from "./stack-part";

const NO_TRAIL = "TrailNotFoundException";

/** Whether the trail records at all. */
export function logging({ arn }: DesiredTrail): StackPart<boolean, "cloudtrail:StartLogging"> {
  return {
    id: "logging",
    of: "trail",
    operation: "cloudtrail:StartLogging",
    words: { did: "started logging", would: "start logging" },
    read: async (call) => {
      const status = await absentAsUndefined(call("cloudtrail:GetTrailStatus", { Name: arn }), NO_TRAIL);
      return status && status.IsLogging === true;
    },
    isAsDeployed: (isLogging) => isLogging,
    repair: () => ({ Name: arn }),
  };
}

type Settings = DesiredTrail["settings"];

/** Where the trail delivers to, how, and of which Regions: everything that UpdateTrail sets. */
export function settings({
  arn,
  settings: desired,
}: DesiredTrail): StackPart<Settings, "cloudtrail:UpdateTrail"> {
  return {
    id: "settings",
    of: "trail",
    operation: "cloudtrail:UpdateTrail",
    words: putBack("its settings"),
    read: async (call) => {
      const found = await absentAsUndefined(call("cloudtrail:GetTrail", { Name: arn }), NO_TRAIL);
      const trail = found?.Trail;
      return (
        trail && {
          S3BucketName: trail.S3BucketName ?? "",
          S3KeyPrefix: trail.S3KeyPrefix ?? "",
          KmsKeyId: trail.KmsKeyId ?? "",
          CloudWatchLogsLogGroupArn: trail.CloudWatchLogsLogGroupArn ?? "",
          CloudWatchLogsRoleArn: trail.CloudWatchLogsRoleArn ?? "",
          IncludeGlobalServiceEvents: trail.IncludeGlobalServiceEvents === true,
          IsMultiRegionTrail: trail.IsMultiRegionTrail === true,
          IsOrganizationTrail: trail.IsOrganizationTrail === true,
          EnableLogFileValidation: trail.LogFileValidationEnabled === true,
        }
      );
    },
    isAsDeployed: (found) => Object.keys(differing(found, desired)).length === 0,
    repair: (found) => ({ Name: arn, ...(found ? differing(found, desired) : desired) }),
  };
}

/** CloudTrail takes log group and role together only (API Reference, UpdateTrail). */
const TOGETHER: readonly (keyof Settings)[] = ["CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn"];

function differing(found: Settings, desired: Settings): Partial<Settings> {
  const keys = Object.keys(desired) as (keyof Settings)[];
  const changed = new Set(keys.filter((key) => found[key] !== desired[key]));
  if (TOGETHER.some((key) => changed.has(key))) TOGETHER.forEach((key) => changed.add(key));
  return Object.fromEntries([...changed].map((key) => [key, desired[key]]));
}

/** Which events the trail records. */
export function eventSelectors(
  trail: DesiredTrail,
): StackPart<readonly AdvancedEventSelector[], "cloudtrail:PutEventSelectors"> {
  const { arn, advancedEventSelectors } = trail;
  return {
    id: "event-selectors",
    of: "trail",
    operation: "cloudtrail:PutEventSelectors",
    words: putBack("its event selectors"),
    read: async (call) => {
      const found = await absentAsUndefined(
        call("cloudtrail:GetEventSelectors", { TrailName: arn }),
        NO_TRAIL,
      );
      // Basic selectors, which a trail has instead of advanced ones, never are what was deployed.
      return found && (found.AdvancedEventSelectors ?? []);
    },
    isAsDeployed: (found) => sameValues(found, advancedEventSelectors),
    repair: () => ({ TrailName: arn, AdvancedEventSelectors: advancedEventSelectors }),
  };
}

/** Which Insights are looked for in management events. Others, which the stack did not ask for, weaken nothing. */
export function insightSelectors({
  arn,
  insightTypes,
}: DesiredTrail): StackPart<readonly InsightSelector[], "cloudtrail:PutInsightSelectors"> {
  return {
    id: "insight-selectors",
    of: "trail",
    operation: "cloudtrail:PutInsightSelectors",
    words: putBack("its Insights selectors"),
    read: async (call) => {
      const found = await absentAsUndefined(
        nothingIfUnset(
          call("cloudtrail:GetInsightSelectors", { TrailName: arn }),
          "InsightNotEnabledException",
        ),
        NO_TRAIL,
      );
      return found && (found.InsightSelectors ?? []);
    },
    isAsDeployed: (found) =>
      insightTypes.every((type) =>
        found.some(
          ({ InsightType, EventCategories = ["Management"] }) =>
            InsightType === type && EventCategories.includes("Management"),
        ),
      ),
    repair: () => ({
      TrailName: arn,
      InsightSelectors: insightTypes.map((InsightType) => ({ InsightType })),
    }),
  };
}
