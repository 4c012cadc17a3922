import { roleNameAfter } from "./detector-names";

/**
 * Names of the restore function and its role. The archive's bucket policy names the role, and the trail's selectors the
 * function, before either exists.
 */

const RESTORE_SUFFIX = "-restore";

/** Role of the restore function; named after the trail, as `detectRoleName` is. */
export function restoreRoleName(trailName: string): string {
  return roleNameAfter(trailName, RESTORE_SUFFIX);
}

export function restoreFunctionName(namePrefix: string): string {
  return `${namePrefix}${RESTORE_SUFFIX}`;
}
