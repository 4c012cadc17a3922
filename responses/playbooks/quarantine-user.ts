import {
  type DenyPolicy,
  type InlinePolicyState,
  markedPolicy,
  putInlinePolicy,
  readInlinePolicy,
  saysTheSame,
  undoInlinePolicy,
} from "../inline-policy";
import type { Playbook } from "../playbook";
import { actorOf, isIamChange, userOfCall } from "../principal-of-event";

const POLICY_NAME = "TrailkeeperQuarantine";
const USERS = ["arn:{partition}:iam::{account}:user/*"];

/** As an explicit deny it outweighs every allow, in sessions of the user too, those of GetFederationToken among them. */
const DENY_ALL: DenyPolicy = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }],
};

/**
 * Denies a user everything, whatever it comes with: keys, password, sessions (AWS incident response playbook
 * IRP-CredCompromise: an explicit deny-all as an inline policy).
 *
 * Which user: the one whom the event gave rights or a credential, for whoever gave them can be that user from then on;
 * else the caller, when it is a user or a session of one. A call that took something away, was about a role or a group,
 * or failed, has given no user anything, so that nobody can have another quarantined by trying.
 */
export const quarantineUser: Playbook<InlinePolicyState> = {
  id: "quarantine-user",
  title: "Quarantine a user",

  targets(event) {
    const user = isIamChange(event, GIVES_TO_USER) ? userOfCall(event) : actorOf(event);
    return user && "userName" in user ? [user] : [];
  },

  read: ({ ids }, call) => readInlinePolicy(ids, POLICY_NAME, call),

  principals: (_target, { principalArn }) => [principalArn],

  contain: ({ ids }, state, context) =>
    saysTheSame(state, DENY_ALL) ? [] : [putInlinePolicy(ids, POLICY_NAME, markedPolicy(DENY_ALL, context))],

  isContained: (_target, state) => saysTheSame(state, DENY_ALL),

  undo: ({ ids }, before, now, context) => undoInlinePolicy(ids, POLICY_NAME, before, now, context),

  words: ({ ids: { userName = "" } }) => ({
    did: `Quarantined user ${userName}: everything is denied`,
    would: `would quarantine user ${userName}, denying everything`,
    undid: `Lifted the quarantine of user ${userName}`,
  }),

  permissions: {
    read: [{ actions: ["iam:GetUser", "iam:GetUserPolicy"], resources: USERS }],
    contain: [{ actions: ["iam:PutUserPolicy"], resources: USERS }],
    undo: [{ actions: ["iam:DeleteUserPolicy", "iam:PutUserPolicy"], resources: USERS }],
  },
};

/** Calls to IAM that give a user rights, or a credential that is a user's (Service Authorization Reference, IAM). */
const GIVES_TO_USER = [
  "CreateUser",
  "AddUserToGroup",
  "AttachUserPolicy",
  "PutUserPolicy",
  "PutUserPermissionsBoundary",
  "DeleteUserPermissionsBoundary",
  "CreateAccessKey",
  "UpdateAccessKey",
  "CreateLoginProfile",
  "UpdateLoginProfile",
  "EnableMFADevice",
  "UploadSSHPublicKey",
  "UpdateSSHPublicKey",
  "UploadSigningCertificate",
  "UpdateSigningCertificate",
  "CreateServiceSpecificCredential",
  "UpdateServiceSpecificCredential",
  "ResetServiceSpecificCredential",
];
