import { createHash } from "node:crypto";
import type { ResponseOrder } from "./order";

/**
 * Id of the response to an order: the same for the same alert, playbook and target, however often and in whatever order
 * its ids come.
 *
 * @returns 32 hex digits
 */
export function responseIdOf({ alert, playbook, target }: Omit<ResponseOrder, "actor">): string {
  const { partition, accountId, region, ids } = target;
  const identity = [alert.id, playbook, partition, accountId, region, sortedEntries(ids)];
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 32);
}

/** A flat map as a list that is the same whatever the order of its keys. */
export function sortedEntries(map: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}
