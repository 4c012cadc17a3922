import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { BY_TIME_INDEX, RESPONSE_TABLE_KEYS, RESPONSE_TTL_ATTRIBUTE } from "../functions/respond/table";

/** What the table of responses is made from. */
export interface ResponderTableArgs {
  /** The key that encrypts it. */
  readonly keyArn: pulumi.Input<string>;
  /** Guard it: its records are evidence, and the only way to take a response back. */
  readonly protect: boolean;
}

/**
 * What responses found and did. Records stay for good; only locks and counts expire. Billed by request, since there are
 * a few responses a day.
 */
export function responderTable(
  name: string,
  { keyArn, protect }: ResponderTableArgs,
  opts: pulumi.CustomResourceOptions,
): aws.dynamodb.Table {
  const attributes = new Set([
    RESPONSE_TABLE_KEYS.partition,
    RESPONSE_TABLE_KEYS.sort,
    BY_TIME_INDEX.partition,
    BY_TIME_INDEX.sort,
  ]);
  return new aws.dynamodb.Table(
    name,
    {
      billingMode: "PAY_PER_REQUEST",
      hashKey: RESPONSE_TABLE_KEYS.partition,
      rangeKey: RESPONSE_TABLE_KEYS.sort,
      attributes: [...attributes].map((attribute) => ({ name: attribute, type: "S" })),
      globalSecondaryIndexes: [
        {
          name: BY_TIME_INDEX.name,
          keySchemas: [
            { attributeName: BY_TIME_INDEX.partition, keyType: "HASH" },
            { attributeName: BY_TIME_INDEX.sort, keyType: "RANGE" },
          ],
          projectionType: "ALL",
        },
      ],
      ttl: { attributeName: RESPONSE_TTL_ATTRIBUTE, enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: keyArn },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: protect,
    },
    { ...opts, protect, retainOnDelete: protect },
  );
}
