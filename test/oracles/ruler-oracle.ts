import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder, installOnce } from "../../local/cache/cache";

const SOURCES = join(__dirname, "ruler");

/** Fetching the jars takes this long on a machine that has never had them. */
export const RULER_INSTALL_LIMIT_MS = 180_000;

/** Java 17 reads its source files without a compiler beside it. */
const OLDEST_JAVA = 17;

/** Why event-ruler cannot be asked here; undefined when it can. */
export function rulerMissing(): string | undefined {
  const java = spawnSync("java", ["-version"], { encoding: "utf8" });
  if (java.error) return "no java on the PATH";
  const version = Number(/version "(\d+)/.exec(java.stderr)?.[1]);
  if (!(version >= OLDEST_JAVA)) return `java is older than ${OLDEST_JAVA}`;
  return spawnSync("mvn", ["-version"]).error ? "no mvn on the PATH" : undefined;
}

/** A question to event-ruler. */
export interface RulerQuestion {
  /** An event pattern as JSON. */
  readonly pattern: string;
  readonly event: object;
}

/** Fetches event-ruler with Maven into the cache folder, unless it is there. */
export async function installRuler(): Promise<string> {
  const folder = join(cacheFolder(), "event-ruler-2.1.0");
  await installOnce(folder, "event-ruler", copyJars, {
    tell: () => undefined,
    signal: new AbortController().signal,
  });
  return folder;
}

async function copyJars(target: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), "trailkeeper-ruler-"));
  try {
    const goal = ["dependency:copy-dependencies", `-DoutputDirectory=${target}`];
    await promisify(execFile)("mvn", ["-q", "-B", "-f", join(SOURCES, "pom.xml"), ...goal], { cwd: work });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Whether each pattern holds for its event, or the error with which it is refused; in order. */
export function askRuler(jars: string, questions: readonly RulerQuestion[]): (boolean | string)[] {
  const { error, status, stdout, stderr } = spawnSync(
    "java",
    ["-XX:+UseSerialGC", "-Xmx256m", "-cp", join(jars, "*"), join(SOURCES, "RulerOracle.java")],
    {
      input: questions.map(({ pattern, event }) => `${pattern}\t${JSON.stringify(event)}\n`).join(""),
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  if (error) throw error;
  if (status !== 0) throw new Error(`event-ruler's oracle ended with status ${status}: ${stderr}`);
  return stdout
    .split(/\r?\n/)
    .slice(0, questions.length)
    .map((answer) => (answer === "true" || answer === "false" ? answer === "true" : answer));
}
