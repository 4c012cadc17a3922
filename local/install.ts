import { acquireEmulator } from "./emulator/emulator";
import { acquireEngine } from "./engine/engine";
import { withCleanup } from "./process/cleanup";
import { showProgress } from "./progress";

/** Puts engine and emulator into the cache, so that no test has to wait for them. */
async function install(): Promise<void> {
  const { run } = showProgress();
  await withCleanup(
    async ({ signal }) => {
      await run("Get the local cloud", (tell) => acquireEmulator(tell, signal));
      await run("Get the Pulumi engine", (tell) => acquireEngine(tell, signal));
    },
    (message) => void process.stderr.write(`trailkeeper: ${message}\n`),
  );
}

install().catch((error: unknown) => {
  process.stderr.write(`trailkeeper: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
