import type { Outcome } from "../../../functions/notify/outcome-schema";

/** A complete outcome, every optional field set that goes with `done`; tests change one thing about it. */
export function exampleOutcome(change: Partial<Outcome> = {}): Outcome {
  return {
    schemaVersion: 1,
    id: "0123456789abcdef0123456789abcdef",
    playbook: "deactivate-access-key",
    mode: "enforce",
    status: "done",
    level: "high",
    sentence: "Deactivated access key AKIA...7Q of user build-bot",
    command: "trailkeeper respond undo 0123456789abcdef0123456789abcdef",
    alert: {
      id: "0f3a9c1d2e4b5a69788796a5b4c3d2e1",
      ruleId: "5d2c1f7e-9f0a-4f6e-8a57-0c2b7b7d5c11",
      ruleTitle: "Access key created for another user",
      level: "high",
      summary: "Role deploy created an access key for the user build-bot",
      eventTime: "2026-03-04T05:06:09Z",
    },
    actor: {
      name: "deploy/alice",
      type: "AssumedRole",
      arn: "arn:aws:sts::111122223333:assumed-role/deploy/alice",
      sessionIssuerArn: "arn:aws:iam::111122223333:role/deploy",
      accountId: "111122223333",
    },
    target: {
      partition: "aws",
      accountId: "111122223333",
      region: "us-east-1",
      ids: { accessKeyId: "AKIAIOSFODNN7EXAMPL7", userName: "build-bot" },
    },
    partOfStack: true,
    time: "2026-03-04T05:06:13.000Z",
    ...change,
  };
}
