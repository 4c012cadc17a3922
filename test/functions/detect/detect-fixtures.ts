import type { CloudTrailEvent } from "../../../formats/cloudtrail/event";
import type { Alert } from "../../../detections/alert";
import { RuleSet } from "../../../detections/rule-set";
import type { Rule } from "../../../detections/sigma/model";
import { parseRules } from "../../../detections/sigma/parse";
import { Detector, type DetectorParts } from "../../../functions/detect/detector";
import { MemoryStore } from "../../../functions/detect/memory-store";
import { Metrics } from "../../../functions/detect/metrics";

/** A set with a rule of each kind that the detector treats differently. */
export const RULES = `
title: Access key created
id: key-created
tags: [attack.persistence, attack.t1098.001]
level: high
logsource: { product: aws, service: cloudtrail }
detection:
  selection: { eventName: CreateAccessKey }
  condition: selection
custom:
  trailkeeper: { summary: "{actor} created a key for {requestParameters.userName}", targets: [requestParameters.userName] }
---
title: Sign-in failed
id: sign-in-failed
name: sign_in_failed
logsource: { product: aws, service: cloudtrail }
detection:
  selection: { eventName: ConsoleLogin, responseElements.ConsoleLogin: Failure }
  condition: selection
---
title: Signed in
id: signed-in
name: signed_in
logsource: { product: aws, service: cloudtrail }
detection:
  selection: { eventName: ConsoleLogin, responseElements.ConsoleLogin: Success }
  condition: selection
---
title: Secret read
id: secret-read
name: secret_read
logsource: { product: aws, service: cloudtrail }
detection:
  selection: { eventName: GetSecretValue }
  condition: selection
---
title: Many sign-ins failed
id: many-failed
name: many_failed
level: medium
correlation:
  type: event_count
  rules: [sign_in_failed]
  group-by: [sourceIPAddress]
  timespan: 5m
  condition: { gte: 3 }
---
title: Guessed a password
id: guessed
level: critical
correlation:
  type: temporal_ordered
  rules: [many_failed, signed_in]
  group-by: [sourceIPAddress]
  timespan: 10m
  generate: true
---
title: Many secrets read
id: many-secrets
level: high
correlation:
  type: value_count
  rules: [secret_read]
  group-by: [trailkeeper.actor]
  timespan: 10m
  condition: { gte: 3, field: requestParameters.secretId }
custom:
  trailkeeper: { targets: [requestParameters.secretId] }
---
title: First secret read in a Region
id: new-region
level: medium
correlation:
  type: first_seen
  rules: [secret_read]
  group-by: [trailkeeper.actor]
  timespan: 30d
  condition: { field: awsRegion }
  learning: 7d
`;

export function parsedRules(text = RULES): readonly Rule[] {
  const { rules, problems } = parseRules([{ file: "rules.yml", text }]);
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ line, message }) => `${line}: ${message}`).join("\n"));
  return rules;
}

export const START_MS = Date.parse("2026-11-25T10:00:00Z");

/** An event some seconds after the start. */
export function eventAt(seconds: number, change: Partial<CloudTrailEvent> = {}): CloudTrailEvent {
  return {
    eventVersion: "1.11",
    eventName: "CreateAccessKey",
    eventSource: "iam.amazonaws.com",
    eventTime: new Date(START_MS + seconds * 1000).toISOString().replace(".000Z", "Z"),
    eventID: `00000000-0000-4000-8000-${String(nextId++).padStart(12, "0")}`,
    awsRegion: "eu-west-1",
    recipientAccountId: "111122223333",
    sourceIPAddress: "198.51.100.7",
    userIdentity: {
      type: "IAMUser",
      arn: "arn:aws:iam::111122223333:user/alice",
      accountId: "111122223333",
      accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    },
    ...change,
  };
}

let nextId = 1;

/** A sign-in some seconds after the start. */
export function signInAt(seconds: number, outcome: "Success" | "Failure", address: string): CloudTrailEvent {
  return eventAt(seconds, {
    eventName: "ConsoleLogin",
    eventSource: "signin.amazonaws.com",
    sourceIPAddress: address,
    responseElements: { ConsoleLogin: outcome },
  });
}

export function secretReadAt(seconds: number, secretId: string, awsRegion = "eu-west-1"): CloudTrailEvent {
  return eventAt(seconds, {
    eventName: "GetSecretValue",
    eventSource: "secretsmanager.amazonaws.com",
    awsRegion,
    requestParameters: { secretId },
  });
}

/** A detector with everything in memory, and what came out of it. */
export class TestBench {
  readonly published: Alert[] = [];
  readonly log: string[] = [];
  readonly metrics = new Metrics();
  nowMs = START_MS + 3_600_000;
  readonly detector: Detector;

  constructor(parts: Partial<DetectorParts> = {}) {
    const record = (...line: unknown[]) => void this.log.push(JSON.stringify(line));
    this.detector = new Detector({
      ruleSet: new RuleSet(parsedRules()),
      suppressions: [],
      store: new MemoryStore(),
      publish: (alert) => {
        this.published.push(alert);
        return Promise.resolve();
      },
      metrics: this.metrics,
      logger: { info: record, warn: record, error: record },
      clock: () => this.nowMs,
      pause: () => Promise.resolve(),
      ...parts,
    });
  }

  /** As one invocation does. */
  async detect(...events: readonly CloudTrailEvent[]): Promise<void> {
    for (const event of events)
      for (const hit of this.detector.hits(event)) await this.detector.decide(hit, this.nowMs + 60_000);
  }

  /** Rule and group of what was published. */
  get raised(): string[] {
    return this.published.map(({ rule, where }) => `${rule.id} ${where.sourceIpAddress ?? ""}`);
  }
}
