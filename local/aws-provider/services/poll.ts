import { setTimeout as delay } from "node:timers/promises";

const LIMIT_MILLISECONDS = 30_000;
const INTERVAL_MILLISECONDS = 50;

/**
 * Asks until the answer is yes. The SDK's own waiters sleep whole seconds, in which the emulator is long done.
 *
 * @throws Error saying what did not happen within 30 seconds
 */
export async function pollUntil(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + LIMIT_MILLISECONDS;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`${what} within ${LIMIT_MILLISECONDS / 1000} seconds`);
    await delay(INTERVAL_MILLISECONDS);
  }
}
