import { parseArn } from "../formats/arn";
import type { CloudTrailEvent } from "../formats/cloudtrail/event";
import { textAt } from "./event-fields";
import { successfulCall } from "./successful-call";

/** A user or a role of the account that the event was recorded in, by the API's names for them. */
export type PrincipalIds = { readonly userName: string } | { readonly roleName: string };

/**
 * The user or role whose permissions a call was made with: the user itself, the role behind a session, the user behind
 * a session of GetFederationToken, whose token keeps working when the user's key does not (IAM User Guide, "Disabling
 * permissions for temporary security credentials").
 *
 * None for everybody else: the root user and its federated sessions, AWS services, Identity Center, callers of
 * AssumeRoleWithSAML and AssumeRoleWithWebIdentity, which are nobody in IAM. None either for principals of another
 * account than the event's: a target is of the event's account. Users and roles are told by ARN alone, because a failed
 * sign-in has the name of whoever somebody pretended to be. Field meanings: CloudTrail User Guide, "CloudTrail
 * userIdentity element".
 */
export function actorOf(event: CloudTrailEvent): PrincipalIds | undefined {
  const own = textAt(event.userIdentity, "arn");
  const issuer = textAt(event.userIdentity, "sessionContext", "sessionIssuer", "arn");
  const type = textAt(event.userIdentity, "type");
  if (type === "IAMUser") return userOf(event, own);
  if (type === "FederatedUser") return userOf(event, issuer);
  if (type === "AssumedRole") return roleOf(event, issuer ?? own);
  return undefined;
}

/** Whether the event is a call of one of these names to IAM itself that succeeded. Other services use the same names. */
export function isIamChange(event: CloudTrailEvent, names: readonly string[]): boolean {
  const name = successfulCall(event, "iam.amazonaws.com");
  return name !== undefined && names.includes(name);
}

/**
 * The user that a call to IAM was about: the one it names, else the caller, whom IAM takes when none is named. None
 * when the caller is of another account than the event's: calls to IAM act in the caller's.
 */
export function userOfCall(event: CloudTrailEvent): { readonly userName: string } | undefined {
  const named = textAt(event.requestParameters, "userName");
  if (named === undefined) {
    const actor = actorOf(event);
    return actor && "userName" in actor ? actor : undefined;
  }
  const callersAccount = textAt(event.userIdentity, "accountId") ?? accountOf(event);
  return isName(named) && callersAccount === accountOf(event) ? { userName: named } : undefined;
}

function userOf(event: CloudTrailEvent, arn: string | undefined) {
  const userName = nameOf(event, arn, "iam", /^user\/(?:.*\/)?([^/]+)$/s);
  return userName === undefined ? undefined : { userName };
}

function roleOf(event: CloudTrailEvent, arn: string | undefined) {
  const roleName =
    nameOf(event, arn, "iam", /^role\/(?:.*\/)?([^/]+)$/s) ??
    // Of a session, which lacks the role's path.
    nameOf(event, arn, "sts", /^assumed-role\/([^/]+)\//);
  return roleName === undefined ? undefined : { roleName };
}

function nameOf(event: CloudTrailEvent, text: string | undefined, service: string, resource: RegExp) {
  const arn = text === undefined ? undefined : parseArn(text);
  if (arn?.service !== service || arn.accountId !== (accountOf(event) ?? arn.accountId)) return undefined;
  const name = resource.exec(arn.resource)?.[1];
  return name !== undefined && isName(name) ? name : undefined;
}

/** Where the event was recorded, which records of long ago do not say. */
function accountOf(event: CloudTrailEvent): string | undefined {
  return textAt(event, "recipientAccountId") ?? textAt(event.userIdentity, "accountId");
}

/** IAM User Guide, "IAM and STS quotas": names of users and roles. */
function isName(name: string): boolean {
  return /^[\w+=,.@-]{1,64}$/.test(name);
}
