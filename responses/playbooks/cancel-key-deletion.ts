import { parseArn } from "../../formats/arn";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import { absentAsUndefined } from "../absent";
import { textAt } from "../event-fields";
import type { Playbook, Target } from "../playbook";
import { successfulCall } from "../successful-call";

interface KeyState {
  /** As KMS names it (KMS Developer Guide, "Key states of AWS KMS keys"). */
  readonly keyState: string;
  /** When a key that waits for its deletion is deleted, ISO 8601 in UTC. */
  readonly deletionDate?: string;
  /** Days that a multi-Region key waits for once its last replica is gone. */
  readonly pendingWindowInDays?: number;
}

/** Ids of keys, and of multi-Region keys. An alias is none: neither call takes one. */
const KEY_ID = /^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

const KEYS = ["arn:{partition}:kms:*:{account}:key/*"];

/** KMS waits for as many days as this, at least and at most. */
const SHORTEST_WAIT = 7;
const LONGEST_WAIT = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Cancels the deletion of a KMS key and enables it: a key whose deletion is cancelled is disabled. Enables a key that
 * was disabled.
 *
 * Undo disables the key, or schedules its deletion again, for the former day or at least 7 days ahead. It is a person
 * who asks for that, and until that day it can be cancelled like the first time.
 */
export const cancelKeyDeletion: Playbook<KeyState> = {
  id: "cancel-key-deletion",
  title: "Cancel the deletion of a KMS key, and enable it",

  targets(event) {
    const operation = successfulCall(event, "kms.amazonaws.com");
    if (operation !== "ScheduleKeyDeletion" && operation !== "DisableKey") return [];
    const keyId = keyIdOf(event);
    return keyId === undefined ? [] : [{ keyId }];
  },

  async read(target, call) {
    const found = await absentAsUndefined(call("kms:DescribeKey", keyOf(target)), "NotFoundException");
    const key = found?.KeyMetadata;
    return (
      key && {
        keyState: key.KeyState ?? "Unavailable",
        ...(key.DeletionDate && { deletionDate: key.DeletionDate.toISOString() }),
        ...(key.PendingDeletionWindowInDays !== undefined && {
          pendingWindowInDays: key.PendingDeletionWindowInDays,
        }),
      }
    );
  },

  principals: () => [],

  contain(target, state) {
    const enable = { operation: "kms:EnableKey", input: keyOf(target) } as const;
    if (isToBeDeleted(state)) return [{ operation: "kms:CancelKeyDeletion", input: keyOf(target) }, enable];
    return state.keyState === "Disabled" ? [enable] : [];
  },

  // The other states cannot be left by a call of this playbook, and lose no key.
  isContained: (_target, state) => !isToBeDeleted(state) && state.keyState !== "Disabled",

  undo(target, before, now, { now: today }) {
    if (isToBeDeleted(before)) {
      if (now.keyState !== "Enabled" && now.keyState !== "Disabled") return [];
      const PendingWindowInDays = daysToWait(before, today);
      return [
        { operation: "kms:ScheduleKeyDeletion", input: { ...keyOf(target), PendingWindowInDays } } as const,
      ];
    }
    return before.keyState === "Disabled" && now.keyState === "Enabled"
      ? [{ operation: "kms:DisableKey", input: keyOf(target) }]
      : [];
  },

  words({ ids: { keyId } }, before) {
    return isToBeDeleted(before)
      ? {
          did: `Cancelled the deletion of KMS key ${keyId} and enabled it`,
          would: `would cancel the deletion of KMS key ${keyId} and enable it`,
          undid: `Scheduled the deletion of KMS key ${keyId} again`,
        }
      : {
          did: `Enabled KMS key ${keyId}`,
          would: `would enable KMS key ${keyId}`,
          undid: `Disabled KMS key ${keyId} again`,
        };
  },

  permissions: {
    read: [{ actions: ["kms:DescribeKey"], resources: KEYS }],
    contain: [{ actions: ["kms:CancelKeyDeletion", "kms:EnableKey"], resources: KEYS }],
    undo: [{ actions: ["kms:DisableKey", "kms:ScheduleKeyDeletion"], resources: KEYS }],
  },
};

/** Both calls take an id or an ARN, and can be made across accounts by neither (KMS API Reference). */
function keyIdOf({ requestParameters, recipientAccountId }: CloudTrailEvent): string | undefined {
  const text = textAt(requestParameters, "keyId") ?? "";
  const arn = parseArn(text);
  if (arn && arn.accountId !== recipientAccountId) return undefined;
  const keyId = arn ? arn.resource.replace(/^key\//, "") : text;
  return KEY_ID.test(keyId) ? keyId : undefined;
}

function keyOf({ ids: { keyId } }: Target) {
  return { KeyId: keyId };
}

function isToBeDeleted({ keyState }: KeyState): boolean {
  return keyState === "PendingDeletion" || keyState === "PendingReplicaDeletion";
}

/** Days until the former deletion date, rounded up; never a day earlier than it. */
function daysToWait({ deletionDate, pendingWindowInDays }: KeyState, today: Date): number {
  const days =
    deletionDate === undefined
      ? (pendingWindowInDays ?? LONGEST_WAIT)
      : Math.ceil((Date.parse(deletionDate) - today.getTime()) / DAY_MS);
  return Math.min(Math.max(days, SHORTEST_WAIT), LONGEST_WAIT);
}
