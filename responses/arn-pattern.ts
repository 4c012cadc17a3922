import { parseArn } from "../formats/arn";
import { arnLike } from "../formats/arn-like";
import { matchesWildcards } from "../formats/wildcards";

/**
 * Whether a user, a role, or a session of a role is meant by an ARN pattern. Beside what IAM's `ArnLike` matches:
 * - a pattern without a path, `role/NAME`, means the role of that name at any path, since names are unique within an
 *   account whatever the path (IAM User Guide, "IAM identifiers")
 * - a session stands for its role. Its ARN lacks the role's path, so the names alone are compared: `role/team/*` then
 *   means every role, since which of them are in that path cannot be told
 */
export function isPrincipalLike(pattern: string, principal: string): boolean {
  if (arnLike(pattern, principal)) return true;
  const wanted = parseArn(pattern);
  const found = parseArn(withoutSession(principal));
  if (!wanted || !found || found.service !== "iam" || !isLike(wanted.service, "iam")) return false;
  if (!isLike(wanted.partition, found.partition) || !isLike(wanted.accountId, found.accountId)) return false;
  const isSession = parseArn(principal)?.service === "sts";
  if (isSession && isLike(wanted.resource, found.resource)) return true;
  const [kind = "", ...path] = wanted.resource.split("/");
  const name = path.pop();
  if (name === undefined || (path.length > 0 && !isSession)) return false;
  const [foundKind = ""] = found.resource.split("/");
  return isLike(kind, foundKind) && isLike(name, lastSegment(found.resource));
}

/** The role behind `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`, without its path; all other texts as they are. */
export function withoutSession(text: string): string {
  const arn = parseArn(text);
  const role = arn?.service === "sts" ? /^assumed-role\/([^/]+)\//.exec(arn.resource)?.[1] : undefined;
  return arn && role !== undefined ? `arn:${arn.partition}:iam::${arn.accountId}:role/${role}` : text;
}

/** Name of the user or role of an ARN, or of the role behind a session. */
export function principalNameOf(text: string): string | undefined {
  const arn = parseArn(withoutSession(text));
  return arn?.service === "iam" && /^(?:user|role)\//.test(arn.resource)
    ? lastSegment(arn.resource)
    : undefined;
}

function lastSegment(resource: string): string {
  return resource.slice(resource.lastIndexOf("/") + 1);
}

function isLike(pattern: string, text: string): boolean {
  return matchesWildcards(pattern, text, "?");
}
