import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "./settings/model";
import { parseSettings } from "./settings/parse";

export type * from "./settings/model";

/** What Pulumi's Node.js runtime has for this and its typings leave out. */
interface SecretAwareRuntime {
  isConfigSecret(key: string): boolean;
}

/**
 * Reads the running stack's configuration.
 *
 * @throws SettingsError that lists every mistake at once; see Pulumi.yaml for what each key means.
 */
export function loadSettings(): Settings {
  const values = pulumi.runtime.allConfig();
  const runtime = pulumi.runtime as unknown as SecretAwareRuntime;
  const secretKeys = new Set(Object.keys(values).filter((key) => runtime.isConfigSecret(key)));
  return parseSettings({ values, secretKeys }, { project: pulumi.getProject(), stack: pulumi.getStack() });
}
