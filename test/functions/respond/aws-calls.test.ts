import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { EC2Client } from "@aws-sdk/client-ec2";
import { CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateKeyCommand, KMSClient, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { RDSClient } from "@aws-sdk/client-rds";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { mockClient } from "aws-sdk-client-mock";
import { zipSync } from "fflate";
import { awsCalls, CLIENT_SETTINGS, type Reach } from "../../../functions/respond/aws-calls";
import { COMMANDS } from "../../../functions/respond/aws-commands";
import { RESPONSE_LIMIT_MS } from "../../../functions/respond/limits";
import { memberSession } from "../../../functions/respond/member-session";
import type { RunningEmulator } from "../../../local/emulator/emulator";
import { isPassingFailure } from "../../../responses/passing-failure";
import type { CallAws, Input, OperationName } from "../../../responses/operations";
import { AwsError } from "../../responses/fake-aws";
import { EMULATOR_START_LIMIT_MS, startTestEmulator } from "../../support/emulator";

const OWN = "111122223333";
const MEMBER = "444455556666";
const CLIENTS = {
  ec2: EC2Client,
  iam: IAMClient,
  kms: KMSClient,
  lambda: LambdaClient,
  rds: RDSClient,
  s3: S3Client,
};

function reach(change: Partial<Reach> = {}): Reach {
  return {
    accountId: OWN,
    partition: "aws",
    sessionName: "test",
    sts: new STSClient({ region: "eu-west-1" }),
    ...change,
  };
}

const callsIn = async (calls: ReturnType<typeof awsCalls>, accountId: string, region = "eu-west-1") => {
  const call = await calls(accountId, region);
  assert.ok(call, `no reach into ${accountId}`);
  return call;
};

const sessionOf = (minutes: number, accessKeyId = "ASIAEXAMPLE") => ({
  Credentials: {
    AccessKeyId: accessKeyId,
    SecretAccessKey: "secret",
    SessionToken: "token",
    Expiration: new Date(Date.now() + minutes * 60_000),
  },
});

describe("awsCalls", () => {
  describe("with mocked clients", () => {
    const mocks = Object.fromEntries(
      Object.entries(CLIENTS).map(([service, Client]) => [
        service,
        () => mockClient(Client as typeof IAMClient),
      ]),
    );
    let running: Record<string, ReturnType<typeof mockClient>>;
    beforeEach(() => {
      running = Object.fromEntries(Object.entries(mocks).map(([service, mock]) => [service, mock()]));
      for (const mock of Object.values(running)) mock.onAnyCommand().resolves({ $metadata: {} });
    });
    afterEach(() => {
      for (const mock of Object.values(running)) mock.restore();
    });

    for (const operation of Object.keys(COMMANDS) as OperationName[]) {
      it(`sends ${operation} as this command, by this service's client, with its input, in the target's region`, async () => {
        const [service = "", name = ""] = operation.split(":");
        const call = await callsIn(awsCalls(reach()), OWN, "ap-southeast-2");
        const input = { Marker: operation };

        await (call as (operation: string, input: unknown) => Promise<unknown>)(operation, input);

        const sent = Object.entries(running).flatMap(([by, mock]) =>
          mock
            .calls()
            .map(({ args: [command], thisValue }) => ({ by, command, client: thisValue as IAMClient })),
        );
        assert.deepEqual(
          sent.map(({ by, command }) => [by, command.constructor.name, command.input]),
          [[service, `${name}Command`, input]],
        );
        assert.equal(await sent[0]?.client.config.region(), "ap-southeast-2");
      });
    }

    it("passes on what AWS answers, and refuses", async () => {
      const call = await callsIn(awsCalls(reach()), OWN);
      const UserName = "build-bot";
      const user = { User: { UserName }, $metadata: {} };
      running.iam?.onAnyCommand().resolvesOnce(user).rejects(new AwsError("NoSuchEntityException"));

      assert.deepEqual(await call("iam:GetUser", { UserName }), user);
      await assert.rejects(call("iam:GetUser", { UserName }), { name: "NoSuchEntityException" });
    });

    it("keeps one client for each service, region and account", async () => {
      const calls = awsCalls(reach());
      for (const region of ["eu-west-1", "us-east-1", "eu-west-1"]) {
        const call = await callsIn(calls, OWN, region);
        await call("iam:GetUser", { UserName: "one" });
        await call("iam:GetRole", { RoleName: "one" });
      }

      const clients = running.iam?.calls().map(({ thisValue }) => thisValue as unknown) ?? [];
      assert.equal(clients.length, 6);
      assert.equal(new Set(clients).size, 2);
    });
  });

  describe("into other accounts", () => {
    const sts = new STSClient({ region: "eu-west-1" });
    const mock = mockClient(sts);
    beforeEach(() => mock.reset());
    const member = () => awsCalls(reach({ sts, memberRoleName: "response", partition: "aws-cn" }));

    it("has no reach where no role is named, and asks nobody", async () => {
      assert.equal(await awsCalls(reach({ sts }))(MEMBER, "eu-west-1"), undefined);
      assert.equal(mock.calls().length, 0);
    });

    it("assumes the named role, in the partition, once for all services and regions", async () => {
      mock.on(AssumeRoleCommand).resolves(sessionOf(60));
      const calls = member();

      for (const region of ["cn-north-1", "cn-northwest-1"]) await callsIn(calls, MEMBER, region);

      assert.deepEqual(
        mock.commandCalls(AssumeRoleCommand).map(({ args }) => args[0].input),
        [{ RoleArn: `arn:aws-cn:iam::${MEMBER}:role/response`, RoleSessionName: "test" }],
      );
    });

    it("assumes no role in its own account", async () => {
      await callsIn(member(), OWN);

      assert.equal(mock.calls().length, 0);
    });

    it("has no reach where the account does not admit it, until it does", async () => {
      mock.on(AssumeRoleCommand).rejectsOnce(new AwsError("AccessDenied")).resolves(sessionOf(60));
      const calls = member();

      assert.equal(await calls(MEMBER, "cn-north-1"), undefined);
      await callsIn(calls, MEMBER, "cn-north-1");
    });

    it("does not take throttling for a refusal", async () => {
      mock.on(AssumeRoleCommand).rejects(new AwsError("Throttling"));

      await assert.rejects(member()(MEMBER, "cn-north-1"), { name: "Throttling" });
    });

    it("renews a session before the SDK finds it too old", async () => {
      let nowMs = Date.now();
      mock.on(AssumeRoleCommand).resolvesOnce(sessionOf(60, "first")).resolves(sessionOf(120, "second"));
      const session = memberSession(sts, "arn:aws:iam::444455556666:role/r", "test", () => nowMs);

      assert.equal((await session()).accessKeyId, "first");
      nowMs += 49 * 60_000;
      assert.equal((await session()).accessKeyId, "first");
      nowMs += 2 * 60_000;
      assert.equal((await session()).accessKeyId, "second");
    });
  });

  describe("with the emulator", function () {
    this.timeout(60_000);
    let emulator: RunningEmulator;
    const environment = { ...process.env };
    before(async function () {
      this.timeout(EMULATOR_START_LIMIT_MS);
      emulator = await startTestEmulator();
    });
    after(() => emulator.stop());
    beforeEach(() => {
      // As the function and the command find them.
      process.env.AWS_ENDPOINT_URL = emulator.connection.endpoint;
      process.env.AWS_ACCESS_KEY_ID = "test";
      process.env.AWS_SECRET_ACCESS_KEY = "test";
    });
    afterEach(() => {
      process.env = { ...environment };
    });

    const ownCalls = (): Promise<CallAws> =>
      callsIn(awsCalls(reach({ accountId: "000000000000" })), "000000000000");

    it("reads and changes IAM", async () => {
      const call = await ownCalls();
      await new IAMClient(emulator.connection).send(new CreateUserCommand({ UserName: "bob" }));
      const policy: Input<"iam:PutUserPolicy"> = {
        UserName: "bob",
        PolicyName: "deny",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }],
        }),
      };

      await call("iam:PutUserPolicy", policy);

      const read = await call("iam:GetUserPolicy", { UserName: "bob", PolicyName: "deny" });
      assert.equal(decodeURIComponent(read.PolicyDocument ?? ""), policy.PolicyDocument);
      await assert.rejects(call("iam:GetUser", { UserName: "nobody" }), { name: "NoSuchEntityException" });
    });

    it("reads and changes S3", async () => {
      const call = await ownCalls();
      await new S3Client(emulator.connection).send(new CreateBucketCommand({ Bucket: "website" }));
      const block = {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      };

      await call("s3:PutPublicAccessBlock", { Bucket: "website", PublicAccessBlockConfiguration: block });

      const read = await call("s3:GetPublicAccessBlock", { Bucket: "website" });
      assert.deepEqual(read.PublicAccessBlockConfiguration, block);
      await call("s3:DeletePublicAccessBlock", { Bucket: "website" });
      await assert.rejects(call("s3:GetPublicAccessBlock", { Bucket: "website" }), {
        name: "NoSuchPublicAccessBlockConfiguration",
      });
    });

    it("reads and changes KMS", async () => {
      const call = await ownCalls();
      const kms = new KMSClient(emulator.connection);
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
      const KeyId = KeyMetadata?.KeyId ?? "";
      await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));

      await call("kms:CancelKeyDeletion", { KeyId });
      await call("kms:EnableKey", { KeyId });

      assert.equal((await call("kms:DescribeKey", { KeyId })).KeyMetadata?.KeyState, "Enabled");
    });

    it("reads and changes Lambda", async () => {
      const call = await ownCalls();
      const lambda = new LambdaClient(emulator.connection);
      const FunctionName = "open";
      await lambda.send(
        new CreateFunctionCommand({
          FunctionName,
          Runtime: "nodejs24.x",
          Handler: "index.handler",
          Role: "arn:aws:iam::000000000000:role/open",
          Code: { ZipFile: zipSync({ "index.js": new TextEncoder().encode("exports.handler = () => 1") }) },
        }),
      );
      await lambda.send(
        new AddPermissionCommand({
          FunctionName,
          StatementId: "everybody",
          Action: "lambda:InvokeFunction",
          Principal: "*",
        }),
      );
      assert.match((await call("lambda:GetPolicy", { FunctionName })).Policy ?? "", /"everybody"/);

      await call("lambda:RemovePermission", { FunctionName, StatementId: "everybody" });

      const left = await call("lambda:GetPolicy", { FunctionName }).then(
        ({ Policy = "" }) => Policy,
        (error: Error) => error.name,
      );
      assert.doesNotMatch(left, /"everybody"/);
    });

    it("acts in another account as the role there", async () => {
      const there = new IAMClient({
        ...emulator.connection,
        // The emulator takes twelve digits for the root user of that account.
        credentials: { accessKeyId: MEMBER, secretAccessKey: "test" },
      });
      await there.send(new CreateUserCommand({ UserName: "only-there" }));
      const calls = awsCalls(
        reach({
          accountId: "000000000000",
          memberRoleName: "response",
          sts: new STSClient({ region: "eu-west-1" }),
        }),
      );

      const { User } = await (await callsIn(calls, MEMBER))("iam:GetUser", { UserName: "only-there" });

      assert.equal(User?.Arn, `arn:aws:iam::${MEMBER}:user/only-there`);
      const own = await callsIn(calls, "000000000000");
      await assert.rejects(own("iam:GetUser", { UserName: "only-there" }), { name: "NoSuchEntityException" });
    });
  });
});

describe("CLIENT_SETTINGS", () => {
  it("bound how long a response can hang on one call to less than it has time for", () => {
    const { maxAttempts, requestHandler } = CLIENT_SETTINGS;

    assert.ok(maxAttempts * requestHandler.requestTimeout < RESPONSE_LIMIT_MS);
  });

  it("make a call to a server that does not answer fail, as something that passes", async () => {
    const server = createServer(() => undefined).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const iam = new IAMClient({
      ...CLIENT_SETTINGS,
      maxAttempts: 1,
      requestHandler: { ...CLIENT_SETTINGS.requestHandler, requestTimeout: 100 },
      region: "eu-west-1",
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });

    await assert.rejects(iam.send(new CreateUserCommand({ UserName: "bob" })), isPassingFailure);

    server.closeAllConnections();
    server.close();
  });
});
