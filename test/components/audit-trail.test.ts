import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AuditTrail, type AuditTrailArgs } from "../../components/audit-trail";
import { type Graph, type GraphOptions, recordGraph } from "../support/graph";
import { isRecorded, type Selector } from "./event-selector-evaluator";

const TRAIL = "aws:cloudtrail/trail:Trail";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const KEY = "aws:kms/key:Key";
const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

const ARCHIVE_KEY = "arn:aws:kms:eu-west-1:111122223333:key/archive";

const prodArgs: AuditTrailArgs = {
  context: { accountId: "111122223333", region: "eu-west-1", partition: "aws" },
  namePrefix: "trailkeeper-prod",
  trailName: "audit",
  bucketName: "archive-1a2b3c4",
  keyArn: ARCHIVE_KEY,
  logRetentionDays: 365,
  administrators: ["role/Admin"],
  keyDeletionWindowDays: 30,
  protect: true,
};

function build(args: Partial<AuditTrailArgs> = {}, options: GraphOptions = {}): Promise<Graph> {
  return recordGraph(() => {
    const { trailArn, logGroupName, logGroupArn, logKeyArn } = new AuditTrail("trail", {
      ...prodArgs,
      ...args,
    });
    return { trailArn, logGroupName, logGroupArn, logKeyArn };
  }, options);
}

const policyOf = (document: unknown) =>
  JSON.parse(document as string) as { Statement: { Sid: string; Resource: unknown; Condition?: unknown }[] };

describe("AuditTrail", () => {
  it("builds a validated, encrypted multi-Region trail that logs", async () => {
    const { inputs } = (await build()).only(TRAIL);

    assert.deepEqual(
      { ...inputs, advancedEventSelectors: undefined },
      {
        name: "audit",
        s3BucketName: "archive-1a2b3c4",
        kmsKeyId: ARCHIVE_KEY,
        enableLogging: true,
        enableLogFileValidation: true,
        includeGlobalServiceEvents: true,
        isMultiRegionTrail: true,
        isOrganizationTrail: false,
        cloudWatchLogsGroupArn:
          "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/cloudtrail/trailkeeper-prod:*",
        cloudWatchLogsRoleArn: "arn:aws:iam::111122223333:role/trail-delivery-role-1a2b3c4",
        advancedEventSelectors: undefined,
      },
    );
  });

  it("gives out what others need", async () => {
    const { outputs } = await build();

    assert.deepEqual(outputs, {
      trailArn: "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit",
      logGroupName: "/aws/cloudtrail/trailkeeper-prod",
      logGroupArn: "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/cloudtrail/trailkeeper-prod",
      logKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/trail-log-key-1a2b3c4",
    });
  });

  it("keeps events in an encrypted Standard log group that cannot be deleted by mistake", async () => {
    const { inputs } = (await build()).only(LOG_GROUP);

    assert.deepEqual(inputs, {
      name: "/aws/cloudtrail/trailkeeper-prod",
      kmsKeyId: "arn:aws:kms:eu-west-1:111122223333:key/trail-log-key-1a2b3c4",
      logGroupClass: "STANDARD",
      retentionInDays: 365,
      deletionProtectionEnabled: true,
    });
  });

  it("rotates the log group's key and binds it to the log group by the group's future ARN", async () => {
    const graph = await build();
    const { inputs } = graph.only(KEY);

    assert.equal(inputs.enableKeyRotation, true);
    assert.equal(inputs.deletionWindowInDays, 30);
    const statement = policyOf(inputs.policy).Statement.find(
      ({ Sid }) => Sid === "AllowLogsToEncryptThisLogGroup",
    );
    assert.deepEqual(statement?.Condition, {
      ArnEquals: { "kms:EncryptionContext:aws:logs:arn": [graph.only(LOG_GROUP).outputs.arn] },
    });
  });

  it("trusts CloudTrail only on behalf of the trail that it makes", async () => {
    const graph = await build();

    const [statement] = policyOf(graph.only(ROLE).inputs.assumeRolePolicy).Statement;
    assert.deepEqual(statement?.Condition, {
      StringEquals: { "aws:SourceAccount": "111122223333" },
      ArnEquals: { "aws:SourceArn": graph.only(TRAIL).outputs.arn },
    });
  });

  it("makes the trail after the role's policy, log group and key", async () => {
    const graph = await build();
    const { dependsOn } = graph.only(TRAIL);

    for (const type of [ROLE_POLICY, ROLE, LOG_GROUP])
      assert.ok(dependsOn.includes(graph.only(type).urn), type);
    assert.ok(graph.only(LOG_GROUP).dependsOn.includes(graph.only(KEY).urn));
  });

  it("makes the trail after what the component is told to wait for", async () => {
    const graph = await recordGraph(() => {
      const archive = new pulumi.ComponentResource("test:index:Archive", "archive");
      new aws.s3.BucketPolicy("policy", { bucket: "archive-1a2b3c4", policy: "{}" }, { parent: archive });
      new AuditTrail("trail", prodArgs, { dependsOn: [archive] });
    });

    const bucketPolicy = graph.only("aws:s3/bucketPolicy:BucketPolicy");
    assert.ok(graph.only(TRAIL).dependsOn.includes(bucketPolicy.urn));
  });

  it("is the parent of everything it makes", async () => {
    const graph = await build();
    const component = graph.only("trailkeeper:index:AuditTrail");

    const children = graph.resources.filter(({ custom }) => custom);
    assert.equal(children.length, 5);
    for (const { name, parentUrn } of children) {
      assert.equal(parentUrn, component.urn, name);
      assert.match(name, /^trail-/);
    }
  });

  for (const protect of [true, false]) {
    it(`guards trail, log group and key ${protect ? "when" : "only when"} protected: ${protect}`, async () => {
      const graph = await build({ protect });

      for (const type of [TRAIL, LOG_GROUP, KEY]) {
        const { protect: isProtected, retainOnDelete } = graph.only(type);
        assert.deepEqual([isProtected, retainOnDelete], [protect, protect], type);
      }
      assert.equal(graph.only(LOG_GROUP).inputs.deletionProtectionEnabled, protect);
      assert.equal(graph.only(TRAIL).importId, "");
      // A refused destroy deletes what is not protected first: delivery to the log group must outlive it.
      for (const { name, protect: isProtected, custom } of graph.resources)
        if (custom) assert.equal(isProtected, protect, name);
    });
  }

  it("makes an organization trail that may write the members' streams", async () => {
    const graph = await build({ organizationId: "o-exampleorg1" });

    assert.equal(graph.only(TRAIL).inputs.isOrganizationTrail, true);
    const streams =
      "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/cloudtrail/trailkeeper-prod:log-stream";
    assert.deepEqual(policyOf(graph.only(ROLE_POLICY).inputs.policy).Statement[0]?.Resource, [
      `${streams}:111122223333_CloudTrail_eu-west-1*`,
      `${streams}:o-exampleorg1_*`,
    ]);
  });

  it("records Insights as asked, and sets none unasked", async () => {
    const asked = await build({ insights: ["ApiCallRateInsight", "ApiErrorRateInsight"] });
    const unasked = await build({ insights: [] });

    assert.deepEqual(asked.only(TRAIL).inputs.insightSelectors, [
      { insightType: "ApiCallRateInsight" },
      { insightType: "ApiErrorRateInsight" },
    ]);
    assert.equal(unasked.only(TRAIL).inputs.insightSelectors, undefined);
  });

  it("never records its own bucket, named among the own resources or not", async () => {
    for (const ownResources of [
      {},
      { buckets: ["arn:aws:s3:::archive-1a2b3c4", "arn:aws:s3:::access-logs"] },
    ]) {
      const graph = await build({
        dataEvents: [{ resourceType: "AWS::S3::Object", arnPrefixes: [], readWrite: "all" }],
        ownResources,
      });
      const selectors = graph.only(TRAIL).inputs.advancedEventSelectors as Selector[];
      const recorded = (bucket: string) =>
        isRecorded(selectors, {
          eventCategory: "Data",
          "resources.type": "AWS::S3::Object",
          "resources.ARN": `arn:aws:s3:::${bucket}/AWSLogs/file.json.gz`,
        });

      assert.equal(recorded("archive-1a2b3c4"), false);
      assert.equal(recorded("access-logs"), ownResources.buckets === undefined);
      assert.equal(recorded("archive-1a2b3c4-not"), true);
    }
  });

  it("names the partition in every ARN and the Logs service as China does", async () => {
    const context = { accountId: "111122223333", region: "cn-north-1", partition: "aws-cn" };
    const graph = await build(
      { context, keyArn: ARCHIVE_KEY.replace("arn:aws:", "arn:aws-cn:") },
      { partition: "aws-cn", region: "cn-north-1" },
    );

    const text = JSON.stringify(graph.resources.map(({ inputs }) => inputs));
    assert.doesNotMatch(text, /arn:aws:/);
    assert.match(text, /logs\.cn-north-1\.amazonaws\.com\.cn/);
    assert.match(text, /"Service\\":\\"cloudtrail\.amazonaws\.com\\"/);
  });

  it("knows all policies in a preview, before anything exists", async () => {
    const graph = await build({}, { preview: true });

    for (const [type, input] of [
      [KEY, "policy"],
      [ROLE, "assumeRolePolicy"],
      [ROLE_POLICY, "policy"],
    ] as const)
      assert.ok(policyOf(graph.only(type).inputs[input]).Statement.length > 0, type);
  });

  describe("adopting a trail", () => {
    const adopt = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit";

    it("imports it and leaves it as it was found", async () => {
      const trail = (await build({ adopt })).only(TRAIL);

      assert.equal(trail.importId, adopt);
      for (const input of Object.keys(trail.inputs).filter((key) => key !== "name"))
        assert.ok(trail.ignoreChanges.includes(input), input);
      assert.ok(!trail.ignoreChanges.includes("name"));
    });

    for (const [what, other] of [
      ["another name", adopt.replace("trail/audit", "trail/other")],
      ["another Region", adopt.replace("eu-west-1", "eu-west-2")],
      ["another service", adopt.replace("cloudtrail", "logs")],
      ["no ARN", "audit"],
    ] as const) {
      it(`refuses ${what}`, async () => {
        await assert.rejects(build({ adopt: other }), /trailkeeper:adopt\.trail is .*"audit" in eu-west-1/);
      });
    }
  });
});
