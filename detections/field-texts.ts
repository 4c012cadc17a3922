import type { CloudTrailEvent } from "../formats/cloudtrail/event";
import { computedField } from "./computed-fields";
import { pathOf, textsAt } from "./sigma/fields";

/** Texts of all values that a field has in an event, recorded or computed; objects have none. */
export function fieldTexts(event: CloudTrailEvent, field: string): string[] {
  const compute = computedField(field);
  return compute ? textsAt(compute(event), []) : textsAt(event, pathOf(field));
}
