import { UNKNOWN_VALUE, secret } from "../../support/analyzer";
import type { GoodStackOptions } from "../../support/policy-fixtures";
import { type RuleCase, testRuleCases } from "../../support/rule-cases";

const ARN = "arn:aws:s3:::orders-archive-1a2b3c4";
const V2: GoodStackOptions = { spelling: "V2" };
const FLAGS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

function denial(overrides: Readonly<Record<string, unknown>>): string {
  const statement = {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [ARN, `${ARN}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
    ...overrides,
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: statement });
}

describe("rules about s3", () => {
  testRuleCases([
    ...(["", "V2"] as const).flatMap((spelling): readonly RuleCase[] =>
      [
        { title: "force-destroyed", changes: { bucket: { forceDestroy: true } }, expect: "violation" },
        {
          title: "force-destroyed by a secret",
          changes: { bucket: { forceDestroy: secret(true) } },
          expect: "violation",
        },
        { title: "not force-destroyed", changes: { bucket: { forceDestroy: false } }, expect: "nothing" },
        {
          title: "perhaps force-destroyed",
          changes: { bucket: { forceDestroy: UNKNOWN_VALUE.boolean } },
          expect: "undecided",
        },
      ].map((part) => ({ ...part, rule: "bucket-not-force-destroyed", options: { spelling } }) as RuleCase),
    ),
    {
      title: "no block",
      changes: { publicAccessBlock: undefined },
      rule: "bucket-blocks-public-access",
      expect: "violation",
    },
    {
      title: "no block of a V2 bucket",
      changes: { publicAccessBlock: undefined },
      rule: "bucket-blocks-public-access",
      expect: "violation",
      options: V2,
    },
    ...FLAGS.flatMap((flag): readonly RuleCase[] => [
      {
        title: `${flag} off`,
        changes: { publicAccessBlock: { [flag]: false } },
        rule: "bucket-blocks-public-access",
        expect: "violation",
      },
      {
        title: `${flag} missing`,
        changes: { publicAccessBlock: { [flag]: undefined } },
        rule: "bucket-blocks-public-access",
        expect: "violation",
      },
      {
        title: `${flag} unknown`,
        changes: { publicAccessBlock: { [flag]: UNKNOWN_VALUE.boolean } },
        rule: "bucket-blocks-public-access",
        expect: "undecided",
      },
      {
        title: `${flag} secret`,
        changes: { publicAccessBlock: { [flag]: secret(true) } },
        rule: "bucket-blocks-public-access",
        expect: "nothing",
      },
    ]),
    {
      title: "a block of a bucket that is named literally",
      changes: { publicAccessBlock: { bucket: "orders-archive-1a2b3c4" } },
      rule: "bucket-blocks-public-access",
      expect: "nothing",
    },
    {
      title: "a block of a bucket that is not ours",
      changes: { publicAccessBlock: { bucket: "elsewhere" } },
      rule: "bucket-blocks-public-access",
      expect: "violation",
    },
    {
      title: "a block of nobody knows which bucket",
      changes: { publicAccessBlock: { bucket: UNKNOWN_VALUE.string } },
      rule: "bucket-blocks-public-access",
      expect: "undecided",
    },
    {
      title: "no versioning",
      changes: { versioning: undefined },
      rule: "bucket-is-versioned",
      expect: "violation",
    },
    {
      title: "suspended versioning",
      changes: { versioning: { versioningConfiguration: { status: "Suspended" } } },
      rule: "bucket-is-versioned",
      expect: "violation",
    },
    {
      title: "suspended versioning, V2",
      changes: { versioning: { versioningConfiguration: { status: "Suspended" } } },
      rule: "bucket-is-versioned",
      expect: "violation",
      options: V2,
    },
    {
      title: "an unknown status",
      changes: { versioning: { versioningConfiguration: { status: UNKNOWN_VALUE.string } } },
      rule: "bucket-is-versioned",
      expect: "undecided",
    },
    {
      title: "an unknown configuration",
      changes: { versioning: { versioningConfiguration: UNKNOWN_VALUE.object } },
      rule: "bucket-is-versioned",
      expect: "undecided",
    },
    {
      title: "a secret status",
      changes: { versioning: { versioningConfiguration: { status: secret("Enabled") } } },
      rule: "bucket-is-versioned",
      expect: "nothing",
    },
    {
      title: "inline versioning",
      changes: { versioning: undefined, bucket: { versioning: { enabled: true } } },
      rule: "bucket-is-versioned",
      expect: "nothing",
    },
    {
      title: "inline versioning, V2",
      changes: { versioning: undefined, bucket: { versionings: [{ enabled: true }] } },
      rule: "bucket-is-versioned",
      expect: "nothing",
      options: V2,
    },
    {
      title: "inline versioning that is off",
      changes: { versioning: undefined, bucket: { versioning: { enabled: false } } },
      rule: "bucket-is-versioned",
      expect: "violation",
    },
    {
      title: "unknown inline versioning",
      changes: { versioning: undefined, bucket: { versioning: UNKNOWN_VALUE.object } },
      rule: "bucket-is-versioned",
      expect: "undecided",
    },
    {
      title: "versioning of nobody knows which bucket",
      changes: { versioning: { bucket: UNKNOWN_VALUE.string } },
      rule: "bucket-is-versioned",
      expect: "undecided",
    },
    {
      title: "no lock",
      changes: { objectLock: undefined },
      rule: "archive-bucket-is-locked",
      expect: "violation",
    },
    {
      title: "no lock, V2",
      changes: { objectLock: undefined },
      rule: "archive-bucket-is-locked",
      expect: "violation",
      options: V2,
    },
    {
      title: "a lock without default retention",
      changes: { objectLock: { rule: undefined } },
      rule: "archive-bucket-is-locked",
      expect: "violation",
    },
    {
      title: "a retention without period",
      changes: { objectLock: { rule: { defaultRetention: { mode: "GOVERNANCE" } } } },
      rule: "archive-bucket-is-locked",
      expect: "violation",
    },
    {
      title: "a retention of zero days",
      changes: { objectLock: { rule: { defaultRetention: { mode: "GOVERNANCE", days: 0 } } } },
      rule: "archive-bucket-is-locked",
      expect: "violation",
    },
    {
      title: "a retention in years",
      changes: { objectLock: { rule: { defaultRetention: { mode: "COMPLIANCE", years: 7 } } } },
      rule: "archive-bucket-is-locked",
      expect: "nothing",
    },
    {
      title: "an unknown retention",
      changes: {
        objectLock: { rule: { defaultRetention: { mode: "GOVERNANCE", days: UNKNOWN_VALUE.number } } },
      },
      rule: "archive-bucket-is-locked",
      expect: "undecided",
    },
    {
      title: "an unknown mode",
      changes: { objectLock: { rule: { defaultRetention: { mode: UNKNOWN_VALUE.string, days: 1 } } } },
      rule: "archive-bucket-is-locked",
      expect: "undecided",
    },
    {
      title: "a secret retention",
      changes: { objectLock: { rule: { defaultRetention: { mode: "GOVERNANCE", days: secret(1) } } } },
      rule: "archive-bucket-is-locked",
      expect: "nothing",
    },
    {
      title: "an inline lock",
      changes: {
        objectLock: undefined,
        bucket: {
          objectLockConfiguration: {
            objectLockEnabled: "Enabled",
            rule: { defaultRetention: { mode: "GOVERNANCE", days: 1 } },
          },
        },
      },
      rule: "archive-bucket-is-locked",
      expect: "nothing",
    },
    {
      title: "an inline lock in lists",
      changes: {
        objectLock: undefined,
        bucket: {
          objectLockConfiguration: { rules: [{ defaultRetentions: [{ mode: "GOVERNANCE", days: 1 }] }] },
        },
      },
      rule: "archive-bucket-is-locked",
      expect: "nothing",
      options: V2,
    },
    {
      title: "a bucket to which no trail delivers",
      changes: { objectLock: undefined, trail: { s3BucketName: "elsewhere" } },
      rule: "archive-bucket-is-locked",
      expect: "nothing",
    },
    {
      title: "a trail that delivers nobody knows where",
      changes: { trail: { s3BucketName: UNKNOWN_VALUE.string } },
      rule: "archive-bucket-is-locked",
      expect: "undecided",
    },
    {
      title: "no policy",
      changes: { policy: undefined },
      rule: "bucket-denies-plain-http",
      expect: "violation",
    },
    {
      title: "no policy, V2",
      changes: { policy: undefined },
      rule: "bucket-denies-plain-http",
      expect: "violation",
      options: V2,
    },
    {
      title: "an unknown document",
      changes: { policy: { policy: UNKNOWN_VALUE.string } },
      rule: "bucket-denies-plain-http",
      expect: "undecided",
    },
    {
      title: "a document as object",
      changes: { policy: { policy: JSON.parse(denial({})) as unknown } },
      rule: "bucket-denies-plain-http",
      expect: "nothing",
    },
    {
      title: "an object with unknown ARNs",
      changes: {
        policy: {
          policy: {
            Statement: [
              {
                ...(JSON.parse(denial({})) as { Statement: object }).Statement,
                Resource: [UNKNOWN_VALUE.string],
              },
            ],
          },
        },
      },
      rule: "bucket-denies-plain-http",
      expect: "undecided",
    },
    {
      title: "a secret document",
      changes: { policy: { policy: secret(denial({})) } },
      rule: "bucket-denies-plain-http",
      expect: "nothing",
    },
    {
      title: "an inline document",
      changes: { policy: undefined, bucket: { policy: denial({}) } },
      rule: "bucket-denies-plain-http",
      expect: "nothing",
    },
    {
      title: "an empty inline document, as the provider computes it",
      changes: { policy: undefined, bucket: { policy: "" } },
      rule: "bucket-denies-plain-http",
      expect: "violation",
    },
    {
      title: "what is no document",
      changes: { policy: { policy: "{ aws:SecureTransport" } },
      rule: "bucket-denies-plain-http",
      expect: "violation",
    },
    {
      title: "a policy that only names the condition",
      changes: { policy: { policy: denial({ Effect: "Allow" }) } },
      rule: "bucket-denies-plain-http",
      expect: "violation",
    },
  ]);
});
