import { partitionOf } from "../../formats/partition";
import { rule, type Finding, type KeyPath, type Rule } from "./rule";

/** A finding when an ARN is of another partition. Shows the partition alone, never the ARN. */
function arnFinding(key: KeyPath, arn: string | undefined, partition: string): Finding | undefined {
  const [prefix, actual = ""] = arn?.split(":", 2) ?? [];
  if (prefix !== "arn" || actual === partition) return undefined;
  return {
    key,
    problem: `is an ARN of another partition than the stack's, ${partition}`,
    allowed: `an ARN that begins with arn:${partition}:`,
  };
}

function regionFinding(key: KeyPath, region: string | undefined, partition: string): Finding | undefined {
  if (region === undefined || partitionOf(region) === partition) return undefined;
  return {
    key,
    problem: `is ${region}, a region of another partition than the stack's, ${partition}`,
    allowed: `a region of ${partition}`,
  };
}

function subscriptionRule(key: "pageSubscriptions" | "noticeSubscriptions"): Rule {
  return rule([key, "partition"], (facts) =>
    facts[key].map(({ protocol, endpoint }, index) =>
      protocol === "sqs" || protocol === "lambda"
        ? arnFinding(`${key}[${index}].endpoint`, endpoint, facts.partition)
        : undefined,
    ),
  );
}

function arnListRule(
  key:
    | "archiveAdministrators"
    | "archiveReaders"
    | "breakGlassPrincipals"
    | "neverTouchPrincipals"
    | "neverTouchResources",
): Rule {
  return rule([key, "partition"], (facts) =>
    facts[key].map((entry, index) => arnFinding(`${key}[${index}]`, entry, facts.partition)),
  );
}

/** Partitions share nothing: every ARN and region of the settings is of the stack's own. */
export const PARTITION_RULES: readonly Rule[] = [
  rule(["archive", "partition"], ({ archive, partition }) => [
    arnFinding("archive.keyArn", archive?.keyArn, partition),
    arnFinding("archive.fileArrivedTopicArn", archive?.fileArrivedTopicArn, partition),
  ]),
  rule(["existingKeyArn", "partition"], ({ existingKeyArn, partition }) => [
    arnFinding("existingKeyArn", existingKeyArn, partition),
  ]),
  rule(["adopt", "partition"], ({ adopt, partition }) => [
    arnFinding("adopt.trail", adopt?.trail, partition),
    arnFinding("adopt.key", adopt?.key, partition),
  ]),
  rule(["dataEvents", "partition"], ({ dataEvents, partition }) =>
    dataEvents.flatMap(({ arnPrefixes }, index) =>
      arnPrefixes.map((prefix, at) =>
        arnFinding(`dataEvents[${index}].arnPrefixes[${at}]`, prefix, partition),
      ),
    ),
  ),
  rule(["rawEventBusArn", "partition"], ({ rawEventBusArn, partition }) => [
    arnFinding("rawEventBusArn", rawEventBusArn, partition),
  ]),
  rule(["trailRegion", "partition"], ({ trailRegion, partition }) => [
    regionFinding("trailRegion", trailRegion, partition),
  ]),
  rule(["replicaRegion", "partition"], ({ replicaRegion, partition }) => [
    regionFinding("replicaRegion", replicaRegion, partition),
  ]),
  rule(["monitoredRegions", "partition"], ({ monitoredRegions, partition }) =>
    monitoredRegions.map((region, index) => regionFinding(`monitoredRegions[${index}]`, region, partition)),
  ),
  arnListRule("archiveAdministrators"),
  arnListRule("archiveReaders"),
  arnListRule("breakGlassPrincipals"),
  arnListRule("neverTouchPrincipals"),
  arnListRule("neverTouchResources"),
  subscriptionRule("pageSubscriptions"),
  subscriptionRule("noticeSubscriptions"),
];
