import assert from "node:assert/strict";
import fc from "fast-check";
import { alertSchema } from "../../detections/alert";
import { alertFromHit, alertIdOf } from "../../detections/alert-from-hit";
import { hitOf } from "../../detections/hit";
import type { CorrelationRule, EventRule, TrailkeeperCustom } from "../../detections/sigma/model";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";

const NOW = new Date("2026-11-25T10:01:00Z");
const EVENT_ID = "7b5e9f3a-1c2d-4e5f-8a9b-0c1d2e3f4a5b";

const rule = (custom?: TrailkeeperCustom, change: Partial<EventRule> = {}): EventRule => ({
  kind: "event",
  id: "6f1c2f9e-0000-4000-8000-000000000001",
  title: "Access key created for another user",
  references: [],
  tags: ["attack.persistence"],
  falsePositives: ["Rotation"],
  level: "high",
  source: { file: "r.yml", line: 1 },
  condition: { op: "and", of: [] },
  custom,
  ...change,
});

const event: CloudTrailEvent = {
  eventVersion: "1.11",
  eventName: "CreateAccessKey",
  eventTime: "2026-11-25T10:00:00Z",
  eventID: EVENT_ID,
  eventSource: "iam.amazonaws.com",
  awsRegion: "us-east-1",
  recipientAccountId: "111122223333",
  sourceIPAddress: "198.51.100.7",
  userAgent: "aws-cli/2",
  userIdentity: {
    type: "AssumedRole",
    arn: "arn:aws:sts::111122223333:assumed-role/Admin/carol",
    accountId: "111122223333",
    accessKeyId: "ASIAIOSFODNN7EXAMPLE",
    sessionContext: {
      sessionIssuer: { arn: "arn:aws:iam::111122223333:role/Admin" },
      attributes: { mfaAuthenticated: "true" },
    },
  },
  requestParameters: { userName: "bob" },
  resources: [{ ARN: "arn:aws:iam::111122223333:user/bob" }],
};

const alertOf = (change: Partial<CloudTrailEvent> = {}, custom?: TrailkeeperCustom) =>
  alertSchema.parse(alertFromHit({ hit: hitOf(rule(custom), { ...event, ...change }), now: NOW }));

describe("alertFromHit", () => {
  it("says who did what, where, when, on what, and what to do", () => {
    const alert = alertFromHit({
      hit: hitOf(
        rule({
          summary: "{actor} created a key for {requestParameters.userName}",
          firstStep: "Ask carol",
          runbook: "iam-credentials",
          targets: ["requestParameters.userName"],
        }),
        event,
      ),
      now: NOW,
      archive: { table: "trail.logs", dayColumn: "day" },
      runbooksUrl: "https://example.com/runbooks/",
    });

    assert.deepEqual(alertSchema.parse(alert), {
      schemaVersion: 1,
      id: alertIdOf(hitOf(rule(), event)),
      level: "high",
      summary: "role/Admin (session carol) created a key for bob",
      firstStep: "Ask carol",
      runbookUrl: "https://example.com/runbooks/iam-credentials.md",
      rule: {
        id: rule().id,
        title: "Access key created for another user",
        tags: ["attack.persistence"],
        falsePositives: ["Rotation"],
      },
      who: {
        actor: "role/Admin (session carol)",
        type: "AssumedRole",
        arn: "arn:aws:sts::111122223333:assumed-role/Admin/carol",
        accountId: "111122223333",
        sessionIssuerArn: "arn:aws:iam::111122223333:role/Admin",
        accessKeyId: "ASIAIOSFODNN7EXAMPLE",
        mfaAuthenticated: true,
      },
      what: {
        eventSource: "iam.amazonaws.com",
        eventName: "CreateAccessKey",
        outcome: "success",
        targets: ["bob", "arn:aws:iam::111122223333:user/bob"],
      },
      where: {
        accountId: "111122223333",
        region: "us-east-1",
        sourceIpAddress: "198.51.100.7",
        userAgent: "aws-cli/2",
      },
      when: {
        firstEventTime: "2026-11-25T10:00:00Z",
        lastEventTime: "2026-11-25T10:00:00Z",
        detectedTime: "2026-11-25T10:01:00Z",
      },
      evidence: {
        eventCount: 1,
        eventIDs: [EVENT_ID],
        query: [
          "SELECT eventtime, eventname, eventsource, awsregion, recipientaccountid, useridentity.arn, sourceipaddress,",
          "       useragent, errorcode, requestparameters, eventid",
          "FROM trail.logs",
          "WHERE eventtime BETWEEN '2026-11-25T09:45:00Z' AND '2026-11-25T10:15:00Z'",
          "  AND day BETWEEN '2026/11/25' AND '2026/11/26'",
          `  AND (eventid IN ('${EVENT_ID}')`,
          "       OR useridentity.accesskeyid = 'ASIAIOSFODNN7EXAMPLE')",
          "ORDER BY eventtime",
        ].join("\n"),
        consoleUrl: `https://us-east-1.console.aws.amazon.com/cloudtrailv2/home?region=us-east-1#/events?EventId=${EVENT_ID}`,
      },
    });
  });

  it("is whole without what a rule or an installation may leave out", () => {
    const alert = alertOf();

    assert.match(
      alert.summary,
      /role\/Admin \(session carol\) called CreateAccessKey in account 111122223333/,
    );
    assert.ok(alert.firstStep);
    assert.equal(alert.runbookUrl, undefined);
    assert.equal(alert.evidence.query, undefined);
  });

  for (const [what, change, outcome] of [
    ["an error code", { errorCode: "AccessDenied" }, "failure"],
    ["an error message", { errorMessage: "Failed authentication" }, "failure"],
    ["a failed sign-in", { responseElements: { ConsoleLogin: "Failure" } }, "failure"],
    ["a sign-in", { responseElements: { ConsoleLogin: "Success" } }, "success"],
    ["null for an error", { errorCode: null as unknown as string }, "success"],
  ] as const) {
    it(`takes ${what} for a ${outcome}`, () => assert.equal(alertOf(change).what.outcome, outcome));
  }

  for (const [what, identity, additional, mfa] of [
    ["a user who signed in with it", { type: "IAMUser" }, { MFAUsed: "Yes" }, true],
    ["root without it", { type: "Root" }, { MFAUsed: "No" }, false],
    ["somebody of another identity provider", { type: "AssumedRole" }, { MFAUsed: "No" }, undefined],
    ["nobody", null, null, undefined],
  ] as const) {
    it(`knows of MFA for ${what}: ${mfa}`, () => {
      const alert = alertOf({
        userIdentity: identity as CloudTrailEvent["userIdentity"],
        additionalEventData: additional,
      });
      assert.equal(alert.who.mfaAuthenticated, mfa);
    });
  }

  for (const [region, host] of [
    ["eu-west-1", "eu-west-1.console.aws.amazon.com"],
    ["cn-north-1", "cn-north-1.console.amazonaws.cn"],
    ["us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"],
  ] as const) {
    it(`links to the console of ${region}`, () => {
      assert.equal(new URL(alertOf({ awsRegion: region }).evidence.consoleUrl ?? "").host, host);
    });
  }

  it("links to no event that the console's history has not", () => {
    for (const change of [
      { eventCategory: "Data" },
      { managementEvent: false },
      { eventID: undefined },
      { awsRegion: undefined },
      { awsRegion: "evil.example.com/" },
    ])
      assert.equal(alertOf(change).evidence.consoleUrl, undefined, JSON.stringify(change));
  });

  it("keeps what an attacker chose out of the query's syntax", () => {
    const hit = hitOf(rule(), {
      ...event,
      eventID: "') OR 1=1 --",
      userIdentity: { accessKeyId: "x' OR 'a'='a" },
    });
    const { query = "" } = alertFromHit({ hit, now: NOW, archive: { table: "t" } }).evidence;

    assert.ok(!query.includes("OR 1=1"));
    assert.ok(query.includes("= 'x'' OR ''a''=''a'"));
  });

  describe("of a correlation", () => {
    const correlation: CorrelationRule = {
      ...rule({ summary: "{count} secrets", targets: ["requestParameters.secretId"] }),
      kind: "correlation",
      correlation: {
        type: "value_count",
        rules: ["a"],
        generate: false,
        groupBy: [],
        aliases: {},
        timespanSeconds: 60,
        field: "requestParameters.secretId",
        count: { gte: 2 },
      },
    };
    const hit = hitOf(correlation, event);
    const evidence = [1, 0].map((second) => ({
      eventID: `0000000${second}`,
      timeMs: hit.timeMs + second * 1000,
      values: [`secret-${second}`],
    }));

    it("rests on all its events", () => {
      const alert = alertFromHit({ hit, evidence, now: NOW, correlationGroup: "g" });

      assert.equal(alert.summary, "2 secrets");
      assert.deepEqual(alert.evidence.eventIDs, ["00000000", "00000001"]);
      assert.equal(alert.when.lastEventTime, "2026-11-25T10:00:01Z");
      assert.deepEqual(alert.what.targets?.slice(0, 2), ["secret-0", "secret-1"]);
    });

    it("has an id of its own in each group, and the same one each time", () => {
      assert.notEqual(alertIdOf(hit, "g"), alertIdOf(hit, "h"));
      assert.equal(alertIdOf(hit, "g"), alertFromHit({ hit, evidence, now: NOW, correlationGroup: "g" }).id);
    });

    it("lists a bounded number of events, and says so", () => {
      const many = Array.from({ length: 5000 }, (_, i) => ({ eventID: `event-${i}`, timeMs: i }));
      const alert = alertSchema.parse(
        alertFromHit({ hit, evidence: many, now: NOW, archive: { table: "t" } }),
      );

      assert.equal(alert.evidence.eventCount, 5000);
      assert.ok(alert.evidence.eventIDs.length <= 1000);
      assert.equal(alert.trimmed, true);
      assert.ok(JSON.stringify(alert).length < 100_000);
    });
  });

  it("fits the contract whatever the record holds", () => {
    const anything = fc.anything({ maxDepth: 2 });
    const anyEvent = fc.record(
      {
        eventID: anything,
        eventSource: anything,
        awsRegion: anything,
        recipientAccountId: anything,
        sourceIPAddress: anything,
        userAgent: anything,
        errorCode: anything,
        errorMessage: anything,
        userIdentity: fc.oneof(
          anything,
          fc.record(
            {
              type: anything,
              arn: anything,
              accountId: anything,
              accessKeyId: anything,
              userName: anything,
              sessionContext: anything,
              principalId: anything,
              invokedBy: anything,
            },
            { requiredKeys: [] },
          ),
        ),
        requestParameters: anything,
        responseElements: anything,
        additionalEventData: anything,
        resources: anything,
      },
      { requiredKeys: [] },
    );
    const custom = {
      targets: ["requestParameters.a"],
      summary: "{actor} {targets} {account} {userIdentity.arn}",
    };
    fc.assert(
      fc.property(anyEvent, (odd) => {
        const json = JSON.stringify(
          { eventName: "X", eventTime: event.eventTime, ...odd },
          (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value),
        );
        const hit = hitOf(rule(custom), JSON.parse(json) as CloudTrailEvent);
        alertSchema.parse(alertFromHit({ hit, now: NOW, archive: { table: "t" } }));
      }),
      { numRuns: 500 },
    );
  });

  it("never shows a secret, wherever the record holds it", () => {
    const secrets = [
      "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      `IQoJb3JpZ2luX2VjE${"Ab3/".repeat(60)}`,
      "password=hunter2secret",
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2VjcmV0",
    ];
    for (const secret of secrets) {
      const leaky = {
        ...event,
        userAgent: `curl ${secret}`,
        errorMessage: `not valid: ${secret}`,
        sourceIPAddress: secret,
        userIdentity: {
          type: "IAMUser",
          arn: `arn:aws:iam::111122223333:user/wJalrXUtnFEMIaK7MDENGabPxRfiCYEXAMPLEKEY`,
          userName: secret,
        },
        requestParameters: { userName: secret, password: secret },
        responseElements: { accessKey: { secretAccessKey: secret }, credentials: { sessionToken: secret } },
        resources: [{ ARN: secret }],
      };
      const custom = {
        summary: "{actor} {requestParameters.userName} {requestParameters.password} {source_ip} {targets}",
        targets: ["requestParameters.userName", "responseElements.accessKey.secretAccessKey"],
      };
      const alert = alertFromHit({ hit: hitOf(rule(custom), leaky), now: NOW, archive: { table: "t" } });

      const shown = JSON.stringify(alert);
      assert.ok(!shown.includes(secret) && !/hunter2secret|wJalr/.test(shown), shown);
    }
  });
});
