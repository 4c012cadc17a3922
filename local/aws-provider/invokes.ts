import { GetRoleCommand, type IAMClient } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { parseArn } from "../../formats/arn";
import { partitionFor } from "./partitions";
import type { Operation } from "./resource";

/** A function of the provider: plain arguments in, the real provider's results out. */
export type Invoke = (
  place: Pick<Operation<unknown>, "aws" | "location">,
  args: Readonly<Record<string, unknown>>,
) => Promise<Record<string, unknown>>;

const INVOKES: Readonly<Record<string, Invoke>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": async ({ aws }) => {
    const { Account, Arn, UserId } = await aws.sts.send(new GetCallerIdentityCommand({}));
    return { id: Account, accountId: Account, arn: Arn, userId: UserId };
  },

  "aws:index/getPartition:getPartition": ({ location }) => {
    const { name, dnsSuffix, reverseDnsPrefix } = partitionFor(location.region);
    return Promise.resolve({ id: name, partition: name, dnsSuffix, reverseDnsPrefix });
  },

  "aws:index/getRegion:getRegion": ({ location }, args) => {
    const region = typeof args.region === "string" ? args.region : location.region;
    const endpoint = `ec2.${region}.${partitionFor(region).dnsSuffix}`;
    return Promise.resolve({ id: region, name: region, region, endpoint, description: region });
  },

  "aws:iam/getSessionContext:getSessionContext": ({ aws }, { arn }) => sessionContext(aws.iam, String(arn)),
};

/**
 * Runs a provider function.
 *
 * @throws Error naming a function the local provider does not have
 */
export async function invoke(
  token: string,
  place: Parameters<Invoke>[0],
  args: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const run = INVOKES[token];
  if (!run)
    throw new Error(
      `The local provider does not know the function ${token}. Add it to local/aws-provider/invokes.ts.`,
    );
  return run(place, args);
}

const ASSUMED_ROLE = /^assumed-role\/([^/]+)\/(.+)$/;

/**
 * The role behind a session. A session's ARN leaves the role's path out, so the role is looked up; users and roots
 * are their own issuers (documentation of the data source `aws_iam_session_context`).
 */
async function sessionContext(iam: IAMClient, arn: string): Promise<Record<string, unknown>> {
  const session = ASSUMED_ROLE.exec(parseArn(arn)?.resource ?? "");
  if (!session) return { id: arn, arn, issuerArn: arn, issuerId: "", issuerName: "", sessionName: "" };
  const [, roleName = "", sessionName] = session;
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: roleName }));
  return { id: arn, arn, issuerArn: Role?.Arn, issuerId: Role?.RoleId, issuerName: roleName, sessionName };
}
