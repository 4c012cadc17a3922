import { RESPONSE_SCHEMA_VERSION, type ResponseOutcome, type ResponseRecord } from "./record";

/** Sigma's levels, mildest first. */
const LEVELS = ["informational", "low", "medium", "high", "critical"];

/** What the alert bus is told of a response. */
export function outcomeOf(record: ResponseRecord): ResponseOutcome {
  const { id, playbook, mode, status, reason, sentence, alert, actor, target, partOfStack } = record;
  const command = commandOf(record);
  return {
    schemaVersion: RESPONSE_SCHEMA_VERSION,
    id,
    playbook,
    mode,
    status,
    ...(reason === undefined ? {} : { reason }),
    level: levelOf(record),
    sentence,
    ...(command === undefined ? {} : { command }),
    alert,
    actor,
    target,
    ...(partOfStack === undefined ? {} : { partOfStack }),
    time: record.updatedTime,
  };
}

/** The command that takes a response back, or does what is only proposed or has failed; undefined where neither is due. */
export function commandOf({ id, status }: Pick<ResponseRecord, "id" | "status">): string | undefined {
  if (status === "done") return `trailkeeper respond undo ${id}`;
  if (status === "proposed" || status === "failed" || status === "partial")
    return `trailkeeper respond run ${id}`;
  return undefined;
}

/**
 * The level by which people hear of an outcome: what was done is as important as its alert, what should have been done
 * and was not is high at least, and what needs nobody's hand before the morning is medium at most.
 */
function levelOf({ status, reason, alert }: ResponseRecord): string {
  switch (status) {
    case "done":
    case "running":
      return alert.level;
    case "partial":
    case "failed":
      return atLeast("high", alert.level);
    case "undone":
      return "medium";
    case "proposed":
      return reason === "circuit-open" ? atLeast("high", alert.level) : atMost("medium", alert.level);
    case "skipped":
      return reason === "gone" || reason === "already-contained"
        ? "informational"
        : atMost("medium", alert.level);
  }
}

function atLeast(level: string, other: string): string {
  return LEVELS.indexOf(other) > LEVELS.indexOf(level) ? other : level;
}

function atMost(level: string, other: string): string {
  return LEVELS.indexOf(other) < LEVELS.indexOf(level) ? other : level;
}
