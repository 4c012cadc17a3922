import type { Alert } from "../../../detections/alert";

/** A complete alert, every optional field set; tests change one thing about it. */
export function exampleAlert(change: Partial<Alert> = {}): Alert {
  return {
    schemaVersion: 1,
    id: "0f3a9c1d2e4b5a69788796a5b4c3d2e1",
    level: "high",
    summary: "Role deploy created an access key for the user backup.",
    firstStep: "Ask the owner of role deploy whether this was planned; if not, deactivate the key.",
    runbookUrl: "https://example.com/runbooks/access-key-created",
    rule: {
      id: "5d2c1f7e-9f0a-4f6e-8a57-0c2b7b7d5c11",
      title: "Access key created for another user",
      tags: ["attack.persistence", "attack.t1098.001"],
      falsePositives: ["Key rotation by the platform team"],
    },
    who: {
      actor: "deploy/alice",
      type: "AssumedRole",
      arn: "arn:aws:sts::111122223333:assumed-role/deploy/alice",
      accountId: "111122223333",
      sessionIssuerArn: "arn:aws:iam::111122223333:role/deploy",
      accessKeyId: "ASIAEXAMPLEEXAMPLE00",
      mfaAuthenticated: false,
    },
    what: {
      eventSource: "iam.amazonaws.com",
      eventName: "CreateAccessKey",
      outcome: "failure",
      errorCode: "AccessDenied",
      errorMessage: "not authorized to perform iam:CreateAccessKey",
      targets: ["arn:aws:iam::111122223333:user/backup"],
    },
    where: {
      accountId: "111122223333",
      region: "eu-west-1",
      sourceIpAddress: "198.51.100.7",
      userAgent: "aws-cli/2.31.0",
    },
    when: {
      firstEventTime: "2026-03-04T05:06:07Z",
      lastEventTime: "2026-03-04T05:06:09Z",
      detectedTime: "2026-03-04T05:06:21Z",
    },
    evidence: {
      eventCount: 2,
      eventIDs: ["6a1e4c0e-1111-4222-8333-444455556666", "6a1e4c0e-1111-4222-8333-444455557777"],
      query: "SELECT *\nFROM cloudtrail\nWHERE eventid IN ('6a1e4c0e-1111-4222-8333-444455556666')",
      consoleUrl: "https://eu-west-1.console.aws.amazon.com/cloudtrailv2/home?region=eu-west-1#/events",
    },
    ...change,
  };
}
