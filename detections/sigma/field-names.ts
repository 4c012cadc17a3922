import { suggestName } from "../../formats/suggest-name";
import { COMPUTED_FIELD_NAMES, COMPUTED_FIELD_PREFIX } from "../computed-fields";

/** Fields that the detector knows only when it correlates: the matched rule's id and its first ATT&CK tactic. */
export const CORRELATION_FIELD_NAMES: readonly string[] = ["trailkeeper.rule", "trailkeeper.tactic"];

/** What is wrong with a field name, or undefined. `additional` are names that are fine in this place as well. */
export function fieldNameMistake(field: string, additional: readonly string[] = []): string | undefined {
  if (additional.includes(field)) return undefined;
  if (field.split(".").some((part) => part.trim() !== part || part === ""))
    return `${JSON.stringify(field)} is no field name; write the path with dots, for example userIdentity.type`;
  if (field.includes("|"))
    return `${JSON.stringify(field)} has a modifier; modifiers belong in selections, name the field alone`;
  const known = [
    ...COMPUTED_FIELD_NAMES,
    ...additional.filter((name) => name.startsWith(COMPUTED_FIELD_PREFIX)),
  ];
  if (!field.startsWith(COMPUTED_FIELD_PREFIX) || known.includes(field)) return undefined;
  const meant = suggestName(field, known);
  return `${field} is no computed field; ${meant === undefined ? `there are ${known.join(", ")}` : `did you mean ${meant}?`}`;
}
