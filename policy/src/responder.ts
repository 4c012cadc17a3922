import { NOT_APPLICABLE, type Verdict, undecided } from "./verdict";
import type { Resource } from "./resource";

/**
 * A function that responds to alerts by itself says so with this tag: `off`, `observe` or `enforce`, whichever of its
 * playbooks does most. Tags are known before anything else of a function is.
 */
const RESPONSE_TAG = "trailkeeper:response";

/** How many principals it never touches, so that people can still get in when it errs. */
const BREAK_GLASS_TAG = "trailkeeper:break-glass";

/** What a function's tags say of it as a responder. */
export type Responder =
  | { readonly mode: string; readonly breakGlass: number | "unknown" }
  /** It is none, or may be one: what a rule has to say of it. */
  | { readonly verdict: Verdict };

export function responderOf(lambda: Resource): Responder {
  const mode = lambda.read("tags", RESPONSE_TAG);
  if (mode.state === "unknown") return { verdict: undecided(mode.path) };
  if (mode.state === "absent") return { verdict: NOT_APPLICABLE };
  const breakGlass = lambda.read("tags", BREAK_GLASS_TAG);
  return {
    mode: String(mode.value),
    breakGlass:
      breakGlass.state === "unknown"
        ? "unknown"
        : breakGlass.state === "known"
          ? Number(breakGlass.value)
          : 0,
  };
}

/** Whether a function is a responder for certain. */
export function isResponder(lambda: Resource): boolean {
  return lambda.read("tags", RESPONSE_TAG).state === "known";
}
