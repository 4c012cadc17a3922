/**
 * The reason in an Automation API error, whose message is the whole output of the command: the lines that the engine
 * marks as errors, without the mark; the first line when there are none.
 */
export function engineErrorReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const reasons = [...message.matchAll(/^\s*error: (.+)$/gm)].map(([, reason]) => reason?.trim());
  return reasons.length > 0 ? [...new Set(reasons)].join("; ") : (message.trim().split("\n")[0] ?? "");
}
