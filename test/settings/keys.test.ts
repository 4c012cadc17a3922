import assert from "node:assert/strict";
import { RESPONSE_IDS } from "../../responses/playbook-ids";
import { KEYS, type Key } from "../../settings/keys";
import { problemsOf, settingsOf } from "./stack-config";

const KEY_ARN = "arn:aws:kms:eu-west-1:111122223333:key/0123abcd-0123-4567-89ab-0123456789ab";
const RAW_BUS = "arn:aws:events:eu-west-1:444455556666:event-bus/trailkeeper-prod-raw-events";
const MULTI_REGION_KEY = "mrk-0123456789abcdef0123456789abcdef";
const QUEUE_ARN = "arn:aws:sqs:eu-west-1:111122223333:alerts";
const PATTERN = '{ $.eventName = "DeleteTrail" }';

function subscription(protocol: string, endpoint: unknown) {
  return [{ name: "one", protocol, endpoint }];
}

function alarm(overrides: Readonly<Record<string, unknown>>) {
  return [{ name: "deletions", pattern: PATTERN, threshold: 1, ...overrides }];
}

interface Case {
  /** Values that settings accept, each with the other keys it needs. */
  readonly good: readonly { readonly value: unknown; readonly with?: Readonly<Record<string, unknown>> }[];
  /** Values that they refuse, and the place the error names when it lies inside the key. */
  readonly bad: readonly { readonly value: unknown; readonly at?: string }[];
}

const days: Case = {
  good: [{ value: 400 }],
  bad: [{ value: 0 }, { value: 36_501 }, { value: "soon" }, { value: 1.5 }],
};
const subscriptions: Case = {
  good: [
    { value: [] },
    { value: subscription("email", "on-call+audit@example.co.uk") },
    { value: subscription("email-json", "a@example.com") },
    { value: subscription("https", "https://pager.example.com/k/1?x=y") },
    { value: subscription("sqs", QUEUE_ARN) },
    { value: subscription("lambda", "arn:aws:lambda:us-east-1:111122223333:function:page:live") },
    { value: subscription("sms", "+491701234567") },
  ],
  bad: [
    { value: subscription("email", "on-call"), at: "[0].endpoint" },
    { value: subscription("email", "a@example"), at: "[0].endpoint" },
    { value: subscription("email", "A <a@example.com>"), at: "[0].endpoint" },
    { value: subscription("https", "http://pager.example.com/"), at: "[0].endpoint" },
    { value: subscription("https", "https://"), at: "[0].endpoint" },
    { value: subscription("https", "https://pager.example.com/a b"), at: "[0].endpoint" },
    {
      value: subscription("sqs", "https://sqs.eu-west-1.amazonaws.com/111122223333/alerts"),
      at: "[0].endpoint",
    },
    { value: subscription("sqs", `${QUEUE_ARN}.fifo`), at: "[0].endpoint" },
    { value: subscription("lambda", QUEUE_ARN), at: "[0].endpoint" },
    { value: subscription("sqs", "arn:aws:sqs::111122223333:alerts"), at: "[0].endpoint" },
    { value: subscription("sms", "0170 1234567"), at: "[0].endpoint" },
    { value: subscription("email", 5), at: "[0].endpoint" },
    { value: subscription("pigeon", "a@example.com"), at: "[0].protocol" },
    { value: [{ protocol: "email", endpoint: "a@example.com" }], at: "[0].name" },
    { value: [{ name: "a b", protocol: "email", endpoint: "a@example.com" }], at: "[0].name" },
    { value: [{ name: "a", protocol: "email", endpoint: "a@example.com", topic: "page" }], at: "[0]" },
    { value: ["a@example.com"], at: "[0]" },
    { value: "a@example.com" },
  ],
};

const ENFORCE = "enforce";
const WITH_BREAK_GLASS = { breakGlassPrincipals: ["role/break-glass"] };
const untouched: Case = {
  good: [
    { value: [] },
    { value: ["role/ci", "role/path/to/ci", "user/ann", "role/team-*"] },
    { value: ["arn:aws:iam::111122223333:role/ci"] },
  ],
  bad: [
    { value: ["ci"], at: "[0]" },
    { value: ["role/ci", "role/*"], at: "[1]" },
    { value: ["arn:aws:iam::*:role/ci"], at: "[0]" },
    { value: ["arn:aws:sts::111122223333:assumed-role/ci/session"], at: "[0]" },
    { value: ["role/ci", "role/ci"], at: "[1]" },
    { value: ["arn:aws-cn:iam::111122223333:role/ci"], at: "[0]" },
  ],
};

const CASES: Readonly<Record<Key, Case>> = {
  deployment: {
    good: [
      { value: "combined" },
      { value: "archive", with: { trailAccountId: "111122223333" } },
      { value: "trail", with: { archive: { bucketName: "example-archive", keyArn: KEY_ARN } } },
      { value: "forwarder", with: { rawEventBusArn: RAW_BUS } },
    ],
    bad: [{ value: "both" }, { value: "" }],
  },
  disposable: { good: [{ value: true }, { value: false }], bad: [{ value: "yes" }, { value: 1 }] },
  trailName: {
    good: [{ value: "" }, { value: "org.audit_1-a" }, { value: "abc" }, { value: "a".repeat(128) }],
    bad: [
      { value: "ab" },
      { value: "a".repeat(129) },
      { value: "my--trail" },
      { value: "my-_trail" },
      { value: "-trail" },
      { value: "trail." },
      { value: "my trail" },
      { value: "192.168.5.4" },
    ],
  },
  organizationId: {
    good: [{ value: "o-a1b2c3d4e5" }, { value: `o-${"a".repeat(32)}` }],
    bad: [
      { value: "a1b2c3d4e5" },
      { value: "o-A1B2C3D4E5" },
      { value: "o-short" },
      { value: `o-${"a".repeat(33)}` },
    ],
  },
  trailAccountId: {
    good: [{ value: "012345678901", with: { deployment: "archive" } }],
    bad: [{ value: "12345678901" }, { value: "1111-2222-3333" }],
  },
  trailRegion: {
    good: [
      { value: "eu-west-1" },
      { value: "us-east-1", with: { deployment: "archive", trailAccountId: "111122223333" } },
    ],
    bad: [{ value: "eu-wset-1" }, { value: "Ireland" }, { value: "eu-west-1a" }],
  },
  archive: {
    good: [
      { value: {} },
      { value: { bucketName: "example-archive", keyArn: KEY_ARN }, with: { deployment: "trail" } },
      {
        value: {
          bucketName: "example-archive",
          keyArn: KEY_ARN,
          accessLogBucketName: "example-access-logs",
          replicaBucketName: "example-replica",
          fileArrivedTopicArn: "arn:aws:sns:eu-west-1:777788889999:files-1a2b3c4",
        },
        with: { deployment: "trail" },
      },
    ],
    bad: [
      { value: { bucketName: "example-archive" }, at: ".keyArn" },
      { value: { bucketName: "Example", keyArn: KEY_ARN }, at: ".bucketName" },
      { value: { bucketName: "example-archive", keyArn: "alias/x" }, at: ".keyArn" },
      { value: { bucketname: "example-archive", keyArn: KEY_ARN }, at: ".bucketName" },
      {
        value: { bucketName: "example-archive", keyArn: KEY_ARN, fileArrivedTopicArn: KEY_ARN },
        at: ".fileArrivedTopicArn",
      },
    ],
  },
  existingBucketName: {
    good: [{ value: "example.archive-1", with: { existingKeyArn: KEY_ARN } }],
    bad: [{ value: "ab" }, { value: "a..b" }, { value: "10.0.0.1" }, { value: "arn:aws:s3:::example" }],
  },
  existingKeyArn: {
    good: [{ value: KEY_ARN, with: { existingBucketName: "example-archive" } }],
    bad: [
      { value: "0123abcd-0123-4567-89ab-0123456789ab" },
      { value: "arn:aws:kms:eu-west-1:111122223333:alias/trail" },
      { value: KEY_ARN.replace("kms", "s3") },
    ],
  },
  adopt: {
    good: [
      { value: {} },
      { value: { bucket: "example-archive", key: KEY_ARN } },
      { value: { key: "0123abcd-0123-4567-89ab-0123456789ab" } },
      { value: { key: MULTI_REGION_KEY } },
      { value: { trail: "arn:aws:cloudtrail:eu-west-1:111122223333:trail/trailkeeper-dev" } },
    ],
    bad: [
      { value: { trail: "trailkeeper-dev" }, at: ".trail" },
      { value: { trail: "arn:aws:cloudtrail:eu-west-1:111122223333:eventdatastore/x" }, at: ".trail" },
      { value: { bucket: "s3://example" }, at: ".bucket" },
      { value: { key: "alias/trail" }, at: ".key" },
      { value: { keys: KEY_ARN } },
    ],
  },
  archiveAdministrators: {
    good: [
      { value: ["role/deploy", "role/path/to/deploy", "user/ann@example.com"] },
      { value: ["role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Audit_*"] },
      { value: ["arn:aws:iam::111122223333:role/deploy", "arn:aws:iam::111122223333:root"] },
    ],
    bad: [
      { value: [] },
      { value: ["*"], at: "[0]" },
      { value: ["role/*"], at: "[0]" },
      { value: ["role/deploy", "user/*/*"], at: "[1]" },
      { value: ["deploy"], at: "[0]" },
      { value: ["arn:aws:iam::*:role/deploy"], at: "[0]" },
      { value: ["arn:aws:iam::111122223333:role/*"], at: "[0]" },
      { value: ["arn:aws:sts::111122223333:assumed-role/deploy/session"], at: "[0]" },
      { value: [5], at: "[0]" },
    ],
  },
  archiveReaders: {
    good: [{ value: ["arn:aws:iam::111122223333:role/athena", "arn:aws:iam::111122223333:root"] }],
    bad: [
      { value: ["*"], at: "[0]" },
      { value: ["arn:aws:iam::111122223333:role/a*"], at: "[0]" },
      { value: ["role/athena"], at: "[0]" },
      { value: ["arn:aws:iam::*:root"], at: "[0]" },
    ],
  },
  retentionDays: days,
  lockMode: {
    good: [{ value: "governance" }],
    bad: [{ value: "GOVERNANCE" }, { value: "none" }],
  },
  lockDays: { ...days, good: [{ value: 1 }, { value: 2_557 }] },
  acknowledgeComplianceLock: {
    good: [
      { value: "" },
      {
        value: "objects cannot be deleted by anyone, root included, for 365 days",
        with: { lockMode: "compliance" },
      },
    ],
    bad: [{ value: "true" }],
  },
  transition: {
    good: [
      { value: {} },
      { value: { storageClass: "GLACIER_IR", afterDays: 90 } },
      { value: { storageClass: "STANDARD_IA", afterDays: 30 } },
    ],
    bad: [
      { value: { storageClass: "ONEZONE_IA", afterDays: 90 }, at: ".storageClass" },
      { value: { storageClass: "GLACIER", afterDays: 0 }, at: ".afterDays" },
      { value: { storageClass: "GLACIER" }, at: ".afterDays" },
      { value: { storageClass: "STANDARD_IA", afterDays: 29 }, at: ".afterDays" },
      { value: { storageClass: "GLACIER", afterDays: 2_557 }, at: ".afterDays" },
      { value: { storageClas: "GLACIER", afterDays: 90 }, at: ".storageClass" },
    ],
  },
  accessLogRetentionDays: days,
  replicaRegion: {
    good: [{ value: "eu-central-1" }],
    bad: [{ value: "eu-west-1" }, { value: "europe" }],
  },
  keyDeletionWindowDays: { good: [{ value: 7 }, { value: 30 }], bad: [{ value: 6 }, { value: 31 }] },
  logRetentionDays: {
    good: [{ value: 1 }, { value: 2_557 }, { value: 3_653 }],
    bad: [{ value: 0 }, { value: 2 }, { value: 364 }, { value: 3_654 }],
  },
  dataEvents: {
    good: [
      { value: [{ resourceType: "AWS::S3::Object" }] },
      {
        value: [
          { resourceType: "AWS::DynamoDB::Table", arnPrefixes: ["arn:aws:dynamodb:"], readWrite: "read" },
        ],
      },
    ],
    bad: [
      { value: [{ resourceType: "S3" }], at: "[0].resourceType" },
      { value: [{ resourceType: "AWS::S3::Object", readWrite: "writes" }], at: "[0].readWrite" },
      { value: [{ resourceType: "AWS::S3::Object", arnPrefixes: ["example/"] }], at: "[0].arnPrefixes[0]" },
      {
        value: [{ resourceType: "AWS::S3::Object", arnPrefixes: ["arn:aws:s3:::a*"] }],
        at: "[0].arnPrefixes[0]",
      },
      { value: [{ resourceType: "AWS::S3::Object" }, { resourceType: "AWS::S3::Object" }], at: "[1]" },
    ],
  },
  networkActivityEventSources: {
    good: [{ value: ["s3.amazonaws.com", "kms.amazonaws.com"] }],
    bad: [
      { value: ["s3"], at: "[0]" },
      { value: ["*.amazonaws.com"], at: "[0]" },
      { value: ["s3.amazonaws.com", "s3.amazonaws.com"], at: "[1]" },
    ],
  },
  insights: {
    good: [{ value: ["ApiErrorRateInsight"] }],
    bad: [{ value: ["ErrorRate"], at: "[0]" }],
  },
  monitoredRegions: {
    good: [
      { value: [] },
      { value: ["eu-west-1", "us-east-1", "us-east-2", "us-west-2", "eu-north-1", "ap-southeast-2"] },
    ],
    bad: [
      { value: ["us-east-1"] },
      { value: ["eu-west-1", "us-esat-1"], at: "[1]" },
      { value: ["eu-west-1", "eu-west-1"], at: "[1]" },
      { value: ["eu-west-1", "cn-north-1"], at: "[1]" },
    ],
  },
  pageSubscriptions: subscriptions,
  noticeSubscriptions: subscriptions,
  alarms: {
    good: [{ value: alarm({}) }, { value: alarm({ periodSeconds: 3_600, topic: "page" }) }],
    bad: [
      { value: alarm({ name: "" }), at: "[0].name" },
      { value: alarm({ pattern: "{ $.eventName = }" }), at: "[0].pattern" },
      { value: alarm({ pattern: "" }), at: "[0].pattern" },
      { value: alarm({ pattern: `{ $.eventName = "${"x".repeat(1_024)}" }` }), at: "[0].pattern" },
      { value: alarm({ threshold: 0 }), at: "[0].threshold" },
      { value: alarm({ threshold: "5" }), at: "[0].threshold" },
      { value: alarm({ periodSeconds: 30 }), at: "[0].periodSeconds" },
      { value: alarm({ periodSeconds: 90 }), at: "[0].periodSeconds" },
      { value: alarm({ periodSeconds: 172_800 }), at: "[0].periodSeconds" },
      { value: alarm({ topic: "pager" }), at: "[0].topic" },
      { value: [...alarm({}), ...alarm({})], at: "[1].name" },
      { value: Array.from({ length: 86 }, (_, index) => alarm({ name: `a${index}` })[0]) },
    ],
  },
  alertArchiveDays: days,
  pageLevel: {
    good: [{ value: "critical" }, { value: "medium" }],
    bad: [{ value: "severe" }, { value: "HIGH" }, { value: "" }],
  },
  noticeLevel: {
    good: [{ value: "low" }, { value: "high" }],
    bad: [{ value: "none" }, { value: 3 }],
  },
  rulesFolder: {
    good: [{ value: "" }, { value: "rules" }, { value: "../our rules/aws" }, { value: "/srv/rules" }],
    bad: [{ value: " rules" }, { value: "rules\n" }],
  },
  disabledRules: {
    good: [{ value: ["6f1c2f9e-0000-4000-8000-000000000000"] }, { value: ["our.rule_1"] }],
    bad: [{ value: [""], at: "[0]" }, { value: ["two words"], at: "[0]" }, { value: "a-rule" }],
  },
  suppressionsFile: {
    good: [{ value: "" }, { value: "suppressions.yml" }],
    bad: [{ value: "suppressions.yml " }],
  },
  runbooksUrl: {
    good: [{ value: "" }, { value: "https://wiki.example.com/runbooks?page=" }],
    bad: [{ value: "wiki.example.com" }, { value: "http://wiki.example.com/" }, { value: "https:// x" }],
  },
  rawEventBusArn: {
    good: [{ value: "" }, { value: RAW_BUS, with: { deployment: "forwarder" } }],
    bad: [{ value: "trailkeeper-prod-raw-events" }, { value: RAW_BUS.replace("event-bus/", "rule/") }],
  },
  responseMode: {
    good: [{ value: "off" }, { value: "observe" }, { value: ENFORCE, with: WITH_BREAK_GLASS }],
    bad: [{ value: "on" }, { value: "Enforce" }, { value: "" }],
  },
  responseModes: {
    good: [
      { value: {} },
      { value: { "quarantine-user": "off", "restore-trail": "observe" } },
      { value: { "deactivate-access-key": ENFORCE }, with: WITH_BREAK_GLASS },
    ],
    bad: [
      { value: { "deactivate-key": "off" } },
      { value: { "quarantine-user": "on" }, at: ".quarantine-user" },
      { value: { "restore-trail": true }, at: ".restore-trail" },
      { value: "off" },
    ],
  },
  breakGlassPrincipals: untouched,
  neverTouchPrincipals: untouched,
  neverTouchResources: {
    good: [
      { value: [] },
      { value: ["arn:aws:s3:::website-*", "arn:aws:ec2:eu-*:111122223333:security-group/sg-1"] },
      { value: ["arn:aws:kms:*:*:key/*"] },
    ],
    bad: [
      { value: ["website"], at: "[0]" },
      { value: ["*"], at: "[0]" },
      { value: ["arn:aws:s3:website-*"], at: "[0]" },
      { value: ["arn:*:s3:::website"], at: "[0]" },
      { value: ["arn:aws:s3:::a b"], at: "[0]" },
      { value: ["arn:aws-cn:s3:::website"], at: "[0]" },
      { value: ["arn:aws:s3:::a", "arn:aws:s3:::a"], at: "[1]" },
    ],
  },
  responseLimit: { good: [{ value: 1 }, { value: 1_000 }], bad: [{ value: 0 }, { value: 1_001 }] },
  responseLimitMinutes: {
    good: [{ value: 1 }, { value: 10_080 }],
    bad: [{ value: 0 }, { value: 10_081 }, { value: "an hour" }],
  },
  memberResponseRole: {
    good: [{ value: "" }, { value: "trailkeeper-member-respond" }],
    bad: [
      { value: "role/respond" },
      { value: "arn:aws:iam::111122223333:role/respond" },
      { value: "respond-*" },
      { value: "a".repeat(65) },
    ],
  },
};

for (const [key, { good, bad }] of Object.entries(CASES)) {
  describe(`trailkeeper:${key}`, () => {
    for (const { value, with: others } of good) {
      it(`accepts ${JSON.stringify(value)}`, () => {
        assert.doesNotThrow(() => settingsOf({ [key]: value, ...others }));
      });
    }

    for (const { value, at = "" } of bad) {
      it(`refuses ${JSON.stringify(value).slice(0, 120)}`, () => {
        const problems = problemsOf({ [key]: value });

        const problem = problems.find((candidate) => candidate.key === `trailkeeper:${key}${at}`);
        assert.ok(
          problem,
          `mistakes at ${problems
            .map(({ key: place }) => place)
            .join(", ")
            .slice(0, 200)}`,
        );
        assert.notEqual(problem.problem, "");
        assert.notEqual(problem.allowed, "");
      });
    }
  });
}

describe("aws:region", () => {
  for (const [region, partition] of [
    ["eu-west-1", "aws"],
    ["mx-central-1", "aws"],
    ["cn-northwest-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
    ["us-iso-east-1", "aws-iso"],
    ["eusc-de-east-1", "aws-eusc"],
  ] as const) {
    it(`puts ${region} into partition ${partition}`, () => {
      const settings = settingsOf({ "aws:region": region });
      assert.equal(settings.region, region);
      assert.equal(settings.partition, partition);
    });
  }

  for (const region of [undefined, "", "eu-wset-1", "us-east-11", "eu-west-1a", "US-EAST-1"]) {
    it(`refuses ${JSON.stringify(region)}`, () => {
      assert.deepEqual(
        problemsOf({ "aws:region": region }).map(({ key }) => key),
        ["aws:region"],
      );
    });
  }
});

describe("defaults", () => {
  it("make a protected stack with a governance lock when only the administrators are set", () => {
    const { warnings, ...settings } = settingsOf({}, "prod");

    assert.deepEqual(settings, {
      project: "trailkeeper",
      stack: "prod",
      namePrefix: "trailkeeper-prod",
      region: "eu-west-1",
      partition: "aws",
      deployment: "combined",
      disposable: false,
      protect: true,
      trailName: "trailkeeper-prod",
      trailRegion: "eu-west-1",
      organizationId: undefined,
      trailAccountId: undefined,
      archive: undefined,
      existingBucketName: undefined,
      existingKeyArn: undefined,
      adopt: {},
      archiveAdministrators: ["role/deploy"],
      archiveReaders: [],
      retentionDays: 2_557,
      lockMode: "governance",
      lockDays: 365,
      transition: undefined,
      accessLogRetentionDays: 365,
      replicaRegion: undefined,
      keyDeletionWindowDays: 30,
      logRetentionDays: 365,
      dataEvents: [],
      networkActivityEventSources: [],
      insights: [],
      monitoredRegions: ["eu-west-1", "us-east-1", "us-east-2", "us-west-2", "eu-north-1", "ap-southeast-2"],
      pageSubscriptions: [],
      noticeSubscriptions: [],
      alarms: [],
      alertArchiveDays: 90,
      pageLevel: "high",
      noticeLevel: "medium",
      rulesFolder: undefined,
      disabledRules: [],
      suppressionsFile: undefined,
      runbooksUrl: undefined,
      rawEventBusArn: undefined,
      responseModes: Object.fromEntries(RESPONSE_IDS.map((id) => [id, "observe"])),
      breakGlassPrincipals: [],
      neverTouchPrincipals: [],
      neverTouchResources: [],
      responseLimit: 5,
      responseLimitMinutes: 60,
      memberResponseRole: undefined,
    });
    assert.equal(warnings.length, 2);
  });

  it("are those of every key that a stack leaves out", () => {
    const everyDefault = Object.fromEntries(
      Object.entries(KEYS)
        .filter(([key]) => key !== "archiveAdministrators")
        .map(([key, definition]) => [key, definition.default]),
    );
    assert.deepEqual(settingsOf(everyDefault), settingsOf());
  });
});
