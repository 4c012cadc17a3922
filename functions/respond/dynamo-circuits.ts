import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { ResponseStore } from "../../responses/store";
import { conditionally, hashedKey, type Item, number, queryAll } from "./dynamo-items";

/** Beyond the window, so that a clock that differs forgets nothing. */
const KEPT_MS = 86_400_000;

/** Of writers that collide one succeeds each time, and the function's concurrency bounds how many there are. */
const WRITE_ATTEMPTS = 20;

/**
 * The counts of what was done for whom, one item a circuit, which is written only in the state that was read. A circuit
 * that is open stays until it is closed; all others have a time to live.
 */
export class DynamoCircuits {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
  ) {}

  /** See {@link ResponseStore.countAction}. @throws Error when too many write at the same moment; to be tried again */
  async countAction(
    ...[circuit, responseId, nowMs, windowMs, limit]: Parameters<ResponseStore["countAction"]>
  ): ReturnType<ResponseStore["countAction"]> {
    const expiresAt = number(Math.ceil((nowMs + windowMs + KEPT_MS) / 1000));
    for (let attempt = 0; attempt < WRITE_ATTEMPTS; attempt++) {
      const item = await this.item(circuit);
      const openedBy = item?.openedBy?.S;
      if (openedBy !== undefined) return { allowed: false, opened: openedBy === responseId };
      const actions = item?.actions?.M ?? {};
      if (actions[responseId]) return { allowed: true, opened: false };
      const recent = Object.entries(actions).filter(([, { N }]) => Number(N) > nowMs - windowMs);
      const allowed = recent.length < limit;
      const change: Item = allowed
        ? { actions: { M: { ...Object.fromEntries(recent), [responseId]: number(nowMs) } }, expiresAt }
        : { actions: { M: actions }, openedBy: { S: responseId } };
      if (await this.replace(circuit, item, change)) return { allowed, opened: !allowed };
    }
    throw new Error(`circuit ${circuit} is counted too often at the same moment; to be tried again`);
  }

  /** See {@link ResponseStore.closeCircuit}. What was counted before is forgotten. */
  async close(circuit: string): Promise<boolean> {
    return conditionally(() =>
      this.client.send(
        new UpdateItemCommand({
          TableName: this.tableName,
          Key: hashedKey("circuit", circuit),
          UpdateExpression: "SET version = version + :one, expiresAt = :soon REMOVE openedBy, actions",
          ConditionExpression: "attribute_exists(openedBy)",
          ExpressionAttributeValues: {
            ":one": number(1),
            ":soon": number(Math.ceil((Date.now() + KEPT_MS) / 1000)),
          },
        }),
      ),
    );
  }

  /** See {@link ResponseStore.openCircuits}. */
  async open(): Promise<readonly string[]> {
    const items = await queryAll(this.client, {
      TableName: this.tableName,
      KeyConditionExpression: "pk = :pk",
      FilterExpression: "attribute_exists(openedBy)",
      ExpressionAttributeValues: { ":pk": { S: "circuit" } },
      ConsistentRead: true,
    });
    return items.map(({ circuit }) => circuit?.S ?? "").sort();
  }

  private async item(circuit: string): Promise<Item | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({
        TableName: this.tableName,
        Key: hashedKey("circuit", circuit),
        ConsistentRead: true,
      }),
    );
    return Item;
  }

  /** Whether the circuit was still in the state that was read. */
  private replace(circuit: string, read: Item | undefined, change: Item): Promise<boolean> {
    const version: AttributeValue | undefined = read?.version;
    return conditionally(() =>
      this.client.send(
        new PutItemCommand({
          TableName: this.tableName,
          Item: {
            ...hashedKey("circuit", circuit),
            circuit: { S: circuit },
            version: number(Number(version?.N ?? 0) + 1),
            ...change,
          },
          ConditionExpression: version ? "version = :version" : "attribute_not_exists(pk)",
          ...(version && { ExpressionAttributeValues: { ":version": version } }),
        }),
      ),
    );
  }
}
