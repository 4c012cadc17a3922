/** An advanced event selector as the aws provider takes it. */
export interface Selector {
  readonly name?: string;
  readonly fieldSelectors: readonly FieldSelector[];
}

interface FieldSelector {
  readonly field: string;
  readonly equals?: readonly string[];
  readonly startsWiths?: readonly string[];
  readonly endsWiths?: readonly string[];
  readonly notEquals?: readonly string[];
  readonly notStartsWiths?: readonly string[];
  readonly notEndsWiths?: readonly string[];
}

/** What CloudTrail looks at in an event, by the names that selectors use. */
export type EventFields = Readonly<Record<string, string>>;

/**
 * Whether a trail records an event: some selector matches in all of its fields. In a field one of the including
 * conditions must hold, if there are any, and none of the excluding ones (CloudTrail User Guide, "How CloudTrail evaluates
 * multiple conditions for a field").
 */
export function isRecorded(selectors: readonly Selector[], event: EventFields): boolean {
  return selectors.some(({ fieldSelectors }) =>
    fieldSelectors.every((selector) => fieldMatches(selector, event[selector.field] ?? "")),
  );
}

function fieldMatches(selector: FieldSelector, value: string): boolean {
  const { equals = [], startsWiths = [], endsWiths = [] } = selector;
  const { notEquals = [], notStartsWiths = [], notEndsWiths = [] } = selector;
  const includes = equals.length + startsWiths.length + endsWiths.length > 0;
  const included = holds(value, equals, startsWiths, endsWiths);
  return (!includes || included) && !holds(value, notEquals, notStartsWiths, notEndsWiths);
}

function holds(
  value: string,
  same: readonly string[],
  starts: readonly string[],
  ends: readonly string[],
): boolean {
  return (
    same.includes(value) ||
    starts.some((start) => value.startsWith(start)) ||
    ends.some((end) => value.endsWith(end))
  );
}
