import assert from "node:assert/strict";
import type { Graph } from "../support/graph";
import { detectorGraph, PATTERNS, TOPIC_ARN } from "./build-detector";
import { ACCOUNT, OTHER_ACCOUNT } from "./policy-cases";

const FUNCTION = "aws:lambda/function:Function";
const KEY = "aws:kms/key:Key";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const QUEUE = "aws:sqs/queue:Queue";
const RULE = "aws:cloudwatch/eventRule:EventRule";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";

const json = (value: unknown) => JSON.parse(value as string) as Record<string, unknown>;

describe("Detector", () => {
  let graph: Graph;

  before(async () => {
    graph = await detectorGraph();
  });

  const arnOf = (type: string, nameFragment: string) => graph.only(type, nameFragment).outputs.arn;

  describe("fast path", () => {
    it("listens on the default bus of every monitored region, read-only management events included", () => {
      const rules = graph.all(RULE).filter(({ name }) => name.includes("forward"));

      assert.deepEqual(
        rules.map(({ inputs }) => [inputs.region, inputs.name, inputs.eventPattern, inputs.eventBusName]),
        ["eu-west-1", "us-east-1"].flatMap((region) =>
          PATTERNS.map((pattern, index) => [
            region === "eu-west-1" ? undefined : region,
            `trailkeeper-test-forward-${index + 1}`,
            pattern,
            undefined,
          ]),
        ),
      );
      for (const { inputs, name } of graph.all(RULE))
        assert.equal(inputs.state, "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", name);
    });

    it("forwards to the raw-event bus with a role, and keeps what it gives up in a queue of the rule's region", () => {
      const bus = arnOf("aws:cloudwatch/eventBus:EventBus", "");
      const role = arnOf("aws:iam/role:Role", "forward");
      for (const { inputs, name } of graph.all(TARGET).filter((target) => target.name.includes("forward"))) {
        const region = (inputs.region as string | undefined) ?? "eu-west-1";
        assert.deepEqual([inputs.arn, inputs.roleArn], [bus, role], name);
        assert.deepEqual(inputs.deadLetterConfig, { arn: arnOf(QUEUE, `${region}-dead-letters`) });
        assert.match(String(arnOf(QUEUE, `${region}-dead-letters`)), new RegExp(`:${region}:`));
        assert.deepEqual(inputs.retryPolicy, {
          maximumEventAgeInSeconds: 86_400,
          maximumRetryAttempts: 185,
        });
      }
    });

    it("puts what arrives on the raw-event bus, if only AWS can have sent it, into the raw queue", () => {
      const rule = graph.only(RULE, "detector-fast-rule");
      const target = graph.only(TARGET, "detector-fast-target");

      assert.deepEqual(json(rule.inputs.eventPattern), {
        source: [{ prefix: "aws." }],
        "detail-type": [{ suffix: " via CloudTrail" }],
      });
      assert.equal(rule.inputs.eventBusName, "trailkeeper-test-raw-events");
      assert.equal(target.inputs.arn, arnOf(QUEUE, "detector-fast-queue"));
      assert.deepEqual(target.inputs.deadLetterConfig, { arn: arnOf(QUEUE, "detector-fast-dead-letters") });
    });
  });

  describe("complete path", () => {
    it("queues the bare announcements of log files", () => {
      const { inputs } = graph.only(SUBSCRIPTION);

      assert.equal(inputs.topic, TOPIC_ARN);
      assert.equal(inputs.protocol, "sqs");
      assert.equal(inputs.endpoint, arnOf(QUEUE, "detector-complete-queue"));
      assert.equal(inputs.rawMessageDelivery, true);
      assert.deepEqual(json(inputs.redrivePolicy), {
        deadLetterTargetArn: arnOf(QUEUE, "detector-complete-dead-letters"),
      });
    });

    it("subscribes in the topic's region, where SNS takes no dead-letter queue of ours", async () => {
      const elsewhere = await detectorGraph({
        fileArrivedTopicArn: `arn:aws:sns:us-east-1:${OTHER_ACCOUNT}:file-arrived`,
        archiveRegion: "us-east-1",
      });

      const { inputs } = elsewhere.only(SUBSCRIPTION);
      assert.deepEqual([inputs.region, inputs.redrivePolicy], ["us-east-1", undefined]);
    });

    it("is left out where nothing announces log files", async () => {
      const without = await detectorGraph({ fileArrivedTopicArn: undefined });

      assert.deepEqual(without.all(SUBSCRIPTION), []);
      assert.equal(without.all(MAPPING).length, 1);
      const role = JSON.stringify(without.only("aws:iam/rolePolicy:RolePolicy", "detect-role"));
      assert.doesNotMatch(role, /s3:GetObject/);
    });
  });

  it("remembers in a table that forgets, encrypted, recoverable, and guarded", async () => {
    const { inputs, protect } = graph.only("aws:dynamodb/table:Table");

    assert.deepEqual(
      [inputs.hashKey, inputs.rangeKey, inputs.billingMode, inputs.ttl],
      ["pk", "sk", "PAY_PER_REQUEST", { attributeName: "expiresAt", enabled: true }],
    );
    assert.deepEqual(inputs.serverSideEncryption, { enabled: true, kmsKeyArn: arnOf(KEY, "") });
    assert.deepEqual(inputs.pointInTimeRecovery, { enabled: true });
    assert.deepEqual([inputs.deletionProtectionEnabled, protect], [true, true]);

    const disposable = await detectorGraph({ protect: false });
    assert.equal(disposable.only("aws:dynamodb/table:Table").inputs.deletionProtectionEnabled, false);
    assert.ok(disposable.resources.every((resource) => !resource.protect && !resource.retainOnDelete));
  });

  it("encrypts bus, queues and log with its key, and lets SQS encrypt the queues of other regions", () => {
    const key = arnOf(KEY, "");
    assert.equal(graph.only(KEY).inputs.enableKeyRotation, true);
    assert.equal(graph.only("aws:cloudwatch/eventBus:EventBus").inputs.kmsKeyIdentifier, key);
    assert.equal(graph.only("aws:cloudwatch/logGroup:LogGroup").inputs.kmsKeyId, key);
    for (const { inputs, name } of graph.all(QUEUE))
      if (name.includes("forward"))
        assert.deepEqual([inputs.sqsManagedSseEnabled, inputs.kmsMasterKeyId], [true, undefined], name);
      else assert.equal(inputs.kmsMasterKeyId, key, name);
  });

  it("gives up on a message after five receives, keeps it for fourteen days, and leaves the function its time", () => {
    const { timeout } = graph.only(FUNCTION).inputs;
    for (const path of ["fast", "complete"]) {
      const { inputs } = graph.only(QUEUE, `detector-${path}-queue`);
      assert.deepEqual(json(inputs.redrivePolicy), {
        deadLetterTargetArn: arnOf(QUEUE, `detector-${path}-dead-letters`),
        maxReceiveCount: 5,
      });
      assert.equal(inputs.messageRetentionSeconds, 14 * 86_400);
      assert.ok(Number(inputs.visibilityTimeoutSeconds) >= 6 * Number(timeout));
    }
  });

  it("gives every queue and the bus a policy of its own, before anything sends", () => {
    const policied = graph.all("aws:sqs/queuePolicy:QueuePolicy").map(({ inputs }) => inputs.queueUrl);
    assert.deepEqual(
      policied.sort(),
      graph
        .all(QUEUE)
        .map(({ outputs }) => outputs.id)
        .sort(),
    );
    assert.equal(graph.all("aws:cloudwatch/eventBusPolicy:EventBusPolicy").length, 1);
    for (const sender of [...graph.all(TARGET), graph.only(SUBSCRIPTION)])
      assert.ok(
        sender.dependsOn.some((urn) => urn.includes("QueuePolicy")),
        sender.name,
      );
  });

  describe("function", () => {
    it("runs on both queues, with partial batch failures and bounded concurrency", () => {
      const detect = graph.only(FUNCTION);
      assert.deepEqual(
        graph.all(MAPPING).map(({ inputs }) => inputs.eventSourceArn),
        [arnOf(QUEUE, "detector-fast-queue"), arnOf(QUEUE, "detector-complete-queue")],
      );
      for (const { inputs } of graph.all(MAPPING)) {
        assert.equal(inputs.functionName, detect.outputs.arn);
        assert.deepEqual(inputs.functionResponseTypes, ["ReportBatchItemFailures"]);
        assert.deepEqual(inputs.scalingConfig, { maximumConcurrency: 10 });
      }
    });

    it("knows its bus, table and runbooks, and has its log and permissions ready first", async () => {
      const withRunbooks = await detectorGraph({}, {}, { runbooksUrl: "https://wiki.example.com/runbooks" });
      const detect = withRunbooks.only(FUNCTION);
      const log = withRunbooks.only("aws:cloudwatch/logGroup:LogGroup");

      assert.deepEqual(detect.inputs.environment, {
        variables: {
          ALERT_BUS_NAME: "trailkeeper-test-alerts",
          TABLE_NAME: "detector-table-1a2b3c4",
          RUNBOOKS_URL: "https://wiki.example.com/runbooks",
        },
      });
      assert.deepEqual(
        [detect.inputs.runtime, detect.inputs.architectures, detect.inputs.handler],
        ["nodejs24.x", ["arm64"], "index.handler"],
      );
      assert.equal(log.inputs.name, `/aws/lambda/${detect.inputs.name as string}`);
      assert.ok(detect.dependsOn.includes(log.urn));
      assert.ok(
        detect.dependsOn.includes(withRunbooks.only("aws:iam/rolePolicy:RolePolicy", "detect-role").urn),
      );
    });

    it("is packed with its rules", () => {
      const { assets } = graph.only(FUNCTION).inputs.code as { assets: Record<string, { text: string }> };

      assert.deepEqual(Object.keys(assets).sort(), ["index.js", "rules.json"]);
      assert.equal(assets["rules.json"]?.text, '{"rules":[]}');
    });

    it("runs as the role that the archive admits by the trail's name", () => {
      assert.equal(graph.only(FUNCTION).inputs.role, `arn:aws:iam::${ACCOUNT}:role/audit-detect`);
    });
  });

  it("makes the same resources in a preview, where nothing is known yet", async () => {
    const preview = await detectorGraph({}, { preview: true });

    assert.deepEqual(
      preview.resources.map(({ urn }) => urn).sort(),
      graph.resources.map(({ urn }) => urn).sort(),
    );
  });

  for (const { partition, region } of [
    { partition: "aws-cn", region: "cn-north-1" },
    { partition: "aws-us-gov", region: "us-gov-west-1" },
  ])
    it(`writes ARNs of ${partition}`, async () => {
      const elsewhere = await detectorGraph(
        {
          monitoredRegions: [region],
          fileArrivedTopicArn: TOPIC_ARN.replace("arn:aws:", `arn:${partition}:`),
        },
        { partition, region },
        {
          archive: {
            bucketArn: `arn:${partition}:s3:::archive`,
            keyArn: `arn:${partition}:kms:${region}:${ACCOUNT}:key/archive`,
            region,
          },
        },
      );

      const texts = JSON.stringify(
        elsewhere.resources.map(({ inputs }) => ({ ...inputs, code: "the bundle" })),
      );
      const partitions = new Set([...texts.matchAll(/arn:([a-z-]+):/g)].map(([, found]) => found));
      assert.deepEqual([...partitions], [partition]);
    });
});
