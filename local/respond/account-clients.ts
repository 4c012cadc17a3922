import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { IAMClient } from "@aws-sdk/client-iam";
import { S3Client } from "@aws-sdk/client-s3";
import { STSClient } from "@aws-sdk/client-sts";
import { clientConfig, type EmulatorConnection, type EmulatorCredentials } from "../connection";

/** What somebody with credentials works in the account with. */
export interface AccountClients {
  readonly cloudTrail: CloudTrailClient;
  readonly iam: IAMClient;
  readonly s3: S3Client;
  readonly sts: STSClient;
}

/** Clients with somebody's credentials. A refusal is an answer here, and is not tried again. */
export function clientsAs(
  connection: EmulatorConnection,
  credentials: EmulatorCredentials = connection.credentials,
): AccountClients {
  const config = { ...clientConfig({ ...connection, credentials }), maxAttempts: 1 };
  return {
    cloudTrail: new CloudTrailClient(config),
    iam: new IAMClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
    sts: new STSClient(config),
  };
}
