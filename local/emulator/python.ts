import { CommandError, run } from "../process/process";
import { findExecutable } from "../process/find";

/** The oldest Python that ministack 1.5.33 supports (its package metadata, `Requires-Python`). */
const MINIMUM = [3, 10] as const;

/** The plain names first; the versioned ones for machines whose `python3` is an old system Python. */
const NAMES = ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];

/** `ensurepip` is what Debian and Ubuntu leave out of their Python: without it `venv` cannot install pip. */
const PROBE = `
import importlib.util, sys
has_venv = all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))
print("%d.%d.%d %s" % (*sys.version_info[:3], "venv" if has_venv else "no-venv"))`;

/** A Python that can make virtual environments. */
export interface Python {
  readonly path: string;
  readonly version: string;
}

/**
 * Finds a Python 3.10 or newer with the venv module on PATH.
 *
 * @throws Error saying which Pythons were found, why none fits, and what to install.
 */
export async function findPython(signal: AbortSignal): Promise<Python> {
  const unfit: string[] = [];
  let lacksVenv: string | undefined;
  for (const name of NAMES) {
    const path = findExecutable(name);
    if (!path) continue;
    let answer: string;
    try {
      answer = await run(path, ["-c", PROBE], { signal, timeLimitSeconds: 20 });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      unfit.push(`${path} does not run (${error.output.at(-1) ?? error.message})`);
      continue;
    }
    const [version = "", venv] = answer.trim().split(" ");
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
      unfit.push(`${path} is Python ${version}`);
    } else if (venv !== "venv") {
      unfit.push(`${path} (Python ${version}) has no venv module`);
      lacksVenv ??= `${major}.${minor}`;
    } else {
      return { path, version };
    }
  }
  throw new Error(explain(unfit, lacksVenv));
}

function explain(unfit: readonly string[], lacksVenv: string | undefined): string {
  const needed = MINIMUM.join(".");
  const found = unfit.length === 0 ? "none is on PATH" : unfit.join("; ");
  const advice = lacksVenv
    ? `Install the venv module (Debian and Ubuntu: apt install python3-venv, or python${lacksVenv}-venv)`
    : `Install Python ${needed} or newer (https://www.python.org/downloads)`;
  return `the local AWS needs Python ${needed} or newer with its venv module: ${found}. ${advice} and run this again.`;
}
