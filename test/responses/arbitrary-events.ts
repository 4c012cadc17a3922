import fc from "fast-check";
import assert from "node:assert/strict";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import type { Playbook } from "../../responses/playbook";

/**
 * Declares the test that a playbook reads no event wrongly: whatever is in it, {@link Playbook.targets} throws nothing
 * and names nothing but texts.
 *
 * @param examples events that name targets; they are spoilt in every place
 */
export function checkTargetsOfAnything(
  playbook: Pick<Playbook, "targets">,
  examples: readonly CloudTrailEvent[],
): void {
  it("takes any event, however spoilt, and names nothing but texts", () => {
    fc.assert(
      fc.property(anyEvent(examples), (event) => {
        for (const ids of playbook.targets(event)) {
          for (const [key, value] of Object.entries(ids)) {
            assert.ok(typeof value === "string" && value !== "", `${key} is ${JSON.stringify(value)}`);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
}

function anyEvent(examples: readonly CloudTrailEvent[]): fc.Arbitrary<CloudTrailEvent> {
  const anything = fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom<unknown>(null, "", " ", 0, 1, true, [], {}, [[]], [{}], [null]) },
    fc.jsonValue({ maxDepth: 2 }),
  );
  const spoilt = fc
    .tuple(fc.constantFrom(...examples), fc.array(fc.tuple(fc.nat(), anything), { maxLength: 3 }))
    .map(([example, changes]) => {
      let event: unknown = structuredClone(example);
      for (const [place, value] of changes) event = withChange(event, place, value);
      return event as CloudTrailEvent;
    });
  const fields = { userIdentity: anything, requestParameters: anything, responseElements: anything };
  const made = fc
    .record({ eventName: fc.constantFrom(...examples.map(({ eventName }) => eventName)), ...fields })
    .map((event) => ({ ...event, eventTime: "2026-03-02T10:00:00Z" }) as CloudTrailEvent);
  return fc.oneof({ weight: 3, arbitrary: spoilt }, made);
}

/** The event with the value in one of its places below the top; the name and the time of an event are sure. */
function withChange(event: unknown, place: number, value: unknown): unknown {
  const places = pathsOf(event).filter(([key]) => key !== "eventName" && key !== "eventTime");
  const path = places[place % places.length];
  return path === undefined ? event : replaced(event, path, value);
}

function pathsOf(value: unknown, above: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [[...above, key], ...pathsOf(item, [...above, key])]);
}

function replaced(within: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(within))
    return within.map(
      (item, index) => (String(index) === key ? replaced(item, rest, value) : item) as unknown,
    );
  const record = within as Readonly<Record<string, unknown>>;
  return { ...record, [key]: replaced(record[key], rest, value) };
}
