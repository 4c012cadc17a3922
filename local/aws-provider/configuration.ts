import type { Tags } from "./services/tags";
import { hasUnknown, unwrapSecrets, type WireProperties } from "./values";

/** What the local provider takes from the `aws` provider's configuration. */
export interface ProviderConfiguration {
  /** Region of resources that name none. */
  readonly region?: string;
  /** Tags that every resource with tags gets besides its own. */
  readonly defaultTags: Tags;
}

/**
 * Settings of the real provider that have no meaning here: the local provider reaches the emulator with credentials
 * of its own and checks none.
 */
const WITHOUT_MEANING = new Set([
  "accessKey",
  "allowedAccountIds",
  "maxRetries",
  "pluginDownloadURL",
  "profile",
  "secretKey",
  "sharedConfigFiles",
  "sharedCredentialsFiles",
  "skipCredentialsValidation",
  "skipMetadataApiCheck",
  "skipRegionValidation",
  "skipRequestingAccountId",
  "token",
  "version",
]);

/**
 * Reads the configuration the engine sends.
 *
 * @throws Error naming a setting that would change what is created and that the local provider does not follow
 */
export function readConfiguration(wire: WireProperties): ProviderConfiguration {
  const { region, defaultTags, ...others } = unwrapSecrets(wire) as WireProperties;
  const refused = Object.keys(others).filter((name) => !WITHOUT_MEANING.has(name) && !name.startsWith("__"));
  if (refused.length > 0)
    throw new Error(
      `provider setting aws:${refused.sort().join(", aws:")} is not supported by the local provider`,
    );
  return {
    region: typeof region === "string" && region !== "" && !hasUnknown(region) ? region : undefined,
    defaultTags: readDefaultTags(defaultTags),
  };
}

/** Nested settings arrive as JSON text. */
function readDefaultTags(setting: unknown): Tags {
  if (setting === undefined || setting === "") return {};
  const parsed: unknown = typeof setting === "string" ? JSON.parse(setting) : setting;
  return (parsed as { readonly tags?: Tags }).tags ?? {};
}
