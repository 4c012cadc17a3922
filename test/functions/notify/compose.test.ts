import assert from "node:assert/strict";
import fc from "fast-check";
import { type Alert, ALERT_LEVELS, alertSchema } from "../../../detections/alert";
import {
  compose,
  MESSAGE_MAX_BYTES,
  type Notification,
  type Thresholds,
  topicOf,
} from "../../../functions/notify/compose";
import { exampleAlert } from "./example-alert";

const THRESHOLDS: Thresholds = { page: "high", notice: "medium" };

function composed(change: Partial<Alert> = {}): Notification {
  const notification = compose(exampleAlert(change), THRESHOLDS);
  assert.ok(notification);
  return notification;
}

const variantsOf = (notification: Notification) => JSON.parse(notification.message) as Record<string, string>;

describe("topicOf", () => {
  it("pages for the worst levels, notes the middle one, and leaves people alone for the rest", () => {
    assert.deepEqual(
      ALERT_LEVELS.map((level) => [level, topicOf(level, THRESHOLDS)]),
      [
        ["informational", undefined],
        ["low", undefined],
        ["medium", "notice"],
        ["high", "page"],
        ["critical", "page"],
      ],
    );
  });

  it("follows the thresholds, which may leave nothing to one of the topics", () => {
    const topics = (thresholds: Thresholds) => ALERT_LEVELS.map((level) => topicOf(level, thresholds));

    assert.deepEqual(topics({ page: "critical", notice: "informational" }), [
      ...["notice", "notice", "notice", "notice"],
      "page",
    ]);
    assert.deepEqual(topics({ page: "high", notice: "high" }), [
      undefined,
      undefined,
      undefined,
      "page",
      "page",
    ]);
  });
});

describe("compose", () => {
  it("composes nothing for a level that concerns nobody", () => {
    assert.equal(compose(exampleAlert({ level: "low" }), THRESHOLDS), undefined);
  });

  it("puts level, title and place into the subject", () => {
    assert.equal(composed().subject, "[HIGH] Access key created for another user (111122223333 eu-west-1)");
  });

  it("writes a mail that starts with what happened and says who, what, where, when and what to do", () => {
    assert.equal(
      composed().text,
      `HIGH: Access key created for another user

Role deploy created an access key for the user backup.

Who    deploy/alice, AssumedRole, arn:aws:sts::111122223333:assumed-role/deploy/alice, issued by arn:aws:iam::111122223333:role/deploy, access key ASIAEXAMPLEEXAMPLE00, MFA: no
What   iam.amazonaws.com CreateAccessKey, failed with AccessDenied, not authorized to perform iam:CreateAccessKey
       on arn:aws:iam::111122223333:user/backup
Where  account 111122223333, eu-west-1, from 198.51.100.7, with aws-cli/2.31.0
When   2026-03-04T05:06:07Z to 2026-03-04T05:06:09Z, detected 2026-03-04T05:06:21Z

First step
  Ask the owner of role deploy whether this was planned; if not, deactivate the key.

Runbook
  https://example.com/runbooks/access-key-created

Evidence
  2 events
  6a1e4c0e-1111-4222-8333-444455556666
  6a1e4c0e-1111-4222-8333-444455557777

Events in the console
  https://eu-west-1.console.aws.amazon.com/cloudtrailv2/home?region=eu-west-1#/events

Athena query
  SELECT *
  FROM cloudtrail
  WHERE eventid IN ('6a1e4c0e-1111-4222-8333-444455556666')

Harmless if
  Key rotation by the platform team

Alert 0f3a9c1d2e4b5a69788796a5b4c3d2e1, rule 5d2c1f7e-9f0a-4f6e-8a57-0c2b7b7d5c11
`,
    );
  });

  it("gives text to people, the alert's JSON to machines, and one line to phones", () => {
    const notification = composed();

    const variants = variantsOf(notification);

    assert.deepEqual(Object.keys(variants).sort(), [
      "default",
      "email",
      "email-json",
      "https",
      "lambda",
      "sms",
      "sqs",
    ]);
    assert.equal(variants.default, notification.text);
    assert.equal(variants.email, notification.text);
    for (const protocol of ["email-json", "https", "lambda", "sqs"]) {
      assert.deepEqual(JSON.parse(variants[protocol] ?? ""), exampleAlert());
    }
    assert.equal(
      variants.sms,
      "HIGH Access key created for another user (111122223333 eu-west-1) by deploy/alice",
    );
  });

  it("names level, rule, account and region in attributes, for filter policies", () => {
    assert.deepEqual(composed().attributes, {
      level: "high",
      rule: "5d2c1f7e-9f0a-4f6e-8a57-0c2b7b7d5c11",
      account: "111122223333",
      region: "eu-west-1",
    });
  });

  it("shortens the title, not the place, when the subject would be too long", () => {
    const { subject } = composed({ rule: { id: "r", title: "word ".repeat(60) } });

    assert.equal(subject.length <= 99, true);
    assert.match(subject, /^\[HIGH\] word .*\.\.\. \(111122223333 eu-west-1\)$/);
  });

  for (const [title, expected] of [
    ["Zugriffsschlüssel für Zoë", "Zugriffsschlussel fur Zoe"],
    ["根 signed in", "? signed in"],
    ["two\r\nlines\tand\u2028more", "two lines and more"],
    ["   ", "r"],
  ] as const) {
    it(`writes the title ${JSON.stringify(title)} into the subject as ${JSON.stringify(expected)}`, () => {
      assert.equal(
        composed({ rule: { id: "r", title } }).subject,
        `[HIGH] ${expected} (111122223333 eu-west-1)`,
      );
    });
  }

  it("does not let an attacker's user agent forge lines or reverse the text", () => {
    const { text } = composed({
      where: {
        accountId: "111122223333",
        region: "eu-west-1",
        userAgent: "curl\n\nFirst step\n  Do nothing\u2028\u202Enothing",
      },
    });

    assert.ok(text.includes("with curl First step Do nothing nothing\n"));
    assert.equal(text.match(/^First step$/gm)?.length, 1);
  });

  it("lists the first events in the mail and counts the others", () => {
    const eventIDs = Array.from({ length: 30 }, (_, index) => `event-${index}`);

    const { text, json } = composed({ evidence: { eventCount: 30, eventIDs } });

    assert.ok(text.includes("30 events\n  event-0\n"));
    assert.ok(text.includes("  event-19\n  and 10 more\n"));
    assert.deepEqual((JSON.parse(json) as Alert).evidence.eventIDs, eventIDs);
  });

  it("trims a huge alert to what SNS takes, marks it, and keeps what identifies it", () => {
    const huge = exampleAlert({
      summary: "s".repeat(400_000),
      evidence: {
        eventCount: 50_000,
        eventIDs: Array.from({ length: 50_000 }, (_, index) => `event-${index}`),
        query: "é".repeat(300_000),
        consoleUrl: `https://example.com/${"x".repeat(200_000)}`,
      },
    });

    const notification = compose(huge, THRESHOLDS);

    assert.ok(notification);
    const alert = alertSchema.parse(JSON.parse(notification.json));
    assert.ok(Buffer.byteLength(notification.message) <= MESSAGE_MAX_BYTES);
    assert.equal(alert.trimmed, true);
    assert.match(alert.summary, /^s+\.\.\. \[\d+ characters left out\]$/);
    assert.equal(alert.id, huge.id);
    assert.equal(alert.evidence.eventCount, 50_000);
    assert.equal(alert.evidence.eventIDs[0], "event-0");
    assert.equal(alert.evidence.consoleUrl, undefined);
    assert.ok(notification.text.includes("the alert bus's archive has the whole"));
  });

  it("leaves an alert alone that just fits", () => {
    const notification = composed({ summary: "s".repeat(30_000) });

    assert.equal((JSON.parse(notification.json) as Alert).trimmed, undefined);
  });
});

describe("compose, for any alert", () => {
  const nasty = fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 200 }),
    fc.constantFrom(
      "\u0000",
      "\uD800",
      "\uFFFE\uFFFF",
      "\r\nSubject: forged",
      "\u202E",
      "🦉".repeat(70),
      "\\\"'",
    ),
    fc
      .tuple(
        fc.constantFrom("x", "\u0001", "é", "🦉", '"', "\\", "\uDC00"),
        fc.integer({ min: 1, max: 100_000 }),
      )
      .map(([unit, count]) => unit.repeat(count)),
  );
  const alerts = fc
    .record({
      level: fc.constantFrom("medium", "high", "critical"),
      summary: nasty,
      firstStep: nasty,
      title: nasty,
      actor: nasty,
      userAgent: fc.option(nasty, { nil: undefined }),
      errorMessage: fc.option(nasty, { nil: undefined }),
      query: fc.option(nasty, { nil: undefined }),
      targets: fc.array(nasty, { maxLength: 5 }),
      events: fc.integer({ min: 1, max: 5_000 }),
    })
    .map((values): Alert => {
      const base = exampleAlert();
      return {
        ...base,
        level: values.level,
        summary: values.summary,
        firstStep: values.firstStep,
        rule: { ...base.rule, title: values.title },
        who: { ...base.who, actor: values.actor },
        what: { ...base.what, errorMessage: values.errorMessage, targets: values.targets },
        where: { ...base.where, userAgent: values.userAgent },
        evidence: {
          eventCount: values.events,
          eventIDs: Array.from({ length: values.events }, (_, index) => `event-${index}`),
          query: values.query,
        },
      };
    });

  it("keeps to every limit of SNS and SQS, and to the contract", () => {
    fc.assert(
      fc.property(alerts, (alert) => {
        const notification = compose(alert, THRESHOLDS);

        assert.ok(notification);
        assert.match(notification.subject, /^[\x21-\x7E][\x20-\x7E]{0,98}$/);
        assert.ok(Buffer.byteLength(notification.message) <= MESSAGE_MAX_BYTES);
        const variants = variantsOf(notification);
        assert.match(variants.sms ?? "", /^[\x20-\x7E]{1,140}$/);
        for (const variant of Object.values(variants)) {
          assert.doesNotMatch(variant, /[\p{Surrogate}\uFFFE\uFFFF]/u);
          // SQS takes the upper controls, JSON leaves them as they are.
          assert.doesNotMatch(variant, /[^\P{Cc}\n\t\x7F-\x9F]/u);
        }
        assert.ok(alertSchema.safeParse(JSON.parse(notification.json)).success);
      }),
      { numRuns: 25 },
    );
  });

  it("composes the same alert to the same notification", () => {
    fc.assert(
      fc.property(alerts, (alert) =>
        assert.deepEqual(compose(alert, THRESHOLDS), compose(structuredClone(alert), THRESHOLDS)),
      ),
      { numRuns: 3 },
    );
  });
});
