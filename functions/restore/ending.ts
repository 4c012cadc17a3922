import { ALERT_LEVELS, type AlertLevel } from "../../detections/alert";
import type { ResponseReason, ResponseStatus } from "../../responses/record";
import type { StackPart } from "./stack-part";

/** What came of looking at the stack, and of putting it back. */
export interface Ending {
  readonly trailName: string;
  /** Put back. */
  readonly made: readonly StackPart[];
  /** Not put back, since the mode is to observe. */
  readonly proposed: readonly StackPart[];
  readonly failed: readonly { readonly part: StackPart; readonly code: string }[];
  readonly gone: ReadonlySet<StackPart["of"]>;
  /** All that was put back was seen to be so. */
  readonly verified: boolean;
  /** Something was put back that had been put back within the hour before. */
  readonly again: boolean;
}

/** What a record and people are told of an ending. */
export interface Verdict {
  readonly status: ResponseStatus;
  readonly reason?: ResponseReason;
  readonly level: AlertLevel;
  /** Without a full stop at the end. */
  readonly sentence: string;
  /** What brings back what is still missing. */
  readonly command?: string;
}

/** Deploys what is missing, the parts that are gone among it. */
const DEPLOY = "pulumi up --refresh";

/**
 * The verdict on an ending. Whatever leaves the trail, or what keeps its files, other than it was deployed pages, and so
 * does whoever changes again what was restored.
 *
 * @param alertLevel level of the alert that led to it
 */
export function verdictOn(ending: Ending, alertLevel: AlertLevel): Verdict {
  const { made, proposed, failed, gone, verified } = ending;
  const sentence = sentenceOf(ending);
  const isIncomplete = failed.length > 0 || gone.size > 0 || !verified;
  if (proposed.length > 0)
    return {
      status: "proposed",
      reason: "observed",
      level: gone.size > 0 ? "critical" : milder(alertLevel, "medium"),
      sentence,
      command: DEPLOY,
    };
  if (made.length > 0)
    return isIncomplete
      ? { status: "partial", level: "critical", sentence, command: DEPLOY }
      : { status: "done", level: ending.again ? "critical" : alertLevel, sentence };
  if (failed.length > 0) return { status: "failed", level: "critical", sentence, command: DEPLOY };
  if (gone.size > 0)
    return { status: "skipped", reason: "gone", level: "critical", sentence, command: DEPLOY };
  return { status: "skipped", reason: "already-contained", level: "informational", sentence };
}

function sentenceOf({ trailName, made, proposed, failed, gone, verified, again }: Ending): string {
  const clauses = [
    ...(again ? ["attack in progress: what was restored within the last hour was changed again"] : []),
    ...(made.length > 0
      ? [`restored trail ${trailName}: ${made.map(({ words }) => words.did).join(", ")}`]
      : []),
    ...(made.length > 0 && !verified ? ["it was not seen to be so afterwards"] : []),
    ...(proposed.length > 0
      ? [
          `would restore trail ${trailName}: ${proposed.map(({ words }) => words.would).join(", ")}`,
          "nothing was changed, since restore-trail only observes",
        ]
      : []),
    ...failed.map(({ part, code }) => `could not ${part.words.would} (${code})`),
    ...(gone.has("trail") ? [`trail ${trailName} is deleted, and is not made again by itself`] : []),
    ...(gone.has("archive") ? ["the archive's bucket is deleted, and is not made again by itself"] : []),
  ];
  const sentence = clauses.length > 0 ? clauses.join("; ") : `trail ${trailName} is as it was deployed`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function milder(a: AlertLevel, b: AlertLevel): AlertLevel {
  return ALERT_LEVELS.indexOf(a) < ALERT_LEVELS.indexOf(b) ? a : b;
}
