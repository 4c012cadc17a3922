import * as pulumi from "@pulumi/pulumi";
import { formatArn, parseArn } from "../formats/arn";
import type { CloudContext } from "./context";

/** The path and name of a role or user as IAM allows them, and `*` and `?` for ArnLike. */
const IDENTITY = /^(role|user)\/([\w+=,.@*?-]+\/)*[\w+=,.@*?-]+$/;

/**
 * The ARN that stands for an administrator in a condition on `aws:PrincipalArn`. A role's sessions carry the ARN of
 * the role, path included, in that key (IAM User Guide, "AWS global condition context keys"), so a role is enough.
 *
 * @param entry `role/NAME`, `role/path/NAME`, `user/NAME`, each of the account given, or the full ARN of a role, a
 *   user or an account's root. Names may contain `*` and `?`.
 * @throws Error for anything else, a session's ARN among it: such an entry would match nobody, and lock everybody out.
 */
export function administratorArn(partition: string, accountId: string, entry: string): string {
  return administratorOf(partition, entry)(accountId);
}

/** {@link administratorArn} of each entry, in the account of the context. Entries are checked at once. */
export function administratorArns(
  context: CloudContext,
  administrators: readonly string[],
): pulumi.Output<string[]> {
  const inAccount = administrators.map((entry) => administratorOf(context.partition, entry));
  return pulumi.output(context.accountId).apply((accountId) => inAccount.map((arnOf) => arnOf(accountId)));
}

/** Checks an entry, which needs no account, and leaves the account to be filled in when it is known. */
function administratorOf(partition: string, entry: string): (accountId: string) => string {
  if (IDENTITY.test(entry)) {
    return (accountId) => formatArn({ partition, service: "iam", region: "", accountId, resource: entry });
  }
  const arn = parseArn(entry);
  const isPrincipal =
    arn?.service === "iam" &&
    arn.partition === partition &&
    arn.region === "" &&
    /^\d{12}$/.test(arn.accountId) &&
    (arn.resource === "root" || IDENTITY.test(arn.resource));
  if (isPrincipal) return () => entry;
  const hint =
    arn?.service === "sts"
      ? " (the role of the session, not the session)"
      : arn && arn.partition !== partition
        ? ` (in partition ${partition})`
        : "";
  throw new Error(
    `administrator "${entry}" is none: write role/NAME, role/path/NAME, user/NAME or the full ARN of a role or user${hint}`,
  );
}
