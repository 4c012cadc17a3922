import { parseArn } from "../formats/arn";
import type { CloudTrailEvent, UserIdentity } from "../formats/cloudtrail/event";

/**
 * Who is behind an event, as a key that stays the same over sessions, regions and services: the ARN of the role or user
 * that issued the session, else the principal's own ARN, else whatever else names it, with the account where that does
 * not. Field meanings: CloudTrail User Guide, "CloudTrail userIdentity element".
 */
export function actorKey(event: CloudTrailEvent): string {
  const identity = identityOf(event);
  const arn = nonEmpty(sessionIssuerOf(identity)?.arn) ?? nonEmpty(identity.arn);
  if (arn !== undefined) return withoutSession(arn);
  const account = nonEmpty(identity.accountId) ?? nonEmpty(event.recipientAccountId) ?? "";
  const name =
    // An assumed role's is the role's unique id and the session's name.
    nonEmpty(identity.principalId)?.replace(/^(A[A-Z0-9]{15,127}):.*$/s, "$1") ??
    nonEmpty(identity.userName) ??
    nonEmpty(identity.invokedBy) ??
    nonEmpty(event.sourceIPAddress) ??
    (identity.type === "Root" ? "root" : "unknown");
  return `${account}/${name}`;
}

/** A short readable name: `role/Admin (session bob)`, `user/alice`, `root`, `AWS service x.amazonaws.com`. */
export function actorName(event: CloudTrailEvent): string {
  const identity = identityOf(event);
  if (identity.type === "Root") return "root";
  const issuer = sessionIssuerOf(identity);
  const own = resourceOf(identity.arn);
  const assumed = /^assumed-role\/([^/]+)\/(.+)$/s.exec(own ?? "");
  if (assumed) {
    const role = resourceOf(issuer?.arn) ?? `role/${assumed[1] ?? ""}`;
    return `${lastOfPath(role)} (session ${assumed[2] ?? ""})`;
  }
  if (own === "root") return "root";
  if (own !== undefined) return lastOfPath(own);
  if (nonEmpty(identity.invokedBy) !== undefined) return `AWS service ${identity.invokedBy ?? ""}`;
  if (identity.accountId === "ANONYMOUS_PRINCIPAL") return "anonymous caller";
  const userName = nonEmpty(identity.userName);
  if (userName !== undefined) return `user/${userName}`;
  if (issuer?.arn !== undefined) return lastOfPath(resourceOf(issuer.arn) ?? issuer.arn);
  const account = nonEmpty(identity.accountId);
  const principal = nonEmpty(identity.principalId);
  if (account !== undefined && identity.type === "AWSAccount")
    return `account ${account}${principal === undefined ? "" : ` (${principal})`}`;
  if (principal !== undefined) return `principal ${principal}`;
  const address = nonEmpty(event.sourceIPAddress);
  if (identity.type === "AWSService" || address?.endsWith(".amazonaws.com"))
    return `AWS service ${address ?? "unknown"}`;
  return address === undefined ? "unknown caller" : `unknown caller at ${address}`;
}

/** The role or user that issued a session. */
export function sessionIssuerOf(identity: UserIdentity): { readonly arn?: string } | undefined {
  const issuer = identity.sessionContext?.sessionIssuer;
  if (typeof issuer !== "object" || issuer === null) return undefined;
  const arn = "arn" in issuer ? nonEmpty(issuer.arn) : undefined;
  return arn === undefined ? {} : { arn };
}

function identityOf(event: CloudTrailEvent): UserIdentity {
  // Records are typed, not validated: identities that are null or text have been seen in exported logs.
  const identity: unknown = event.userIdentity;
  return typeof identity === "object" && identity !== null ? (identity as UserIdentity) : {};
}

/** The role behind `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`, which lacks the role's path. */
function withoutSession(text: string): string {
  const arn = parseArn(text);
  const role = arn?.service === "sts" ? /^assumed-role\/([^/]+)\//.exec(arn.resource)?.[1] : undefined;
  return arn && role !== undefined ? `arn:${arn.partition}:iam::${arn.accountId}:role/${role}` : text;
}

function resourceOf(arn: unknown): string | undefined {
  const text = nonEmpty(arn);
  return text === undefined ? undefined : (parseArn(text)?.resource ?? text);
}

/** `role/a/path/Name` as `role/Name`. */
function lastOfPath(resource: string): string {
  const parts = resource.split("/");
  return parts.length <= 2 ? resource : `${parts[0] ?? ""}/${parts[parts.length - 1] ?? ""}`;
}

function nonEmpty(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
