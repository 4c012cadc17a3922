import {
  type AttributeDefinition,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type GlobalSecondaryIndex,
  type KeyType,
  type ProjectionType,
  type SSESpecification,
  type TableClass,
  TagResourceCommand,
  type TableDescription,
  UntagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import type * as aws from "@pulumi/aws";
import { pollUntil } from "./poll";
import { defineResource, present, type Plain } from "../resource";
import { changeTags, tagPairs } from "./tags";

type TableInputs = Plain<aws.dynamodb.TableArgs>;

export const table = defineResource<aws.dynamodb.TableArgs>({
  type: "aws:dynamodb/table:Table",
  optional: [
    "attributes",
    "billingMode",
    "deletionProtectionEnabled",
    "globalSecondaryIndexes",
    "hashKey",
    "name",
    "pointInTimeRecovery",
    "rangeKey",
    "region",
    "serverSideEncryption",
    "tableClass",
    "tags",
    "ttl",
  ],
  unsupported: [
    "globalTableWitness",
    "importTable",
    "localSecondaryIndexes",
    "onDemandThroughput",
    "readCapacity",
    "replicas",
    "restoreBackupArn",
    "restoreDateTime",
    "restoreSourceName",
    "restoreSourceTableArn",
    "restoreToLatestTime",
    "streamEnabled",
    "streamViewType",
    "warmThroughput",
    "writeCapacity",
  ],
  // AWS can add and take away an index; nothing here does.
  replaceOn: ["attributes", "globalSecondaryIndexes", "hashKey", "name", "rangeKey"],
  outputs: ["arn"],
  defaults: { billingMode: "PROVISIONED", deletionProtectionEnabled: false },
  autoName: { property: "name", maxLength: 255 },

  async create({ inputs, aws }) {
    const id = present(inputs.name, "a table name");
    if (inputs.billingMode !== "PAY_PER_REQUEST")
      throw new Error("the local provider makes tables with billingMode PAY_PER_REQUEST only");
    const { TableDescription: made } = await aws.dynamoDb.send(
      new CreateTableCommand({
        TableName: id,
        AttributeDefinitions: attributeDefinitions(inputs),
        KeySchema: [
          { AttributeName: inputs.hashKey, KeyType: "HASH" },
          ...(inputs.rangeKey === undefined
            ? []
            : [{ AttributeName: inputs.rangeKey, KeyType: "RANGE" as const }]),
        ],
        GlobalSecondaryIndexes: inputs.globalSecondaryIndexes?.map(indexOf),
        BillingMode: inputs.billingMode,
        DeletionProtectionEnabled: inputs.deletionProtectionEnabled,
        SSESpecification: encryption(inputs),
        TableClass: inputs.tableClass as TableClass | undefined,
        Tags: tagPairs(inputs.tags),
      }),
    );
    await untilActive(aws.dynamoDb, id);
    if (inputs.pointInTimeRecovery?.enabled) await setRecovery(aws.dynamoDb, id, inputs);
    if (inputs.ttl?.enabled) await setTimeToLive(aws.dynamoDb, id, inputs);
    return { id, outputs: { arn: present(made?.TableArn, "the table's ARN") } };
  },

  async update({ id, old, inputs, state, aws, changed }) {
    if (changed("deletionProtectionEnabled", "tableClass", "serverSideEncryption")) {
      await aws.dynamoDb.send(
        new UpdateTableCommand({
          TableName: id,
          DeletionProtectionEnabled: inputs.deletionProtectionEnabled,
          TableClass: (inputs.tableClass ?? "STANDARD") as TableClass,
          ...(changed("serverSideEncryption") && {
            SSESpecification: encryption(inputs) ?? { Enabled: false },
          }),
        }),
      );
      await untilActive(aws.dynamoDb, id);
    }
    if (changed("pointInTimeRecovery")) await setRecovery(aws.dynamoDb, id, inputs);
    if (changed("ttl")) await setTimeToLive(aws.dynamoDb, id, inputs.ttl ? inputs : disabled(old));
    const ResourceArn = state.arn as string;
    await changeTags(old.tags, inputs.tags, {
      add: (tags) => aws.dynamoDb.send(new TagResourceCommand({ ResourceArn, Tags: tagPairs(tags) })),
      remove: (TagKeys) => aws.dynamoDb.send(new UntagResourceCommand({ ResourceArn, TagKeys })),
    });
  },

  async delete({ id, aws }) {
    await aws.dynamoDb.send(new DeleteTableCommand({ TableName: id }));
  },
});

function attributeDefinitions(inputs: TableInputs): AttributeDefinition[] {
  return (inputs.attributes ?? []).map(({ name, type }) => ({
    AttributeName: name,
    AttributeType: type as AttributeDefinition["AttributeType"],
  }));
}

type Index = NonNullable<TableInputs["globalSecondaryIndexes"]>[number];

/** @throws Error naming an input of the index that is not supported */
function indexOf({ name, keySchemas, projectionType, ...others }: Index): GlobalSecondaryIndex {
  const unknown = Object.entries(others).find(([, value]) => value !== undefined);
  if (unknown)
    throw new Error(`the local provider does not know ${unknown[0]} of index ${name}, only keySchemas`);
  return {
    IndexName: name,
    KeySchema: (keySchemas ?? []).map(({ attributeName, keyType }) => ({
      AttributeName: attributeName,
      KeyType: keyType as KeyType,
    })),
    Projection: { ProjectionType: projectionType as ProjectionType },
  };
}

function encryption({ serverSideEncryption }: TableInputs): SSESpecification | undefined {
  if (!serverSideEncryption?.enabled) return undefined;
  return { Enabled: true, SSEType: "KMS", KMSMasterKeyId: serverSideEncryption.kmsKeyArn };
}

/** Time to live is switched off by naming the attribute that it was on. */
function disabled({ ttl }: TableInputs): Pick<TableInputs, "ttl"> {
  return { ttl: ttl && { ...ttl, enabled: false } };
}

async function setTimeToLive(
  dynamoDb: DynamoDBClient,
  TableName: string,
  { ttl }: Pick<TableInputs, "ttl">,
): Promise<void> {
  await dynamoDb.send(
    new UpdateTimeToLiveCommand({
      TableName,
      TimeToLiveSpecification: { AttributeName: ttl?.attributeName, Enabled: ttl?.enabled ?? false },
    }),
  );
}

async function setRecovery(
  dynamoDb: DynamoDBClient,
  TableName: string,
  { pointInTimeRecovery }: TableInputs,
): Promise<void> {
  await dynamoDb.send(
    new UpdateContinuousBackupsCommand({
      TableName,
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled: pointInTimeRecovery?.enabled ?? false,
        RecoveryPeriodInDays: pointInTimeRecovery?.recoveryPeriodInDays,
      },
    }),
  );
}

async function untilActive(dynamoDb: DynamoDBClient, TableName: string): Promise<void> {
  await pollUntil(`table ${TableName} was not active`, async () => {
    const { Table }: { Table?: TableDescription } = await dynamoDb.send(
      new DescribeTableCommand({ TableName }),
    );
    return Table?.TableStatus === "ACTIVE";
  });
}
