import assert from "node:assert/strict";
import { GetTrailStatusCommand, ListTagsCommand, DescribeTrailsCommand } from "@aws-sdk/client-cloudtrail";
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTableCommand, DescribeTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
} from "@aws-sdk/client-eventbridge";
import { GetFunctionConfigurationCommand, InvokeCommand } from "@aws-sdk/client-lambda";
import { HeadBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { GetTopicAttributesCommand, ListSubscriptionsByTopicCommand } from "@aws-sdk/client-sns";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { type AwsClients, RegionalClients } from "../../../local/aws-provider/clients";
import { type AwsProvider, startAwsProvider } from "../../../local/aws-provider/provider";
import type { RunningEmulator } from "../../../local/emulator/emulator";
import { EMULATOR_START_LIMIT_MS, startTestEmulator } from "../../support/emulator";
import { EngineStandIn, wireArchive, wireSecret, WIRE_UNKNOWN } from "./provider-client";

const ACCOUNT = "000000000000";

const ARCHIVE = "aws:cloudwatch/eventArchive:EventArchive";
const BUCKET = "aws:s3/bucket:Bucket";
const BUS = "aws:cloudwatch/eventBus:EventBus";
const FUNCTION = "aws:lambda/function:Function";
const LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const QUEUE = "aws:sqs/queue:Queue";
const RULE = "aws:cloudwatch/eventRule:EventRule";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const TABLE = "aws:dynamodb/table:Table";
const TOPIC = "aws:sns/topic:Topic";
const TRAIL = "aws:cloudtrail/trail:Trail";

describe("the local aws provider", function () {
  this.timeout(60_000);
  let emulator: RunningEmulator;
  let clients: RegionalClients;
  let aws: AwsClients;
  let provider: AwsProvider;
  let engine: EngineStandIn;

  before(async function () {
    this.timeout(EMULATOR_START_LIMIT_MS);
    emulator = await startTestEmulator();
    clients = new RegionalClients(emulator.connection);
    aws = clients.in(emulator.connection.region);
  });
  after(async () => {
    clients?.close();
    await emulator?.stop();
  });
  beforeEach(async () => {
    provider = await startAwsProvider({ connection: emulator.connection });
    engine = new EngineStandIn(provider.port);
    await engine.configure({ defaultTags: '{"tags":{"owner":"security"}}' });
  });
  afterEach(async () => {
    engine.close();
    await provider.stop();
  });

  describe("resources", () => {
    it("are created with the real provider's id and outputs, changed in place, found, and deleted", async () => {
      const made = await engine.create(TOPIC, "page", { displayName: "Page" });

      assert.match(made.id, new RegExp(`^arn:aws:sns:eu-west-1:${ACCOUNT}:page-[0-9a-f]{7}$`));
      assert.equal(made.state.arn, made.id);
      assert.equal(made.state.owner, ACCOUNT);
      assert.deepEqual(made.state.tagsAll, { owner: "security" });

      const changed = await engine.update(TOPIC, "page", made, { displayName: "Wake up" });
      const { Attributes } = await aws.sns.send(new GetTopicAttributesCommand({ TopicArn: made.id }));

      assert.equal(Attributes?.DisplayName, "Wake up");
      assert.equal(changed.state.arn, made.id);

      await engine.delete(TOPIC, "page", changed);

      await assert.rejects(aws.sns.send(new GetTopicAttributesCommand({ TopicArn: made.id })), {
        name: "NotFoundException",
      });
    });

    it("show no difference when nothing has changed", async () => {
      const program = { kmsMasterKeyId: "alias/aws/sqs", tags: { a: "b" } };
      const made = await engine.create(QUEUE, "mailbox", program);

      const { changes, diffsList } = await engine.diff(QUEUE, "mailbox", made, program);

      assert.deepEqual({ changes, diffsList }, { changes: 1, diffsList: [] });
    });

    it("go into the region they name", async () => {
      const made = await engine.create(LOG_GROUP, "away", { region: "us-west-2" });

      const away = await clients.in("us-west-2").logs.send(new DescribeLogGroupsCommand({}));
      const home = await aws.logs.send(new DescribeLogGroupsCommand({}));

      assert.equal(made.state.region, "us-west-2");
      assert.deepEqual(
        away.logGroups?.map(({ logGroupName }) => logGroupName),
        [made.id],
      );
      assert.equal(
        home.logGroups?.some(({ logGroupName }) => logGroupName === made.id),
        false,
      );
    });

    it("are not made in a preview, which knows the inputs and not the outputs", async () => {
      const planned = await engine.create(BUCKET, "planned", { bucket: "only-planned" }, { preview: true });

      assert.equal(planned.id, "");
      assert.equal(planned.state.bucket, "only-planned");
      assert.equal(planned.state.arn, WIRE_UNKNOWN);
      await assert.rejects(aws.s3.send(new HeadBucketCommand({ Bucket: "only-planned" })), {
        name: "NotFound",
      });
    });

    it("that are gone are reported so on a refresh", async () => {
      const made = await engine.create(LOG_GROUP, "short-lived", {});
      assert.deepEqual(await engine.read(LOG_GROUP, "short-lived", made), made.state);

      await engine.delete(LOG_GROUP, "short-lived", made);

      assert.equal(await engine.read(LOG_GROUP, "short-lived", made), undefined);
    });
  });

  describe("a bucket with locked objects", () => {
    async function lockedBucket(name: string, program: Record<string, unknown>) {
      const bucket = await engine.create(BUCKET, name, { objectLockEnabled: true, ...program });
      await engine.create(LOCK, name, {
        bucket: bucket.id,
        rule: { defaultRetention: { mode: "GOVERNANCE", days: 1 } },
      });
      for (const Body of ["one", "two"])
        await aws.s3.send(new PutObjectCommand({ Bucket: bucket.id, Key: "log", Body }));
      return bucket;
    }

    it("is emptied and deleted under forceDestroy", async () => {
      const bucket = await lockedBucket("disposable", { forceDestroy: true });

      await engine.delete(BUCKET, "disposable", bucket);

      await assert.rejects(aws.s3.send(new HeadBucketCommand({ Bucket: bucket.id })), { name: "NotFound" });
    });

    it("stays without forceDestroy, and the error names the resource", async () => {
      const bucket = await lockedBucket("kept", {});

      await assert.rejects(
        engine.delete(BUCKET, "kept", bucket),
        /cannot delete aws:s3\/bucket:Bucket "kept": BucketNotEmpty/,
      );
    });
  });

  describe("a trail", () => {
    it("logs, with the log group and the tags that the emulator forgets on creation", async () => {
      const logGroup = `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:trail:*`;
      const role = `arn:aws:iam::${ACCOUNT}:role/trail`;
      const made = await engine.create(TRAIL, "audit", {
        s3BucketName: "archive",
        isMultiRegionTrail: true,
        cloudWatchLogsGroupArn: logGroup,
        cloudWatchLogsRoleArn: role,
      });

      const { trailList } = await aws.cloudTrail.send(
        new DescribeTrailsCommand({ trailNameList: [made.id] }),
      );
      const { IsLogging } = await aws.cloudTrail.send(new GetTrailStatusCommand({ Name: made.id }));
      const { ResourceTagList } = await aws.cloudTrail.send(
        new ListTagsCommand({ ResourceIdList: [made.id] }),
      );

      assert.match(made.id, /^arn:aws:cloudtrail:eu-west-1:000000000000:trail\/audit-[0-9a-f]{7}$/);
      assert.equal(trailList?.[0]?.CloudWatchLogsLogGroupArn, logGroup);
      assert.equal(trailList?.[0]?.CloudWatchLogsRoleArn, role);
      assert.equal(IsLogging, true);
      assert.deepEqual(ResourceTagList?.[0]?.TagsList, [{ Key: "owner", Value: "security" }]);
    });
  });

  describe("a setting that a program no longer makes", () => {
    it("is taken from a trail", async () => {
      const settings = {
        s3KeyPrefix: "logs",
        snsTopicName: "files",
        kmsKeyId: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`,
        cloudWatchLogsGroupArn: `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:t:*`,
        cloudWatchLogsRoleArn: `arn:aws:iam::${ACCOUNT}:role/t`,
      };
      const made = await engine.create(TRAIL, "bare", { s3BucketName: "a", ...settings });

      await engine.update(TRAIL, "bare", made, { s3BucketName: "a" });

      const { trailList = [] } = await aws.cloudTrail.send(
        new DescribeTrailsCommand({ trailNameList: [made.id] }),
      );
      const [{ S3KeyPrefix, SnsTopicName, KmsKeyId, CloudWatchLogsLogGroupArn, CloudWatchLogsRoleArn } = {}] =
        trailList;
      for (const left of [
        S3KeyPrefix,
        SnsTopicName,
        KmsKeyId,
        CloudWatchLogsLogGroupArn,
        CloudWatchLogsRoleArn,
      ])
        assert.ok(!left, left);
    });

    it("is taken from a bus and an archive", async () => {
      const kmsKeyIdentifier = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;
      const bus = await engine.create(BUS, "bare", {
        name: "bare",
        description: "d",
        kmsKeyIdentifier,
        deadLetterConfig: { arn: `arn:aws:sqs:eu-west-1:${ACCOUNT}:q` },
      });
      const eventSourceArn = bus.state.arn;
      const archive = await engine.create(ARCHIVE, "bare", {
        eventSourceArn,
        description: "d",
        eventPattern: '{"source":["a"]}',
        kmsKeyIdentifier,
      });

      await engine.update(ARCHIVE, "bare", archive, { eventSourceArn });
      await engine.update(BUS, "bare", bus, { name: "bare" });

      const leftOfBus = await aws.events.send(new DescribeEventBusCommand({ Name: "bare" }));
      const leftOfArchive = await aws.events.send(new DescribeArchiveCommand({ ArchiveName: archive.id }));
      for (const left of [leftOfBus.Description, leftOfBus.KmsKeyIdentifier, leftOfBus.DeadLetterConfig?.Arn])
        assert.ok(!left, left);
      for (const left of [
        leftOfArchive.Description,
        leftOfArchive.EventPattern,
        leftOfArchive.KmsKeyIdentifier,
      ])
        assert.ok(!left, left);
    });

    it("is taken from a function", async () => {
      const program = {
        name: "bare",
        role: `arn:aws:iam::${ACCOUNT}:role/f`,
        runtime: "nodejs24.x",
        handler: "index.handler",
        code: wireArchive({ "index.js": "exports.handler = async () => 1;" }),
      };
      const made = await engine.create(FUNCTION, "bare", {
        ...program,
        description: "d",
        environment: { variables: { A: "1" } },
        deadLetterConfig: { targetArn: `arn:aws:sqs:eu-west-1:${ACCOUNT}:q` },
      });

      await engine.update(FUNCTION, "bare", made, program);

      const { Description, Environment, DeadLetterConfig } = await aws.lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName: "bare" }),
      );
      assert.ok(!Description, Description);
      assert.deepEqual(Environment?.Variables ?? {}, {});
      assert.ok(!DeadLetterConfig?.TargetArn, DeadLetterConfig?.TargetArn);
    });
  });

  describe("a table", () => {
    it("forgets, is guarded and recoverable, and changes in place", async () => {
      const program = {
        billingMode: "PAY_PER_REQUEST",
        hashKey: "pk",
        rangeKey: "sk",
        attributes: [
          { name: "pk", type: "S" },
          { name: "sk", type: "S" },
        ],
        ttl: { attributeName: "expiresAt", enabled: true },
        pointInTimeRecovery: { enabled: true },
        deletionProtectionEnabled: true,
      };
      const made = await engine.create(TABLE, "decisions", program);
      const TableName = made.id;

      const { Table } = await aws.dynamoDb.send(new DescribeTableCommand({ TableName }));
      const { TimeToLiveDescription } = await aws.dynamoDb.send(new DescribeTimeToLiveCommand({ TableName }));
      assert.equal(made.state.arn, `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/${TableName}`);
      assert.deepEqual(
        Table?.KeySchema?.map(({ AttributeName, KeyType }) => [AttributeName, KeyType]),
        [
          ["pk", "HASH"],
          ["sk", "RANGE"],
        ],
      );
      assert.equal(Table?.DeletionProtectionEnabled, true);
      assert.equal(TimeToLiveDescription?.AttributeName, "expiresAt");
      const { diffsList } = await engine.diff(TABLE, "decisions", made, program);
      assert.deepEqual(diffsList, []);

      const unguarded = await engine.update(TABLE, "decisions", made, {
        ...program,
        deletionProtectionEnabled: false,
      });
      await engine.delete(TABLE, "decisions", unguarded);

      await assert.rejects(aws.dynamoDb.send(new DescribeTableCommand({ TableName })), {
        name: "ResourceNotFoundException",
      });
    });

    it("has its indexes", async () => {
      const made = await engine.create(TABLE, "responses", {
        billingMode: "PAY_PER_REQUEST",
        hashKey: "pk",
        rangeKey: "sk",
        attributes: ["pk", "sk", "createdTime"].map((name) => ({ name, type: "S" })),
        globalSecondaryIndexes: [
          {
            name: "byTime",
            keySchemas: [
              { attributeName: "pk", keyType: "HASH" },
              { attributeName: "createdTime", keyType: "RANGE" },
            ],
            projectionType: "ALL",
          },
        ],
      });

      const { Table } = await aws.dynamoDb.send(new DescribeTableCommand({ TableName: made.id }));
      assert.deepEqual(
        Table?.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => [
          IndexName,
          KeySchema?.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`),
          Projection?.ProjectionType,
        ]),
        [["byTime", ["HASH pk", "RANGE createdTime"], "ALL"]],
      );
    });

    it("refuses what it does not know of an index, by name", async () => {
      const program = {
        billingMode: "PAY_PER_REQUEST",
        hashKey: "pk",
        attributes: [{ name: "pk", type: "S" }],
        globalSecondaryIndexes: [{ name: "byKey", hashKey: "pk", projectionType: "ALL" }],
      };
      await assert.rejects(engine.create(TABLE, "old-form", program), /hashKey of index byKey/);
    });

    it("is billed by request alone", async () => {
      const program = { hashKey: "pk", attributes: [{ name: "pk", type: "S" }] };
      await assert.rejects(engine.create(TABLE, "provisioned", program), /PAY_PER_REQUEST only/);
    });
  });

  describe("event forwarding", () => {
    it("takes rules of another region with their state, and a bus of the home region as target", async () => {
      const bus = await engine.create(BUS, "raw", { name: "raw" });
      const state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
      const rule = await engine.create(RULE, "forward", {
        region: "us-east-1",
        name: "forward-1",
        eventPattern: '{"source":["aws.iam"]}',
        state,
      });
      await engine.create("aws:cloudwatch/eventTarget:EventTarget", "forward", {
        region: "us-east-1",
        rule: rule.id,
        targetId: "raw-event-bus",
        arn: bus.state.arn,
        roleArn: `arn:aws:iam::${ACCOUNT}:role/forward`,
      });

      const { events } = clients.in("us-east-1");
      const made = await events.send(new DescribeRuleCommand({ Name: "forward-1" }));
      const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: "forward-1" }));

      assert.equal(made.State, state);
      assert.deepEqual(
        Targets?.map(({ Arn, RoleArn }) => [Arn, RoleArn]),
        [[bus.state.arn, `arn:aws:iam::${ACCOUNT}:role/forward`]],
      );
    });
  });

  describe("a function", () => {
    it("runs the code it was given, and then the code it was updated to", async () => {
      const { Role } = await aws.iam.send(
        new CreateRoleCommand({ RoleName: "runner", AssumeRolePolicyDocument: '{"Statement":[]}' }),
      );
      const program = (result: number) => ({
        role: Role?.Arn,
        handler: "index.handler",
        runtime: "nodejs24.x",
        code: wireArchive({ "index.js": `exports.handler = async () => [${result}, process.env.KEY];` }),
        environment: { variables: wireSecret({ KEY: "hunter2" }) },
      });
      const resultOf = async (FunctionName: string): Promise<unknown> => {
        const { Payload } = await aws.lambda.send(new InvokeCommand({ FunctionName }));
        return JSON.parse(Buffer.from(Payload ?? []).toString());
      };

      const made = await engine.create("aws:lambda/function:Function", "notify", program(1));

      assert.deepEqual(await resultOf(made.id), [1, "hunter2"]);
      assert.deepEqual(made.state.environment, { variables: wireSecret({ KEY: "hunter2" }) });

      await engine.update("aws:lambda/function:Function", "notify", made, program(2));

      assert.deepEqual(await resultOf(made.id), [2, "hunter2"]);
      const { Runtime } = await aws.lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName: made.id }),
      );
      assert.equal(Runtime, "nodejs24.x");
    });
  });

  describe("what the emulator does not have", () => {
    it("is kept in the state and listed once, when a program uses it", async () => {
      const selectors = [{ insightType: "ApiCallRateInsight" }];
      const trail = await engine.create(TRAIL, "insights", {
        s3BucketName: "a",
        insightSelectors: selectors,
      });
      await engine.create(TRAIL, "insights2", { s3BucketName: "a", insightSelectors: selectors });
      await engine.create("aws:cloudwatch/eventBusPolicy:EventBusPolicy", "bus", { policy: "{}" });

      assert.deepEqual(trail.state.insightSelectors, selectors);
      assert.deepEqual(provider.stateOnly(), [
        "aws:cloudtrail/trail:Trail.insightSelectors",
        "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
      ]);
    });

    it("is not listed when a program leaves it out or switches it off", async () => {
      await engine.create(LOG_GROUP, "plain", { deletionProtectionEnabled: false });
      await engine.create(TRAIL, "plain", { s3BucketName: "a", insightSelectors: [] });

      assert.deepEqual(provider.stateOnly(), []);
    });

    it("includes whoever could be reached beyond this machine: nobody is paged by a local run", async () => {
      const topic = await engine.create(TOPIC, "pager", {});
      const hook = await engine.create(SUBSCRIPTION, "pager", {
        topic: topic.id,
        protocol: "https",
        endpoint: wireSecret("https://pager.example.com/?key=hunter2"),
      });

      const { Subscriptions } = await aws.sns.send(
        new ListSubscriptionsByTopicCommand({ TopicArn: topic.id }),
      );

      assert.deepEqual(Subscriptions, []);
      assert.equal(hook.state.pendingConfirmation, true);
      assert.deepEqual(provider.stateOnly(), ["aws:sns/topicSubscription:TopicSubscription.endpoint"]);
      await engine.delete(SUBSCRIPTION, "pager", hook);
    });
  });

  describe("errors", () => {
    it("name an unknown type and its resource", async () => {
      await assert.rejects(
        engine.create("aws:ec2/vpc:Vpc", "network", {}),
        /does not know the resource type aws:ec2\/vpc:Vpc \(resource "network"\)/,
      );
    });

    it("name an unknown function", async () => {
      await assert.rejects(
        engine.invoke("aws:ec2/getVpc:getVpc", {}),
        /does not know the function aws:ec2\/getVpc:getVpc/,
      );
    });

    it("never show a secret that a service repeats", async () => {
      await assert.rejects(
        engine.create("aws:kms/alias:Alias", "door", { targetKeyId: wireSecret("hunter2-hunter2") }),
        (error: Error) => /aws:kms\/alias:Alias "door"/.test(error.message) && !/hunter2/.test(error.message),
      );
    });

    it("leave the value of a refused input to nobody: the engine prints that of a property that is named", async () => {
      const { failures } = await engine.check(BUCKET, "b", { acl: wireSecret("hunter2") });

      assert.deepEqual(failures, [
        {
          property: "",
          reason: `Property "acl" of ${BUCKET} is not supported by the local provider.`,
        },
      ]);
    });

    it("refuse a second provider configuration, since resources cannot be told apart", async () => {
      await assert.rejects(
        engine.configure({ region: "us-east-1" }),
        /give a resource of another region a `region`/,
      );
    });
  });

  describe("functions of the provider", () => {
    it("tell caller, partition and region", async () => {
      const caller = await engine.invoke("aws:index/getCallerIdentity:getCallerIdentity", {});
      const partition = await engine.invoke("aws:index/getPartition:getPartition", {});
      const region = await engine.invoke("aws:index/getRegion:getRegion", {});

      assert.equal(caller.accountId, ACCOUNT);
      assert.equal(partition.partition, "aws");
      assert.equal(region.region, "eu-west-1");
    });

    it("find the role behind a session, path and all", async () => {
      await aws.iam.send(
        new CreateRoleCommand({
          RoleName: "deploy",
          Path: "/ci/",
          AssumeRolePolicyDocument: '{"Statement":[]}',
        }),
      );

      const session = await engine.invoke("aws:iam/getSessionContext:getSessionContext", {
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/run-7`,
      });

      assert.equal(session.issuerArn, `arn:aws:iam::${ACCOUNT}:role/ci/deploy`);
      assert.equal(session.sessionName, "run-7");
    });

    it("take a user as its own issuer", async () => {
      const arn = `arn:aws:iam::${ACCOUNT}:user/alice`;

      const session = await engine.invoke("aws:iam/getSessionContext:getSessionContext", { arn });

      assert.equal(session.issuerArn, arn);
    });
  });

  it("frees its port when it stops", async () => {
    const brief = await startAwsProvider({ connection: emulator.connection });
    const other = new EngineStandIn(brief.port);
    await other.configure({});

    await brief.stop();

    await assert.rejects(other.configure({}), /UNAVAILABLE/);
    other.close();
  });
});
