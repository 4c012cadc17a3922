import { createHash } from "node:crypto";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { type Entry, entryKey } from "../../detections/correlation-window";
import type { Sightings } from "../../detections/first-seen";
import type { Anchor } from "../../detections/quiet-period";
import {
  type AnchorState,
  type Claim,
  type DecisionKey,
  type DetectionStore,
  type GroupKey,
  MAX_REPEATS,
} from "./store";

type Item = Record<string, AttributeValue>;
type Key = { readonly pk: AttributeValue; readonly sk: AttributeValue };

/** A message may wait 14 days in a dead-letter queue, and must then find what was decided before. */
const RETENTION_SECONDS = 15 * 86_400;

/**
 * The store in a DynamoDB table with the string keys `pk` and `sk` and the time to live in `expiresAt`, which every
 * item has. Reads are strongly consistent. Keys hold hashes of groups and values, never the values themselves; items
 * hold the counted values of correlations.
 */
export class DynamoStore implements DetectionStore {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
    private readonly clock: () => number = Date.now,
  ) {}

  async claim(decision: DecisionKey, nowMs: number, leaseEndMs: number): Promise<Claim> {
    const key = decisionKey(decision);
    const isFree = await this.conditionally(() =>
      this.client.send(
        new PutItemCommand({
          TableName: this.tableName,
          Item: { ...key, leaseEndMs: number(leaseEndMs), ...this.expiry() },
          ConditionExpression: "attribute_not_exists(pk) OR leaseEndMs < :now",
          ExpressionAttributeValues: { ":now": number(nowMs) },
        }),
      ),
    );
    if (isFree) return "claimed";
    // An item that has gone meanwhile is tried again like one whose holder is busy.
    return (await this.item(key))?.decided?.BOOL === true ? "decided" : "busy";
  }

  async finish(decision: DecisionKey): Promise<void> {
    await this.client.send(
      new PutItemCommand({
        TableName: this.tableName,
        Item: { ...decisionKey(decision), decided: { BOOL: true }, ...this.expiry() },
      }),
    );
  }

  async anchors(group: GroupKey): Promise<AnchorState> {
    const item = await this.item(anchorsKey(group));
    return {
      anchors: JSON.parse(item?.anchors?.S ?? "[]") as Anchor[],
      version: Number(item?.version?.N ?? 0),
    };
  }

  async replaceAnchors(group: GroupKey, { anchors, version }: AnchorState): Promise<boolean> {
    return this.conditionally(() =>
      this.client.send(
        new PutItemCommand({
          TableName: this.tableName,
          Item: {
            ...anchorsKey(group),
            anchors: { S: JSON.stringify(anchors) },
            version: number(version + 1),
            ...this.expiry(),
          },
          ConditionExpression: version === 0 ? "attribute_not_exists(pk)" : "version = :version",
          ...(version === 0 ? {} : { ExpressionAttributeValues: { ":version": number(version) } }),
        }),
      ),
    );
  }

  async addRepeat(alertId: string, eventID: string): Promise<number> {
    const key = { pk: { S: `alert#${alertId}` }, sk: { S: "repeats" } };
    let repeats = MAX_REPEATS;
    await this.conditionally(async () => {
      const { Attributes } = await this.client.send(
        new UpdateItemCommand({
          TableName: this.tableName,
          Key: key,
          UpdateExpression: "ADD eventIDs :event SET expiresAt = :expiresAt",
          ConditionExpression: "attribute_not_exists(eventIDs) OR size(eventIDs) < :limit",
          ExpressionAttributeValues: {
            ":event": { SS: [eventID] },
            ":limit": number(MAX_REPEATS),
            ":expiresAt": this.expiry().expiresAt,
          },
          ReturnValues: "ALL_NEW",
        }),
      );
      repeats = Attributes?.eventIDs?.SS?.length ?? 1;
    });
    return repeats;
  }

  async addEntry(group: GroupKey, entry: Entry, spanMs: number): Promise<void> {
    await this.client.send(
      new PutItemCommand({
        TableName: this.tableName,
        Item: {
          pk: windowKey(group),
          sk: { S: `${sortable(entry.timeMs)}#${hash(entryKey(entry))}` },
          ruleId: { S: entry.ruleId },
          eventID: { S: entry.eventID },
          timeMs: number(entry.timeMs),
          ...(entry.values && { values: { L: entry.values.map((S) => ({ S })) } }),
          ...this.expiry(spanMs),
        },
      }),
    );
  }

  async entriesAround(group: GroupKey, timeMs: number, spanMs: number, limit: number): Promise<Entry[]> {
    // "~" sorts behind the "#" that follows a time.
    const now = `${sortable(timeMs)}~`;
    const [before, after] = await Promise.all([
      this.entries(group, sortable(timeMs - spanMs), now, limit, false),
      this.entries(group, now, `${sortable(timeMs + spanMs)}~`, limit, true),
    ]);
    return [...before.reverse(), ...after];
  }

  async sightings(group: GroupKey, value: string): Promise<Sightings> {
    const [ofGroup, ofValue] = await Promise.all([
      this.item(seenKey(group)),
      this.item(seenKey(group, value)),
    ]);
    return {
      groupFirstSeenMs: optionalNumber(ofGroup?.firstSeenMs),
      valueLastSeenMs: optionalNumber(ofValue?.lastSeenMs),
    };
  }

  async addSighting(group: GroupKey, value: string, timeMs: number, keptMs: number): Promise<void> {
    const { expiresAt } = this.expiry(keptMs);
    // The group first: a value without its group would be forgotten with it.
    const isEarliest = await this.conditionally(() =>
      this.client.send(
        new UpdateItemCommand({
          TableName: this.tableName,
          Key: seenKey(group),
          UpdateExpression: "SET firstSeenMs = :time, expiresAt = :expiresAt",
          ConditionExpression: "attribute_not_exists(pk) OR firstSeenMs > :time",
          ExpressionAttributeValues: { ":time": number(timeMs), ":expiresAt": expiresAt },
        }),
      ),
    );
    if (!isEarliest) await this.renewGroup(group, keptMs, expiresAt);
    await this.conditionally(() =>
      this.client.send(
        new UpdateItemCommand({
          TableName: this.tableName,
          Key: seenKey(group, value),
          UpdateExpression: "SET lastSeenMs = :time, expiresAt = :expiresAt",
          ConditionExpression: "attribute_not_exists(pk) OR lastSeenMs < :time",
          ExpressionAttributeValues: { ":time": number(timeMs), ":expiresAt": expiresAt },
        }),
      ),
    );
  }

  /** A group in use must be remembered for as long as its values; once in the retention time is often enough. */
  private async renewGroup(group: GroupKey, keptMs: number, expiresAt: AttributeValue): Promise<void> {
    await this.conditionally(() =>
      this.client.send(
        new UpdateItemCommand({
          TableName: this.tableName,
          Key: seenKey(group),
          UpdateExpression: "SET expiresAt = :expiresAt",
          ConditionExpression: "expiresAt < :soon",
          ExpressionAttributeValues: {
            ":expiresAt": expiresAt,
            ":soon": number(Math.floor((this.clock() + keptMs) / 1000)),
          },
        }),
      ),
    );
  }

  private async item(key: Key): Promise<Item | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.tableName, Key: key, ConsistentRead: true }),
    );
    return Item;
  }

  /** Page by page: a page ends at 1 MB, and entries with many values are some KB each. */
  private async entries(group: GroupKey, from: string, to: string, limit: number, forward: boolean) {
    const items: Record<string, AttributeValue>[] = [];
    let startKey: Record<string, AttributeValue> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.client.send(
        new QueryCommand({
          TableName: this.tableName,
          KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
          ExpressionAttributeValues: { ":pk": windowKey(group), ":from": { S: from }, ":to": { S: to } },
          ScanIndexForward: forward,
          Limit: limit - items.length,
          ConsistentRead: true,
          ExclusiveStartKey: startKey,
        }),
      );
      items.push(...Items);
      startKey = LastEvaluatedKey;
    } while (startKey && items.length < limit);
    return items.map(({ ruleId, eventID, timeMs, values }): Entry => ({
      ruleId: ruleId?.S ?? "",
      eventID: eventID?.S ?? "",
      timeMs: Number(timeMs?.N),
      ...(values?.L && { values: values.L.map(({ S = "" }) => S) }),
    }));
  }

  /** Whether a write's condition held. */
  private async conditionally(write: () => Promise<unknown>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  private expiry(keptMs = 0): { readonly expiresAt: AttributeValue } {
    return { expiresAt: number(Math.ceil((this.clock() + keptMs) / 1000) + RETENTION_SECONDS) };
  }
}

function decisionKey({ ruleId, eventID }: DecisionKey): Key {
  return { pk: { S: `decision#${eventID}` }, sk: { S: ruleId } };
}

function anchorsKey({ ruleId, group }: GroupKey): Key {
  return { pk: { S: `alerts#${hash(ruleId, group)}` }, sk: { S: "anchors" } };
}

function windowKey({ ruleId, group }: GroupKey): AttributeValue {
  return { S: `window#${hash(ruleId, group)}` };
}

function seenKey({ ruleId, group }: GroupKey, value?: string): Key {
  const sk = value === undefined ? "group" : `value#${hash(value)}`;
  return { pk: { S: `seen#${hash(ruleId, group)}` }, sk: { S: sk } };
}

function hash(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 40);
}

const TIME_DIGITS = 15;

function sortable(timeMs: number): string {
  return String(Math.max(0, timeMs)).padStart(TIME_DIGITS, "0");
}

function number(value: number): AttributeValue {
  return { N: String(value) };
}

function optionalNumber(value: AttributeValue | undefined): number | undefined {
  return value?.N === undefined ? undefined : Number(value.N);
}
