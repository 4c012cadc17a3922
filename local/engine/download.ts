import { EngineUnavailable } from "./source";
import { CommandError, run } from "../process/process";
import { tellElapsed } from "../process/elapsed";
import type { Tell } from "../step";

/** Where the Automation API's installer comes from (`@pulumi/pulumi/automation`, `PulumiCommand.install`). */
const INSTALLER_HOST = "https://get.pulumi.com";
const CONNECT_LIMIT_SECONDS = 10;
const DOWNLOAD_LIMIT_SECONDS = 300;

/**
 * `PulumiCommand.install` can neither be aborted nor be given a limit, so it runs in a process that can. Installs the
 * version of the `@pulumi/pulumi` package itself, which is its default.
 */
const INSTALL_SCRIPT = `
  const [automation, root] = process.argv.slice(1);
  require(automation).PulumiCommand.install({ root }).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });`;

/**
 * Installs the official Pulumi download for this platform into `root`, by the Automation API's own means.
 *
 * @throws EngineUnavailable when it cannot be reached or fails.
 */
export async function downloadEngine(root: string, tell: Tell, signal: AbortSignal): Promise<void> {
  const elapsed = tellElapsed(tell, (seconds) => `downloading the Pulumi engine (${seconds} s)`);
  try {
    await checkReachable(signal);
    await run(process.execPath, ["-e", INSTALL_SCRIPT, require.resolve("@pulumi/pulumi/automation"), root], {
      signal,
      timeLimitSeconds: DOWNLOAD_LIMIT_SECONDS,
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new EngineUnavailable(error.output.at(-1) ?? error.message, { cause: error });
  } finally {
    elapsed.stop();
  }
}

/** Fails in seconds where the installer itself would wait for minutes: behind a firewall that drops packets. */
async function checkReachable(signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.timeout(CONNECT_LIMIT_SECONDS * 1_000);
  try {
    await fetch(INSTALLER_HOST, { method: "HEAD", signal: AbortSignal.any([signal, limit]) });
  } catch (error) {
    signal.throwIfAborted();
    const cause = (error as Error).cause;
    const reason = limit.aborted
      ? `no answer within ${CONNECT_LIMIT_SECONDS} s`
      : cause instanceof Error
        ? cause.message
        : (error as Error).message;
    throw new EngineUnavailable(`${INSTALLER_HOST} cannot be reached (${reason})`, { cause: error });
  }
}
