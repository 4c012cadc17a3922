import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** What the detector's table is made from. */
export interface DetectorTableArgs {
  /** The key that encrypts it. */
  readonly keyArn: pulumi.Input<string>;
  /** Guard it: without it, what was decided is decided again, and actors' first uses have to be learnt anew. */
  readonly protect: boolean;
}

/** The attribute by which DynamoDB forgets items; every item has it. */
export const EXPIRY_ATTRIBUTE = "expiresAt";

/**
 * What the detector remembers: what it has decided, what correlations count, what it has told people lately. Every item
 * expires. Billed by request, since only matches write.
 */
export function detectorTable(
  name: string,
  { keyArn, protect }: DetectorTableArgs,
  opts: pulumi.CustomResourceOptions,
): aws.dynamodb.Table {
  return new aws.dynamodb.Table(
    name,
    {
      billingMode: "PAY_PER_REQUEST",
      hashKey: "pk",
      rangeKey: "sk",
      attributes: [
        { name: "pk", type: "S" },
        { name: "sk", type: "S" },
      ],
      ttl: { attributeName: EXPIRY_ATTRIBUTE, enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: keyArn },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: protect,
    },
    { ...opts, protect },
  );
}
