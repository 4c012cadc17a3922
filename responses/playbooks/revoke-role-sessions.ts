import { policyStatements } from "../../formats/iam-policy";
import {
  type DenyPolicy,
  type InlinePolicyState,
  markedPolicy,
  putInlinePolicy,
  readInlinePolicy,
  saysTheSame,
  undoInlinePolicy,
} from "../inline-policy";
import type { Playbook, PlaybookContext } from "../playbook";
import { actorOf } from "../principal-of-event";

const POLICY_NAME = "TrailkeeperRevokeSessions";
const ROLES = ["arn:{partition}:iam::{account}:role/*"];

/**
 * What AWS's own "Revoke active sessions" adds: until the policy has arrived everywhere, a revoked session can still be
 * renewed (IAM User Guide, "Revoke IAM role temporary security credentials").
 */
const MARGIN_MS = 30_000;

/**
 * Ends the sessions of a role: an inline policy denies everything to those that were issued before now, as AWS's own
 * "Revoke active sessions" does under the name of AWSRevokeOlderSessions. All sessions of the role end, the rightful
 * ones among them; whoever may assume the role can have a new one. The policy needs no tidying up, for no session lives
 * longer than twelve hours.
 *
 * The role is the one behind the session that made the call, by ARN, in the account of the event; a session of another
 * account's role names none, for it can only be ended there.
 */
export const revokeRoleSessions: Playbook<InlinePolicyState> = {
  id: "revoke-role-sessions",
  title: "Revoke the sessions of a role",

  targets(event) {
    const actor = actorOf(event);
    return actor && "roleName" in actor ? [actor] : [];
  },

  read: ({ ids }, call) => readInlinePolicy(ids, POLICY_NAME, call),

  principals: (_target, { principalArn }) => [principalArn],

  contain: ({ ids }, state, context) =>
    isRevoked(state, context)
      ? []
      : [putInlinePolicy(ids, POLICY_NAME, markedPolicy(revocation(cutoffOf(context)), context))],

  isContained: (_target, state, context) => isRevoked(state, context),

  undo: ({ ids }, before, now, context) => undoInlinePolicy(ids, POLICY_NAME, before, now, context),

  words: ({ ids: { roleName = "" } }) => ({
    did: `Revoked the sessions of role ${roleName}`,
    would: `would revoke all sessions of role ${roleName}`,
    undid: `Took back the revocation of the sessions of role ${roleName}: those that have not expired work again`,
  }),

  permissions: {
    read: [{ actions: ["iam:GetRole", "iam:GetRolePolicy"], resources: ROLES }],
    contain: [{ actions: ["iam:PutRolePolicy"], resources: ROLES }],
    undo: [{ actions: ["iam:DeleteRolePolicy", "iam:PutRolePolicy"], resources: ROLES }],
  },
};

function cutoffOf({ now, eventTime }: PlaybookContext): string {
  const time = new Date(Math.max(now.getTime(), eventTime.getTime()) + MARGIN_MS);
  return time.toISOString().replace(/\.\d{3}Z$/, "Z");
}

function revocation(cutoff: string): DenyPolicy {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Action: "*",
        Resource: "*",
        Condition: { DateLessThan: { "aws:TokenIssueTime": cutoff } },
      },
    ],
  };
}

/** Whether sessions that were there at the event are denied everything: by this response, or by one for a later event. */
function isRevoked(state: InlinePolicyState, { eventTime }: PlaybookContext): boolean {
  const cutoff = policyStatements(state.document)[0]?.conditions[0]?.values[0];
  return (
    cutoff !== undefined &&
    new Date(cutoff).getTime() > eventTime.getTime() &&
    saysTheSame(state, revocation(cutoff))
  );
}
