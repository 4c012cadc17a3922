import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../cache/cache";
import { ENGINE_VERSION, EngineUnavailable } from "./source";
import { CommandError, run } from "../process/process";
import { tellElapsed } from "../process/elapsed";
import { findExecutable } from "../process/find";
import type { Tell } from "../step";

const MODULES_FOLDER = join(__dirname, "modules");
const MINIMUM_GO = [1, 26] as const;

/** The two binaries an engine is made of, each from a module of its own that pins everything it depends on. */
const BINARIES = [
  {
    name: "pulumi",
    module: "pulumi",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    version: ENGINE_VERSION,
  },
  {
    name: "pulumi-language-nodejs",
    module: "language-host",
    package: "github.com/pulumi/pulumi/sdk/nodejs/cmd/pulumi-language-nodejs/v3",
    // The newest language host that the Go module proxy serves as a module of its own.
    version: "3.184.0",
  },
] as const;

/** A short digest of the pinned modules, so that a change of a pin builds anew. */
export function engineModulesDigest(): string {
  const hash = createHash("sha256");
  for (const { module } of BINARIES) {
    for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(MODULES_FOLDER, module, file)));
  }
  return hash.digest("hex").slice(0, 12);
}

/**
 * Builds the engine and its Node language host into `root/bin`, from the Go modules pinned in `local/engine/modules`. A first
 * build downloads and compiles for minutes; Go's own caches make later ones short.
 *
 * @throws EngineUnavailable when Go is absent or too old, or the build fails.
 */
export async function buildEngine(root: string, tell: Tell, signal: AbortSignal): Promise<void> {
  const go = findExecutable("go");
  if (!go) throw new EngineUnavailable("no go on PATH");
  const env = await goEnvironment(go, signal);
  for (const [index, binary] of BINARIES.entries()) {
    const progress = new BuildProgress();
    const elapsed = tellElapsed(tell, (seconds) =>
      [
        `building ${binary.name} (${index + 1} of ${BINARIES.length})`,
        ...progress.parts(),
        `${seconds} s`,
      ].join(", "),
    );
    const suffix = process.platform === "win32" ? ".exe" : "";
    const args = [
      "build",
      "-v",
      "-mod=readonly",
      "-trimpath",
      "-buildvcs=false",
      "-ldflags",
      `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${binary.version}`,
      "-o",
      join(root, "bin", binary.name + suffix),
      binary.package,
    ];
    try {
      await run(go, args, {
        cwd: join(MODULES_FOLDER, binary.module),
        env,
        signal,
        onLine: (line) => progress.read(line),
      });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      throw new EngineUnavailable(explainBuildFailure(error.output), { cause: error });
    } finally {
      elapsed.stop();
    }
  }
}

/** Counts what `go build -v` reports: a line per downloaded module, and a line per compiled package. */
class BuildProgress {
  #downloaded = 0;
  #compiled = 0;

  read(line: string): void {
    if (line.startsWith("go: downloading ")) this.#downloaded++;
    else if (/^[\w./~+-]+$/.test(line)) this.#compiled++;
  }

  parts(): readonly string[] {
    return [
      ...(this.#downloaded > 0 ? [`${this.#downloaded} modules downloaded`] : []),
      ...(this.#compiled > 0 ? [`${this.#compiled} packages compiled`] : []),
    ];
  }
}

/** The build's environment: ours, less what would make the result depend on the user's settings. */
async function goEnvironment(go: string, signal: AbortSignal): Promise<NodeJS.ProcessEnv> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    GOFLAGS: "-mod=readonly",
    GOWORK: "off",
    // As the official binaries are built; and no C compiler is asked for.
    CGO_ENABLED: "0",
  };
  if (!process.env.HOME && process.platform !== "win32") {
    // Go has no default place for its caches without a home directory.
    env.GOPATH ??= join(cacheFolder(), "go");
    env.GOCACHE ??= join(cacheFolder(), "go", "build-cache");
  }
  let version: string;
  try {
    version = (
      await run(go, ["env", "GOVERSION"], { cwd: join(MODULES_FOLDER, "pulumi"), env, signal })
    ).trim();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // With an older Go that may not fetch a newer one, reading go.mod fails and its message names both versions.
    throw new EngineUnavailable(
      `${go} cannot be used, Go ${MINIMUM_GO.join(".")} or newer is needed (${error.output.at(-1) ?? error.message})`,
      { cause: error },
    );
  }
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  const isOld = Number(major) === MINIMUM_GO[0] && Number(minor) < MINIMUM_GO[1];
  if (!major || isOld) {
    throw new EngineUnavailable(`${go} is ${version}; Go ${MINIMUM_GO.join(".")} or newer is needed`);
  }
  return env;
}

const NETWORK_FAILURE =
  /dial tcp|no such host|i\/o timeout|connection refused|network is unreachable|TLS handshake|proxyconnect|connection reset/i;

function explainBuildFailure(output: readonly string[]): string {
  const network = output.find((line) => NETWORK_FAILURE.test(line));
  if (network) {
    return `go could not download the modules; is there a network connection, and does GOPROXY point to a proxy that can be reached? (${network})`;
  }
  return `go build failed: ${output.slice(-3).join(" / ")}`;
}
