import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AlertBus, type AlertBusArgs } from "../../components/alert-bus";
import { type Graph, type GraphOptions, recordGraph, type RecordedResource } from "../support/graph";

const QUEUE = "aws:sqs/queue:Queue";
const TOPIC = "aws:sns/topic:Topic";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";

function alertBusGraph(change: Partial<AlertBusArgs> = {}, options: GraphOptions = {}): Promise<Graph> {
  const program = () => {
    new AlertBus("alerts", {
      context: { accountId: "111122223333", region: "eu-west-1", partition: "aws" },
      namePrefix: "trailkeeper-test",
      administrators: ["role/Admin"],
      pageSubscriptions: [],
      noticeSubscriptions: [],
      publisherRoleArn: "arn:aws:iam::111122223333:role/trailkeeper-test-detect",
      pageLevel: "high",
      noticeLevel: "medium",
      archiveDays: 90,
      keyDeletionWindowDays: 30,
      logRetentionDays: 365,
      disposable: false,
      protect: true,
      ...change,
    });
  };
  return recordGraph(program, options);
}

const json = (value: unknown) => JSON.parse(value as string) as Record<string, unknown>;

describe("AlertBus", () => {
  let graph: Graph;

  before(async () => {
    graph = await alertBusGraph();
  });

  const arnOf = (type: string, nameFragment: string) => graph.only(type, nameFragment).outputs.arn;

  it("encrypts the bus, its archive, topics, queues and log with its one key", () => {
    const key = graph.only("aws:kms/key:Key");

    assert.equal(key.inputs.enableKeyRotation, true);
    const encrypted: [RecordedResource, string][] = [
      ...graph.all(QUEUE).map((queue): [RecordedResource, string] => [queue, "kmsMasterKeyId"]),
      ...graph.all(TOPIC).map((topic): [RecordedResource, string] => [topic, "kmsMasterKeyId"]),
      [graph.only("aws:cloudwatch/eventBus:EventBus"), "kmsKeyIdentifier"],
      [graph.only("aws:cloudwatch/eventArchive:EventArchive"), "kmsKeyIdentifier"],
      [graph.only("aws:cloudwatch/logGroup:LogGroup"), "kmsKeyId"],
    ];
    assert.equal(encrypted.length, 9);
    for (const [resource, input] of encrypted) {
      assert.equal(resource.inputs[input], key.outputs.arn, resource.name);
    }
  });

  it("archives what arrives on the bus, for replay", () => {
    const { inputs } = graph.only("aws:cloudwatch/eventArchive:EventArchive");

    assert.equal(inputs.eventSourceArn, arnOf("aws:cloudwatch/eventBus:EventBus", ""));
    assert.equal(inputs.retentionDays, 90);
  });

  it("sends alerts and outcomes of responses, and nothing else, to a queue, and no event to a topic", () => {
    const rule = graph.only("aws:cloudwatch/eventRule:EventRule");
    const target = graph.only("aws:cloudwatch/eventTarget:EventTarget");

    assert.equal(rule.inputs.eventBusName, "trailkeeper-test-alerts");
    assert.deepEqual(json(rule.inputs.eventPattern), {
      source: ["trailkeeper"],
      "detail-type": ["Alert", "Response"],
    });
    assert.equal(target.inputs.arn, arnOf(QUEUE, "alerts-notify-queue"));
    assert.deepEqual(target.inputs.deadLetterConfig, { arn: arnOf(QUEUE, "alerts-dead-letters") });
    assert.ok(
      target.dependsOn.includes(graph.only("aws:sqs/queuePolicy:QueuePolicy", "alerts-notify-queue").urn),
      "the queue admits the rule before the rule sends",
    );
    assert.deepEqual(target.inputs.retryPolicy, {
      maximumEventAgeInSeconds: 86_400,
      maximumRetryAttempts: 185,
    });
  });

  it("keeps the events that its key stops", () => {
    assert.deepEqual(graph.only("aws:cloudwatch/eventBus:EventBus").inputs.deadLetterConfig, {
      arn: arnOf(QUEUE, "alerts-dead-letters"),
    });
  });

  it("gives up on a message after five receives, and keeps it for fourteen days", () => {
    const queue = graph.only(QUEUE, "alerts-notify-queue");

    assert.deepEqual(json(queue.inputs.redrivePolicy), {
      deadLetterTargetArn: arnOf(QUEUE, "alerts-dead-letters"),
      maxReceiveCount: 5,
    });
    for (const { inputs, name } of graph.all(QUEUE)) {
      assert.equal(inputs.messageRetentionSeconds, 14 * 86_400, name);
    }
  });

  it("gives every queue and topic, and the bus, a policy of its own", () => {
    const ids = (type: string) =>
      graph
        .all(type)
        .map(({ outputs }) => outputs.id)
        .sort();
    const policied = (type: string, input: string) =>
      graph
        .all(type)
        .map(({ inputs }) => inputs[input])
        .sort();

    assert.deepEqual(policied("aws:sqs/queuePolicy:QueuePolicy", "queueUrl"), ids(QUEUE));
    assert.deepEqual(policied("aws:sns/topicPolicy:TopicPolicy", "arn"), ids(TOPIC));
    assert.equal(
      graph.only("aws:cloudwatch/eventBusPolicy:EventBusPolicy").inputs.eventBusName,
      "trailkeeper-test-alerts",
    );
  });

  it("runs the notify function from the queue, with partial batch failures and bounded concurrency", () => {
    const mapping = graph.only("aws:lambda/eventSourceMapping:EventSourceMapping");
    const notify = graph.only("aws:lambda/function:Function");
    const queue = graph.only(QUEUE, "alerts-notify-queue");

    assert.equal(mapping.inputs.eventSourceArn, queue.outputs.arn);
    assert.equal(mapping.inputs.functionName, notify.outputs.arn);
    assert.deepEqual(mapping.inputs.functionResponseTypes, ["ReportBatchItemFailures"]);
    assert.equal(mapping.inputs.batchSize, 10);
    assert.deepEqual(mapping.inputs.scalingConfig, { maximumConcurrency: 5 });
    assert.ok(Number(queue.inputs.visibilityTimeoutSeconds) >= 6 * Number(notify.inputs.timeout));
  });

  it("tells the notify function its topics, and has its log and permissions ready first", () => {
    const notify = graph.only("aws:lambda/function:Function");
    const log = graph.only("aws:cloudwatch/logGroup:LogGroup");

    assert.deepEqual(notify.inputs.environment, {
      variables: {
        PAGE_TOPIC_ARN: arnOf(TOPIC, "page"),
        NOTICE_TOPIC_ARN: arnOf(TOPIC, "notice"),
        PAGE_LEVEL: "high",
        NOTICE_LEVEL: "medium",
      },
    });
    assert.equal(notify.inputs.runtime, "nodejs24.x");
    assert.deepEqual(notify.inputs.architectures, ["arm64"]);
    assert.equal(notify.inputs.handler, "index.handler");
    assert.equal(log.inputs.name, `/aws/lambda/${notify.inputs.name as string}`);
    assert.equal(log.inputs.retentionInDays, 365);
    assert.ok(notify.dependsOn.includes(log.urn));
    assert.ok(notify.dependsOn.includes(graph.only("aws:iam/rolePolicy:RolePolicy").urn));
  });

  it("uses no AWS managed policy", () => {
    assert.deepEqual(graph.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment"), []);
    assert.equal(graph.only("aws:iam/role:Role").inputs.managedPolicyArns, undefined);
  });

  it("parents every resource, and has nothing beside the component under the stack", () => {
    const component = graph.only("trailkeeper:index:AlertBus");
    const others = graph.resources.filter(
      ({ type, urn }) => type !== "pulumi:pulumi:Stack" && urn !== component.urn,
    );

    for (const { urn, parentUrn } of others) {
      assert.ok(urn.includes("::trailkeeper:index:AlertBus$"), urn);
      assert.ok(graph.byUrn(parentUrn)?.type.startsWith("trailkeeper:index:"), urn);
    }
  });

  describe("subscriptions", () => {
    const change = {
      pageSubscriptions: [
        { name: "pager", protocol: "https", endpoint: pulumi.secret("https://example.com/hook?key=s3cret") },
        { name: "on-call", protocol: "email", endpoint: "oncall@example.com" },
      ],
      noticeSubscriptions: [
        { name: "inbox", protocol: "sqs", endpoint: "arn:aws:sqs:eu-west-1:111122223333:inbox" },
        { name: "on-call", protocol: "sms", endpoint: "+12025550100" },
      ],
    } as const;

    it("are made on their topic under their own names, with the topic's dead-letter queue", async () => {
      const subscribed = await alertBusGraph(change);

      const made = subscribed.all(SUBSCRIPTION).map(({ name, inputs }) => [name, inputs.protocol]);
      assert.deepEqual(made, [
        ["alerts-page-pager", "https"],
        ["alerts-page-on-call", "email"],
        ["alerts-notice-inbox", "sqs"],
        ["alerts-notice-on-call", "sms"],
      ]);
      for (const { name, inputs } of subscribed.all(SUBSCRIPTION)) {
        const topic = name.startsWith("alerts-page") ? "alerts-page" : "alerts-notice";
        assert.equal(inputs.topic, subscribed.only(TOPIC, topic).outputs.arn);
        assert.deepEqual(json(inputs.redrivePolicy), {
          deadLetterTargetArn: subscribed.only(QUEUE, `${topic}-dead-letters`).outputs.arn,
        });
        assert.equal(inputs.rawMessageDelivery, undefined);
      }
    });

    it("keep a secret endpoint secret, in the subscription and everywhere else", async () => {
      const subscribed = await alertBusGraph(change);

      assert.deepEqual(subscribed.only(SUBSCRIPTION, "pager").secretInputs, ["endpoint"]);
      const others = subscribed.resources.filter(({ name }) => name !== "alerts-page-pager");
      const revealing = others.filter((resource) => JSON.stringify(resource).includes("s3cret"));
      assert.deepEqual(
        revealing.map(({ urn }) => urn),
        [],
      );
      assert.deepEqual(subscribed.logs, []);
    });
  });

  it("guards key, bus, archive and topics with their policies, and keeps the key when it is deleted", () => {
    const guarded = graph.resources.filter(({ protect }) => protect).map(({ name }) => name);
    const retained = graph.resources.filter(({ retainOnDelete }) => retainOnDelete).map(({ name }) => name);

    assert.deepEqual(guarded.sort(), [
      "alerts-archive",
      "alerts-bus",
      "alerts-bus-policy",
      "alerts-key",
      "alerts-notice-topic",
      "alerts-notice-topic-policy",
      "alerts-page-topic",
      "alerts-page-topic-policy",
    ]);
    assert.deepEqual(retained, ["alerts-key"]);
    assert.equal(graph.only("aws:cloudwatch/logGroup:LogGroup").inputs.deletionProtectionEnabled, true);
  });

  it("can be destroyed at once where the stack is disposable", async () => {
    const disposable = await alertBusGraph({ disposable: true, protect: false });

    assert.ok(disposable.resources.every(({ protect, retainOnDelete }) => !protect && !retainOnDelete));
    assert.equal(disposable.only("aws:cloudwatch/logGroup:LogGroup").inputs.deletionProtectionEnabled, false);
  });

  it("makes the same resources in a preview, where nothing is known yet", async () => {
    const preview = await alertBusGraph({}, { preview: true });

    assert.deepEqual(
      preview.resources.map(({ urn }) => urn),
      graph.resources.map(({ urn }) => urn),
    );
  });

  for (const { partition, region, logs } of [
    { partition: "aws-cn", region: "cn-north-1", logs: "logs.cn-north-1.amazonaws.com.cn" },
    { partition: "aws-us-gov", region: "us-gov-west-1", logs: "logs.us-gov-west-1.amazonaws.com" },
  ]) {
    it(`writes ARNs and principals of ${partition}`, async () => {
      const elsewhere = await alertBusGraph(
        {
          context: { accountId: "111122223333", region, partition },
          publisherRoleArn: `arn:${partition}:iam::111122223333:role/trailkeeper-test-detect`,
        },
        { partition, region },
      );

      const texts = JSON.stringify(
        elsewhere.resources.map(({ inputs }) => ({ ...inputs, code: "the bundle" })),
      );
      const partitions = new Set([...texts.matchAll(/arn:([a-z-]+):/g)].map(([, found]) => found));
      assert.deepEqual([...partitions], [partition]);
      assert.ok(JSON.stringify(elsewhere.only("aws:kms/key:Key").inputs.policy).includes(logs));
    });
  }
});
