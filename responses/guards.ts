import { type Arn, parseArn } from "../formats/arn";
import { arnLike } from "../formats/arn-like";
import { isPrincipalLike, principalNameOf } from "./arn-pattern";
import type { Actor, ResponseOrder } from "./order";
import type { Playbook, Target, TargetIds } from "./playbook";
import type { ResponseReason } from "./record";
import type { Untouchable } from "./responder-parts";
import { targetArns } from "./target-arns";

/** Why a target is left alone. */
export interface Refusal {
  readonly reason: ResponseReason;
  /** A clause for people. */
  readonly why: string;
}

const ROOT = "arn:*:iam::*:root";

/**
 * Never touched, whatever the settings say: the root user, whom no policy restricts; service-linked roles, which AWS
 * alone may change; roles of Identity Center, which it writes anew (IAM User Guide, "Revoke IAM role temporary security
 * credentials").
 */
const NEVER_TOUCHED: readonly string[] = [
  ROOT,
  "arn:*:iam::*:role/aws-service-role/*",
  "arn:*:iam::*:role/aws-reserved/*",
  "arn:*:iam::*:role/AWSServiceRoleFor*",
  "arn:*:iam::*:role/AWSReservedSSO_*",
];

/** Longer ids than any of AWS's are forged; so are those with characters that no line of text has. */
const ID_FORM = /^[^\p{Cc}]{1,2048}$/u;

/** @throws Error naming the first pattern that could never match */
export function checkUntouchable(untouchable: Untouchable): void {
  for (const [list, patterns] of Object.entries(untouchable) as [string, readonly string[]][])
    for (const pattern of patterns)
      if (pattern.split(":").length < 6)
        throw new Error(
          `untouchable ${list}: "${pattern}" is no ARN pattern and would protect nothing; ` +
            "write it as arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, with * and ? as wildcards",
        );
}

/** Why an order of an alert is not followed, as far as it tells by itself: it is forged, or by whom it was caused. */
export function orderRefusal(order: ResponseOrder, untouchable: Untouchable): Refusal | undefined {
  const flaw = flawOf(order);
  return flaw === undefined ? actorRefusal(order.actor, untouchable) : { reason: "refused", why: flaw };
}

/** Why a resource is left alone, by the ARNs that it can have. */
export function resourceRefusal(
  playbook: Playbook,
  target: Target,
  { resources }: Untouchable,
): Refusal | undefined {
  const arns = targetArns(playbook, target);
  return arns.some((arn) => resources.some((pattern) => arnLike(pattern, arn)))
    ? neverTouch("it is never to be touched")
    : undefined;
}

/**
 * Why the principals whose access a playbook would take away keep it.
 *
 * @param principals their ARNs, as AWS gives them
 */
export function principalRefusal(
  principals: readonly string[],
  { target, actor }: Pick<ResponseOrder, "target" | "actor">,
  untouchable: Untouchable,
): Refusal | undefined {
  const patterns = [...NEVER_TOUCHED, ...untouchable.principals, ...untouchable.ownRoles];
  for (const principal of principals) {
    const arn = parseArn(principal);
    if (!arn) return { reason: "refused", why: "AWS does not say whose access it is" };
    if (arn.accountId !== target.accountId)
      return { reason: "refused", why: `${principal} is not of account ${target.accountId}` };
    if (patterns.some((pattern) => isPrincipalLike(pattern, principal)))
      return neverTouch(`${principal} is never to be touched`);
    if (untouchable.resources.some((pattern) => arnLike(pattern, principal)))
      return neverTouch(`${principal} is never to be touched`);
    if (isNamesake(arn, actor))
      return {
        reason: "refused",
        why: `whoever did it is of account ${actor.accountId ?? ""}, and ${principal} only has the same name`,
      };
  }
  return undefined;
}

/** What is wrong with an order, in a clause; the type says what it should be, but whoever wrote it may be an attacker. */
function flawOf({ target, alert }: ResponseOrder): string | undefined {
  const ids = Object.entries((target.ids as TargetIds | null | undefined) ?? {}) as [string, unknown][];
  if (ids.length === 0) return "the alert names no target";
  if (!ids.every(([, id]) => typeof id === "string" && ID_FORM.test(id)))
    return "the alert names it in a form that AWS has not";
  if (!/^\d{12}$/.test(target.accountId)) return "the alert names no account of 12 digits";
  if (!/^[a-z0-9-]{1,32}$/.test(target.region)) return "the alert names no Region";
  if (!/^aws[a-z-]{0,20}$/.test(target.partition)) return "the alert names no partition";
  if (Number.isNaN(Date.parse(alert.eventTime))) return "the alert has no time";
  return undefined;
}

function actorRefusal(actor: Actor, { actors, ownRoles }: Untouchable): Refusal | undefined {
  const { arn, sessionIssuerArn, type } = actor;
  const isLike = (pattern: string) =>
    sessionIssuerArn === undefined
      ? arn !== undefined && isPrincipalLike(pattern, arn)
      : isPrincipalLike(pattern, sessionIssuerArn) || (arn !== undefined && arnLike(pattern, arn));
  if (ownRoles.some(isLike)) return neverTouch("a role of this stack itself has caused the alert");
  if (actors.some(isLike)) return neverTouch(`the doings of ${actor.name} are never answered`);
  if (type === "Root" || isLike(ROOT))
    return neverTouch("the root user has caused the alert, whom no policy restricts; a person has to look");
  return undefined;
}

/** The actor's name in another account than the actor's: somebody else. */
function isNamesake({ accountId, resource }: Arn, actor: Actor): boolean {
  const isElsewhere = actor.accountId !== undefined && actor.accountId !== accountId;
  const names = [actor.sessionIssuerArn, actor.arn].map((arn) => arn && principalNameOf(arn));
  return isElsewhere && names.includes(resource.slice(resource.lastIndexOf("/") + 1));
}

function neverTouch(why: string): Refusal {
  return { reason: "never-touch", why };
}
