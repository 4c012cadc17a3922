import { AssumeRoleCommand, type STSClient } from "@aws-sdk/client-sts";

/** Gives credentials that are good for some minutes yet, in the form that the SDK's clients ask for them. */
export type SessionCredentials = () => Promise<{
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration: Date;
}>;

/** The SDK asks again this long before credentials end; ours must be newer then. */
const RENEWED_BEFORE_END_MS = 10 * 60_000;

/**
 * A session of a role, shared by all clients, begun when it is first asked for and again before it ends.
 *
 * @param clock milliseconds since 1970
 * @returns rejects with what STS says; the next call tries again
 */
export function memberSession(
  sts: STSClient,
  roleArn: string,
  sessionName: string,
  clock: () => number = Date.now,
): SessionCredentials {
  let session: Awaited<ReturnType<SessionCredentials>> | undefined;
  return async () => {
    if (session && clock() < session.expiration.getTime() - RENEWED_BEFORE_END_MS) return session;
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !Expiration)
      throw new Error(`STS gave no credentials for ${roleArn}`);
    session = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    };
    return session;
  };
}
