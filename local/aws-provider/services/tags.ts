/** Tags as Pulumi resources hold them. */
export type Tags = Readonly<Record<string, string>>;

/** Tags as most AWS APIs take them. */
export interface TagPair {
  readonly Key: string;
  readonly Value: string;
}

/** `{ a: "b" }` as `[{ Key: "a", Value: "b" }]`. */
export function tagPairs(tags: Tags | undefined): { Key: string; Value: string }[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

/** Keys that the new tags no longer have. */
export function removedTagKeys(old: Tags | undefined, tags: Tags | undefined): string[] {
  return Object.keys(old ?? {}).filter((key) => tags?.[key] === undefined);
}

/**
 * Brings the tags of a resource from the old set to the new one with the service's own pair of calls, and makes
 * neither call when there is nothing to do.
 */
export async function changeTags(
  old: Tags | undefined,
  tags: Tags | undefined,
  calls: {
    readonly add: (tags: Tags) => Promise<unknown>;
    readonly remove: (keys: string[]) => Promise<unknown>;
  },
): Promise<void> {
  const removed = removedTagKeys(old, tags);
  if (removed.length > 0) await calls.remove(removed);
  const added = Object.entries(tags ?? {}).filter(([key, value]) => old?.[key] !== value);
  if (added.length > 0) await calls.add(Object.fromEntries(added));
}
