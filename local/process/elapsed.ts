import type { Tell } from "../step";

const EVERY_MS = 1_000;

/** Tells a message now and every second until stopped, so that a long wait is seen to go on. */
export function tellElapsed(tell: Tell, message: (seconds: number) => string): { stop(): void } {
  const started = Date.now();
  const tick = () => tell(message(Math.round((Date.now() - started) / 1_000)));
  tick();
  const timer = setInterval(tick, EVERY_MS);
  return { stop: () => clearInterval(timer) };
}
