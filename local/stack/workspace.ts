import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { connectionEnvironment, type EmulatorConnection } from "../connection";
import { engineErrorReason } from "../engine/error";
import type { Engine } from "../engine/source";
import type { Tell } from "../step";
import { writeWorkspaceFiles, type WorkspaceFiles } from "./workspace-files";

/**
 * Passphrase of the local state. It protects nothing: the state describes an emulator and holds placeholders instead of
 * the stack's secrets. Known, so that `pulumi` can be pointed at a run that was kept.
 */
const LOCAL_PASSPHRASE = "trailkeeper-local";

export interface CreateStackOptions {
  readonly engine: Engine;
  /** Folder of `Pulumi.yaml` and the stack files. Nothing in it is written to. */
  readonly projectDir: string;
  /** Stack whose `Pulumi.<stack>.yaml` is used. */
  readonly stackName: string;
  readonly connection: EmulatorConnection;
  /** Port of the `aws` provider that the engine is to use. */
  readonly providerPort: number;
  /** Folder of this run; state, work folder and `PULUMI_HOME` are made in it. */
  readonly runDir: string;
  /**
   * Configuration for this run besides, or instead of, the stack file's, by full key (`trailkeeper:responseModes`).
   *
   * @default the stack file alone
   */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** @default none */
  readonly tags?: Readonly<Record<string, string>>;
  readonly tell: Tell;
}

/**
 * Makes the stack for a local run: the unmodified program under the Automation API, with state in the run's folder
 * and the local provider in the place of the `aws` plugin.
 *
 * The engine writes into the stack file it works with, so it works in a folder of its own with copies of the project
 * and stack files; `main` points to the program. (`pulumi.runtime.getRootDirectory()` is that folder; the program's
 * working directory is the project's.) Secrets of the stack file are encrypted for its owner and are not needed here:
 * placeholders stand in for them and stay secrets; `tell` names their keys.
 *
 * @throws Error naming the file that is missing or malformed, or with the engine's reason.
 */
export async function createStack(options: CreateStackOptions): Promise<Stack> {
  const { stackName, runDir, tell } = options;
  const workDir = join(runDir, "workspace");
  const files = await writeWorkspaceFiles(options.projectDir, stackName, workDir, options.settings);
  const stateDir = join(runDir, "state");
  await mkdir(stateDir, { recursive: true });

  tell(`creating the stack ${files.project}/${stackName}`);
  const stack = await initializeStack(options, files, stateDir).catch((error: unknown) => {
    throw new Error(`the engine could not create the stack ${stackName}: ${engineErrorReason(error)}`, {
      cause: error,
    });
  });
  if (files.placeholders.length > 0) {
    const keys = files.placeholders.map(({ path }) => path).join(", ");
    tell(`secrets cannot be decrypted in a local run; placeholders stand in for ${keys}`);
  }
  if (files.environments.length > 0) {
    tell(`left out, because they need Pulumi Cloud: the environments ${files.environments.join(", ")}`);
  }
  return stack;
}

async function initializeStack(
  { engine, stackName, runDir, tags, ...target }: CreateStackOptions,
  files: WorkspaceFiles,
  stateDir: string,
): Promise<Stack> {
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName, workDir: files.workDir },
    {
      pulumiCommand: engine.command,
      pulumiHome: join(runDir, "pulumi-home"),
      envVars: engineEnvironment(stateDir, target),
    },
  );
  for (const [key, value] of Object.entries(tags ?? {})) await stack.setTag(key, value);
  if (files.placeholders.length > 0) {
    const secrets = files.placeholders.map(({ path, value }) => [path, { value, secret: true }] as const);
    await stack.setAllConfig(Object.fromEntries(secrets), true);
  }
  return stack;
}

/** On top of this process's own environment; an empty value hides one of the user's. */
function engineEnvironment(
  stateDir: string,
  { connection, providerPort }: Pick<CreateStackOptions, "connection" | "providerPort">,
): Record<string, string> {
  return {
    PULUMI_BACKEND_URL: pathToFileURL(stateDir).href,
    PULUMI_CONFIG_PASSPHRASE: LOCAL_PASSPHRASE,
    PULUMI_CONFIG_PASSPHRASE_FILE: "",
    PULUMI_ACCESS_TOKEN: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DEBUG_PROVIDERS: `aws:${providerPort}`,
    ...connectionEnvironment(connection),
  };
}
