import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readDesiredState } from "../../functions/restore/desired";
import { stackParts } from "../../functions/restore/findings";
import { RESTORE_RECEIVES, RESTORE_TIMEOUT_SECONDS } from "../../functions/restore/limits";
import type { Graph } from "../support/graph";
import { packedState, RESPOND_ROLE, restorerGraph } from "./build-restorer";
import { ACCOUNT } from "./policy-cases";

const FUNCTION = "aws:lambda/function:Function";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const QUEUE = "aws:sqs/queue:Queue";
const TRAIL = "aws:cloudtrail/trail:Trail";

describe("TrailRestorer and RestoreFunction", () => {
  let graph: Graph;

  before(async () => {
    graph = await restorerGraph();
  });

  const arnOf = (type: string, nameFragment = "") => graph.only(type, nameFragment).outputs.arn as string;

  describe("the way of an alert", () => {
    it("leads from the alert bus to the function's queue, for what none of our own roles has caused", () => {
      const rule = graph.only("aws:cloudwatch/eventRule:EventRule", "restorer");
      const target = graph.only("aws:cloudwatch/eventTarget:EventTarget", "restorer");

      assert.equal(rule.inputs.eventBusName, "trailkeeper-test-alerts");
      const pattern = String(rule.inputs.eventPattern);
      assert.match(pattern, /"responses":\{"playbook":\["restore-trail"\]\}/);
      for (const role of [`arn:aws:iam::${ACCOUNT}:role/audit-restore`, RESPOND_ROLE])
        assert.ok(pattern.includes(role), role);
      assert.deepEqual(
        [target.inputs.arn, target.inputs.deadLetterConfig],
        [arnOf(QUEUE, "restorer-queue"), { arn: arnOf(QUEUE, "restorer-dead-letters") }],
      );
      assert.ok(target.dependsOn.some((urn) => urn.includes("QueuePolicy")));
    });

    it("tries as often as the function counts on, one message at a time", () => {
      const { inputs } = graph.only(QUEUE, "restorer-queue");
      const mapping = graph.only(MAPPING).inputs;

      assert.equal(
        (JSON.parse(String(inputs.redrivePolicy)) as { maxReceiveCount: number }).maxReceiveCount,
        RESTORE_RECEIVES,
      );
      assert.equal(inputs.visibilityTimeoutSeconds, 6 * RESTORE_TIMEOUT_SECONDS);
      assert.equal(graph.only(FUNCTION).inputs.timeout, RESTORE_TIMEOUT_SECONDS);
      assert.deepEqual(
        [mapping.eventSourceArn, mapping.batchSize, mapping.functionResponseTypes, mapping.scalingConfig],
        [arnOf(QUEUE, "restorer-queue"), 1, ["ReportBatchItemFailures"], { maximumConcurrency: 2 }],
      );
    });

    it("is watched, and every part of it is known to the rules that guard the pipeline", () => {
      const { watched, partArns, queueArns, functionArn } = graph.outputs as {
        watched: Record<string, { physicalName: string }[]>;
        partArns: string[];
        queueArns: string[];
        functionArn: string;
      };

      assert.deepEqual(
        Object.values(watched).flatMap((parts) => parts.map(({ physicalName }) => physicalName)),
        [
          "restorer-queue-1a2b3c4",
          "restorer-dead-letters-1a2b3c4",
          "trailkeeper-test-restore",
          "restorer-rule-1a2b3c4",
        ],
      );
      assert.equal(functionArn, arnOf(FUNCTION));
      const made = graph.resources
        .filter(({ custom, urn }) => custom && /Restorer\$|RestoreFunction\$/.test(urn))
        .map(({ outputs }) => outputs.arn)
        .filter((arn) => typeof arn === "string" && !arn.includes(":event-source-mapping:"));
      assert.deepEqual([...partArns].sort(), [...new Set(made)].sort());
      assert.deepEqual(
        [...queueArns].sort(),
        [arnOf(QUEUE, "dead-letters"), arnOf(QUEUE, "restorer-queue")].sort(),
      );
    });
  });

  describe("the function", () => {
    it("runs as the role that the archive's policy names, which Lambda alone may assume", () => {
      const role = graph.only("aws:iam/role:Role", "restorer");

      assert.equal(graph.only(FUNCTION).inputs.role, role.outputs.arn);
      assert.equal(role.inputs.name, "audit-restore");
      assert.deepEqual(JSON.parse(String(role.inputs.assumeRolePolicy)), {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      });
    });

    it("has its log and its permissions ready first", () => {
      const restore = graph.only(FUNCTION);
      const log = graph.only("aws:cloudwatch/logGroup:LogGroup", "restore");

      assert.equal(log.inputs.name, `/aws/lambda/${restore.inputs.name as string}`);
      assert.ok(restore.dependsOn.includes(log.urn));
      assert.ok(restore.dependsOn.includes(graph.only("aws:iam/rolePolicy:RolePolicy", "restore").urn));
      assert.deepEqual(restore.inputs.environment, {
        variables: { ALERT_BUS_NAME: "trailkeeper-test-alerts", RESPONSE_TABLE_NAME: "responses" },
      });
    });
  });

  describe("the desired state in the package", () => {
    let folder: string;

    before(() => (folder = mkdtempSync(join(tmpdir(), "restore-"))));
    after(() => rmSync(folder, { recursive: true }));

    it("is one that the function reads", () => {
      const state = packedState(graph);
      writeFileSync(join(folder, "desired.json"), JSON.stringify(state));

      assert.deepEqual(readDesiredState(folder), state);
    });

    it("is what the trail is made of", () => {
      const { trail } = packedState(graph);
      const { inputs, outputs } = graph.only(TRAIL);

      assert.equal(trail.arn, outputs.arn);
      assert.deepEqual(trail.settings, {
        S3BucketName: inputs.s3BucketName,
        S3KeyPrefix: inputs.s3KeyPrefix ?? "",
        KmsKeyId: inputs.kmsKeyId,
        CloudWatchLogsLogGroupArn: inputs.cloudWatchLogsGroupArn,
        CloudWatchLogsRoleArn: inputs.cloudWatchLogsRoleArn,
        IncludeGlobalServiceEvents: inputs.includeGlobalServiceEvents,
        IsMultiRegionTrail: inputs.isMultiRegionTrail,
        IsOrganizationTrail: inputs.isOrganizationTrail,
        EnableLogFileValidation: inputs.enableLogFileValidation,
      });
    });

    it("has every condition of every event selector, by CloudTrail's names", async () => {
      const selective = await restorerGraph({
        trail: {
          dataEvents: [
            {
              resourceType: "AWS::S3::Object",
              arnPrefixes: ["arn:aws:s3:::crown-jewels/"],
              readWrite: "write",
            },
            { resourceType: "AWS::SQS::Queue", arnPrefixes: [], readWrite: "all" },
          ],
          networkActivityEventSources: ["s3.amazonaws.com"],
        },
      });
      const bucket = selective.only("aws:s3/bucket:Bucket", "archive-bucket").outputs.arn as string;
      const queues = ["restorer-queue", "restorer-dead-letters"].map(
        (name) => selective.only(QUEUE, name).outputs.arn,
      );

      assert.deepEqual(packedState(selective).trail.advancedEventSelectors, [
        {
          Name: "Management events",
          FieldSelectors: [{ Field: "eventCategory", Equals: ["Management"] }],
        },
        {
          Name: "Data events: AWS::S3::Object",
          FieldSelectors: [
            { Field: "eventCategory", Equals: ["Data"] },
            { Field: "resources.type", Equals: ["AWS::S3::Object"] },
            { Field: "readOnly", Equals: ["false"] },
            {
              Field: "resources.ARN",
              StartsWith: ["arn:aws:s3:::crown-jewels/"],
              NotStartsWith: [`${bucket}/`],
            },
          ],
        },
        {
          Name: "Data events: AWS::SQS::Queue",
          FieldSelectors: [
            { Field: "eventCategory", Equals: ["Data"] },
            { Field: "resources.type", Equals: ["AWS::SQS::Queue"] },
            { Field: "resources.ARN", NotEquals: queues },
          ],
        },
        {
          Name: "Network activity: s3.amazonaws.com",
          FieldSelectors: [
            { Field: "eventCategory", Equals: ["NetworkActivity"] },
            { Field: "eventSource", Equals: ["s3.amazonaws.com"] },
          ],
        },
      ]);
    });

    it("asks for Insights and an organization where the stack does", async () => {
      const { trail } = packedState(
        await restorerGraph({
          trail: { insights: ["ApiErrorRateInsight"], organizationId: "o-a1b2c3d4e5" },
        }),
      );

      assert.deepEqual(
        [trail.insightTypes, trail.settings.IsOrganizationTrail],
        [["ApiErrorRateInsight"], true],
      );
    });

    it("is what the archive's bucket is made of", () => {
      const { archive } = packedState(graph);
      const block = graph.only("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "archive-bucket");
      const policy = graph.only("aws:s3/bucketPolicy:BucketPolicy", "archive-bucket");

      assert.deepEqual(archive, {
        accountId: ACCOUNT,
        bucketName: policy.inputs.bucket,
        publicAccessBlock: {
          BlockPublicAcls: block.inputs.blockPublicAcls,
          BlockPublicPolicy: block.inputs.blockPublicPolicy,
          IgnorePublicAcls: block.inputs.ignorePublicAcls,
          RestrictPublicBuckets: block.inputs.restrictPublicBuckets,
        },
        policy: JSON.parse(String(policy.inputs.policy)) as unknown,
      });
    });

    it("is of the trail alone where the archive is another stack's", async () => {
      const state = packedState(await restorerGraph({ withoutArchive: true }));

      assert.equal(state.archive, undefined);
      assert.deepEqual(
        stackParts(state).map(({ of }) => of),
        ["trail", "trail", "trail"],
      );
    });

    it("does not exist while an adopted trail stays as it was found", async () => {
      const adopting = await restorerGraph({
        trail: { adopt: `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/audit` },
      });

      assert.deepEqual(adopting.all(FUNCTION), []);
    });

    it("changes with what is deployed, and with nothing else", async () => {
      const codeOf = (other: Graph) => JSON.stringify(packedState(other));
      const [same, observing] = await Promise.all([restorerGraph(), restorerGraph({ mode: "observe" })]);

      assert.equal(codeOf(same), codeOf(graph));
      assert.notEqual(codeOf(observing), codeOf(graph));
    });
  });

  it("makes the same resources in a preview, where nothing is known yet", async () => {
    const preview = await restorerGraph({}, { preview: true });

    assert.deepEqual(
      preview.resources.map(({ urn }) => urn).sort(),
      graph.resources.map(({ urn }) => urn).sort(),
    );
  });

  it("writes ARNs of another partition", async () => {
    const china = await restorerGraph({}, { partition: "aws-cn", region: "cn-north-1" });
    const inputs = china.resources
      .filter(({ urn }) => /Restorer|RestoreFunction/.test(urn))
      .map((resource) => ({ ...resource.inputs, code: undefined }));

    const texts = JSON.stringify([inputs, packedState(china)]);
    const partitions = new Set([...texts.matchAll(/arn:([a-z-]+):/g)].map(([, found]) => found));
    assert.deepEqual([...partitions], ["aws-cn"]);
  });
});
