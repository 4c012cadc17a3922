/**
 * Every playbook, by the name that rules, settings and records know it by. Each is the file of that name in
 * `playbooks/`; `restore-trail` is a function of its own (functions/restore).
 */
export const PLAYBOOK_IDS = [
  "deactivate-access-key",
  "quarantine-user",
  "remove-login-profile",
  "revoke-role-sessions",
  "deny-destruction",
  "block-public-bucket",
  "revoke-open-ingress",
  "unshare-ebs-snapshot",
  "unshare-rds-snapshot",
  "unshare-ami",
  "close-public-function",
  "cancel-key-deletion",
  "require-imdsv2",
  "isolate-instance",
] as const;

export type PlaybookId = (typeof PLAYBOOK_IDS)[number];

/** The response that puts this stack's own trail back; see functions/restore. */
export const RESTORE_TRAIL = "restore-trail";

/** Everything that a mode can be set for. */
export const RESPONSE_IDS = [...PLAYBOOK_IDS, RESTORE_TRAIL] as const;

export type ResponseId = (typeof RESPONSE_IDS)[number];

/**
 * What a playbook does when an alert asks for it: nothing at all; look, and record the calls it would make; make them.
 */
export const RESPONSE_MODES = ["off", "observe", "enforce"] as const;

export type ResponseMode = (typeof RESPONSE_MODES)[number];

export function isPlaybookId(name: string): name is PlaybookId {
  return (PLAYBOOK_IDS as readonly string[]).includes(name);
}
