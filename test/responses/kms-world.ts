import type { KeyState } from "@aws-sdk/client-kms";
import { AwsError, type Handlers } from "./fake-aws";

/** Keys by id, as plain data. */
export interface KmsWorld {
  /** ISO 8601. */
  readonly time: string;
  readonly keys: Record<string, WorldKey>;
}

export interface WorldKey {
  state: KeyState;
  /** When it is deleted, ISO 8601; of keys that wait for it alone. */
  deletionDate?: string;
  /** Days that it waits for once its replicas are gone; of multi-Region keys that have some. */
  pendingWindowInDays?: number;
  readonly hasReplicas?: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Keys and their states as the KMS API Reference and "Key states of AWS KMS keys" describe them. */
export function serveKms({ keys, time }: KmsWorld): Handlers {
  const key = (id: string | undefined, ...states: readonly KeyState[]) => {
    const found = keys[id ?? ""];
    if (!found) throw new AwsError("NotFoundException", `Key 'arn:aws:kms:...:key/${id}' does not exist`);
    if (states.length > 0 && !states.includes(found.state))
      throw new AwsError("KMSInvalidStateException", `key/${id} is pending deletion or in another state`);
    return found;
  };
  return {
    "kms:DescribeKey": ({ KeyId }) => {
      const { state, deletionDate, pendingWindowInDays } = key(KeyId);
      return {
        KeyMetadata: {
          KeyId,
          Enabled: state === "Enabled",
          KeyState: state,
          ...(deletionDate !== undefined && { DeletionDate: new Date(deletionDate) }),
          ...(pendingWindowInDays !== undefined && { PendingDeletionWindowInDays: pendingWindowInDays }),
        },
      };
    },
    "kms:CancelKeyDeletion": ({ KeyId }) => {
      const found = key(KeyId, "PendingDeletion", "PendingReplicaDeletion");
      found.state = "Disabled";
      delete found.deletionDate;
      delete found.pendingWindowInDays;
      return { KeyId: KeyId ?? "" };
    },
    "kms:EnableKey": ({ KeyId }) => {
      key(KeyId, "Enabled", "Disabled").state = "Enabled";
      return {};
    },
    "kms:DisableKey": ({ KeyId }) => {
      key(KeyId, "Enabled", "Disabled").state = "Disabled";
      return {};
    },
    "kms:ScheduleKeyDeletion": ({ KeyId, PendingWindowInDays: days = 30 }) => {
      if (!Number.isInteger(days) || days < 7 || days > 30) throw new AwsError("ValidationException");
      const found = key(KeyId, "Enabled", "Disabled");
      if (found.hasReplicas === true) {
        found.state = "PendingReplicaDeletion";
        found.pendingWindowInDays = days;
        return { KeyId: KeyId ?? "" };
      }
      found.state = "PendingDeletion";
      found.deletionDate = new Date(Date.parse(time) + days * DAY_MS).toISOString();
      return { KeyId: KeyId ?? "", DeletionDate: new Date(found.deletionDate) };
    },
  };
}
