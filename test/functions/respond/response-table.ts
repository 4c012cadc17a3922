import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BY_TIME_INDEX, RESPONSE_TABLE_KEYS } from "../../../functions/respond/table";

/** A table of responses as the component makes it, as far as the store relies on it. */
export async function createResponseTable(client: DynamoDBClient, name: string): Promise<void> {
  const keys = ({ partition, sort }: { readonly partition: string; readonly sort: string }) => [
    { AttributeName: partition, KeyType: "HASH" as const },
    { AttributeName: sort, KeyType: "RANGE" as const },
  ];
  const attributes = new Set(
    [...keys(RESPONSE_TABLE_KEYS), ...keys(BY_TIME_INDEX)].map((key) => key.AttributeName),
  );
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: keys(RESPONSE_TABLE_KEYS),
      AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      GlobalSecondaryIndexes: [
        {
          IndexName: BY_TIME_INDEX.name,
          KeySchema: keys(BY_TIME_INDEX),
          Projection: { ProjectionType: "ALL" },
        },
      ],
    }),
  );
}
