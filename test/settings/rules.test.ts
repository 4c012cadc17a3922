import assert from "node:assert/strict";
import { complianceAcknowledgement } from "../../settings/compliance-lock";
import { RESPONSE_IDS } from "../../responses/playbook-ids";
import { problemsOf, settingsOf } from "./stack-config";

const KEY_ARN = "arn:aws:kms:eu-west-1:111122223333:key/0123abcd-0123-4567-89ab-0123456789ab";
const ARCHIVE = { bucketName: "example-archive", keyArn: KEY_ARN };
const ANNOUNCED = { ...ARCHIVE, fileArrivedTopicArn: "arn:aws:sns:eu-west-1:777788889999:file-arrived" };
const RAW_BUS = "arn:aws:events:eu-west-1:444455556666:event-bus/trailkeeper-prod-raw-events";
const EXISTING = { existingBucketName: "example-archive", existingKeyArn: KEY_ARN };
const trailArn = (name: string, region = "eu-west-1") =>
  `arn:aws:cloudtrail:${region}:111122223333:trail/${name}`;

type Overrides = Readonly<Record<string, unknown>>;

const REFUSED: readonly [title: string, overrides: Overrides, key: string, says: RegExp][] = [
  [
    "a lock longer than the retention",
    { lockDays: 31, retentionDays: 30 },
    "lockDays",
    /31.*retentionDays \(30\)/,
  ],
  [
    "a compliance lock without acknowledgement",
    { lockMode: "compliance" },
    "acknowledgeComplianceLock",
    /365/,
  ],
  [
    "a compliance lock acknowledged for another number of days",
    { lockMode: "compliance", lockDays: 30, acknowledgeComplianceLock: complianceAcknowledgement(3) },
    "acknowledgeComplianceLock",
    /lockDays 30/,
  ],
  [
    "an acknowledgement without a compliance lock",
    { acknowledgeComplianceLock: complianceAcknowledgement(365) },
    "acknowledgeComplianceLock",
    /governance/,
  ],
  [
    "an acknowledged compliance lock in a disposable stack",
    {
      disposable: true,
      lockMode: "compliance",
      lockDays: 1,
      acknowledgeComplianceLock: complianceAcknowledgement(1),
    },
    "lockMode",
    /disposable/,
  ],
  [
    "a transition after expiry",
    { transition: { storageClass: "GLACIER", afterDays: 400 }, retentionDays: 400 },
    "transition.afterDays",
    /expire/,
  ],
  ["a replica beside the original", { replicaRegion: "eu-west-1" }, "replicaRegion", /own region/],
  ["a replica in another partition", { replicaRegion: "cn-north-1" }, "replicaRegion", /partition/],

  ["an archive account without the trail's account", { deployment: "archive" }, "trailAccountId", /missing/],
  [
    "a trail account in a combined deployment",
    { trailAccountId: "111122223333" },
    "trailAccountId",
    /combined/,
  ],
  ["a trail without an archive", { deployment: "trail" }, "archive", /missing/],
  ["a combined deployment with a foreign archive", { archive: ARCHIVE }, "archive", /combined/],
  ["a trail region apart from the stack's", { trailRegion: "us-east-1" }, "trailRegion", /eu-west-1/],
  [
    "a trail region of another partition",
    { deployment: "archive", trailAccountId: "111122223333", trailRegion: "cn-north-1" },
    "trailRegion",
    /partition/,
  ],

  ["a forwarder without a bus to send to", { deployment: "forwarder" }, "rawEventBusArn", /missing/],
  ["a bus to send to where one is built", { rawEventBusArn: RAW_BUS }, "rawEventBusArn", /combined/],
  [
    "a bus of another partition",
    { deployment: "forwarder", rawEventBusArn: RAW_BUS.replace("aws", "aws-cn") },
    "rawEventBusArn",
    /partition/,
  ],
  [
    "a default bus to forward to",
    { deployment: "forwarder", rawEventBusArn: RAW_BUS.replace(/event-bus\/.*/, "event-bus/default") },
    "rawEventBusArn",
    /default event bus/,
  ],
  [
    "a forwarder with an archive",
    { deployment: "forwarder", rawEventBusArn: RAW_BUS, archive: ARCHIVE },
    "archive",
    /needs no archive/,
  ],
  [
    "a forwarder with a replica",
    { deployment: "forwarder", rawEventBusArn: RAW_BUS, replicaRegion: "eu-central-1" },
    "replicaRegion",
    /makes no archive/,
  ],
  [
    "a notice level above the page level",
    { pageLevel: "medium", noticeLevel: "high" },
    "noticeLevel",
    /above pageLevel \(medium\)/,
  ],
  [
    "a rule that is disabled twice",
    { disabledRules: ["a-rule", "b", "a-rule"] },
    "disabledRules[2]",
    /repeats disabledRules\[0\]/,
  ],

  [
    "an existing bucket without its key",
    { existingBucketName: "example-archive" },
    "existingKeyArn",
    /missing/,
  ],
  ["an existing key without its bucket", { existingKeyArn: KEY_ARN }, "existingKeyArn", /without/],
  [
    "an existing bucket that is adopted too",
    { ...EXISTING, adopt: { bucket: "a-bucket" } },
    "adopt.bucket",
    /owner/,
  ],
  ["an existing bucket and an adopted key", { ...EXISTING, adopt: { key: KEY_ARN } }, "adopt.key", /owner/],
  [
    "an existing bucket with a replica",
    { ...EXISTING, replicaRegion: "eu-central-1" },
    "replicaRegion",
    /owner/,
  ],
  [
    "an existing bucket with a transition",
    { ...EXISTING, transition: { storageClass: "GLACIER_IR", afterDays: 9 } },
    "transition",
    /owner/,
  ],
  ["an existing bucket with a lock period", { ...EXISTING, lockDays: 30 }, "lockDays", /owner/],
  [
    "an existing bucket with a lock mode",
    {
      ...EXISTING,
      lockMode: "compliance",
      acknowledgeComplianceLock: complianceAcknowledgement(365),
    },
    "lockMode",
    /owner/,
  ],
  [
    "an existing bucket beside another stack's archive",
    { ...EXISTING, deployment: "trail", archive: ARCHIVE },
    "existingBucketName",
    /trail/,
  ],

  ["an adopted trail of another name", { adopt: { trail: trailArn("old") } }, "adopt.trail", /old/],
  [
    "an adopted trail of another region",
    { adopt: { trail: trailArn("trailkeeper-dev", "us-east-1") } },
    "adopt.trail",
    /us-east-1/,
  ],
  [
    "an adopted trail where none is made",
    {
      deployment: "archive",
      trailAccountId: "111122223333",
      adopt: { trail: trailArn("trailkeeper-dev") },
    },
    "adopt.trail",
    /archive/,
  ],
  [
    "an adopted bucket where no archive is made",
    { deployment: "trail", archive: ARCHIVE, adopt: { bucket: "example-bucket" } },
    "adopt.bucket",
    /trail/,
  ],
  [
    "a replica where no archive is made",
    { deployment: "trail", archive: ARCHIVE, replicaRegion: "eu-central-1" },
    "replicaRegion",
    /trail/,
  ],

  [
    "a home region that nobody monitors",
    { monitoredRegions: ["us-east-1"] },
    "monitoredRegions",
    /eu-west-1/,
  ],
  [
    "a monitored region of another partition",
    { monitoredRegions: ["eu-west-1", "us-gov-west-1"] },
    "monitoredRegions[1]",
    /partition/,
  ],
  [
    "two subscriptions of one name",
    {
      pageSubscriptions: ["a", "b"].map((local) => ({
        name: "on-call",
        protocol: "email",
        endpoint: `${local}@example.com`,
      })),
    },
    "pageSubscriptions[1].name",
    /pageSubscriptions\[0\]/,
  ],
  [
    "an administrator of another partition",
    { archiveAdministrators: ["arn:aws-cn:iam::111122223333:role/deploy"] },
    "archiveAdministrators[0]",
    /partition/,
  ],
  [
    "a reader of another partition",
    { "aws:region": "us-gov-west-1", archiveReaders: ["arn:aws:iam::111122223333:role/athena"] },
    "archiveReaders[0]",
    /aws-us-gov/,
  ],
  [
    "a queue of another partition",
    {
      "aws:region": "cn-north-1",
      noticeSubscriptions: [
        { name: "queue", protocol: "sqs", endpoint: "arn:aws:sqs:eu-west-1:111122223333:alerts" },
      ],
    },
    "noticeSubscriptions[0].endpoint",
    /aws-cn/,
  ],
  [
    "a data event prefix of another partition",
    {
      "aws:region": "cn-north-1",
      dataEvents: [
        { resourceType: "AWS::S3::Object", arnPrefixes: ["arn:aws-cn:s3:::a/", "arn:aws:s3:::b/"] },
      ],
    },
    "dataEvents[0].arnPrefixes[1]",
    /aws-cn/,
  ],

  [
    "a stack that enforces without a break-glass principal",
    { responseMode: "enforce" },
    "breakGlassPrincipals",
    /empty although responseMode is enforce/,
  ],
  [
    "a playbook that enforces without a break-glass principal",
    { responseModes: { "quarantine-user": "off", "restore-trail": "enforce" } },
    "breakGlassPrincipals",
    /empty although responseModes\.restore-trail is enforce/,
  ],
  [
    "a playbook that is mistyped",
    { responseModes: { "quarantine-usr": "off" } },
    "responseModes",
    /"quarantine-usr", did you mean quarantine-user\?/,
  ],
  [
    "a member's role for a responder whose trail is not named",
    { deployment: "forwarder", rawEventBusArn: RAW_BUS, memberResponseRole: "respond" },
    "trailName",
    /memberResponseRole/,
  ],
];

describe("settings rules", () => {
  for (const [title, overrides, key, says] of REFUSED) {
    it(`refuse ${title}`, () => {
      const problems = problemsOf(overrides);

      const [problem] = problems;
      assert.equal(problems.length, 1, JSON.stringify(problems));
      assert.equal(problem?.key, `trailkeeper:${key}`);
      assert.match(problem.problem, says);
    });
  }

  for (const [title, overrides] of [
    ["a lock as long as the retention", { lockDays: 30, retentionDays: 30 }],
    [
      "an archive account",
      { deployment: "archive", trailAccountId: "111122223333", trailRegion: "us-east-1" },
    ],
    ["a trail account", { deployment: "trail", archive: ARCHIVE }],
    ["an existing bucket", EXISTING],
    [
      "a stack that enforces, apart from every playbook",
      { responseMode: "enforce", responseModes: Object.fromEntries(RESPONSE_IDS.map((id) => [id, "off"])) },
    ],
    [
      "a member's role for a responder",
      { deployment: "forwarder", rawEventBusArn: RAW_BUS, memberResponseRole: "respond", trailName: "audit" },
    ],
    ["an adopted trail under its own name", { trailName: "old", adopt: { trail: trailArn("old") } }],
    [
      "GovCloud throughout",
      {
        "aws:region": "us-gov-east-1",
        archiveAdministrators: ["arn:aws-us-gov:iam::111122223333:role/deploy"],
        archiveReaders: ["arn:aws-us-gov:iam::111122223333:root"],
        replicaRegion: "us-gov-west-1",
        dataEvents: [{ resourceType: "AWS::S3::Object", arnPrefixes: ["arn:aws-us-gov:s3:::"] }],
      },
    ],
  ] as const satisfies readonly (readonly [string, Overrides])[]) {
    it(`accept ${title}`, () => {
      assert.doesNotThrow(() => settingsOf(overrides));
    });
  }

  it("say one thing about a key that is itself mistaken", () => {
    assert.deepEqual(
      problemsOf({ lockDays: "long", retentionDays: 1 }).map(({ key }) => key),
      ["trailkeeper:lockDays"],
    );
  });
});

describe("modes of responses", () => {
  it("are the stack's, but for the playbooks that have their own", () => {
    const { responseModes } = settingsOf({
      responseMode: "off",
      responseModes: { "quarantine-user": "observe", "restore-trail": "enforce" },
      breakGlassPrincipals: ["role/break-glass"],
    });

    assert.deepEqual(Object.keys(responseModes), [...RESPONSE_IDS]);
    assert.deepEqual(
      Object.entries(responseModes).filter(([, mode]) => mode !== "off"),
      [
        ["quarantine-user", "observe"],
        ["restore-trail", "enforce"],
      ],
    );
  });
});

describe("settings of a stack whose name does not fit", () => {
  for (const stack of ["a".repeat(21), "team.dev"]) {
    it(`refuse ${stack}`, () => {
      assert.throws(() => settingsOf({}, stack), /stack name/);
    });
  }

  it("ask for a trail name when the stack's makes none", () => {
    assert.throws(() => settingsOf({}, "dev-"), /trailkeeper:trailName: is not set, and trailkeeper-dev-/);
    assert.equal(settingsOf({ trailName: "audit" }, "dev-").trailName, "audit");
  });
});

describe("settings warnings", () => {
  const people = [{ name: "people", protocol: "email", endpoint: "a@example.com" }];
  const quiet = { pageSubscriptions: people, noticeSubscriptions: people };

  it("are none when everything is in order", () => {
    assert.deepEqual(settingsOf(quiet).warnings, []);
  });

  for (const [title, overrides, says] of [
    [
      "unmonitored sign-in regions",
      { monitoredRegions: ["eu-west-1", "us-east-1"] },
      [/^trailkeeper:monitoredRegions leaves out us-east-2, us-west-2, eu-north-1, ap-southeast-2,/],
    ],
    [
      "GovCloud's sign-in region",
      { "aws:region": "us-gov-east-1", monitoredRegions: ["us-gov-east-1"] },
      [/us-gov-west-1/],
    ],
    [
      "a transition that moves almost nothing",
      { transition: { storageClass: "GLACIER_IR", afterDays: 30 } },
      [/128 KB that S3 transitions by default\.$/],
    ],
    [
      "a transition that Athena cannot follow",
      { transition: { storageClass: "DEEP_ARCHIVE", afterDays: 30 } },
      [/DEEP_ARCHIVE can no longer be queried by Athena/],
    ],
    [
      "topics without people",
      { pageSubscriptions: [], noticeSubscriptions: [] },
      [/pageSubscriptions is empty/, /CloudWatch\.1-14/],
    ],
    [
      "a URL in plain text",
      { pageSubscriptions: [{ name: "pager", protocol: "https", endpoint: "https://pager.example.com/k" }] },
      [/^trailkeeper:pageSubscriptions\[0\]\.endpoint is a URL in plain text/],
    ],
    [
      "text messages in China",
      {
        "aws:region": "cn-north-1",
        pageSubscriptions: [{ name: "phone", protocol: "sms", endpoint: "+8613012345678" }],
      },
      [/sms, which SNS does not offer in China/],
    ],
    [
      "keys without effect in the archive account",
      {
        deployment: "archive",
        trailAccountId: "111122223333",
        pageSubscriptions: [],
        noticeSubscriptions: [],
        logRetentionDays: 30,
      },
      [/logRetentionDays has no effect with deployment archive/],
    ],
    [
      "keys without effect in the trail's account",
      { deployment: "trail", archive: ANNOUNCED, retentionDays: 400 },
      [/retentionDays has no effect with deployment trail/],
    ],
    [
      "keys without effect on an existing bucket, whose log files nothing announces",
      { ...EXISTING, retentionDays: 400 },
      [
        /existingBucketName is a bucket that nothing announces log files of/,
        /retentionDays has no effect on bucket example-archive/,
      ],
    ],
    [
      "an archive whose log files are not announced",
      { deployment: "trail", archive: ARCHIVE },
      [/archive names no fileArrivedTopicArn, so that detections see only what EventBridge delivers/],
    ],
    [
      "keys without effect in a forwarder, and nobody that it could tell",
      {
        deployment: "forwarder",
        rawEventBusArn: RAW_BUS,
        pageSubscriptions: [],
        noticeSubscriptions: [],
        pageLevel: "critical",
        suppressionsFile: "suppressions.yml",
        responseLimit: 3,
      },
      [
        /pageLevel has no effect with deployment forwarder/,
        /responseLimit has no effect with deployment forwarder/,
        /suppressionsFile has no effect with deployment forwarder/,
      ],
    ],
    [
      "what a forwarder without a role for the responder makes nothing of",
      {
        deployment: "forwarder",
        rawEventBusArn: RAW_BUS,
        pageSubscriptions: [],
        noticeSubscriptions: [],
        responseMode: "off",
        trailName: "audit",
      },
      [
        /responseMode has no effect with deployment forwarder/,
        /trailName has no effect with deployment forwarder/,
      ],
    ],
    [
      "nothing that a forwarder's role for the responder is made of",
      {
        deployment: "forwarder",
        rawEventBusArn: RAW_BUS,
        pageSubscriptions: [],
        noticeSubscriptions: [],
        responseMode: "off",
        trailName: "audit",
        memberResponseRole: "respond",
      },
      [],
    ],
    [
      "responses in the archive account",
      {
        deployment: "archive",
        trailAccountId: "111122223333",
        pageSubscriptions: [],
        noticeSubscriptions: [],
        responseModes: { "quarantine-user": "off" },
      },
      [/responseModes has no effect with deployment archive/],
    ],
    [
      "sign-in regions that a forwarder leaves out",
      {
        deployment: "forwarder",
        rawEventBusArn: RAW_BUS,
        pageSubscriptions: [],
        noticeSubscriptions: [],
        monitoredRegions: ["eu-west-1"],
      },
      [/monitoredRegions leaves out us-east-1,/],
    ],
  ] as const satisfies readonly (readonly [string, Overrides, readonly RegExp[]])[]) {
    it(`name ${title}`, () => {
      const { warnings } = settingsOf({ ...quiet, ...overrides });

      assert.equal(warnings.length, says.length, JSON.stringify(warnings));
      says.forEach((expected, index) => assert.match(warnings[index] ?? "", expected));
    });
  }
});
