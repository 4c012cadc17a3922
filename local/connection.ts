import { devNull } from "node:os";

/** How to reach the local AWS emulator: what every AWS SDK client of the local environment is built from. */
export interface EmulatorConnection {
  /** Base URL, for example `http://127.0.0.1:41234`. */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: EmulatorCredentials;
  /** The certificate, PEM, that an https endpoint shows, and the file that holds it. */
  readonly certificate?: { readonly pem: string; readonly certificateFile: string };
}

export interface EmulatorCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * What an AWS SDK client takes to reach the emulator. The certificate goes with each client: Node reads
 * `NODE_EXTRA_CA_CERTS` when a process starts, and this one has made the certificate later.
 *
 * @param region @default the connection's
 */
export function clientConfig(
  { endpoint, credentials, certificate, ...home }: EmulatorConnection,
  region = home.region,
) {
  return {
    endpoint,
    region,
    credentials,
    ...(certificate && { requestHandler: { httpsAgent: { ca: certificate.pem, keepAlive: true } } }),
  };
}

/**
 * Environment variables by which a child process reaches the emulator, and nothing of the user's AWS set-up; on top of
 * this process's own environment, where an empty value hides one of the user's.
 */
export function connectionEnvironment({
  endpoint,
  region,
  credentials,
  certificate,
}: EmulatorConnection): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken ?? "",
    AWS_PROFILE: "",
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    ...(certificate && { NODE_EXTRA_CA_CERTS: certificate.certificateFile }),
  };
}
