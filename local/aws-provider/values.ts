import { runtime } from "@pulumi/pulumi";

/** A property bag as the engine sends it: secrets and assets are wrapped objects, unknowns are marker strings. */
export type WireProperties = Record<string, unknown>;

/**
 * The strings by which the engine marks a value that is not known yet, one for each type it may have
 * (pulumi/pulumi, `sdk/go/common/resource/plugin/rpc.go`).
 */
const UNKNOWNS: ReadonlySet<unknown> = new Set([
  runtime.unknownValue,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** What the engine reads as "known after the update". */
export const UNKNOWN = runtime.unknownValue;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSecret(value: unknown): value is { readonly value: unknown } {
  return isObject(value) && value[runtime.specialSigKey] === runtime.specialSecretSig;
}

export function isArchive(value: unknown): value is Record<string, unknown> {
  return isObject(value) && value[runtime.specialSigKey] === runtime.specialArchiveSig;
}

export function isAsset(value: unknown): value is Record<string, unknown> {
  return isObject(value) && value[runtime.specialSigKey] === runtime.specialAssetSig;
}

/** Whether a value is, or holds, something not known before the update. */
export function hasUnknown(value: unknown): boolean {
  if (UNKNOWNS.has(value)) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

/** The value without secret wrappers, at every depth. */
export function unwrapSecrets(value: unknown): unknown {
  if (isSecret(value)) return unwrapSecrets(value.value);
  if (Array.isArray(value)) return value.map(unwrapSecrets);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrapSecrets(item)]));
}

/** Changes a value that may be secret as a whole, and keeps it secret if it was. */
export function mapWithinSecret(value: unknown, change: (plain: unknown) => unknown): unknown {
  return isSecret(value) ? { ...value, value: change(value.value) } : change(value);
}

/** Every string that the properties hold inside a secret. */
export function secretStrings(value: unknown, inSecret = false): string[] {
  if (isSecret(value)) return secretStrings(value.value, true);
  if (typeof value === "string") return inSecret && value !== "" ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => secretStrings(item, inSecret));
  return isObject(value) ? Object.values(value).flatMap((item) => secretStrings(item, inSecret)) : [];
}

/** Wraps the outputs that repeat one of the secrets, so that the state encrypts them too. */
export function keepSecret(outputs: WireProperties, secrets: readonly string[]): WireProperties {
  if (secrets.length === 0) return outputs;
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [
      name,
      secrets.some((secret) => holds(value, secret))
        ? { [runtime.specialSigKey]: runtime.specialSecretSig, value }
        : value,
    ]),
  );
}

function holds(value: unknown, text: string): boolean {
  if (typeof value === "string") return value.includes(text);
  if (Array.isArray(value)) return value.some((item) => holds(item, text));
  return isObject(value) && Object.values(value).some((item) => holds(item, text));
}

/** Removes secrets from a message that a service may have put its input into. */
export function redact(message: string, secrets: readonly string[]): string {
  return secrets.reduce((text, secret) => text.replaceAll(secret, "[secret]"), message);
}

/**
 * Whether two inputs mean the same: key order does not count, neither does the layout of a JSON document, and two
 * assets are the same when their hashes are.
 */
export function sameValue(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

function canonical(value: unknown): string {
  return JSON.stringify(ordered(value)) ?? "";
}

function ordered(value: unknown): unknown {
  if (isSecret(value)) return ordered(value.value);
  if (typeof value === "string") return parsedDocument(value);
  if (Array.isArray(value)) return value.map(ordered);
  if (!isObject(value)) return value;
  if ((isAsset(value) || isArchive(value)) && typeof value.hash === "string") return { hash: value.hash };
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, ordered(value[key])]),
  );
}

function parsedDocument(text: string): unknown {
  if (!text.trimStart().startsWith("{")) return text;
  try {
    return { document: ordered(JSON.parse(text)) };
  } catch {
    // Text that only looks like a document, a metric filter pattern for example, is compared as it is.
    return text;
  }
}

/** A document input as text: programs give policies as JSON text or as an object. */
export function jsonText(document: unknown): string {
  return typeof document === "string" ? document : JSON.stringify(document);
}

/** An input as SNS and SQS take their attributes, which are all strings: an absent one clears the attribute. */
export function attributeText(value: unknown): string {
  return value === undefined ? "" : jsonText(value);
}

/** The settings without those that are undefined, so that they can be laid over others. */
export function defined<Settings extends object>(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Settings;
}

/**
 * Turns the camelCase members of a value into the PascalCase that the AWS APIs use, at every depth. Only for values
 * without free-form keys, such as tags.
 *
 * @param renames members that AWS spells otherwise, for example `{ id: "ID" }`
 */
export function pascalCase<Api>(value: unknown, renames: Readonly<Record<string, string>> = {}): Api {
  return pascal(value, renames) as Api;
}

function pascal(value: unknown, renames: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((item) => pascal(item, renames));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      renames[key] ?? key.charAt(0).toUpperCase() + key.slice(1),
      pascal(item, renames),
    ]),
  );
}
