import { textAt } from "./event-fields";

/** Forms of EC2's ids: 8 or 17 hexadecimal digits behind a prefix (EC2 User Guide, "Resource IDs"); fewer in examples. */
export const INSTANCE_ID = /^i-[0-9a-f]{1,17}$/;
export const SECURITY_GROUP_ID = /^sg-[0-9a-f]{1,17}$/;
export const SECURITY_GROUP_RULE_ID = /^sgr-[0-9a-f]{1,17}$/;
export const SNAPSHOT_ID = /^snap-[0-9a-f]{1,17}$/;
export const IMAGE_ID = /^ami-[0-9a-f]{1,17}$/;

/**
 * The text at a path of nested objects, when it has the form of an id. What an event says is put into calls, records
 * and commands for people; nothing else than an id may get there.
 */
export function idAt(value: unknown, form: RegExp, ...path: readonly string[]): string | undefined {
  const text = textAt(value, ...path);
  return text !== undefined && form.test(text) ? text : undefined;
}
