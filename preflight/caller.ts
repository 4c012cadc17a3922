import { parseArn } from "../formats/arn";
import { arnLike } from "../formats/arn-like";

/** Who runs the deployment, as AWS sees it. */
export interface Caller {
  readonly accountId: string;
  /** ARN of the credentials in use; of a role's session where it is one. */
  readonly arn: string;
  /** What `aws:PrincipalArn` holds in the caller's requests: the role with its path for a session, else `arn`. */
  readonly principalArn: string;
}

/**
 * Why the caller would be locked out by an archive that only administrators may change, and what to do about it;
 * `undefined` when the caller is one of them.
 *
 * @param administrators as the configuration has them, for the message
 * @param administratorArns the same as ARN patterns, compared as IAM's `ArnLike` does
 */
export function lockOutProblem(
  caller: Caller,
  administrators: readonly string[],
  administratorArns: readonly string[],
): string | undefined {
  if (administratorArns.some((pattern) => arnLike(pattern, caller.principalArn))) return undefined;
  const session = caller.arn === caller.principalArn ? "" : ` (session ${caller.arn})`;
  return (
    `You are ${caller.principalArn}${session}, and the archive's administrators are ` +
    `${administrators.join(", ") || "nobody"}. Once deployed, the archive would refuse your every later change and ` +
    `its removal. Deploy as one of them, or add ${JSON.stringify(administratorEntry(caller))} to ` +
    `trailkeeper:archiveAdministrators.`
  );
}

/** The shortest configuration entry that names the caller. */
function administratorEntry({ accountId, principalArn }: Caller): string {
  const arn = parseArn(principalArn);
  const isShort =
    arn?.service === "iam" && arn.accountId === accountId && /^(role|user)\//.test(arn.resource);
  return isShort ? arn.resource : principalArn;
}
