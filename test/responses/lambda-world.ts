import type { AddPermissionCommandInput } from "@aws-sdk/client-lambda";
import { AwsError, type Handlers } from "./fake-aws";

/** Functions by name, `name:alias` where something is of an alias; as plain data. */
export type LambdaWorld = Record<string, WorldFunction>;

export interface WorldFunction {
  /** Statements of the policy. */
  policy: Record<string, unknown>[];
  /** Null when there is no URL. */
  url: { authType: "NONE" | "AWS_IAM" } | null;
}

interface Names {
  readonly FunctionName: string | undefined;
  readonly Qualifier?: string | undefined;
}

/** Policies and URLs of functions as the Lambda API Reference describes them. */
export function serveLambda(world: LambdaWorld): Handlers {
  const functionOf = ({ FunctionName = "", Qualifier }: Names) =>
    world[Qualifier === undefined ? FunctionName : `${FunctionName}:${Qualifier}`] ?? notFound();
  return {
    "lambda:GetPolicy": (names) => {
      const { policy: Statement } = functionOf(names);
      if (Statement.length === 0) notFound();
      return { Policy: JSON.stringify({ Version: "2012-10-17", Id: "default", Statement }), RevisionId: "r" };
    },
    "lambda:RemovePermission": ({ StatementId, ...names }) => {
      const found = functionOf(names);
      const left = found.policy.filter(({ Sid }) => Sid !== StatementId);
      if (left.length === found.policy.length) notFound();
      found.policy = left;
      return {};
    },
    "lambda:AddPermission": (request) => {
      const { policy } = functionOf(request);
      const statement = statementOf(request);
      if (policy.some(({ Sid }) => Sid === statement.Sid)) throw new AwsError("ResourceConflictException");
      policy.push(statement);
      return { Statement: JSON.stringify(statement) };
    },
    "lambda:GetFunctionUrlConfig": (names) => {
      const { url } = functionOf(names);
      return url ? urlConfig(url.authType) : notFound();
    },
    "lambda:UpdateFunctionUrlConfig": ({ AuthType, ...names }) => {
      const { url } = functionOf(names);
      if (!url) return notFound();
      url.authType = AuthType ?? url.authType;
      return urlConfig(url.authType);
    },
  };
}

/** The statement that Lambda makes of a call. */
export function statementOf(
  request: Omit<AddPermissionCommandInput, "FunctionName" | "Qualifier">,
): Record<string, unknown> {
  const { StatementId, Action, Principal = "", EventSourceToken, FunctionUrlAuthType } = request;
  const { SourceAccount, SourceArn, PrincipalOrgID, InvokedViaFunctionUrl } = request;
  const equals = {
    ...(SourceAccount !== undefined && { "AWS:SourceAccount": SourceAccount }),
    ...(PrincipalOrgID !== undefined && { "aws:PrincipalOrgID": PrincipalOrgID }),
    ...(FunctionUrlAuthType !== undefined && { "lambda:FunctionUrlAuthType": FunctionUrlAuthType }),
    ...(EventSourceToken !== undefined && { "lambda:EventSourceToken": EventSourceToken }),
  };
  const conditions = {
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
    ...(SourceArn !== undefined && { ArnLike: { "AWS:SourceArn": SourceArn } }),
    ...(InvokedViaFunctionUrl !== undefined && {
      Bool: { "lambda:InvokedViaFunctionUrl": String(InvokedViaFunctionUrl) },
    }),
  };
  return {
    Sid: StatementId,
    Effect: "Allow",
    Principal: principalOf(Principal),
    Action,
    Resource: "arn:aws:lambda:us-east-1:111122223333:function:orders",
    ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
  };
}

function urlConfig(AuthType: "NONE" | "AWS_IAM") {
  return {
    FunctionUrl: "https://abcdefghijklmnop.lambda-url.us-east-1.on.aws/",
    FunctionArn: "arn:aws:lambda:us-east-1:111122223333:function:orders",
    AuthType,
    CreationTime: "2026-01-01T00:00:00Z",
    LastModifiedTime: "2026-01-01T00:00:00Z",
  };
}

function principalOf(principal: string): unknown {
  if (principal === "*") return "*";
  if (principal.endsWith(".amazonaws.com")) return { Service: principal };
  return { AWS: /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal };
}

function notFound(): never {
  throw new AwsError("ResourceNotFoundException", "The resource you requested does not exist.");
}
