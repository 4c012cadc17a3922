import { PulumiCommand } from "@pulumi/pulumi/automation";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, installOnce } from "../cache/cache";
import { downloadEngine } from "./download";
import { engineErrorReason } from "./error";
import { engineOnPath } from "./path";
import { ENGINE_VERSION, EngineUnavailable, type Engine, type EngineSource } from "./source";
import { buildEngine, engineModulesDigest } from "./go-build";
import type { Tell } from "../step";

export { ENGINE_VERSION, type Engine, type EngineSource } from "./source";

/** The sources that `TRAILKEEPER_ENGINE` can name. */
type Choice = Exclude<EngineSource, "cache">;
const CHOICES: readonly Choice[] = ["path", "download", "go-build"];

/** A source whose result is kept in the cache. */
interface InstalledSource {
  readonly choice: Choice;
  readonly label: string;
  readonly origin: string;
  /** Changes with everything that the result depends on; names the cache folder. */
  readonly key: () => string;
  readonly install: (root: string, tell: Tell, signal: AbortSignal) => Promise<void>;
}

const INSTALLED: readonly InstalledSource[] = [
  {
    choice: "download",
    label: "official download",
    origin: "downloaded from Pulumi",
    key: () => `download-${ENGINE_VERSION}`,
    install: downloadEngine,
  },
  {
    choice: "go-build",
    label: "pinned Go modules",
    origin: "built from the pinned Go modules",
    key: () => `go-build-${ENGINE_VERSION}-${engineModulesDigest()}`,
    install: buildEngine,
  },
];

/**
 * Gets a Pulumi engine: `pulumi` on PATH if its version fits, else one that an earlier run put into the cache, else the
 * official download of the Automation API, else a build of the pinned Go modules. `TRAILKEEPER_ENGINE` set to `path`,
 * `download` or `go-build` allows that source alone (its result from the cache included).
 *
 * @throws Error naming every source that was tried, why it had none, and what to install.
 */
export async function acquireEngine(tell: Tell, signal: AbortSignal): Promise<Engine> {
  const choices = chosen(process.env.TRAILKEEPER_ENGINE);
  const installed = INSTALLED.filter(({ choice }) => choices.includes(choice));
  const failures: string[] = [];
  const attempt = async (label: string, get: () => Promise<Engine>): Promise<Engine | undefined> => {
    try {
      return await get();
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) throw error;
      failures.push(`${label}: ${error.message}`);
      tell(`no engine from ${label}: ${error.message}`);
      return undefined;
    }
  };

  if (choices.includes("path")) {
    const engine = await attempt("PATH", engineOnPath);
    if (engine) return engine;
  }
  for (const source of installed) {
    if (existsSync(folderOf(source))) return openEngine(source, "cache");
  }
  for (const source of installed) {
    const engine = await attempt(source.label, async () => {
      const install = (root: string) => source.install(root, tell, signal);
      await installOnce(folderOf(source), "the Pulumi engine", install, { tell, signal });
      return openEngine(source, source.choice);
    });
    if (engine) return engine;
  }
  throw new Error(
    [
      "no Pulumi engine could be had:",
      ...failures.map((failure) => `  - ${failure}`),
      `Install Pulumi ${ENGINE_VERSION} or newer (https://www.pulumi.com/docs/install), or Go 1.26 or newer ` +
        "(https://go.dev/dl), see that there is a network connection, and run this again.",
    ].join("\n"),
  );
}

function chosen(value: string | undefined): readonly Choice[] {
  if (!value) return CHOICES;
  const choice = CHOICES.find((known) => known === value);
  if (!choice)
    throw new Error(`TRAILKEEPER_ENGINE is "${value}"; use ${CHOICES.join(", ")}, or leave it unset`);
  return [choice];
}

function folderOf(source: InstalledSource): string {
  return join(cacheFolder(), "engine", `${source.key()}-${process.platform}-${process.arch}`);
}

/** The Automation API reports code, stdout and stderr of a failed command on lines of their own. */
function commandFailure(error: Error): string {
  return /^\s*stderr: (.+)$/m.exec(error.message)?.[1]?.trim() ?? engineErrorReason(error);
}

async function openEngine(installed: InstalledSource, source: EngineSource): Promise<Engine> {
  const root = folderOf(installed);
  const command = await PulumiCommand.get({ root, skipVersionCheck: true }).catch((error: Error) => {
    throw new Error(
      `the Pulumi engine in ${root} does not run (${commandFailure(error)}); remove that folder and run this again`,
      { cause: error },
    );
  });
  const version = command.version?.version ?? ENGINE_VERSION;
  const origin = source === "cache" ? `from the cache, ${installed.origin} earlier` : installed.origin;
  return { command, version, source, description: `Pulumi ${version}, ${origin}` };
}
