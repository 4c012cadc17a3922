import { parseArn } from "../../formats/arn";
import { rule, when, type Rule } from "./rule";

/** Rules about which account owns what, and what is taken over. */
export const ACCOUNT_RULES: readonly Rule[] = [
  rule(["deployment", "trailAccountId"], ({ deployment, trailAccountId }) => [
    when(deployment === "archive" && trailAccountId === undefined, {
      key: "trailAccountId",
      problem: "is missing although deployment is archive",
      allowed: "the id of the account that owns the trail, in quotes",
    }),
    when(deployment !== "archive" && trailAccountId !== undefined, {
      key: "trailAccountId",
      problem: `is set although deployment is ${deployment}, which makes no archive for another account's trail`,
      allowed: "nothing, or deployment archive",
    }),
  ]),

  rule(["deployment", "archive"], ({ deployment, archive }) => [
    when(deployment === "trail" && archive === undefined, {
      key: "archive",
      problem: "is missing although deployment is trail",
      allowed: "an object {bucketName, keyArn}, the outputs of the stack with deployment archive",
    }),
    when(deployment !== "trail" && archive !== undefined, {
      key: "archive",
      problem: `is set although deployment is ${deployment}, which ${deployment === "forwarder" ? "needs no archive" : "has an archive of its own"}`,
      allowed: "nothing, or deployment trail; for a bucket that exists already, existingBucketName",
    }),
  ]),

  rule(["deployment", "rawEventBusArn"], ({ deployment, rawEventBusArn }) => [
    when(deployment === "forwarder" && rawEventBusArn === undefined, {
      key: "rawEventBusArn",
      problem: "is missing although deployment is forwarder",
      allowed: "the output rawEventBusArn of the stack with the detections",
    }),
    when(deployment !== "forwarder" && rawEventBusArn !== undefined, {
      key: "rawEventBusArn",
      problem: `is set although deployment is ${deployment}, which has a bus of its own or needs none`,
      allowed: "nothing, or deployment forwarder",
    }),
    // A rule on a default bus that sends to a default bus can feed itself, and no detection listens there.
    when(rawEventBusArn?.endsWith(":event-bus/default") === true, {
      key: "rawEventBusArn",
      problem: "is a default event bus, to which no detection listens",
      allowed: "the output rawEventBusArn of the stack with the detections",
    }),
  ]),

  rule(["deployment", "trailRegion", "region"], ({ deployment, trailRegion, region }) => [
    when(deployment !== "archive" && trailRegion !== undefined && trailRegion !== region, {
      key: "trailRegion",
      problem: `is ${trailRegion}, but this stack makes its trail in ${region}`,
      allowed: "nothing; change aws:region to move the trail's home",
    }),
  ]),

  rule(["deployment", "existingBucketName"], ({ deployment, existingBucketName }) => [
    when(deployment !== "combined" && existingBucketName !== undefined, {
      key: "existingBucketName",
      problem: `is set although deployment is ${deployment}`,
      allowed: "deployment combined; with deployment trail, set archive instead",
    }),
  ]),

  rule(["deployment", "adopt"], ({ deployment, adopt }) => [
    when((deployment === "archive" || deployment === "forwarder") && adopt?.trail !== undefined, {
      key: "adopt.trail",
      problem: `is set although deployment is ${deployment}, which makes no trail`,
      allowed: "nothing, or another deployment",
    }),
    when((deployment === "trail" || deployment === "forwarder") && adopt?.bucket !== undefined, {
      key: "adopt.bucket",
      problem: `is set although deployment is ${deployment}, which makes no archive`,
      allowed: "nothing, or another deployment",
    }),
    when((deployment === "trail" || deployment === "forwarder") && adopt?.key !== undefined, {
      key: "adopt.key",
      problem: `is set although deployment is ${deployment}, which makes no archive`,
      allowed: "nothing, or another deployment",
    }),
  ]),

  rule(["deployment", "replicaRegion"], ({ deployment, replicaRegion }) => [
    when((deployment === "trail" || deployment === "forwarder") && replicaRegion !== undefined, {
      key: "replicaRegion",
      problem: `is set although deployment is ${deployment}, which makes no archive`,
      allowed: "nothing here; set it in the stack with deployment archive",
    }),
  ]),

  // A name or region that differs would make Pulumi replace the trail it was asked to keep.
  rule(["adopt", "trailName", "namePrefix", "region"], ({ adopt, trailName, namePrefix, region }) => {
    const arn = adopt?.trail === undefined ? undefined : parseArn(adopt.trail);
    if (arn === undefined) return [];
    const adoptedName = arn.resource.slice("trail/".length);
    return [
      when(adoptedName !== (trailName ?? namePrefix), {
        key: "adopt.trail",
        problem: `names trail ${adoptedName}, but this stack's trail is ${trailName ?? namePrefix}`,
        allowed: `a trail of that name; to keep the adopted one, set trailName to ${adoptedName}`,
      }),
      when(arn.region !== region, {
        key: "adopt.trail",
        problem: `names a trail whose home region is ${arn.region}, but this stack is in ${region}`,
        allowed: "a trail of the stack's region",
      }),
    ];
  }),
];
