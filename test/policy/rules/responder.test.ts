import { secret, UNKNOWN_VALUE } from "../../support/analyzer";
import { RESPONDS_ONLY } from "../../support/policy-fixtures";
import { type RuleCase, testRuleCases } from "../../support/rule-cases";

const TAGS = { "trailkeeper:response": "enforce", "trailkeeper:break-glass": "1" };
const NO_RESPONDER = { responder: { tags: { team: "shop" } } };

const allow = (Action: unknown, more: object = {}) => ({ Effect: "Allow", Action, Resource: "*", ...more });
const deny = (Action: unknown, more: object = {}) => ({ Effect: "Deny", Action, Resource: "*", ...more });
const policyOf = (...Statement: unknown[]) => ({
  responderPolicy: { policy: JSON.stringify({ Version: "2012-10-17", Statement }) },
});

describe("rules about responders", () => {
  describe("and what their role may do", () => {
    const rule = "responder-cannot-weaken-trail";
    const holds = (title: string, expect: RuleCase["expect"], ...statements: unknown[]): RuleCase => ({
      title,
      changes: policyOf(...statements),
      rule,
      expect,
    });
    testRuleCases([
      holds("what playbooks need", "nothing", ...RESPONDS_ONLY.Statement),
      holds("stopping the trail", "violation", allow("cloudtrail:StopLogging")),
      holds("stopping one trail", "violation", allow("cloudtrail:StopLogging", { Resource: "arn:t" })),
      holds(
        "stopping the trail under a condition",
        "violation",
        allow("cloudtrail:StopLogging", { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } }),
      ),
      holds("a service's every action", "violation", allow(["logs:PutLogEvents", "S3:*"])),
      holds("everything", "violation", allow("*")),
      holds("everything but some actions", "violation", {
        Effect: "Allow",
        NotAction: "iam:*",
        Resource: "*",
      }),
      holds("everything, all of it denied", "nothing", allow("*"), deny("*")),
      holds("one action that is denied too", "nothing", allow("cloudtrail:*"), deny("CloudTrail:*")),
      holds(
        "everything, and what the stack denies the responder",
        "nothing",
        allow(["cloudtrail:*", "kms:*"]),
        deny(["cloudtrail:*", "kms:DisableKey*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]),
      ),
      holds(
        "what is denied on some resources alone",
        "violation",
        allow("cloudtrail:*"),
        deny("cloudtrail:*", { Resource: "arn:aws:cloudtrail:*:*:trail/audit" }),
      ),
      holds(
        "what is denied under a condition",
        "violation",
        allow("cloudtrail:*"),
        deny("cloudtrail:*", { Condition: { Bool: { "aws:SecureTransport": "false" } } }),
      ),
      holds("nothing", "nothing", deny("cloudtrail:*")),
      {
        title: "a policy that is a secret",
        changes: { responderPolicy: { policy: secret(JSON.stringify({ Statement: [allow("*")] })) } },
        rule,
        expect: "violation",
      },
      {
        title: "a policy that is none",
        changes: { responderPolicy: { policy: "{}" } },
        rule,
        expect: "violation",
      },
      {
        title: "a policy that is not known yet",
        changes: { responderPolicy: { policy: UNKNOWN_VALUE.string } },
        rule,
        expect: "undecided",
      },
      {
        title: "a policy of which the denials are not known yet",
        changes: {
          responderPolicy: {
            policy: { Version: "2012-10-17", Statement: [allow("cloudtrail:*"), UNKNOWN_VALUE.object] },
          },
        },
        rule,
        expect: "undecided",
      },
      { title: "no policy at all", changes: { responderPolicy: undefined }, rule, expect: "nothing" },
      {
        title: "another role's policy, whatever it allows",
        changes: {
          responderPolicy: {
            role: "somebody-elses",
            policy: JSON.stringify({ Statement: [allow("*")] }),
          },
        },
        rule,
        expect: "nothing",
      },
      {
        title: "a policy that names the role",
        changes: {
          responderPolicy: { role: "responder", policy: JSON.stringify({ Statement: [allow("*")] }) },
        },
        rule,
        expect: "violation",
      },
      {
        title: "a policy inside the role",
        changes: {
          responderRole: {
            inlinePolicies: [{ name: "all", policy: JSON.stringify({ Statement: [allow("*")] }) }],
          },
        },
        rule,
        expect: "violation",
      },
      {
        title: "a managed policy attached to the role",
        changes: { responderAttachment: { policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" } },
        rule,
        expect: "undecided",
      },
      {
        title: "managed policies named by the role",
        changes: { responderRole: { managedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"] } },
        rule,
        expect: "undecided",
      },
      {
        title: "a role of another stack",
        changes: { responder: { tags: TAGS, role: "arn:aws:iam::111122223333:role/elsewhere" } },
        rule,
        expect: "undecided",
      },
      {
        title: "a function that does not respond, whatever its role allows",
        changes: { ...NO_RESPONDER, ...policyOf(allow("*")) },
        rule,
        expect: "nothing",
      },
      {
        title: "a responder that is off, and whose role allows everything",
        changes: { responder: { tags: { "trailkeeper:response": "off" } }, ...policyOf(allow("*")) },
        rule,
        expect: "violation",
      },
      {
        title: "what a role allows in a preview",
        changes: policyOf(allow("*")),
        rule,
        expect: "violation",
        options: { preview: true },
      },
      {
        title: "tags that are not known yet",
        changes: { responder: { tags: UNKNOWN_VALUE.object } },
        rule,
        expect: "undecided",
      },
    ]);
  });

  describe("and who is never touched", () => {
    const rule = "enforcing-responder-has-break-glass";
    const tagged = (title: string, expect: RuleCase["expect"], tags: unknown): RuleCase => ({
      title,
      changes: { responder: { tags } },
      rule,
      expect,
    });
    testRuleCases([
      tagged("a responder with break-glass principals", "nothing", TAGS),
      tagged("one without", "violation", { "trailkeeper:response": "enforce" }),
      tagged("one with none", "violation", { ...TAGS, "trailkeeper:break-glass": "0" }),
      tagged("one with what is no number", "violation", { ...TAGS, "trailkeeper:break-glass": "many" }),
      tagged("one that observes", "nothing", { "trailkeeper:response": "observe" }),
      tagged("one that is off", "nothing", { "trailkeeper:response": "off" }),
      tagged("one whose mode is a secret", "violation", { "trailkeeper:response": secret("enforce") }),
      tagged("one whose mode is not known yet", "undecided", {
        "trailkeeper:response": UNKNOWN_VALUE.string,
      }),
      tagged("one whose number is not known yet", "undecided", {
        ...TAGS,
        "trailkeeper:break-glass": UNKNOWN_VALUE.string,
      }),
      tagged("a function with other tags", "nothing", { team: "shop" }),
      tagged("a function without tags", "nothing", undefined),
    ]);
  });

  describe("and their records", () => {
    const rule = "response-records-are-kept";
    const kept = (
      title: string,
      expect: RuleCase["expect"],
      records: RuleCase["changes"]["records"],
    ): RuleCase => ({
      title,
      changes: { records },
      rule,
      expect,
    });
    testRuleCases([
      kept("a table that is kept", "nothing", {}),
      kept("point-in-time recovery off", "violation", { pointInTimeRecovery: { enabled: false } }),
      kept("point-in-time recovery missing", "violation", { pointInTimeRecovery: undefined }),
      kept("point-in-time recovery not known yet", "undecided", {
        pointInTimeRecovery: { enabled: UNKNOWN_VALUE.boolean },
      }),
      kept("AWS's own key", "violation", { serverSideEncryption: { enabled: true } }),
      kept("no key", "violation", { serverSideEncryption: undefined }),
      kept("a key from nowhere that is not known yet", "undecided", {
        serverSideEncryption: { enabled: true, kmsKeyArn: UNKNOWN_VALUE.string },
      }),
      kept("deletion protection off", "violation", { deletionProtectionEnabled: false }),
      kept("deletion protection missing", "violation", { deletionProtectionEnabled: undefined }),
      kept("deletion protection not known yet", "undecided", {
        deletionProtectionEnabled: UNKNOWN_VALUE.boolean,
      }),
      {
        title: "a table of other functions",
        changes: { ...NO_RESPONDER, records: { pointInTimeRecovery: { enabled: false } } },
        rule,
        expect: "nothing",
      },
      {
        title: "a table that is kept, in a preview",
        changes: {},
        rule,
        expect: "nothing",
        options: { preview: true },
      },
      {
        title: "a table that cannot be restored, in a preview",
        changes: { records: { pointInTimeRecovery: { enabled: false } } },
        rule,
        expect: "violation",
        options: { preview: true },
      },
    ]);
  });
});
