import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type DeployedResponder, parseDeployedResponder } from "./deployed";
import type { Key } from "./dynamo-items";

const KEY: Key = { pk: { S: "settings" }, sk: { S: "responder" } };

/**
 * Puts the settings that the function runs with into the table, where a person's command reads them: what must never be
 * touched holds for people too. Whoever can write there can write records as well.
 *
 * @param nowMs milliseconds since 1970
 */
export async function saveSettings(
  client: DynamoDBClient,
  tableName: string,
  settings: DeployedResponder,
  nowMs: number,
): Promise<void> {
  await client.send(
    new PutItemCommand({
      TableName: tableName,
      Item: {
        ...KEY,
        settings: { S: JSON.stringify(settings) },
        savedTime: { S: new Date(nowMs).toISOString() },
      },
    }),
  );
}

/** The settings that the function last started with; undefined when it never has. @throws Error when they cannot be read */
export async function readSettings(
  client: DynamoDBClient,
  tableName: string,
): Promise<DeployedResponder | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }),
  );
  if (Item?.settings?.S === undefined) return undefined;
  return parseDeployedResponder(Item.settings.S, `the item "settings" of table ${tableName}`);
}
