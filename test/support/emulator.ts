import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acquireEmulator, startEmulator, type RunningEmulator } from "../../local/emulator/emulator";

/** Installing the emulator takes this long on a machine that has never had it. */
export const EMULATOR_START_LIMIT_MS = 300_000;

/** A region that is none of the SDK's or the emulator's defaults, so that a forgotten one shows. */
const REGION = "eu-west-1";

/** A running emulator for a suite, empty, in a folder of its own; `stop` ends it and removes the folder. */
export async function startTestEmulator(): Promise<RunningEmulator> {
  const runDir = await mkdtemp(join(tmpdir(), "trailkeeper-emulator-test-"));
  const { signal } = new AbortController();
  const tell = () => undefined;
  const emulator = await startEmulator({
    emulator: await acquireEmulator(tell, signal),
    runDir,
    region: REGION,
    tell,
    signal,
  });
  return {
    ...emulator,
    stop: async () => {
      await emulator.stop();
      await rm(runDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
