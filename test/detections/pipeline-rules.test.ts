import assert from "node:assert/strict";
import { alertSchema } from "../../detections/alert";
import { PIPELINE_EVENTS, PIPELINE_RULE_IDS, pipelineRules } from "../../detections/pipeline-rules";
import { PART_KINDS } from "../../detections/pipeline-parts";
import { fastPathRules } from "../../detections/placement";
import { RuleSet } from "../../detections/rule-set";
import { sentenceProblems } from "../../detections/sentence";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";

const ACCOUNT = "111122223333";
const arn = (service: string, resource: string, region = "eu-west-1") =>
  `arn:aws:${service}:${region}:${ACCOUNT}:${resource}`;

const TRAIL = arn("cloudtrail", "trail/trailkeeper-prod");
const KEY = arn("kms", "key/0a1b2c3d-1111-2222-3333-444455556666");
const QUEUE = arn("sqs", "detector-fast-queue-1a2b3c4");
const FUNCTION = arn("lambda", "function:trailkeeper-prod-detect");
const TOPIC = arn("sns", "alerts-page-topic-1a2b3c4");
const ARNS = [
  TRAIL,
  "arn:aws:s3:::archive-bucket-1a2b3c4",
  KEY,
  arn("logs", "log-group:/aws/cloudtrail/trailkeeper-prod"),
  arn("cloudwatch", "alarm:trailkeeper-prod-root-usage"),
  arn("events", "event-bus/trailkeeper-prod-alerts"),
  arn("events", "archive/alerts-archive-1a2b3c4"),
  arn("events", "rule/trailkeeper-prod-alerts/alerts-notify-rule-1a2b3c4"),
  arn("events", "rule/trailkeeper-prod-forward-1"),
  arn("events", "rule/trailkeeper-prod-forward-1", "us-east-1"),
  TOPIC,
  QUEUE,
  FUNCTION,
  arn("dynamodb", "table/detector-table-1a2b3c4"),
  arn("iam", "role/trailkeeper-prod-detect", ""),
];
const ADMINISTRATORS = [
  `arn:aws:iam::${ACCOUNT}:role/trailkeeper-deploy`,
  `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*`,
];

const session = (rolePath: string) => ({
  type: "AssumedRole",
  accountId: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${rolePath.split("/").at(-1)}/someone`,
  sessionContext: { sessionIssuer: { arn: `arn:aws:iam::${ACCOUNT}:role/${rolePath}` } },
});

type Call = Partial<CloudTrailEvent> & { readonly eventName: string };

function event(source: string, call: Call): CloudTrailEvent {
  return {
    eventTime: "2026-03-04T05:06:07Z",
    eventSource: `${source}.amazonaws.com`,
    awsRegion: "eu-west-1",
    recipientAccountId: ACCOUNT,
    userIdentity: session("Developer"),
    ...call,
  };
}

describe("pipelineRules", () => {
  const rules = new RuleSet(pipelineRules({ arns: ARNS, administratorArns: ADMINISTRATORS }));
  const matched = (source: string, call: Call) =>
    rules.match(event(source, call)).map(({ id, level }) => `${id} ${level}`);

  const CHANGES: readonly (readonly [kind: string, source: string, eventName: string, parameters: object])[] =
    [
      ["trail", "cloudtrail", "StopLogging", { name: TRAIL }],
      ["trail", "cloudtrail", "DeleteTrail", { name: "trailkeeper-prod" }],
      ["trail", "cloudtrail", "PutEventSelectors", { trailName: "trailkeeper-prod" }],
      ["trail", "cloudtrail", "RemoveTags", { resourceId: TRAIL }],
      ["bucket", "s3", "PutBucketPolicy", { bucketName: "archive-bucket-1a2b3c4" }],
      ["bucket", "s3", "PutBucketLifecycleConfiguration", { bucketName: "archive-bucket-1a2b3c4" }],
      ["bucket", "s3", "PutBucketPublicAccessBlock", { bucketName: "archive-bucket-1a2b3c4" }],
      ["key", "kms", "ScheduleKeyDeletion", { keyId: "0a1b2c3d-1111-2222-3333-444455556666" }],
      ["key", "kms", "DisableKey", { keyId: KEY }],
      ["log-group", "logs", "DeleteLogGroup", { logGroupName: "/aws/cloudtrail/trailkeeper-prod" }],
      [
        "log-group",
        "logs",
        "PutSubscriptionFilter",
        { logGroupIdentifier: `${arn("logs", "log-group:/aws/cloudtrail/trailkeeper-prod")}:*` },
      ],
      ["alarm", "monitoring", "DeleteAlarms", { alarmNames: ["other", "trailkeeper-prod-root-usage"] }],
      ["alarm", "monitoring", "SetAlarmState", { alarmName: "trailkeeper-prod-root-usage" }],
      ["event-bus", "events", "DeleteEventBus", { name: "trailkeeper-prod-alerts" }],
      [
        "event-bus",
        "events",
        "PutPermission",
        { eventBusName: arn("events", "event-bus/trailkeeper-prod-alerts") },
      ],
      ["event-bus", "events", "DeleteArchive", { archiveName: "alerts-archive-1a2b3c4" }],
      ["event-rule", "events", "DisableRule", { name: "trailkeeper-prod-forward-1" }],
      [
        "event-rule",
        "events",
        "RemoveTargets",
        { rule: "alerts-notify-rule-1a2b3c4", eventBusName: "trailkeeper-prod-alerts" },
      ],
      ["default-bus", "events", "UpdateEventBus", { name: "default", kmsKeyIdentifier: "alias/mine" }],
      ["topic", "sns", "SetTopicAttributes", { topicArn: TOPIC }],
      ["topic", "sns", "Unsubscribe", { subscriptionArn: `${TOPIC}:6a1e4c0e-1111-4222-8333-444455556666` }],
      [
        "queue",
        "sqs",
        "PurgeQueue",
        { queueUrl: `https://sqs.eu-west-1.amazonaws.com/${ACCOUNT}/detector-fast-queue-1a2b3c4` },
      ],
      ["queue", "sqs", "StartMessageMoveTask", { sourceArn: QUEUE }],
      ["function", "lambda", "UpdateFunctionCode20150331v2", { functionName: "trailkeeper-prod-detect" }],
      ["function", "lambda", "UpdateFunctionConfiguration20150331v2", { functionName: FUNCTION }],
      ["function", "lambda", "DeleteFunction20150331", { functionName: `${FUNCTION}:$LATEST` }],
      [
        "mapping",
        "lambda",
        "CreateEventSourceMapping20150331",
        { eventSourceArn: QUEUE, functionName: "mine" },
      ],
      ["table", "dynamodb", "DeleteTable", { tableName: "detector-table-1a2b3c4" }],
      ["role", "iam", "DeleteRolePolicy", { roleName: "trailkeeper-prod-detect", policyName: "p" }],
    ];

  for (const [kind, source, eventName, requestParameters] of CHANGES)
    it(`page for ${eventName} on ${JSON.stringify(requestParameters)}`, () => {
      assert.deepEqual(matched(source, { eventName, requestParameters: requestParameters as never }), [
        `pipeline-${kind} critical`,
      ]);
    });

  it("know a mapping by what it connects, which only the answer says", () => {
    assert.deepEqual(
      matched("lambda", {
        eventName: "DeleteEventSourceMapping20150331",
        requestParameters: { uUID: "6a1e4c0e-1111-4222-8333-444455556666" },
        responseElements: { functionArn: FUNCTION, eventSourceArn: QUEUE },
      }),
      ["pipeline-mapping critical"],
    );
  });

  it("page for what was clicked in the console, which the record calls its caller", () => {
    const userIdentity = {
      type: "IAMUser",
      arn: `arn:aws:iam::${ACCOUNT}:user/mallory`,
      accountId: ACCOUNT,
      invokedBy: "signin.amazonaws.com",
    };
    assert.deepEqual(
      matched("cloudtrail", { eventName: "StopLogging", requestParameters: { name: TRAIL }, userIdentity }),
      ["pipeline-trail critical"],
    );
  });

  const change = { eventName: "StopLogging", requestParameters: { name: TRAIL } };

  for (const role of [
    "trailkeeper-deploy",
    "aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef",
  ])
    it(`tell in working hours what the administrator ${role} changes`, () => {
      assert.deepEqual(matched("cloudtrail", { ...change, userIdentity: session(role) }), [
        "pipeline-administrator medium",
      ]);
      assert.deepEqual(
        matched("cloudtrail", { ...change, errorCode: "Throttling", userIdentity: session(role) }),
        [],
      );
    });

  it("page for a role that is called as an administrator is, on another path", () => {
    assert.deepEqual(matched("cloudtrail", { ...change, userIdentity: session("x/trailkeeper-deploy") }), [
      "pipeline-trail critical",
    ]);
  });

  it("page for the account's root", () => {
    const userIdentity = { type: "Root", arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT };
    assert.deepEqual(matched("cloudtrail", { ...change, userIdentity }), ["pipeline-trail critical"]);
  });

  it("tell of attempts that were refused", () => {
    assert.deepEqual(matched("cloudtrail", { ...change, errorCode: "AccessDenied" }), [
      "pipeline-refused high",
    ]);
  });

  const QUIET: readonly (readonly [why: string, source: string, call: Call])[] = [
    ["another trail", "cloudtrail", { eventName: "StopLogging", requestParameters: { name: "other" } }],
    [
      "a trail of that name in another region",
      "cloudtrail",
      { ...change, requestParameters: { name: "trailkeeper-prod" }, awsRegion: "us-east-1" },
    ],
    [
      "a function of that name in another account",
      "lambda",
      {
        eventName: "UpdateFunctionCode20150331v2",
        requestParameters: { functionName: "trailkeeper-prod-detect" },
        recipientAccountId: "444455556666",
      },
    ],
    [
      "a look at the trail",
      "cloudtrail",
      { eventName: "GetTrailStatus", requestParameters: { name: TRAIL } },
    ],
    [
      "the trail's being started",
      "cloudtrail",
      { eventName: "StartLogging", requestParameters: { name: TRAIL } },
    ],
    [
      "a bucket whose name begins alike",
      "s3",
      { eventName: "PutBucketPolicy", requestParameters: { bucketName: "archive-bucket-1a2b3c4-copy" } },
    ],
    [
      "a queue whose name ends alike",
      "sqs",
      {
        eventName: "PurgeQueue",
        requestParameters: {
          queueUrl: `https://sqs.eu-west-1.amazonaws.com/${ACCOUNT}/x-detector-fast-queue-1a2b3c4`,
        },
      },
    ],
    [
      "an AWS service on its own",
      "kms",
      {
        eventName: "RetireGrant",
        requestParameters: { keyId: KEY },
        userIdentity: { type: "AWSService", invokedBy: "dynamodb.amazonaws.com" },
      },
    ],
  ];
  for (const [why, source, call] of QUIET)
    it(`keep quiet about ${why}`, () => {
      assert.deepEqual(matched(source, call), []);
    });

  it("take IAM's events from any region, and a rule's name in each of its regions", () => {
    const role = { eventName: "DeleteRole", requestParameters: { roleName: "trailkeeper-prod-detect" } };
    const rule = { eventName: "DisableRule", requestParameters: { name: "trailkeeper-prod-forward-1" } };
    assert.equal(matched("iam", { ...role, awsRegion: "us-east-1" }).length, 1);
    assert.equal(matched("events", { ...rule, awsRegion: "us-east-1" }).length, 1);
    assert.equal(matched("events", { ...rule, awsRegion: "us-west-2" }).length, 0);
  });

  it("refuse a part that no rule would watch over", () => {
    assert.throws(
      () => pipelineRules({ arns: [arn("kinesis", "stream/s")], administratorArns: [] }),
      /no pipeline rule watches over arn:aws:kinesis:.*stream\/s/,
    );
    assert.throws(
      () => pipelineRules({ arns: ["alerts-bus"], administratorArns: [] }),
      /"alerts-bus" is no ARN/,
    );
  });

  it("are none where there are no parts", () => {
    assert.deepEqual(pipelineRules({ arns: [], administratorArns: ADMINISTRATORS }), []);
  });

  it("have the ids that suppressions may name, which alerts can carry", () => {
    assert.deepEqual(rules.rules.map(({ id }) => id).sort(), [...PIPELINE_RULE_IDS].sort());
    for (const id of PIPELINE_RULE_IDS) alertSchema.shape.rule.shape.id.parse(id);
  });

  it("say what to do first, where the runbook is, and what happened in sentences that can be filled in", () => {
    for (const { custom, id } of rules.rules) {
      assert.equal(custom?.runbook, "audit-pipeline", id);
      assert.ok(custom.firstStep && custom.targets?.length, id);
      assert.deepEqual(sentenceProblems(custom.summary ?? "{"), [], id);
    }
  });

  it("page on the fast path, and leave administrators' changes to the complete one", () => {
    const fast = fastPathRules(rules).map(({ id }) => id);
    assert.ok(fast.includes("pipeline-trail") && fast.includes("pipeline-refused"));
    assert.ok(!fast.includes("pipeline-administrator"));
  });

  it("match only events that are forwarded", () => {
    const forwarded = new RuleSet([PIPELINE_EVENTS]);
    for (const [, source, eventName, requestParameters] of CHANGES) {
      const call = event(source, { eventName, requestParameters: requestParameters as never });
      assert.equal(forwarded.match(call).length, 1, eventName);
    }
    for (const { eventSource, actions } of PART_KINDS)
      for (const action of actions)
        assert.equal(
          forwarded.match(event(eventSource.split(".")[0] ?? "", { eventName: action.replace("*", "2015") }))
            .length,
          1,
          action,
        );
  });
});
