import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const LOOPBACK = "127.0.0.1";

/**
 * A loopback port that was free a moment ago. Another process may take it before it is used: whoever listens on it
 * must be ready to ask for another one.
 */
export async function freePort(): Promise<number> {
  return listenOnce(0);
}

/** True when nothing listens on this loopback port. */
export async function isPortFree(port: number): Promise<boolean> {
  try {
    await listenOnce(port);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE" || code === "EACCES") return false;
    throw error;
  }
}

/** Waits until nothing listens on the port any more. @throws Error when that takes longer than the limit. */
export async function waitUntilPortFree(port: number, limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await isPortFree(port))) {
    if (Date.now() > deadline) throw new Error(`port ${port} is still in use after ${limitMs / 1_000} s`);
    await sleep(25);
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : port;
      server.close(() => resolve(bound));
    });
  });
}
