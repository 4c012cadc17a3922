import assert from "node:assert/strict";
import { isRecorded, type Selector } from "../components/event-selector-evaluator";
import { assertGolden } from "../support/golden";
import type { Graph, RecordedResource } from "../support/graph";
import { recordProgram, SHAPES } from "../support/program";

type ShapeName = keyof typeof SHAPES;
const graphs = new Map<ShapeName, Graph>();
const graphOf = (shape: ShapeName): Graph => graphs.get(shape) ?? assert.fail(`${shape} was not recorded`);
const names = (resources: readonly RecordedResource[]) => resources.map(({ name }) => name).sort();

describe("the program", function () {
  this.timeout(180_000);

  before(async () => {
    for (const [name, shape] of Object.entries(SHAPES))
      graphs.set(name as ShapeName, await recordProgram(shape));
  });

  for (const shape of Object.keys(SHAPES) as ShapeName[])
    describe(`in the shape "${shape}"`, () => {
      it("keeps its URNs", () => {
        // How many forwarding rules there are follows the detection rules.
        const urns = graphOf(shape).resources.map(({ urn }) =>
          urn.replace(/(-forward|::forwarder)(-[\w-]+-(?:rule|target))-\d+$/, "$1$2-N"),
        );
        assertGolden(
          `urns.${shape}.txt`,
          [...new Set(urns)].sort(),
          "A renamed or reparented resource is replaced: give it an alias, then run with UPDATE_GOLDEN=1.",
        );
      });

      it("puts every resource into a component, and every component registers its outputs", () => {
        const graph = graphOf(shape);
        for (const resource of graph.resources) {
          const parent = graph.byUrn(resource.parentUrn);
          if (resource.custom) assert.match(parent?.type ?? "", /^trailkeeper:/, resource.urn);
          else assert.equal(resource.outputsRegistered, true, resource.urn);
        }
      });

      it("gives no topic to an EventBridge rule as a target", () => {
        for (const target of graphOf(shape).all("aws:cloudwatch/eventTarget:EventTarget"))
          assert.match(String(target.inputs.arn), /^arn:aws:(sqs:|events:[^:]+:\d+:event-bus\/)/, target.urn);
      });

      it("names only what a contract needs named", () => {
        const named = graphOf(shape).resources.flatMap(({ inputs, name, type }) =>
          typeof (inputs.name ?? inputs.bucket) === "string" && !/^aws:s3\/bucket[A-Z]/.test(type)
            ? [`${type.split(":")[2]} ${name}`]
            : [],
        );
        const allowed = [
          /^Trail trail-trail$/,
          /^LogGroup (trail|alerts-notify|detect|respond|restore)-/,
          /^EventBus (alerts|detector-fast)-bus$/,
          /^Function (alerts-notify|detect|respond|restore)-function$/,
          /^(LogMetricFilter|MetricAlarm) (alarms|health)-/,
          // Policies of other accounts and regions, and of roles that came first, name these.
          /^Role (detector|detector-fast-forward|forwarder|responder|restorer|member)-role$/,
          /^EventRule (detector-fast-forward|forwarder)-[\w-]+-rule-\d+$/,
          /^EventRule health-regions-[\w-]+-rule$/,
        ];
        for (const name of named)
          assert.ok(
            allowed.some((pattern) => pattern.test(name)),
            name,
          );
      });
    });

  const EVIDENCE = [
    "aws:cloudtrail/trail:Trail",
    "aws:kms/key:Key",
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  ];

  for (const shape of ["prod", "organization", "archive", "trail", "replica"] as const)
    it(`guards what holds or protects evidence with protect and retainOnDelete in the shape "${shape}"`, () => {
      const evidence = graphOf(shape).resources.filter(
        ({ name, type }) => EVIDENCE.includes(type) || /^(trail-log-group|responder-table)$/.test(name),
      );
      assert.ok(evidence.length > 0);
      for (const { protect, retainOnDelete, urn } of evidence)
        assert.deepEqual({ protect, retainOnDelete }, { protect: true, retainOnDelete: true }, urn);
    });

  it("guards nothing in dev, which is disposable, and empties its buckets", () => {
    const graph = graphOf("dev");
    const guarded = graph.resources.filter(({ protect, retainOnDelete }) => protect || retainOnDelete);
    assert.deepEqual(names(guarded), []);
    for (const bucket of graph.all("aws:s3/bucket:Bucket")) assert.equal(bucket.inputs.forceDestroy, true);
  });

  it("never empties a bucket of prod", () => {
    for (const bucket of graphOf("prod").all("aws:s3/bucket:Bucket"))
      assert.notEqual(bucket.inputs.forceDestroy, true);
  });

  for (const shape of ["dev", "prod", "organization"] as const)
    it(`makes the trail after everything that admits it in the shape "${shape}"`, () => {
      const graph = graphOf(shape);
      const waitedFor = closure(graph, graph.only("aws:cloudtrail/trail:Trail"));
      for (const name of [
        "archive-bucket-policy",
        "archive-bucket-encryption",
        "archive-bucket-public-access",
        "archive-bucket-lock",
        "archive-key",
        "trail-delivery-policy",
        "trail-log-group",
      ])
        assert.ok(waitedFor.has(name), `the trail does not wait for ${name}`);
    });

  it("makes an organization trail of the settings' organization", () => {
    const { inputs } = graphOf("organization").only("aws:cloudtrail/trail:Trail");
    assert.equal(inputs.isOrganizationTrail, true);
    const policy = JSON.stringify(
      graphOf("organization").only("aws:s3/bucketPolicy:BucketPolicy", "archive-bucket"),
    );
    assert.match(policy, /AWSLogs\/o-a1b2c3d4e5\//);
  });

  describe("in two accounts", () => {
    it("builds the archive alone, open to the other account's trail", () => {
      const graph = graphOf("archive");
      assert.deepEqual(graph.all("aws:cloudtrail/trail:Trail"), []);
      assert.deepEqual(graph.all("aws:cloudwatch/logGroup:LogGroup"), []);
      for (const [type, name] of [
        ["aws:s3/bucketPolicy:BucketPolicy", "archive-bucket-policy"],
        ["aws:kms/key:Key", "archive-key"],
      ] as const)
        assert.match(
          String(graph.only(type, name).inputs.policy),
          /arn:aws:cloudtrail:eu-west-1:444455556666:trail\/trailkeeper-prod/,
        );
    });

    it("builds the trail alone, delivering to the other account's archive", () => {
      const graph = graphOf("trail");
      assert.deepEqual(graph.all("aws:s3/bucket:Bucket"), []);
      const { inputs } = graph.only("aws:cloudtrail/trail:Trail");
      assert.equal(inputs.s3BucketName, "archive-bucket-1a2b3c4");
      assert.match(String(inputs.kmsKeyId), /^arn:aws:kms:eu-west-1:777788889999:key\//);
    });
  });

  it("records data events of everything but its own resources", async () => {
    const dataEvents = Object.keys(DATA_EVENT_TYPES).map((resourceType) => ({ resourceType }));
    const graph = await recordProgram({
      stack: "prod",
      config: { dataEvents, replicaRegion: "eu-central-1" },
    });
    const selectors = graph.only("aws:cloudtrail/trail:Trail").inputs.advancedEventSelectors as Selector[];
    const recorded = (resourceType: string, arn: string) =>
      isRecorded(selectors, {
        eventCategory: "Data",
        "resources.type": resourceType,
        "resources.ARN": arn,
        readOnly: "false",
      });

    for (const [resourceType, { foreign, own, suffix = "" }] of Object.entries(DATA_EVENT_TYPES)) {
      assert.ok(recorded(resourceType, foreign), `${foreign} has to be recorded`);
      const resources = graph.all(own);
      assert.ok(resources.length > 0, `no ${own} in the stack`);
      for (const { outputs, urn } of resources)
        assert.equal(recorded(resourceType, `${String(outputs.arn)}${suffix}`), false, urn);
    }
  });

  it("records no data events of an archive that stands in another account", async () => {
    const dataEvents = [{ resourceType: "AWS::S3::Object" }, { resourceType: "AWS::SNS::Topic" }];
    const fileArrivedTopicArn = "arn:aws:sns:eu-west-1:777788889999:archive-file-arrived-1a2b3c4";
    const archive = {
      ...SHAPES.trail.config.archive,
      accessLogBucketName: "archive-access-logs-1a2b3c4",
      replicaBucketName: "archive-replica-1a2b3c4",
      fileArrivedTopicArn,
    };
    const graph = await recordProgram({
      ...SHAPES.trail,
      config: { ...SHAPES.trail.config, archive, dataEvents },
    });
    const selectors = graph.only("aws:cloudtrail/trail:Trail").inputs.advancedEventSelectors as Selector[];
    for (const [resourceType, arn] of [
      ...["archive-bucket", "archive-access-logs", "archive-replica"].map(
        (name) => ["AWS::S3::Object", `arn:aws:s3:::${name}-1a2b3c4/a`] as const,
      ),
      ["AWS::SNS::Topic", fileArrivedTopicArn] as const,
    ])
      assert.equal(
        isRecorded(selectors, {
          eventCategory: "Data",
          "resources.type": resourceType,
          "resources.ARN": arn,
          readOnly: "false",
        }),
        false,
        arn,
      );
  });

  for (const shape of ["dev", "prod", "organization", "trail", "replica"] as const)
    it(`watches over every part of its own pipeline in the shape "${shape}"`, () => {
      const graph = graphOf(shape);
      const { assets } = graph.only("aws:lambda/function:Function", "detect").inputs.code as {
        assets: Record<string, { text: string }>;
      };
      const rules = assets["pipeline.json"]?.text ?? "";
      for (const { custom, inputs, outputs, type, urn } of graph.resources) {
        if (!custom || type === "pulumi:pulumi:Stack" || type in PART_OF_ANOTHER) continue;
        const text = PARTS[type] ?? assert.fail(`no pipeline rule watches over a ${type}`);
        const name = text === "arn" ? outputs.arn : (outputs.name ?? inputs.name);
        assert.ok(rules.includes(`${String(name)}"`), urn);
      }
    });

  it("knows the administrators in both accounts, since each account's part is deployed by its own", () => {
    const { assets } = graphOf("trail").only("aws:lambda/function:Function", "detect").inputs.code as {
      assets: Record<string, { text: string }>;
    };
    for (const accountId of ["111122223333", "777788889999"])
      assert.ok(assets["pipeline.json"]?.text.includes(`arn:aws:iam::${accountId}:role/trailkeeper-deploy`));
  });

  it("takes over a trail, a bucket and a key by import", async () => {
    const trail = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/trailkeeper-prod";
    const key = "11111111-2222-3333-4444-555555555555";
    const graph = await recordProgram({
      stack: "prod",
      config: { adopt: { trail, bucket: "old-trail-logs", key } },
    });
    assert.equal(graph.only("aws:cloudtrail/trail:Trail").importId, trail);
    assert.equal(graph.only("aws:s3/bucket:Bucket", "archive-bucket").importId, "old-trail-logs");
    assert.equal(graph.only("aws:kms/key:Key", "archive-key").importId, key);
  });

  it("delivers to an existing bucket without touching its policy", async () => {
    const existingKeyArn = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555";
    const graph = await recordProgram({
      stack: "prod",
      config: { existingBucketName: "old-trail-logs", existingKeyArn, lockDays: 365 },
    });
    assert.equal(graph.only("aws:cloudtrail/trail:Trail").inputs.s3BucketName, "old-trail-logs");
    assert.deepEqual(graph.all("aws:s3/bucketPolicy:BucketPolicy"), []);
    assert.deepEqual(graph.all("aws:s3/bucket:Bucket"), []);
  });

  it("keeps a secret endpoint secret", async () => {
    const endpoint = "https://pager.example.com/enqueue?key=s3cr3t";
    const graph = await recordProgram(
      { stack: "prod", config: { pageSubscriptions: [{ name: "pager", protocol: "https", endpoint }] } },
      { secrets: ["trailkeeper:pageSubscriptions"] },
    );
    const subscription = graph.only("aws:sns/topicSubscription:TopicSubscription", "pager");
    assert.equal(subscription.inputs.endpoint, endpoint);
    assert.deepEqual(subscription.secretInputs, ["endpoint"]);
    assert.doesNotMatch(JSON.stringify([graph.logs, graph.outputs]), /s3cr3t/);
  });

  it("stops before the first resource when the caller is no administrator", async () => {
    const callerArn = "arn:aws:sts::111122223333:assumed-role/intern/someone";
    await assert.rejects(
      recordProgram({ stack: "dev" }, { callerArn }),
      /role\/intern.*trailkeeper:archiveAdministrators/s,
    );
  });
});

/** What a pipeline rule knows each kind of part by, at least. */
const PARTS: Readonly<Record<string, "arn" | "name">> = {
  "aws:cloudtrail/trail:Trail": "arn",
  "aws:cloudwatch/eventArchive:EventArchive": "name",
  "aws:cloudwatch/eventBus:EventBus": "arn",
  "aws:cloudwatch/eventRule:EventRule": "name",
  "aws:cloudwatch/logGroup:LogGroup": "arn",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
  "aws:dynamodb/table:Table": "arn",
  "aws:iam/role:Role": "name",
  "aws:kms/key:Key": "arn",
  "aws:lambda/function:Function": "arn",
  "aws:s3/bucket:Bucket": "arn",
  "aws:sns/topic:Topic": "arn",
  "aws:sqs/queue:Queue": "arn",
};

/** What is changed by naming the part that it belongs to. */
const PART_OF_ANOTHER: Readonly<Record<string, string>> = {
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": "its bus",
  "aws:cloudwatch/eventTarget:EventTarget": "its rule",
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": "its log group",
  "aws:iam/rolePolicy:RolePolicy": "its role",
  "aws:lambda/eventSourceMapping:EventSourceMapping": "its function and queue",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "its bucket",
  "aws:s3/bucketLogging:BucketLogging": "its bucket",
  "aws:s3/bucketNotification:BucketNotification": "its bucket",
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": "its bucket",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "its bucket",
  "aws:s3/bucketPolicy:BucketPolicy": "its bucket",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "its bucket",
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": "its bucket",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": "its bucket",
  "aws:s3/bucketVersioning:BucketVersioning": "its bucket",
  "aws:sns/topicPolicy:TopicPolicy": "its topic",
  "aws:sns/topicSubscription:TopicSubscription": "its topic",
  "aws:sqs/queuePolicy:QueuePolicy": "its queue",
};

/** Data event types that the stack has resources of: an ARN that is not its own, and the type that makes its own. */
const DATA_EVENT_TYPES: Record<string, { foreign: string; own: string; suffix?: string }> = {
  "AWS::S3::Object": { foreign: "arn:aws:s3:::customers/a.csv", own: "aws:s3/bucket:Bucket", suffix: "/a" },
  "AWS::Lambda::Function": {
    foreign: "arn:aws:lambda:eu-west-1:111122223333:function:shop",
    own: "aws:lambda/function:Function",
  },
  "AWS::SNS::Topic": { foreign: "arn:aws:sns:eu-west-1:111122223333:orders", own: "aws:sns/topic:Topic" },
  "AWS::SQS::Queue": { foreign: "arn:aws:sqs:eu-west-1:111122223333:orders", own: "aws:sqs/queue:Queue" },
  "AWS::DynamoDB::Table": {
    foreign: "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
    own: "aws:dynamodb/table:Table",
  },
};

/** Names of everything that a resource waits for, directly or not. */
function closure(graph: Graph, resource: RecordedResource): Set<string> {
  const seen = new Set<string>();
  const visit = (urns: readonly string[]) => {
    for (const dependency of urns.map((urn) => graph.byUrn(urn))) {
      if (!dependency || seen.has(dependency.name)) continue;
      seen.add(dependency.name);
      visit(dependency.dependsOn);
    }
  };
  visit(resource.dependsOn);
  return seen;
}
