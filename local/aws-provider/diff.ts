import { isFilledIn } from "./check";
import type { ResourceDefinition } from "./resource";
import { hasUnknown, sameValue, type WireProperties } from "./values";

/** What an update would do. */
export interface InputDiff {
  readonly changed: readonly string[];
  /** The changed inputs that cannot change in place. */
  readonly replaces: readonly string[];
  /** The new resource would carry the old one's physical name, so the old one goes first. */
  readonly deleteBeforeReplace: boolean;
}

/** Compares the old inputs with the new ones, property by property. An unknown value counts as a change. */
export function diffInputs(
  definition: ResourceDefinition,
  old: WireProperties,
  inputs: WireProperties,
): InputDiff {
  const changed = [...new Set([...Object.keys(old), ...Object.keys(inputs)])]
    .filter((property) => !property.startsWith("__"))
    .filter((property) => hasUnknown(inputs[property]) || !sameValue(old[property], inputs[property]))
    .sort();
  const replaces = changed.filter(
    (property) => definition.replaceOn.includes(property) || property === "region",
  );
  return {
    changed,
    replaces,
    deleteBeforeReplace: replaces.length > 0 && keepsName(definition, old, inputs),
  };
}

/**
 * Resources without a name of their own are addressed by the inputs that replace them, so two can stand side by side;
 * a named one can only when the provider picks its name anew.
 */
function keepsName({ autoName }: ResourceDefinition, old: WireProperties, inputs: WireProperties): boolean {
  if (!autoName) return false;
  const { property } = autoName;
  return !isFilledIn(inputs, property) && sameValue(old[property], inputs[property]);
}
