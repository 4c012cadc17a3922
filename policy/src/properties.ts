/**
 * Reading of one property. Policies must not touch a property that may be unknown: the SDK's proxy throws on every read
 * of an unknown value, which turns a mandatory policy into silent advice. `in` does not throw, so presence is asked first
 * and the one read is guarded.
 */
export type Reading =
  | { readonly state: "known"; readonly value: unknown }
  | { readonly state: "absent" }
  | { readonly state: "unknown"; readonly path: string };

export type PathStep = string | number;

/** Stands for an unknown value inside a copied object. */
export const UNKNOWN: unique symbol = Symbol("unknown until the update");

/** What the SDK throws when an unknown value is read; its class is not part of the SDK's published types. */
export function isUnknownValueError(error: unknown): boolean {
  return error instanceof Error && "unknownTypeSentinel" in error;
}

/** Reads `path` below `root`; `null` counts as absent, as in the Pulumi type system. Never throws on unknown values. */
export function readPath(root: unknown, path: readonly PathStep[]): Reading {
  let value = root;
  for (const [index, step] of path.entries()) {
    if (typeof value !== "object" || value === null || !(step in value)) return { state: "absent" };
    const next = guardedRead(value, step);
    if (next === UNKNOWN) return { state: "unknown", path: path.slice(0, index + 1).join(".") };
    value = next;
  }
  return value === undefined || value === null ? { state: "absent" } : { state: "known", value };
}

/** Copies a value out of the SDK's proxy, with {@link UNKNOWN} in place of every unknown part. */
export function copyOut(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    return Array.from({ length: value.length }, (_, index) => copyOut(guardedRead(value, index)));
  }
  return Object.fromEntries(Object.keys(value).map((key) => [key, copyOut(guardedRead(value, key))]));
}

function guardedRead(value: object, step: PathStep): unknown {
  try {
    return (value as Record<PathStep, unknown>)[step];
  } catch (error) {
    if (isUnknownValueError(error)) return UNKNOWN;
    throw error;
  }
}
