import { AwsError, type Handlers } from "./fake-aws";

/** An account's users and roles, by name, as plain data. */
export interface IamWorld {
  readonly partition: string;
  readonly accountId: string;
  /** When things are created in it, ISO 8601. */
  readonly time: string;
  readonly users: Record<string, WorldUser>;
  readonly roles: Record<string, WorldRole>;
}

export interface WorldRole {
  /** Begins and ends with a slash. */
  readonly path: string;
  /** Inline policies: text by name. */
  readonly policies: Record<string, string>;
}

export interface WorldUser extends WorldRole {
  readonly keys: Record<string, "Active" | "Inactive">;
  profile: { readonly createTime: string; readonly resetRequired: boolean } | null;
}

/**
 * IAM as its API reference describes it, over a made-up account: names are checked, policies come back percent-encoded,
 * and what exceeds a quota, is not there, or may not be changed is refused by AWS's codes.
 */
export function serveIam(world: IamWorld): Handlers {
  const arnOf = (kind: "user" | "role", name: string, { path }: WorldRole) =>
    `arn:${world.partition}:iam::${world.accountId}:${kind}${path}${name}`;
  const user = (name: string | undefined) => found("user", world.users, name);
  const role = (name: string | undefined) => found("role", world.roles, name);
  const common = (kind: "user" | "role", name: string, principal: WorldRole) => ({
    Path: principal.path,
    Arn: arnOf(kind, name, principal),
    CreateDate: new Date(0),
  });

  return {
    "iam:GetUser": ({ UserName = "" }) => ({
      User: { UserName, UserId: "AIDAMADEUP", ...common("user", UserName, user(UserName)) },
    }),
    "iam:GetRole": ({ RoleName = "" }) => ({
      Role: { RoleName, RoleId: "AROAMADEUP", ...common("role", RoleName, role(RoleName)) },
    }),

    "iam:ListAccessKeys": ({ UserName }) => ({
      AccessKeyMetadata: Object.entries(user(UserName).keys).map(([AccessKeyId, Status]) => ({
        UserName,
        AccessKeyId,
        Status,
        CreateDate: new Date(0),
      })),
      IsTruncated: false,
    }),
    "iam:UpdateAccessKey": ({ UserName, AccessKeyId = "", Status }) => {
      const { keys } = user(UserName);
      if (!Object.hasOwn(keys, AccessKeyId)) throw new AwsError("NoSuchEntityException");
      if (Status !== "Active" && Status !== "Inactive") throw new AwsError("ValidationError");
      keys[AccessKeyId] = Status;
      return {};
    },

    "iam:GetUserPolicy": ({ UserName, PolicyName }) => ({
      UserName,
      PolicyName,
      PolicyDocument: policyText(user(UserName), PolicyName),
    }),
    "iam:PutUserPolicy": (input) => putPolicy(user(input.UserName), input, USER_POLICIES_LENGTH),
    "iam:DeleteUserPolicy": ({ UserName, PolicyName }) => deletePolicy(user(UserName), PolicyName),
    "iam:GetRolePolicy": ({ RoleName, PolicyName }) => ({
      RoleName,
      PolicyName,
      PolicyDocument: policyText(role(RoleName), PolicyName),
    }),
    "iam:PutRolePolicy": (input) => {
      const found = role(input.RoleName);
      if (found.path.startsWith("/aws-service-role/")) throw new AwsError("UnmodifiableEntityException");
      return putPolicy(found, input, ROLE_POLICIES_LENGTH);
    },
    "iam:DeleteRolePolicy": ({ RoleName, PolicyName }) => deletePolicy(role(RoleName), PolicyName),

    "iam:GetLoginProfile": ({ UserName = "" }) => {
      const { profile } = user(UserName);
      if (!profile) throw new AwsError("NoSuchEntityException");
      return { LoginProfile: loginProfile(UserName, profile) };
    },
    "iam:CreateLoginProfile": ({ UserName = "", Password, PasswordResetRequired = false }) => {
      const owner = user(UserName);
      if (owner.profile) throw new AwsError("EntityAlreadyExistsException");
      if (Password === undefined || !/^[!-~]{8,128}$/.test(Password)) {
        throw new AwsError("PasswordPolicyViolationException");
      }
      owner.profile = { createTime: world.time, resetRequired: PasswordResetRequired };
      return { LoginProfile: loginProfile(UserName, owner.profile) };
    },
    "iam:DeleteLoginProfile": ({ UserName }) => {
      const owner = user(UserName);
      if (!owner.profile) throw new AwsError("NoSuchEntityException");
      owner.profile = null;
      return {};
    },
  };
}

/** Of all inline policies of a user together, white space not counted (IAM User Guide, "IAM and STS quotas"). */
const USER_POLICIES_LENGTH = 2_048;
/** As for a user. */
const ROLE_POLICIES_LENGTH = 10_240;

function found<Principal>(kind: string, all: Record<string, Principal>, name: string | undefined): Principal {
  if (name === undefined || !/^[\w+=,.@-]{1,64}$/.test(name)) throw new AwsError("ValidationError");
  const principal = Object.hasOwn(all, name) ? all[name] : undefined;
  if (!principal)
    throw new AwsError("NoSuchEntityException", `The ${kind} with name ${name} cannot be found.`);
  return principal;
}

function policyText({ policies }: WorldRole, name = ""): string {
  const text = Object.hasOwn(policies, name) ? policies[name] : undefined;
  if (text === undefined) throw new AwsError("NoSuchEntityException");
  return encodeURIComponent(text);
}

function putPolicy(
  { policies }: WorldRole,
  {
    PolicyName = "",
    PolicyDocument = "",
  }: { readonly PolicyName?: string; readonly PolicyDocument?: string },
  quota: number,
) {
  try {
    JSON.parse(PolicyDocument);
  } catch {
    throw new AwsError("MalformedPolicyDocumentException");
  }
  const texts = Object.values({ ...policies, [PolicyName]: PolicyDocument });
  if (texts.join("").replaceAll(/\s/g, "").length > quota) throw new AwsError("LimitExceededException");
  policies[PolicyName] = PolicyDocument;
  return {};
}

function deletePolicy({ policies }: WorldRole, name = "") {
  if (!Object.hasOwn(policies, name)) throw new AwsError("NoSuchEntityException");
  delete policies[name];
  return {};
}

function loginProfile(UserName: string, { createTime, resetRequired }: NonNullable<WorldUser["profile"]>) {
  return { UserName, CreateDate: new Date(createTime), PasswordResetRequired: resetRequired };
}
