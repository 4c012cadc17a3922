import type { KeyDefinition } from "./keys";

/** Text that Pulumi stores for a key, as the value its type means; text of another type stays as it is. */
export type Decoded = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

/**
 * Pulumi hands every configuration value over as text, lists and objects as JSON. An empty text or object of an
 * optional key means "not set": Pulumi.yaml cannot declare a key without a default that a stack may leave out.
 */
export function decode(definition: KeyDefinition, text: string | undefined): Decoded {
  if (text === undefined) return { ok: true, value: unsetWhenEmpty(definition, definition.default) };
  switch (definition.type) {
    case "string":
      return { ok: true, value: unsetWhenEmpty(definition, text) };
    case "integer":
      return { ok: true, value: /^-?\d+$/.test(text) ? Number(text) : text };
    case "boolean":
      return { ok: true, value: text === "true" ? true : text === "false" ? false : text };
    case "array":
    case "object":
      try {
        return { ok: true, value: unsetWhenEmpty(definition, JSON.parse(text)) };
      } catch {
        // JSON.parse quotes the text in its message, and the text may be a secret.
        return { ok: false };
      }
  }
}

function unsetWhenEmpty(definition: KeyDefinition, value: unknown): unknown {
  const empty =
    (definition.type === "string" && value === "") ||
    (definition.type === "object" && JSON.stringify(value) === "{}");
  return empty && definition.schema.safeParse(undefined).success ? undefined : value;
}
