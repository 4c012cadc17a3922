import type { CloudTrailEvent } from "../../../formats/cloudtrail/event";

/** Kinds of callers as CloudTrail writes them (CloudTrail User Guide, "CloudTrail userIdentity element"). */
export const CALLERS = {
  user: {
    type: "IAMUser",
    principalId: "AIDAEXAMPLE",
    arn: "arn:aws:iam::111122223333:user/mallory",
    accountId: "111122223333",
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    userName: "mallory",
  },
  userWithPath: {
    type: "IAMUser",
    arn: "arn:aws:iam::111122223333:user/teams/data/build-bot",
    accountId: "111122223333",
    accessKeyId: "AKIAI44QH8DHBEXAMP7Q",
    userName: "build-bot",
  },
  userInChina: {
    type: "IAMUser",
    arn: "arn:aws-cn:iam::111122223333:user/mallory",
    accountId: "111122223333",
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    userName: "mallory",
  },
  /** By GetSessionToken, or in the console. */
  userSession: {
    type: "IAMUser",
    arn: "arn:aws:iam::111122223333:user/mallory",
    accountId: "111122223333",
    accessKeyId: "ASIAIOSFODNN7EXAMPLE",
    userName: "mallory",
    sessionContext: { sessionIssuer: {}, attributes: { mfaAuthenticated: "false" } },
  },
  role: {
    type: "AssumedRole",
    principalId: "AROAEXAMPLE:i-0abcdef1234567890",
    arn: "arn:aws:sts::111122223333:assumed-role/Deploy/i-0abcdef1234567890",
    accountId: "111122223333",
    accessKeyId: "ASIAIOSFODNN7EXAMPLE",
    sessionContext: {
      sessionIssuer: {
        type: "Role",
        arn: "arn:aws:iam::111122223333:role/Deploy",
        accountId: "111122223333",
        userName: "Deploy",
      },
    },
  },
  roleWithPath: {
    type: "AssumedRole",
    arn: "arn:aws-us-gov:sts::111122223333:assumed-role/Deploy/ci",
    accountId: "111122223333",
    sessionContext: {
      sessionIssuer: { type: "Role", arn: "arn:aws-us-gov:iam::111122223333:role/ci/prod/Deploy" },
    },
  },
  roleWithoutIssuer: {
    type: "AssumedRole",
    arn: "arn:aws:sts::111122223333:assumed-role/Deploy/ci",
    accountId: "111122223333",
  },
  roleElsewhere: {
    type: "AssumedRole",
    arn: "arn:aws:sts::999988887777:assumed-role/Deploy/ci",
    accountId: "999988887777",
    sessionContext: { sessionIssuer: { type: "Role", arn: "arn:aws:iam::999988887777:role/Deploy" } },
  },
  federated: {
    type: "FederatedUser",
    principalId: "111122223333:helper",
    arn: "arn:aws:sts::111122223333:federated-user/helper",
    accountId: "111122223333",
    accessKeyId: "ASIAIOSFODNN7EXAMPLE",
    sessionContext: {
      sessionIssuer: {
        type: "IAMUser",
        arn: "arn:aws:iam::111122223333:user/brokers/token-app",
        accountId: "111122223333",
        userName: "token-app",
      },
    },
  },
  federatedByRoot: {
    type: "FederatedUser",
    arn: "arn:aws:sts::111122223333:federated-user/helper",
    accountId: "111122223333",
    sessionContext: { sessionIssuer: { type: "Root", arn: "arn:aws:iam::111122223333:root" } },
  },
  userElsewhere: {
    type: "IAMUser",
    arn: "arn:aws:iam::999988887777:user/mallory",
    accountId: "999988887777",
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    userName: "mallory",
  },
  root: {
    type: "Root",
    arn: "arn:aws:iam::111122223333:root",
    accountId: "111122223333",
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  },
  /** Whoever failed to sign in has somebody else's name, or the placeholder for it, and no ARN. */
  failedSignIn: { type: "IAMUser", accountId: "111122223333", accessKeyId: "", userName: "alice" },
  otherAccount: { type: "AWSAccount", principalId: "AIDAEXAMPLE", accountId: "999988887777" },
  webIdentity: {
    type: "WebIdentityUser",
    userName: "repo:corp/app",
    identityProvider: "token.actions.example.com",
  },
  saml: { type: "SAMLUser", principalId: "x:alice@example.com", userName: "alice@example.com" },
  service: { type: "AWSService", invokedBy: "backup.amazonaws.com" },
  identityCenter: { type: "IdentityCenterUser", accountId: "111122223333" },
  null: null,
} as const;

export type Caller = keyof typeof CALLERS;

/** A call that succeeded, by default of an IAM user to IAM. */
export function event(
  eventName: string,
  { caller = "user", ...fields }: { readonly caller?: Caller; readonly [field: string]: unknown } = {},
): CloudTrailEvent {
  return {
    eventVersion: "1.11",
    eventTime: "2026-03-02T10:00:00Z",
    eventSource: "iam.amazonaws.com",
    eventName,
    awsRegion: "us-east-1",
    recipientAccountId: "111122223333",
    userIdentity: CALLERS[caller] as unknown as CloudTrailEvent["userIdentity"],
    requestParameters: null,
    responseElements: null,
    ...fields,
  };
}
