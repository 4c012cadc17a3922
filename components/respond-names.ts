import { roleNameAfter } from "./detector-names";

/**
 * Names of the respond function and its role. Policies name the role, and the trail's selectors the function, before
 * either exists; members of the organization have stacks of their own, and know the trail's name.
 */

const RESPOND_SUFFIX = "-respond";

/** Role of the respond function; named after the trail, as `detectRoleName` is. */
export function respondRoleName(trailName: string): string {
  return roleNameAfter(trailName, RESPOND_SUFFIX);
}

export function respondFunctionName(namePrefix: string): string {
  return `${namePrefix}${RESPOND_SUFFIX}`;
}
