import type { Playbook } from "./playbook";
import { PLAYBOOK_IDS, type PlaybookId } from "./playbook-ids";
import { blockPublicBucket } from "./playbooks/block-public-bucket";
import { cancelKeyDeletion } from "./playbooks/cancel-key-deletion";
import { closePublicFunction } from "./playbooks/close-public-function";
import { deactivateAccessKey } from "./playbooks/deactivate-access-key";
import { denyDestruction } from "./playbooks/deny-destruction";
import { isolateInstance } from "./playbooks/isolate-instance";
import { quarantineUser } from "./playbooks/quarantine-user";
import { removeLoginProfile } from "./playbooks/remove-login-profile";
import { requireImdsv2 } from "./playbooks/require-imdsv2";
import { revokeOpenIngress } from "./playbooks/revoke-open-ingress";
import { revokeRoleSessions } from "./playbooks/revoke-role-sessions";
import { unshareAmi } from "./playbooks/unshare-ami";
import { unshareEbsSnapshot } from "./playbooks/unshare-ebs-snapshot";
import { unshareRdsSnapshot } from "./playbooks/unshare-rds-snapshot";

const BY_ID: { readonly [Id in PlaybookId]: Playbook } = {
  "deactivate-access-key": deactivateAccessKey,
  "quarantine-user": quarantineUser,
  "remove-login-profile": removeLoginProfile,
  "revoke-role-sessions": revokeRoleSessions,
  "deny-destruction": denyDestruction,
  "block-public-bucket": blockPublicBucket,
  "revoke-open-ingress": revokeOpenIngress,
  "unshare-ebs-snapshot": unshareEbsSnapshot,
  "unshare-rds-snapshot": unshareRdsSnapshot,
  "unshare-ami": unshareAmi,
  "close-public-function": closePublicFunction,
  "cancel-key-deletion": cancelKeyDeletion,
  "require-imdsv2": requireImdsv2,
  "isolate-instance": isolateInstance,
};

/** Every playbook by its id, in the order of the ids. */
export const PLAYBOOKS: ReadonlyMap<PlaybookId, Playbook> = new Map(
  PLAYBOOK_IDS.map((id) => [id, BY_ID[id]] as const),
);
