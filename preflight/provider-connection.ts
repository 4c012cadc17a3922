import type { CloudTrailClientConfig } from "@aws-sdk/client-cloudtrail";
import {
  fromNodeProviderChain,
  fromTemporaryCredentials,
  fromTokenFile,
  fromWebToken,
} from "@aws-sdk/credential-providers";
import type * as aws from "@pulumi/aws";

/** The part of the aws provider's configuration that says where AWS is and who calls it. */
export type ProviderConfiguration = Partial<
  Pick<
    typeof aws.config,
    | "accessKey"
    | "assumeRoleWithWebIdentity"
    | "assumeRoles"
    | "endpoints"
    | "profile"
    | "secretKey"
    | "sharedConfigFiles"
    | "sharedCredentialsFiles"
    | "stsRegion"
    | "token"
    | "useDualstackEndpoint"
    | "useFipsEndpoint"
  >
>;

type Credentials = NonNullable<CloudTrailClientConfig["credentials"]>;

/** Marks the sessions of assumed roles in CloudTrail where the configuration gives no name. */
const SESSION_NAME = "trailkeeper-preflight";

/**
 * Makes an AWS SDK client call as the aws provider does: same endpoint, same credentials, same chain of assumed
 * roles. What the configuration leaves open the SDK finds as the provider would, in environment and shared files
 * (`AWS_PROFILE`, `AWS_ENDPOINT_URL`...). Proxies and certificate bundles of the configuration are not carried over.
 */
export function cloudTrailClientConfig(
  configuration: ProviderConfiguration,
  region: string,
): CloudTrailClientConfig {
  return {
    region,
    endpoint: customEndpoint(configuration, "cloudtrail"),
    credentials: credentials(configuration, region),
    useFipsEndpoint: configuration.useFipsEndpoint,
    useDualstackEndpoint: configuration.useDualstackEndpoint,
  };
}

function credentials(configuration: ProviderConfiguration, region: string): Credentials | undefined {
  const clientConfig = {
    region: configuration.stsRegion ?? region,
    endpoint: customEndpoint(configuration, "sts"),
  };
  let current = webIdentity(configuration, clientConfig) ?? keysOrProfile(configuration, clientConfig);
  for (const role of configuration.assumeRoles ?? []) {
    if (role.roleArn === undefined) continue;
    current = fromTemporaryCredentials({
      masterCredentials: current,
      clientConfig,
      params: {
        RoleArn: role.roleArn,
        RoleSessionName: role.sessionName ?? SESSION_NAME,
        ExternalId: role.externalId,
        Policy: role.policy,
        PolicyArns: role.policyArns?.map((arn) => ({ arn })),
        SourceIdentity: role.sourceIdentity,
        Tags: role.tags && Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })),
        TransitiveTagKeys: role.transitiveTagKeys,
      },
    });
  }
  return current;
}

interface StsClientConfig {
  readonly region: string;
  readonly endpoint?: string;
}

function webIdentity(
  { assumeRoleWithWebIdentity: role }: ProviderConfiguration,
  clientConfig: StsClientConfig,
): Credentials | undefined {
  if (role?.roleArn === undefined) return undefined;
  const session = { roleArn: role.roleArn, roleSessionName: role.sessionName ?? SESSION_NAME, clientConfig };
  if (role.webIdentityToken !== undefined)
    return fromWebToken({ ...session, webIdentityToken: role.webIdentityToken });
  return fromTokenFile({ ...session, webIdentityTokenFile: role.webIdentityTokenFile });
}

function keysOrProfile(
  { accessKey, secretKey, token, profile, sharedConfigFiles, sharedCredentialsFiles }: ProviderConfiguration,
  clientConfig: StsClientConfig,
): Credentials | undefined {
  if (accessKey !== undefined && secretKey !== undefined)
    return { accessKeyId: accessKey, secretAccessKey: secretKey, sessionToken: token };
  const [configFilepath] = sharedConfigFiles ?? [];
  const [filepath] = sharedCredentialsFiles ?? [];
  if (profile === undefined && configFilepath === undefined && filepath === undefined) return undefined;
  return fromNodeProviderChain({ profile, configFilepath, filepath, clientConfig });
}

function customEndpoint(
  { endpoints }: ProviderConfiguration,
  service: "cloudtrail" | "sts",
): string | undefined {
  return endpoints?.find((endpoint) => endpoint[service])?.[service];
}
