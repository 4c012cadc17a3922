import type { StackGraph } from "./graph";
import type { Resource } from "./resource";
import { COMPLIANT, type Verdict, undecided, violation } from "./verdict";

/**
 * Checks that a boolean property has the wanted value.
 * @param absentMeans What the provider does when the property is not set.
 */
export function checkFlag(
  resource: Resource,
  property: string,
  wanted: boolean,
  absentMeans: boolean,
  what: string,
): Verdict {
  const reading = resource.read(property);
  if (reading.state === "unknown") return undecided(reading.path);
  const value = reading.state === "absent" ? absentMeans : reading.value;
  return value === wanted ? COMPLIANT : violation(what);
}

/** Whether a property refers to another resource. */
export type Reference = "set" | "absent" | "undecided";

/**
 * Tells whether a property refers to something: a non-empty literal, or a value that is unknown in preview but made
 * from a resource of one of the expected types.
 */
export function referenceOf(
  resource: Resource,
  property: string,
  graph: StackGraph,
  types: readonly string[],
): Reference {
  const reading = resource.read(property);
  if (reading.state === "unknown") return graph.isMadeFrom(resource, property, types) ? "set" : "undecided";
  return reading.state === "known" && reading.value !== "" ? "set" : "absent";
}
