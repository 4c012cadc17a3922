import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, installOnce } from "../cache/cache";
import { CommandError, run } from "../process/process";
import { tellElapsed } from "../process/elapsed";
import { findPython } from "./python";
import type { Tell } from "../step";

const REQUIREMENTS = join(__dirname, "requirements.txt");
const VENV_LIMIT_SECONDS = 120;
const PIP_LIMIT_SECONDS = 600;

/** The installed emulator: a Python in a virtual environment that has the `ministack` module. */
export interface Emulator {
  readonly python: string;
  /** One line for people: which emulator, under which Python, and where it came from. */
  readonly description: string;
}

/**
 * Gets the AWS emulator: a virtual environment in the cache folder with the pinned packages, made on first use.
 *
 * @throws Error when no fitting Python is there, or the packages cannot be installed; says what to do.
 */
export async function acquireEmulator(tell: Tell, signal: AbortSignal): Promise<Emulator> {
  const pins = readFileSync(REQUIREMENTS, "utf8");
  const python = await findPython(signal);
  const digest = createHash("sha256").update(pins).update(python.path).digest("hex").slice(0, 12);
  const folder = join(cacheFolder(), "emulator", `python-${python.version}-${digest}`);
  const executable = process.platform === "win32" ? join("Scripts", "python.exe") : join("bin", "python");
  // A virtual environment points to the Python it was made with; when that one is gone it is of no use.
  if (existsSync(folder) && !existsSync(join(folder, executable))) {
    await rm(folder, { recursive: true, force: true });
  }
  const cached = existsSync(folder);
  await installOnce(
    folder,
    "the AWS emulator",
    async (staging) => {
      const elapsed = tellElapsed(tell, (seconds) => `installing the AWS emulator with pip (${seconds} s)`);
      try {
        await installPackages(python.path, staging, join(staging, executable), signal);
      } finally {
        elapsed.stop();
      }
    },
    { tell, signal },
  );
  const version = /^ministack==(\S+)$/m.exec(pins)?.[1];
  const origin = cached ? "from the cache" : "installed with pip";
  return {
    python: join(folder, executable),
    description: `ministack ${version}, Python ${python.version}, ${origin}`,
  };
}

async function installPackages(
  basePython: string,
  folder: string,
  python: string,
  signal: AbortSignal,
): Promise<void> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PIP_NO_INPUT: "1",
    // A user-wide "install for the user" setting is an error inside a virtual environment.
    PIP_USER: "0",
    PYTHONHOME: undefined,
    PYTHONPATH: undefined,
  };
  try {
    await run(basePython, ["-m", "venv", folder], { env, signal, timeLimitSeconds: VENV_LIMIT_SECONDS });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new Error(
      `${basePython} could not make a virtual environment (${lastLines(error)}). ` +
        "On Debian and Ubuntu install python3-venv; then run this again.",
      { cause: error },
    );
  }
  const pip = ["-m", "pip", "--quiet"];
  try {
    await run(python, [...pip, "install", "--no-deps", "--retries", "2", "--requirement", REQUIREMENTS], {
      env,
      signal,
      timeLimitSeconds: PIP_LIMIT_SECONDS,
    });
    await run(python, [...pip, "check"], { env, signal, timeLimitSeconds: VENV_LIMIT_SECONDS });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new Error(explainPipFailure(error), { cause: error });
  }
}

const NETWORK_FAILURE =
  /NewConnectionError|ConnectTimeoutError|Connection refused|name resolution|Network is unreachable|ProxyError|Read timed out|ConnectionReset/i;

function explainPipFailure(error: CommandError): string {
  if (error.output.some((line) => NETWORK_FAILURE.test(line))) {
    return (
      "pip could not reach its package index to install the AWS emulator. See that there is a network connection " +
      `(or that PIP_INDEX_URL points to a mirror that can be reached) and run this again. pip said: ${lastLines(error)}`
    );
  }
  return `pip could not install the AWS emulator: ${lastLines(error)}`;
}

function lastLines(error: CommandError): string {
  return [...error.output.slice(-3), error.message].join(" / ");
}
