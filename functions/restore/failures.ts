import { isPassingFailure } from "../../responses/passing-failure";

/**
 * Whether a failure may pass by itself. CloudTrail has a code of its own for a trail that others are changing, or that
 * AWS is still spreading over an organization (API Reference, UpdateTrail).
 */
export function isPassing(error: unknown): boolean {
  return isPassingFailure(error) || errorCode(error) === "ConflictException";
}

/** AWS's error code. */
export function errorCode(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** AWS's error code and message. */
export function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
