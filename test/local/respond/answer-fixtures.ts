import type { Answer } from "../../../local/respond/answers";
import type { ResponseOutcome } from "../../../responses/record";

const time = "2026-03-02T09:00:00Z";

/** A response that is done. */
export function outcome(part: Partial<ResponseOutcome> = {}): ResponseOutcome {
  return {
    schemaVersion: 1,
    id: "0123456789abcdef0123456789abcdef",
    playbook: "deactivate-access-key",
    mode: "enforce",
    status: "done",
    level: "high",
    sentence: "Deactivated access key AKIA...A1 of user ana",
    command: "trailkeeper respond undo 0123456789abcdef0123456789abcdef",
    alert: {
      id: "a",
      ruleId: "r",
      ruleTitle: "Key made",
      level: "high",
      summary: "carl made a key",
      eventTime: time,
    },
    actor: { name: "carl" },
    target: {
      partition: "aws",
      accountId: "111122223333",
      region: "us-east-1",
      ids: { userName: "ana", accessKeyId: "AKIAEXAMPLE0000000A1" },
    },
    time,
    ...part,
  };
}

/** A deed that was answered as it has to be. */
export function answer(part: Partial<Answer> = {}): Answer {
  return {
    deed: { what: "made a key", isFast: true },
    due: { playbook: "deactivate-access-key", containment: { what: "the same key is refused" } },
    outcome: outcome(),
    seconds: 1.5,
    ...part,
  };
}
