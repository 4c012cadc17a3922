import { valueAt } from "./event-fields";

/**
 * Elements of a list at a path of nested objects: of an array, or below `items`, as EC2's lists are recorded. A lone
 * element counts as a list of one; none where there is nothing.
 */
export function itemsAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = valueAt(value, ...path);
  const list = valueAt(found, "items") ?? found;
  if (Array.isArray(list)) return list;
  return list === undefined || list === null ? [] : [list];
}
