import { createHash, randomBytes } from "node:crypto";
import type { AutoName, ResourceDefinition } from "./resource";
import { mapWithinSecret, unwrapSecrets, type WireProperties } from "./values";

/** One input that cannot be accepted; the engine adds the resource's type and name. */
export interface InputProblem {
  readonly property: string;
  readonly reason: string;
}

/**
 * The inputs that the provider filled in by itself, kept in the state under the bridge's own name for it, so that an
 * automatic name stays on updates and changes on replacement.
 */
const FILLED_IN = "__defaults";

/** Checks a resource's inputs and completes them: defaults, provider-wide tags, and a name if there is none. */
export function checkInputs(
  definition: ResourceDefinition,
  resource: {
    readonly name: string;
    /** The inputs of the update before; absent for a new resource and for a replacement. */
    readonly old?: WireProperties;
    readonly inputs: WireProperties;
    /** Makes the random part of a name repeatable; random when empty. */
    readonly seed: Uint8Array;
    readonly defaultTags: Readonly<Record<string, string>>;
  },
): { readonly inputs: WireProperties; readonly problems: readonly InputProblem[] } {
  const given = withoutNulls(resource.inputs);
  const inputs: WireProperties = { ...given };
  const filledIn: string[] = [];
  for (const [property, value] of Object.entries(definition.defaults ?? {})) {
    if (inputs[property] !== undefined) continue;
    inputs[property] = value;
    filledIn.push(property);
  }
  if (definition.optional?.includes("tags") && Object.keys(resource.defaultTags).length > 0)
    inputs.tags = mergeTags(resource.defaultTags, inputs.tags);
  const { autoName } = definition;
  if (autoName && inputs[autoName.property] === undefined) {
    inputs[autoName.property] =
      keptName(autoName, resource.old) ?? newName(autoName, resource.name, resource.seed, inputs);
    filledIn.push(autoName.property);
  }
  inputs[FILLED_IN] = filledIn;
  return { inputs, problems: findProblems(definition, given) };
}

/** A program's null means "not given", as its undefined does, which never comes this far. */
function withoutNulls(inputs: WireProperties): WireProperties {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== null));
}

function mergeTags(defaults: Readonly<Record<string, string>>, tags: unknown): unknown {
  // Unknown as a whole: what they are comes later, and the defaults with it.
  if (typeof tags === "string") return tags;
  return mapWithinSecret(tags ?? {}, (own) => ({ ...defaults, ...(own as object) }));
}

function keptName(autoName: AutoName<never>, old: WireProperties | undefined): unknown {
  return isFilledIn(old, autoName.property) ? old?.[autoName.property] : undefined;
}

/** Whether the provider, not the program, chose an input. */
export function isFilledIn(inputs: WireProperties | undefined, property: string): boolean {
  const names = inputs?.[FILLED_IN];
  return Array.isArray(names) && names.includes(property);
}

const RANDOM_DIGITS = 7;

function newName(
  { prefix = "", suffix, lowerCase, maxLength }: AutoName<Record<string, unknown>>,
  resourceName: string,
  seed: Uint8Array,
  inputs: WireProperties,
): string {
  const bytes =
    seed.length > 0 ? createHash("sha256").update(seed).update(resourceName).digest() : randomBytes(4);
  const random = bytes.toString("hex").slice(0, RANDOM_DIGITS);
  const ending = `-${random}${suffix?.(unwrapSecrets(inputs) as Record<string, unknown>) ?? ""}`;
  const base = lowerCase ? resourceName.toLowerCase() : resourceName;
  return `${prefix}${base.slice(0, maxLength - prefix.length - ending.length)}${ending}`;
}

function findProblems(definition: ResourceDefinition, inputs: WireProperties): InputProblem[] {
  const { required = [], optional = [], stateOnly = [], unsupported = [] } = definition;
  const given = Object.keys(inputs);
  const missing = required
    .filter((property) => inputs[property] === undefined)
    .map((property) => ({
      property,
      reason: `Missing required property "${property}" of ${definition.type}.`,
    }));
  const refused = given
    .filter((property) => unsupported.includes(property))
    .map((property) => ({
      property,
      reason: `Property "${property}" of ${definition.type} is not supported by the local provider.`,
    }));
  const known = new Set<string>([...required, ...optional, ...stateOnly, ...unsupported]);
  const unknown = given
    .filter((property) => !known.has(property) && !property.startsWith("__"))
    .map((property) => ({ property, reason: `${definition.type} has no property "${property}".` }));
  return [...missing, ...refused, ...unknown];
}
