import type { CloudTrailEvent } from "../formats/cloudtrail/event";
import type { Call, CallAws } from "./operations";
import type { PlaybookId } from "./playbook-ids";

/** Names and ids of what a playbook acts on, by the API's names for them, such as `userName`. */
export type TargetIds = Readonly<Record<string, string>>;

/** What a playbook acts on. */
export interface Target {
  readonly partition: string;
  /** Account that the resource is in, 12 digits. */
  readonly accountId: string;
  /** Region that the event was recorded in, and that regional resources are in. */
  readonly region: string;
  readonly ids: TargetIds;
}

/** What a playbook may go by beside the state of its target. */
export interface PlaybookContext {
  readonly now: Date;
  /** Of the latest event that the alert rests on. */
  readonly eventTime: Date;
  /** Id of the response, at most 64 letters, digits and hyphens; marks what the response creates. */
  readonly responseId: string;
}

/** What people are told, each a sentence without its full stop. */
export interface PlaybookWords {
  /** "Deactivated access key AKIA...7Q of user build-bot" */
  readonly did: string;
  /** "would deactivate access key AKIA...7Q of user build-bot" */
  readonly would: string;
  /** "Activated access key AKIA...7Q of user build-bot again" */
  readonly undid: string;
}

/** Some IAM actions on the resources that an account's target of the playbook can be. */
export interface Permission {
  readonly actions: readonly string[];
  /** Resource patterns; `{partition}` and `{account}` stand for the account that the role is in. */
  readonly resources: readonly string[];
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * One way to contain one kind of resource. Everything but `read` is pure. States are plain JSON: the one before the
 * first change is recorded, and is what an undo goes back to.
 *
 * A playbook decides by the state it reads, never by what the event says of it; the event only names the target. It
 * makes the smallest change that contains, deletes nothing that cannot be made again, and leaves alone what it did not
 * come for.
 */
export interface Playbook<State = unknown> {
  readonly id: PlaybookId;
  /** In the imperative, for lists: "Deactivate an access key". */
  readonly title: string;

  /**
   * What an event that an alert rests on names as targets of this playbook; none where it names nothing that the
   * playbook could contain (another kind of principal, a field that is missing or of another type). Never throws.
   */
  targets(event: CloudTrailEvent): readonly TargetIds[];

  /** The state that the target is in now; undefined when there is no such resource (any more). */
  read(target: Target, call: CallAws): Promise<State | undefined>;

  /**
   * ARNs of the users and roles whose access the playbook takes away; none for playbooks that act on other resources.
   * Principals that are never to be touched are told by these.
   */
  principals(target: Target, state: State): readonly string[];

  /** Why the playbook must leave this target alone, in a clause for people; undefined when it need not. */
  refusal?(target: Target, state: State, context: PlaybookContext): string | undefined;

  /** The calls that contain the target, in order; none when it is contained. */
  contain(target: Target, state: State, context: PlaybookContext): readonly Call[];

  /** Whether the target, as it is now, is contained: what verifies a response. */
  isContained(target: Target, state: State, context: PlaybookContext): boolean;

  /**
   * The calls that lead from the state now to the one before, as far as the response changed it: what others have
   * changed since is left as it is. None when there is nothing to undo.
   *
   * @param context of the response that is undone
   */
  undo(target: Target, before: State, now: State, context: PlaybookContext): readonly Call[];

  /** @param before the state that the response found */
  words(target: Target, before: State): PlaybookWords;

  /** Every IAM action that each step needs, and no other. */
  readonly permissions: {
    readonly read: readonly Permission[];
    readonly contain: readonly Permission[];
    readonly undo: readonly Permission[];
  };
}
