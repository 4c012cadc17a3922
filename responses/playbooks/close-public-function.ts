import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import { absentAsUndefined } from "../absent";
import { textAt } from "../event-fields";
import { functionOf } from "../function-name";
import { type FunctionStatement, isPublic, permissionOf, statementOf } from "../function-permission";
import type { Call } from "../operations";
import type { Playbook, Target, TargetIds } from "../playbook";
import { idAt } from "../resource-ids";
import { successfulCall } from "../successful-call";

interface FunctionState {
  /** The statement that the target names, as the function's policy has it. */
  readonly statement?: FunctionStatement;
  /** How the function's URL knows callers; absent when the target is a statement, or the function has no URL. */
  readonly authType?: "NONE" | "AWS_IAM";
}

const STATEMENT_ID = /^[A-Za-z0-9_-]{1,100}$/;

/** Everybody, alone or as JSON, which the API takes as well. */
const EVERYBODY = /^(?:\*|\{\s*"?AWS"?\s*[:=]\s*"?\*"?\s*\})$/;

const FUNCTIONS = ["arn:{partition}:lambda:*:{account}:function:*"];

/**
 * Closes a function that an event has opened to everybody: removes the one statement of its policy, or makes its URL
 * ask for signatures of IAM. The URL itself stays, since a new one would have another address.
 */
export const closePublicFunction: Playbook<FunctionState> = {
  id: "close-public-function",
  title: "Close a Lambda function to the public",

  targets(event) {
    const ids = openedBy(event);
    return ids ? [ids] : [];
  },

  // Lambda has one answer for a function, a policy and a URL that are not there: nothing is open.
  async read(target, call) {
    const { statementId } = target.ids;
    if (statementId === undefined) {
      const url = await absentAsUndefined(
        call("lambda:GetFunctionUrlConfig", functionIn(target)),
        "ResourceNotFoundException",
      );
      return url?.AuthType === undefined ? {} : { authType: url.AuthType };
    }
    const found = await absentAsUndefined(
      call("lambda:GetPolicy", functionIn(target)),
      "ResourceNotFoundException",
    );
    const statement = statementOf(found?.Policy, statementId);
    return statement ? { statement } : {};
  },

  principals: () => [],

  refusal: (_target, { statement }) =>
    statement && isPublic(statement) && !permissionOf(statement)
      ? "the statement is of a form that could not be put back"
      : undefined,

  contain(target, state) {
    if (!isOpen(state)) return [];
    return [
      state.authType === undefined
        ? {
            operation: "lambda:RemovePermission",
            input: { ...functionIn(target), StatementId: target.ids.statementId },
          }
        : urlCall(target, "AWS_IAM"),
    ];
  },

  isContained: (_target, state) => !isOpen(state),

  undo(target, before, now) {
    if (!isOpen(before)) return [];
    if (before.authType !== undefined) return now.authType === "AWS_IAM" ? [urlCall(target, "NONE")] : [];
    const permission = before.statement && permissionOf(before.statement);
    return permission && !now.statement
      ? [
          {
            operation: "lambda:AddPermission",
            input: { ...functionIn(target), StatementId: target.ids.statementId, ...permission },
          },
        ]
      : [];
  },

  words(target) {
    const { functionName = "", qualifier, statementId } = target.ids;
    const name = `function ${functionName}${qualifier === undefined ? "" : `:${qualifier}`}`;
    return statementId === undefined
      ? {
          did: `Made the URL of ${name} ask for IAM signatures`,
          would: `would make the URL of ${name} ask for IAM signatures`,
          undid: `Opened the URL of ${name} to everybody again`,
        }
      : {
          did: `Removed the statement ${statementId}, which let everybody in, from the policy of ${name}`,
          would: `would remove the statement ${statementId}, which lets everybody in, from the policy of ${name}`,
          undid: `Put the statement ${statementId} back into the policy of ${name}`,
        };
  },

  permissions: {
    read: [{ actions: ["lambda:GetPolicy", "lambda:GetFunctionUrlConfig"], resources: FUNCTIONS }],
    contain: [
      { actions: ["lambda:RemovePermission"], resources: FUNCTIONS },
      {
        actions: ["lambda:UpdateFunctionUrlConfig"],
        resources: FUNCTIONS,
        // To close, never to open.
        condition: { StringEquals: { "lambda:FunctionUrlAuthType": "AWS_IAM" } },
      },
    ],
    undo: [{ actions: ["lambda:AddPermission", "lambda:UpdateFunctionUrlConfig"], resources: FUNCTIONS }],
  },
};

function openedBy(event: CloudTrailEvent): TargetIds | undefined {
  const { requestParameters: parameters } = event;
  const ids = functionOf(event);
  if (!ids) return undefined;
  switch (successfulCall(event, "lambda.amazonaws.com")) {
    case "AddPermission": {
      const statementId = idAt(parameters, STATEMENT_ID, "statementId");
      const isToEverybody = EVERYBODY.test(textAt(parameters, "principal") ?? "");
      return isToEverybody && statementId !== undefined ? { ...ids, statementId } : undefined;
    }
    case "CreateFunctionUrlConfig":
    case "UpdateFunctionUrlConfig":
      return textAt(parameters, "authType") === "NONE" ? { ...ids, authType: "NONE" } : undefined;
    default:
      return undefined;
  }
}

function functionIn({ ids: { functionName, qualifier } }: Target) {
  return { FunctionName: functionName, ...(qualifier !== undefined && { Qualifier: qualifier }) };
}

function isOpen({ statement, authType }: FunctionState): boolean {
  return authType === "NONE" || (statement !== undefined && isPublic(statement));
}

function urlCall(target: Target, AuthType: "NONE" | "AWS_IAM"): Call {
  return { operation: "lambda:UpdateFunctionUrlConfig", input: { ...functionIn(target), AuthType } };
}
