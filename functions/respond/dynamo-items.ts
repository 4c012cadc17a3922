import { createHash } from "node:crypto";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";

export type Item = Record<string, AttributeValue>;
export type Key = { readonly pk: AttributeValue; readonly sk: AttributeValue };

/** Key of an item that is named by a text of any length, which the item has to keep beside it. */
export function hashedKey(kind: string, name: string): Key {
  return { pk: { S: kind }, sk: { S: createHash("sha256").update(name).digest("hex") } };
}

export function number(value: number): AttributeValue {
  return { N: String(value) };
}

/** Whether a write's condition held. */
export async function conditionally(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** What a query finds, page by page: a page ends at 1 MB, and before what is filtered out is. */
export async function queryAll(
  client: DynamoDBClient,
  query: QueryCommandInput,
  limit = Infinity,
): Promise<Item[]> {
  const found: Item[] = [];
  let startKey: Item | undefined;
  do {
    const left = limit - found.length;
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        ...query,
        ...(query.FilterExpression === undefined && Number.isFinite(left) && { Limit: left }),
        ExclusiveStartKey: startKey,
      }),
    );
    found.push(...Items);
    startKey = LastEvaluatedKey;
  } while (startKey && found.length < limit);
  return found.slice(0, limit);
}
