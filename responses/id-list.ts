/** What separates the ids of a list; none of AWS's ids, accounts, ARNs and networks has a comma. */
const SEPARATOR = ",";

/** Longer ids of targets are not believed; see guards.ts. */
const MAXIMUM_LENGTH = 2000;

/**
 * Ids as one text, as targets name several; the same ids in any order make the same text. In more than one text when
 * one would be too long.
 */
export function idLists(ids: readonly string[]): readonly string[] {
  const lists: string[] = [];
  for (const id of [...new Set(ids)].sort()) {
    const longer = lists.length === 0 ? id : `${lists.at(-1)}${SEPARATOR}${id}`;
    if (lists.length === 0 || longer.length > MAXIMUM_LENGTH) lists.push(id);
    else lists[lists.length - 1] = longer;
  }
  return lists;
}

/** The ids in a text that {@link idLists} has made. */
export function idsIn(list: string | undefined): readonly string[] {
  return list === undefined ? [] : list.split(SEPARATOR);
}
