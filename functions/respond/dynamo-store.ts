import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type QueryCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { ResponseRecord } from "../../responses/record";
import { type Begun, LeaseLostError, type ResponseStore } from "../../responses/store";
import { DynamoCircuits } from "./dynamo-circuits";
import { conditionally, hashedKey, type Item, type Key, number, queryAll } from "./dynamo-items";
import { BY_TIME_INDEX } from "./table";

const RESPONSES: AttributeValue = { S: "response" };

/** Locks are looked at by their lease; the time to live only clears away those that were never given back. */
const LOCK_KEPT_SECONDS = 86_400;

/**
 * The store in a DynamoDB table; see table.ts. Reads are strongly consistent, but for {@link list}: an index follows its
 * table within a second or so. Records are kept as the JSON text that they are; what is looked for is beside them.
 */
export class DynamoResponseStore implements ResponseStore {
  private readonly circuits: DynamoCircuits;

  constructor(
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
  ) {
    this.circuits = new DynamoCircuits(client, tableName);
  }

  /** What a person reopens stays ended for everybody else: a message that comes late must not do it again. */
  async begin(id: string, holder: string, nowMs: number, leaseEndMs: number, reopen = false): Promise<Begun> {
    // By the same holder again: the SDK repeats a call whose answer was lost.
    const free = "attribute_not_exists(leaseEndMs) OR leaseEndMs < :now OR holder = :holder";
    try {
      const { Attributes } = await this.client.send(
        new UpdateItemCommand({
          TableName: this.tableName,
          Key: responseKey(id),
          UpdateExpression: "SET holder = :holder, leaseEndMs = :leaseEnd REMOVE releasedBy",
          ConditionExpression: reopen ? free : `(${free}) AND attribute_not_exists(ended)`,
          ExpressionAttributeValues: {
            ":holder": { S: holder },
            ":leaseEnd": number(leaseEndMs),
            ":now": number(nowMs),
          },
          ReturnValues: "ALL_NEW",
        }),
      );
      return { claim: "claimed", record: recordIn(Attributes) };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
    const item = await this.item(responseKey(id));
    const record = recordIn(item);
    return !reopen && item?.ended?.BOOL === true && record ? { claim: "ended", record } : { claim: "busy" };
  }

  async save(record: ResponseRecord, holder: string): Promise<void> {
    await this.change(record.id, holder, {
      ConditionExpression: "holder = :holder",
      UpdateExpression: "SET #record = :record, #status = :status, createdTime = :createdTime",
      ExpressionAttributeNames: { "#record": "record", "#status": "status" },
      ExpressionAttributeValues: {
        ":record": { S: JSON.stringify(record) },
        ":status": { S: record.status },
        ":createdTime": { S: record.createdTime },
      },
    });
  }

  async release(id: string, holder: string, ended: boolean): Promise<void> {
    await this.change(id, holder, {
      // Who has released it may say so again: the SDK repeats a call whose answer was lost.
      ConditionExpression: "holder = :holder OR releasedBy = :holder",
      UpdateExpression: `SET releasedBy = :holder${ended ? ", ended = :ended" : ""} REMOVE holder, leaseEndMs`,
      ExpressionAttributeValues: ended ? { ":ended": { BOOL: true } } : {},
    });
  }

  async get(id: string): Promise<ResponseRecord | undefined> {
    return recordIn(await this.item(responseKey(id)));
  }

  /** Records whose id begins with a text, at most so many. */
  async findByPrefix(prefix: string, limit: number): Promise<readonly ResponseRecord[]> {
    return this.records(limit, {
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
      ExpressionAttributeValues: { ":pk": RESPONSES, ":prefix": { S: prefix } },
      ConsistentRead: true,
    });
  }

  async list({ status, sinceMs, limit }: Parameters<ResponseStore["list"]>[0]) {
    return this.records(limit, {
      IndexName: BY_TIME_INDEX.name,
      KeyConditionExpression: "pk = :pk AND createdTime >= :since",
      ExpressionAttributeValues: {
        ":pk": RESPONSES,
        ":since": { S: new Date(sinceMs ?? 0).toISOString() },
        ...(status && { ":status": { S: status } }),
      },
      ...(status && {
        FilterExpression: "#status = :status",
        ExpressionAttributeNames: { "#status": "status" },
      }),
      ScanIndexForward: false,
    });
  }

  async lock(target: string, holder: string, nowMs: number, leaseEndMs: number): Promise<boolean> {
    return conditionally(() =>
      this.client.send(
        new PutItemCommand({
          TableName: this.tableName,
          Item: {
            ...hashedKey("lock", target),
            target: { S: target },
            holder: { S: holder },
            leaseEndMs: number(leaseEndMs),
            expiresAt: number(Math.ceil(leaseEndMs / 1000) + LOCK_KEPT_SECONDS),
          },
          ConditionExpression: "attribute_not_exists(pk) OR leaseEndMs < :now OR holder = :holder",
          ExpressionAttributeValues: { ":now": number(nowMs), ":holder": { S: holder } },
        }),
      ),
    );
  }

  async unlock(target: string, holder: string): Promise<void> {
    // A lock that another has taken over is no longer ours to give back.
    await conditionally(() =>
      this.client.send(
        new DeleteItemCommand({
          TableName: this.tableName,
          Key: hashedKey("lock", target),
          ConditionExpression: "holder = :holder",
          ExpressionAttributeValues: { ":holder": { S: holder } },
        }),
      ),
    );
  }

  countAction(...action: Parameters<ResponseStore["countAction"]>) {
    return this.circuits.countAction(...action);
  }

  closeCircuit(circuit: string): Promise<boolean> {
    return this.circuits.close(circuit);
  }

  openCircuits(): Promise<readonly string[]> {
    return this.circuits.open();
  }

  /** @throws LeaseLostError when the condition does not hold */
  private async change(
    id: string,
    holder: string,
    update: Omit<UpdateItemCommandInput, "TableName" | "Key">,
  ): Promise<void> {
    const isHeld = await conditionally(() =>
      this.client.send(
        new UpdateItemCommand({
          ...update,
          TableName: this.tableName,
          Key: responseKey(id),
          ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ":holder": { S: holder } },
        }),
      ),
    );
    if (!isHeld) throw new LeaseLostError(`response ${id} is held by another`);
  }

  private async item(key: Key): Promise<Item | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.tableName, Key: key, ConsistentRead: true }),
    );
    return Item;
  }

  private async records(limit: number, query: Omit<QueryCommandInput, "TableName">) {
    const items = await queryAll(this.client, { ...query, TableName: this.tableName }, limit);
    return items.map(recordIn).filter((record) => record !== undefined);
  }
}

function responseKey(id: string): Key {
  return { pk: RESPONSES, sk: { S: id } };
}

function recordIn(item: Item | undefined): ResponseRecord | undefined {
  return item?.record?.S === undefined ? undefined : (JSON.parse(item.record.S) as ResponseRecord);
}
