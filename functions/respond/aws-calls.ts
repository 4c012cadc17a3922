import { EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { RDSClient } from "@aws-sdk/client-rds";
import { S3Client } from "@aws-sdk/client-s3";
import type { STSClient } from "@aws-sdk/client-sts";
import type { CallAws, Input, OperationName } from "../../responses/operations";
import { type SessionCredentials, memberSession } from "./member-session";
import { COMMANDS } from "./aws-commands";

/**
 * How long a client of the SDK waits, and how often it tries. A call that hangs must fail while there is time left to
 * record that it did; the queue tries again later.
 */
export const CLIENT_SETTINGS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 6_000, throwOnRequestTimeout: true },
} as const;

/** Whose credentials calls are made with, and which other accounts they reach. */
export interface Reach {
  /** Account that the caller's own credentials are of. */
  readonly accountId: string;
  readonly partition: string;
  /** Role in other accounts that the caller may assume. @default none, and so no reach there */
  readonly memberRoleName?: string;
  /** What CloudTrail calls the session in other accounts. */
  readonly sessionName: string;
  readonly sts: STSClient;
}

/**
 * Calls AWS in any account and region, with the caller's credentials in its own account and a session of the named role
 * in others. Clients and sessions are kept for as long as what this returns.
 *
 * @returns resolves to undefined for an account that the caller has no reach into: no role is named, or the account
 *   does not let the caller assume it
 */
export function awsCalls(reach: Reach): (accountId: string, region: string) => Promise<CallAws | undefined> {
  const sessions = new Map<string, SessionCredentials>();
  const calls = new Map<string, CallAws>();

  const sessionIn = (accountId: string, roleName: string): SessionCredentials => {
    const known = sessions.get(accountId);
    if (known) return known;
    const roleArn = `arn:${reach.partition}:iam::${accountId}:role/${roleName}`;
    const session = memberSession(reach.sts, roleArn, reach.sessionName);
    sessions.set(accountId, session);
    return session;
  };

  return async (accountId, region) => {
    let credentials: SessionCredentials | undefined;
    if (accountId !== reach.accountId) {
      if (reach.memberRoleName === undefined) return undefined;
      credentials = sessionIn(accountId, reach.memberRoleName);
      if (!(await isAdmitted(credentials))) return undefined;
    }
    const key = `${accountId} ${region}`;
    const call = calls.get(key) ?? callsWith(region, credentials);
    calls.set(key, call);
    return call;
  };
}

/** STS API Reference, "Common errors". Everything else, such as throttling, is no answer. */
async function isAdmitted(credentials: SessionCredentials): Promise<boolean> {
  try {
    await credentials();
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "AccessDenied") return false;
    throw error;
  }
}

const CLIENTS = {
  ec2: EC2Client,
  iam: IAMClient,
  kms: KMSClient,
  lambda: LambdaClient,
  rds: RDSClient,
  s3: S3Client,
};

type Service = keyof typeof CLIENTS;

/** A client as the table of commands needs it: operation and client are of the same service by their names. */
interface AnyClient {
  send(command: unknown): Promise<unknown>;
}

function callsWith(region: string, credentials: SessionCredentials | undefined): CallAws {
  const clients = new Map<Service, AnyClient>();
  const clientOf = (service: Service): AnyClient => {
    const client = clients.get(service) ?? newClient(service, region, credentials);
    clients.set(service, client);
    return client;
  };
  const call = <Operation extends OperationName>(operation: Operation, input: Input<Operation>) => {
    const [service] = operation.split(":") as [Service];
    return clientOf(service).send(new COMMANDS[operation](input));
  };
  return call as CallAws;
}

function newClient(service: Service, region: string, credentials: SessionCredentials | undefined): AnyClient {
  const Client = CLIENTS[service];
  const settings = { ...CLIENT_SETTINGS, region, ...(credentials && { credentials }) };
  // A bucket may be in another Region than the event that names it.
  return new Client(service === "s3" ? { ...settings, followRegionRedirects: true } : settings);
}
