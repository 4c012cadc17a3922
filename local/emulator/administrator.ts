import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { clientConfig, type EmulatorConnection } from "../connection";

/**
 * Makes the first role that the stack file names as an administrator of the archive, and signs in as it: the program
 * refuses to be deployed by anybody else.
 *
 * @throws when the stack file names no role that can be made here
 */
export async function signInAsAdministrator(
  stackFile: string,
  connection: EmulatorConnection,
): Promise<EmulatorConnection> {
  const { path, name } = administratorRole(await readFile(stackFile, "utf8"), stackFile);
  const client = clientConfig(connection);
  const iam = new IAMClient(client);
  const trust = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: name,
      Path: path,
      AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
    }),
  );
  await iam.send(
    new AttachRolePolicyCommand({ RoleName: name, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }),
  );
  const { Credentials: session } = await new STSClient(client).send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "local-run" }),
  );
  if (!session?.AccessKeyId || !session.SecretAccessKey)
    throw new Error(`the local cloud gave no credentials for role ${name}`);
  return {
    ...connection,
    credentials: {
      accessKeyId: session.AccessKeyId,
      secretAccessKey: session.SecretAccessKey,
      sessionToken: session.SessionToken,
    },
  };
}

/** The first `role/...` entry or role ARN of `archiveAdministrators`; `*` stands for anything, so it is filled in. */
export function administratorRole(stackFile: string, fileName: string): { path: string; name: string } {
  const { config } = parse(stackFile) as { config?: Record<string, unknown> };
  const administrators = config?.["trailkeeper:archiveAdministrators"];
  const entries = Array.isArray(administrators) ? administrators.map(String) : [];
  for (const entry of entries) {
    const match = /^(?:arn:[^:]+:iam::[^:]*:)?role(\/(?:.*\/)?)([^/]+)$/.exec(entry);
    if (match?.[1] && match[2])
      return { path: match[1].replaceAll("*", "local"), name: match[2].replaceAll("*", "local") };
  }
  throw new Error(
    `${fileName}: trailkeeper:archiveAdministrators names no role (role/NAME) that the local run could deploy as`,
  );
}
