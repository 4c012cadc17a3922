import { parseRules } from "../../../detections/sigma/parse";
import type { Rule } from "../../../detections/sigma/model";

const logsource = "logsource: { product: aws, service: cloudtrail }";

/** A handful of rules of every kind, small enough to be counted by hand. */
const RULES = `
title: Logging stopped
id: 00000000-0000-4000-8000-00000000000a
tags: [attack.defense-evasion, attack.t1562.008]
${logsource}
detection: { selection: { eventName: StopLogging }, condition: selection }
level: high
custom: { trailkeeper: { summary: "{actor} stopped {requestParameters.name}", first_step: Start it again. } }
---
title: Users listed
id: 00000000-0000-4000-8000-00000000000b
tags: [attack.discovery, attack.t1087.004]
${logsource}
detection: { selection: { eventName: ListUsers }, condition: selection }
level: low
---
title: Secret read
id: 00000000-0000-4000-8000-00000000000c
name: secret_read
${logsource}
detection: { selection: { eventName: GetSecretValue }, condition: selection }
level: informational
---
title: Many secrets read
id: 00000000-0000-4000-8000-00000000000d
name: many_secrets
tags: [attack.credential-access, attack.t1555.006]
correlation:
  type: value_count
  rules: [secret_read]
  group-by: [userIdentity.arn]
  timespan: 10m
  condition: { gte: 3, field: requestParameters.secretId }
level: medium
---
title: Secrets read and logging stopped
id: 00000000-0000-4000-8000-00000000000e
correlation:
  type: temporal
  generate: true
  rules: [many_secrets, 00000000-0000-4000-8000-00000000000a]
  group-by: [userIdentity.arn]
  timespan: 1h
level: critical
---
title: New region
id: 00000000-0000-4000-8000-00000000000f
correlation:
  type: first_seen
  generate: true
  rules: [00000000-0000-4000-8000-00000000000b]
  group-by: [userIdentity.arn]
  timespan: 30d
  learning: 1h
  condition: { field: awsRegion }
level: low
`;

/** The rules above; a problem in them is an error. */
export function sampleRules(): readonly Rule[] {
  const { rules, problems } = parseRules([{ file: "sample.yml", text: RULES }]);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return rules;
}

const START = Date.parse("2026-03-02T09:00:00Z");

/** A record, `seconds` after nine o'clock. */
export function record(serial: number, seconds: number, eventName: string, more: object = {}): object {
  return {
    eventVersion: "1.11",
    userIdentity: { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/alice", accountId: "111122223333" },
    eventTime: new Date(START + seconds * 1000).toISOString().replace(".000Z", "Z"),
    eventSource: "example.amazonaws.com",
    eventName,
    awsRegion: "eu-west-1",
    sourceIPAddress: "198.51.100.7",
    eventID: `00000000-0000-4000-8000-${serial.toString(16).padStart(12, "0")}`,
    recipientAccountId: "111122223333",
    ...more,
  };
}
