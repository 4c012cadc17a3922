import type { Logger } from "@aws-lambda-powertools/logger";

/** Where the function says what it did: ids, names of rules, object keys and numbers, never what an event contains. */
export type DetectLogger = Pick<Logger, "info" | "warn" | "error">;

/** A failure as one text. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
