import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { policyStatements } from "../formats/iam-policy";
import { absentAsUndefined } from "./absent";
import { textAt } from "./event-fields";
import type { Call, CallAws } from "./operations";
import type { PlaybookContext, TargetIds } from "./playbook";

/** A user or role, and its inline policy of one name. */
export interface InlinePolicyState {
  readonly principalArn: string;
  /** Text of the policy document; null when there is no policy of the name. */
  readonly document: string | null;
}

/** A policy document as responses write it. */
export interface DenyPolicy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly [DenyStatement, ...DenyStatement[]];
}

interface DenyStatement {
  /** Of the first statement only; see {@link markedPolicy}. */
  readonly Sid?: string;
  readonly Effect: "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * The state of the policy of a user (`ids.userName`) or role (`ids.roleName`); undefined when there is no such user or
 * role.
 */
export async function readInlinePolicy(
  { userName, roleName }: TargetIds,
  PolicyName: string,
  call: CallAws,
): Promise<InlinePolicyState | undefined> {
  const principalArn =
    userName === undefined
      ? (await present(call("iam:GetRole", { RoleName: roleName })))?.Role?.Arn
      : (await present(call("iam:GetUser", { UserName: userName })))?.User?.Arn;
  if (principalArn === undefined) return undefined;
  const policy =
    userName === undefined
      ? await present(call("iam:GetRolePolicy", { RoleName: roleName, PolicyName }))
      : await present(call("iam:GetUserPolicy", { UserName: userName, PolicyName }));
  return {
    principalArn,
    document: policy?.PolicyDocument === undefined ? null : decoded(policy.PolicyDocument),
  };
}

/**
 * The call that writes the policy, over one of the name that may be there.
 *
 * All inline policies of a user together may have 2,048 characters, those of a role 10,240 (IAM User Guide, "IAM and STS
 * quotas"); AWS refuses what exceeds that with `LimitExceededException`.
 */
export function putInlinePolicy(
  { userName, roleName }: TargetIds,
  PolicyName: string,
  document: DenyPolicy | string,
): Call {
  const PolicyDocument = typeof document === "string" ? document : JSON.stringify(document);
  return userName === undefined
    ? { operation: "iam:PutRolePolicy", input: { RoleName: roleName, PolicyName, PolicyDocument } }
    : { operation: "iam:PutUserPolicy", input: { UserName: userName, PolicyName, PolicyDocument } };
}

/**
 * The call that brings back what was there before a response wrote the policy: no policy, or the former one.
 *
 * @returns none when the policy is not as that response wrote it
 */
export function undoInlinePolicy(
  ids: TargetIds,
  PolicyName: string,
  before: InlinePolicyState,
  now: InlinePolicyState,
  context: PlaybookContext,
): readonly Call[] {
  if (!isAsWritten(now, context)) return [];
  if (before.document !== null) return [putInlinePolicy(ids, PolicyName, before.document)];
  const { userName, roleName } = ids;
  return [
    userName === undefined
      ? { operation: "iam:DeleteRolePolicy", input: { RoleName: roleName, PolicyName } }
      : { operation: "iam:DeleteUserPolicy", input: { UserName: userName, PolicyName } },
  ];
}

/**
 * The policy with the response's mark in its first statement's `Sid`: the id of the response, and a digest of what the
 * statements say. An undo knows by it that the policy is of this response, and that nobody has changed it since.
 */
export function markedPolicy(policy: DenyPolicy, context: PlaybookContext): DenyPolicy {
  const [first, ...others] = policy.Statement;
  return { ...policy, Statement: [{ Sid: markOf(policy, context), ...first }, ...others] };
}

/** Whether the policy that is there says the same, whichever response wrote it. */
export function saysTheSame({ document }: InlinePolicyState, policy: DenyPolicy): boolean {
  return isDeepStrictEqual(policyStatements(document), policyStatements(policy));
}

function isAsWritten({ document }: InlinePolicyState, context: PlaybookContext): boolean {
  const sid = document === null ? undefined : textAt(JSON.parse(document), "Statement", "0", "Sid");
  return sid === markOf(document, context);
}

/** A `Sid` may be of letters and digits alone (IAM User Guide, "IAM JSON policy elements: Sid"). */
function markOf(document: unknown, { responseId }: PlaybookContext): string {
  const digest = createHash("sha256")
    .update(JSON.stringify(policyStatements(document)))
    .digest("hex");
  return `Trailkeeper${responseId.replaceAll("-", "")}${digest.slice(0, 16)}`;
}

/** What IAM returns is percent-encoded (IAM API Reference, "GetUserPolicy"); a document itself begins with a brace. */
function decoded(document: string): string {
  return document.startsWith("%") ? decodeURIComponent(document) : document;
}

function present<Result>(outcome: Promise<Result>): Promise<Result | undefined> {
  return absentAsUndefined(outcome, "NoSuchEntityException");
}
