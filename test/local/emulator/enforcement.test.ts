import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { clientConfig, type EmulatorConnection } from "../../../local/connection";
import { acquireEmulator, startEmulator, type RunningEmulator } from "../../../local/emulator/emulator";

describe("the emulator with IAM enforced", function () {
  // The first time on a machine it is installed.
  this.timeout(300_000);
  let folder: string;
  let emulator: RunningEmulator;
  let root: EmulatorConnection;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "trailkeeper-enforcement-"));
    const { signal } = new AbortController();
    const tell = () => undefined;
    emulator = await startEmulator({
      emulator: await acquireEmulator(tell, signal),
      runDir: folder,
      region: "eu-west-1",
      enforceIam: true,
      tell,
      signal,
    });
    root = emulator.connection;
  });
  after(async () => {
    await emulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A session of a new role with a policy. */
  async function sessionOf(role: string, ...statements: object[]): Promise<EmulatorConnection> {
    const iam = new IAMClient(clientConfig(root));
    const trust = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: role,
        Path: "/team/",
        AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
      }),
    );
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    await iam.send(new PutRolePolicyCommand({ RoleName: role, PolicyName: "own", PolicyDocument }));
    const { Credentials } = await new STSClient(clientConfig(root)).send(
      new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "test" }),
    );
    return {
      ...root,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? "",
        secretAccessKey: Credentials?.SecretAccessKey ?? "",
        sessionToken: Credentials?.SessionToken,
      },
    };
  }

  it("speaks TLS, and refuses a key from the moment that it is inactive", async () => {
    const iam = new IAMClient(clientConfig(root));
    await iam.send(new CreateUserCommand({ UserName: "ana" }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "ana" }));
    const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } = AccessKey ?? {};
    const ana = new STSClient(clientConfig({ ...root, credentials: { accessKeyId, secretAccessKey } }));

    const { Arn } = await ana.send(new GetCallerIdentityCommand());
    await iam.send(
      new UpdateAccessKeyCommand({ UserName: "ana", AccessKeyId: accessKeyId, Status: "Inactive" }),
    );

    assert.match(root.endpoint, /^https:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(Arn, "arn:aws:iam::000000000000:user/ana");
    await assert.rejects(ana.send(new GetCallerIdentityCommand()), { name: "InvalidClientTokenId" });
  });

  it("tells a session by the ARN of its role, path and all, as aws:PrincipalArn", async () => {
    const Bucket = "spares-one-role";
    const everything = { Effect: "Allow", Action: "s3:*", Resource: "*" };
    const s3 = (connection: EmulatorConnection) =>
      new S3Client({ ...clientConfig(connection), forcePathStyle: true });
    const spared = s3(await sessionOf("spared", everything));
    const other = s3(await sessionOf("other", everything));
    await spared.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
    );
    const deny = {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: `arn:aws:s3:::${Bucket}`,
      Condition: { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/team/spared" } },
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [deny] });
    await spared.send(new PutBucketPolicyCommand({ Bucket, Policy }));

    assert.equal((await spared.send(new GetBucketPolicyCommand({ Bucket }))).Policy, Policy);
    await assert.rejects(other.send(new GetBucketPolicyCommand({ Bucket })), { name: "AccessDenied" });
  });

  it("knows the source and the type of the events that are put", async () => {
    const events = new EventBridgeClient(
      clientConfig(
        await sessionOf("publisher", {
          Effect: "Allow",
          Action: "events:PutEvents",
          Resource: "*",
          Condition: {
            "ForAllValues:StringEquals": { "events:source": "mine", "events:detail-type": "Alert" },
            Null: { "events:source": "false", "events:detail-type": "false" },
          },
        }),
      ),
    );
    const put = (...sources: string[]) =>
      events.send(
        new PutEventsCommand({
          Entries: sources.map((Source) => ({ Source, DetailType: "Alert", Detail: "{}" })),
        }),
      );

    assert.equal((await put("mine", "mine")).FailedEntryCount, 0);
    await assert.rejects(put("mine", "forged"), { name: "AccessDeniedException" });
  });

  it("knows the partition key of the item that is worked on", async () => {
    const TableName = "records";
    await new DynamoDBClient(clientConfig(root)).send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName: "kind", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "kind", AttributeType: "S" }],
      }),
    );
    const dynamo = new DynamoDBClient(
      clientConfig(
        await sessionOf(
          "keeper",
          { Effect: "Allow", Action: "dynamodb:PutItem", Resource: "*" },
          {
            Effect: "Allow",
            Action: "dynamodb:DeleteItem",
            Resource: "*",
            Condition: {
              "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": "lock" },
              Null: { "dynamodb:LeadingKeys": "false" },
            },
          },
        ),
      ),
    );
    const remove = (kind: string) =>
      dynamo.send(new DeleteItemCommand({ TableName, Key: { kind: { S: kind } } }));

    for (const kind of ["lock", "record"])
      await dynamo.send(new PutItemCommand({ TableName, Item: { kind: { S: kind } } }));
    await remove("lock");

    await assert.rejects(remove("record"), { name: "AccessDeniedException" });
  });

  it("puts values in the place of policy variables", async () => {
    const create = (account: string) => ({
      Effect: "Allow",
      Action: "s3:CreateBucket",
      Resource: `arn:aws:s3:::by-${account === "111122223333" ? "other" : "own"}`,
      Condition: { StringEquals: { "aws:PrincipalAccount": account } },
    });
    const own = { ...create("${aws:PrincipalAccount}") };
    const s3 = new S3Client({
      ...clientConfig(await sessionOf("variable", own, create("111122223333"))),
      forcePathStyle: true,
    });
    const make = (Bucket: string) =>
      s3.send(
        new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
      );

    await make("by-own");

    await assert.rejects(make("by-other"), { name: "AccessDenied" });
  });
});
