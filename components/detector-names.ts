import * as pulumi from "@pulumi/pulumi";
import type { CloudContext } from "./context";

/**
 * Names of the detector's parts that others have to know before, or without, seeing the parts themselves: policies
 * name roles that do not exist yet, and the log-archive account and the organization's members have stacks of their own.
 */

/** Longest name of an IAM role (IAM API reference, CreateRole). */
const MAX_ROLE_NAME_CHARACTERS = 64;

const DETECT_SUFFIX = "-detect";

/**
 * Role of the detect function. It is named after the trail and not after the stack, because both stacks of a
 * two-account deployment know the trail's name: the archive admits the role before it exists.
 */
export function detectRoleName(trailName: string): string {
  return roleNameAfter(trailName, DETECT_SUFFIX);
}

/** The name of a role that is called after the trail, cut off where IAM takes no more of it. */
export function roleNameAfter(trailName: string, suffix: string): string {
  return `${trailName.slice(0, MAX_ROLE_NAME_CHARACTERS - suffix.length)}${suffix}`;
}

export function detectFunctionName(namePrefix: string): string {
  return `${namePrefix}${DETECT_SUFFIX}`;
}

/** Bus that the forwarding rules of all regions, and of the organization's members, send to. */
export function rawEventBusName(namePrefix: string): string {
  return `${namePrefix}-raw-events`;
}

/** What the name of every forwarding role ends with; the raw-event bus admits roles of members by it. */
export const FORWARD_ROLE_SUFFIX = "-forward-events";

export function forwardRoleName(namePrefix: string): string {
  return `${namePrefix}${FORWARD_ROLE_SUFFIX}`;
}

/** Forwarding rules, numbered from 1; the forwarding role trusts them by this name. */
export function forwardRuleName(namePrefix: string, number: number | "*"): string {
  return `${namePrefix}-forward-${number}`;
}

/** ARN that a role of a name has, whether it exists yet or not. */
export function roleArnOf(
  { partition, accountId }: Pick<CloudContext, "partition" | "accountId">,
  roleName: string,
): pulumi.Output<string> {
  return pulumi.interpolate`arn:${partition}:iam::${accountId}:role/${roleName}`;
}
