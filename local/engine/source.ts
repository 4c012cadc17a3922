import type { PulumiCommand } from "@pulumi/pulumi/automation";

/**
 * The engine's version: that of the pinned `@pulumi/pulumi` package, which the Automation API downloads and the Go
 * modules in `local/engine/modules` build. A `pulumi` on PATH must have the same major version and be no older.
 */
export const ENGINE_VERSION = "3.248.0";

/** Where an engine came from: PATH, an earlier run's cache, the official download, or the pinned Go modules. */
export type EngineSource = "path" | "cache" | "download" | "go-build";

/** A Pulumi engine with its Node language host. */
export interface Engine {
  readonly command: PulumiCommand;
  readonly version: string;
  readonly source: EngineSource;
  /** One line for people: which engine, and where it came from. */
  readonly description: string;
}

/** Why one source has no engine to offer, in a few words; the next source is tried. */
export class EngineUnavailable extends Error {
  override readonly name = "EngineUnavailable";
}
