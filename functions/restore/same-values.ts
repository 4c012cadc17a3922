/**
 * Whether two JSON values say the same where the order of lists, and empty lists, mean nothing: event selectors, which
 * CloudTrail gives back in an order of its own.
 */
export function sameValues(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/**
 * Whether a bucket's policy is the desired one, where beside orders a single value may be written as a list of one (IAM
 * User Guide, "Grammar of the IAM JSON policy language"). Other ways to write the same rights are told apart: rather one
 * policy too many put back than one too few.
 *
 * @param document JSON text; undefined where there is no policy
 */
export function isPolicy(document: string | undefined, desired: unknown): boolean {
  const policy = document === undefined ? undefined : parsed(document);
  return policy !== undefined && sameValues(asLists(policy), asLists(desired));
}

function parsed(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch (error) {
    // Not a policy at all, and so not the desired one.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Lists in an order that depends on what is in them alone; keys in order; empty lists and what is undefined left out. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value))
    return value
      .map(sorted)
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      .filter((item, index, all) => JSON.stringify(item) !== JSON.stringify(all[index - 1]));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined && !(Array.isArray(item) && item.length === 0))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

/** Every value of a policy document as a list, its statements among them; not the objects that hold lists by name. */
function asLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => (isObject(item) ? asLists(item) : item));
  if (!isObject(value)) return [value];
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === "Statement" && isObject(item) ? [asLists(item)] : asLists(item),
    ]),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
