import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readDeployedResponder } from "../../functions/respond/deployed";
import { RESPOND_RECEIVES, RESPOND_TIMEOUT_SECONDS } from "../../functions/respond/limits";
import { BY_TIME_INDEX } from "../../functions/respond/table";
import type { Graph } from "../support/graph";
import { modes, responderGraph } from "./build-responder";

const FUNCTION = "aws:lambda/function:Function";
const KEY = "aws:kms/key:Key";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const QUEUE = "aws:sqs/queue:Queue";
const RULE = "aws:cloudwatch/eventRule:EventRule";
const TABLE = "aws:dynamodb/table:Table";

describe("Responder and RespondFunction", () => {
  let graph: Graph;

  before(async () => {
    graph = await responderGraph();
  });

  const arnOf = (type: string, nameFragment = "") => graph.only(type, nameFragment).outputs.arn as string;

  describe("the way of an alert", () => {
    it("leads from the alert bus to the function's queue, and keeps what cannot be queued", () => {
      const target = graph.only("aws:cloudwatch/eventTarget:EventTarget").inputs;

      assert.equal(graph.only(RULE).inputs.eventBusName, "trailkeeper-test-alerts");
      assert.deepEqual(
        [target.eventBusName, target.arn, target.deadLetterConfig, target.retryPolicy],
        [
          "trailkeeper-test-alerts",
          arnOf(QUEUE, "responder-queue"),
          { arn: arnOf(QUEUE, "responder-dead-letters") },
          { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
        ],
      );
    });

    it("has both queues admit the rule before the rule sends", () => {
      const { dependsOn } = graph.only("aws:cloudwatch/eventTarget:EventTarget");
      for (const { urn, inputs } of graph.all("aws:sqs/queuePolicy:QueuePolicy")) {
        assert.ok(dependsOn.includes(urn), urn);
        assert.ok(String(inputs.policy).includes(arnOf(RULE)), urn);
      }
      assert.equal(graph.all("aws:sqs/queuePolicy:QueuePolicy").length, 2);
    });

    it("tries as often as the function counts on, one alert at a time, two at most at once", () => {
      const { inputs } = graph.only(QUEUE, "responder-queue");
      const mapping = graph.only(MAPPING).inputs;

      assert.deepEqual(JSON.parse(String(inputs.redrivePolicy)), {
        deadLetterTargetArn: arnOf(QUEUE, "responder-dead-letters"),
        maxReceiveCount: RESPOND_RECEIVES,
      });
      assert.equal(inputs.visibilityTimeoutSeconds, 6 * RESPOND_TIMEOUT_SECONDS);
      assert.equal(graph.only(FUNCTION).inputs.timeout, RESPOND_TIMEOUT_SECONDS);
      assert.deepEqual(
        [
          mapping.eventSourceArn,
          mapping.functionName,
          mapping.batchSize,
          mapping.functionResponseTypes,
          mapping.scalingConfig,
        ],
        [
          arnOf(QUEUE, "responder-queue"),
          arnOf(FUNCTION),
          1,
          ["ReportBatchItemFailures"],
          { maximumConcurrency: 2 },
        ],
      );
    });

    it("is watched, and every part of it is known to the rules that guard the pipeline", () => {
      const { watched, partArns, queueArns } = graph.outputs as {
        watched: Record<string, { physicalName: string }[]>;
        partArns: string[];
        queueArns: string[];
      };

      assert.deepEqual(
        Object.values(watched).flatMap((parts) => parts.map(({ physicalName }) => physicalName)),
        [
          "responder-queue-1a2b3c4",
          "responder-dead-letters-1a2b3c4",
          "trailkeeper-test-respond",
          "responder-rule-1a2b3c4",
        ],
      );
      const made = graph.resources
        .filter(
          ({ custom, inputs, outputs }) => custom && outputs.arn !== undefined && inputs.arn === undefined,
        )
        .map(({ outputs }) => outputs.arn);
      assert.deepEqual([...partArns].sort(), made.sort());
      assert.deepEqual(
        [...queueArns].sort(),
        graph
          .all(QUEUE)
          .map(({ outputs }) => outputs.arn)
          .sort(),
      );
    });
  });

  describe("the table", () => {
    it("keeps records for good, encrypted, recoverable and guarded, and forgets locks", () => {
      const { inputs, protect, retainOnDelete } = graph.only(TABLE);

      assert.deepEqual(
        [inputs.hashKey, inputs.rangeKey, inputs.billingMode],
        ["pk", "sk", "PAY_PER_REQUEST"],
      );
      assert.deepEqual(inputs.ttl, { attributeName: "expiresAt", enabled: true });
      assert.deepEqual(inputs.serverSideEncryption, { enabled: true, kmsKeyArn: arnOf(KEY) });
      assert.deepEqual(inputs.pointInTimeRecovery, { enabled: true });
      assert.deepEqual([inputs.deletionProtectionEnabled, protect, retainOnDelete], [true, true, true]);
    });

    it("has the index that lists responses by time, and an attribute for each of its keys and of the index's", () => {
      const { inputs } = graph.only(TABLE);

      assert.deepEqual(inputs.globalSecondaryIndexes, [
        {
          name: BY_TIME_INDEX.name,
          keySchemas: [
            { attributeName: "pk", keyType: "HASH" },
            { attributeName: "createdTime", keyType: "RANGE" },
          ],
          projectionType: "ALL",
        },
      ]);
      assert.deepEqual(
        inputs.attributes,
        ["pk", "sk", "createdTime"].map((name) => ({ name, type: "S" })),
      );
    });

    it("goes with a disposable stack", async () => {
      const disposable = await responderGraph({ protect: false }, { logDeletionProtection: false });

      assert.equal(disposable.only(TABLE).inputs.deletionProtectionEnabled, false);
      assert.ok(disposable.resources.every((resource) => !resource.protect && !resource.retainOnDelete));
    });
  });

  it("encrypts queues, table and log with its one key, which rotates", () => {
    assert.equal(graph.only(KEY).inputs.enableKeyRotation, true);
    for (const { inputs, name } of graph.all(QUEUE)) assert.equal(inputs.kmsMasterKeyId, arnOf(KEY), name);
    assert.equal(graph.only("aws:cloudwatch/logGroup:LogGroup").inputs.kmsKeyId, arnOf(KEY));
  });

  describe("the function", () => {
    it("runs as a role that is named after the trail, which Lambda alone may assume", () => {
      const role = graph.only("aws:iam/role:Role");

      assert.equal(graph.only(FUNCTION).inputs.role, role.outputs.arn);
      assert.equal(role.inputs.name, "audit-respond");
      assert.deepEqual(JSON.parse(String(role.inputs.assumeRolePolicy)), {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      });
    });

    it("cuts a long trail's name off where IAM takes no more", async () => {
      const long = await responderGraph({ trailName: "t".repeat(80) });

      assert.equal(long.only("aws:iam/role:Role").inputs.name, `${"t".repeat(56)}-respond`);
    });

    it("knows its bus and its table, and has its log and permissions ready first", () => {
      const respond = graph.only(FUNCTION);
      const log = graph.only("aws:cloudwatch/logGroup:LogGroup");

      assert.deepEqual(respond.inputs.environment, {
        variables: {
          ALERT_BUS_NAME: "trailkeeper-test-alerts",
          RESPONSE_TABLE_NAME: graph.only(TABLE).outputs.name,
        },
      });
      assert.deepEqual(
        [respond.inputs.runtime, respond.inputs.architectures, respond.inputs.handler],
        ["nodejs24.x", ["arm64"], "index.handler"],
      );
      assert.equal(log.inputs.name, `/aws/lambda/${respond.inputs.name as string}`);
      assert.ok(respond.dependsOn.includes(log.urn));
      assert.ok(respond.dependsOn.includes(graph.only("aws:iam/rolePolicy:RolePolicy").urn));
    });

    it("is packed with settings that it reads, the same bytes in whatever order they were given", async () => {
      const lists = {
        neverTouchResources: ["arn:aws:s3:::b", "arn:aws:s3:::a"],
        memberResponseRole: "there",
      };
      const one = packaged(await responderGraph({}, lists));
      const other = packaged(
        await responderGraph({}, { ...lists, neverTouchResources: [...lists.neverTouchResources].reverse() }),
      );
      const folder = mkdtempSync(join(tmpdir(), "respond-"));
      try {
        writeFileSync(join(folder, "responder.json"), one);
        const read = readDeployedResponder(folder);

        assert.deepEqual(read, JSON.parse(one));
        assert.deepEqual(read.modes, modes("enforce"));
        assert.deepEqual(read.untouchable.resources, ["arn:aws:s3:::a", "arn:aws:s3:::b"]);
        assert.equal(read.memberRoleName, "there");
        assert.equal(one, other);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });

  it("makes the same resources in a preview, where nothing is known yet", async () => {
    const preview = await responderGraph({}, {}, { preview: true });

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
      const elsewhere = await responderGraph({}, {}, { partition, region });

      const texts = JSON.stringify(
        elsewhere.resources.map(({ inputs }) => ({ ...inputs, code: "the bundle" })),
      );
      const partitions = new Set([...texts.matchAll(/arn:([a-z-]+):/g)].map(([, found]) => found));
      assert.deepEqual([...partitions], [partition]);
    });
});

function packaged(graph: Graph): string {
  const { assets } = graph.only(FUNCTION).inputs.code as { assets: Record<string, { text: string }> };
  assert.deepEqual(Object.keys(assets).sort(), ["index.js", "responder.json"]);
  return assets["responder.json"]?.text ?? "";
}
