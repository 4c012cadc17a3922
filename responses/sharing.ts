import type { CloudTrailEvent } from "../formats/cloudtrail/event";
import { textAt } from "./event-fields";
import { idLists, idsIn } from "./id-list";
import type { Call, CallAws } from "./operations";
import type { Playbook, Target, TargetIds } from "./playbook";
import type { PlaybookId } from "./playbook-ids";

/** Whom a snapshot or an image is shared with: `all`, accounts, ARNs of organizations and of their units; sorted. */
export interface SharingState {
  readonly sharedWith: readonly string[];
}

/** What tells one kind of thing that is shared from another. */
export interface SharingParts {
  readonly id: PlaybookId;
  readonly title: string;
  readonly targets: (event: CloudTrailEvent) => readonly TargetIds[];
  /** Whom it is shared with now; undefined when there is no such thing. */
  readonly sharedWith: (target: Target, call: CallAws) => Promise<readonly string[] | undefined>;
  readonly share: (target: Target, sharedWith: readonly string[]) => Call;
  readonly unshare: (target: Target, sharedWith: readonly string[]) => Call;
  /** "EBS snapshot snap-0123456789abcdef0" */
  readonly thing: (target: Target) => string;
  readonly permissions: Playbook["permissions"];
}

const EVERYBODY = "all";
const ACCOUNT_ID = /^\d{12}$/;
const ORGANIZATION_ARN = /^arn:[a-z-]+:organizations::\d{12}:(?:organization|ou)\/[a-z0-9/-]+$/;

/**
 * The ids of something that an event has shared, with those whom it was shared with as `sharedWith`. None when nothing
 * in the list says whom: the owner, whose it is anyway, does not count.
 *
 * @param added what the event adds to whom it is shared with
 */
export function sharingTargets(
  event: CloudTrailEvent,
  ids: TargetIds,
  added: readonly unknown[],
): readonly TargetIds[] {
  const owner = textAt(event, "recipientAccountId");
  const known = added.filter(isSharedWith).filter((one) => one !== owner);
  return idLists(known).map((sharedWith) => ({ ...ids, sharedWith }));
}

function isSharedWith(value: unknown): value is string {
  return (
    typeof value === "string" &&
    (value === EVERYBODY || ACCOUNT_ID.test(value) || ORGANIZATION_ARN.test(value))
  );
}

/** Accounts apart from the rest, as APIs want them. */
export function accountsOf(sharedWith: readonly string[]): readonly string[] {
  return sharedWith.filter((one) => ACCOUNT_ID.test(one));
}

/**
 * A playbook that takes something back from everybody and from the accounts that an event has shared it with. Those
 * whom it was shared with before, and whom the event does not name, keep it.
 */
export function unsharingPlaybook(parts: SharingParts): Playbook<SharingState> {
  const { id, title, targets, share, unshare, thing, permissions } = parts;
  return {
    id,
    title,
    targets,

    async read(target, call) {
      const sharedWith = await parts.sharedWith(target, call);
      return sharedWith && { sharedWith: [...sharedWith].sort() };
    },

    principals: () => [],

    contain(target, state) {
      const still = stillShared(target, state);
      return still.length === 0 ? [] : [unshare(target, still)];
    },

    isContained: (target, state) => stillShared(target, state).length === 0,

    undo(target, before, now) {
      const missing = stillShared(target, before).filter((one) => !now.sharedWith.includes(one));
      return missing.length === 0 ? [] : [share(target, missing)];
    },

    words(target) {
      const what = `${thing(target)} with ${namedIn(target).map(nameOf).join(", ")}`;
      return {
        did: `Stopped sharing ${what}`,
        would: `would stop sharing ${what}`,
        undid: `Shared ${what} again`,
      };
    },

    permissions,
  };
}

function stillShared(target: Target, { sharedWith }: SharingState): readonly string[] {
  return namedIn(target).filter((one) => sharedWith.includes(one));
}

function namedIn({ ids }: Target): readonly string[] {
  return idsIn(ids.sharedWith);
}

function nameOf(sharedWith: string): string {
  if (sharedWith === EVERYBODY) return "everybody";
  return ACCOUNT_ID.test(sharedWith) ? `account ${sharedWith}` : sharedWith;
}
