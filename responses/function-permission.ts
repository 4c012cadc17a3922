import { isPublicStatement, policyStatements } from "../formats/iam-policy";
import { textAt, valueAt } from "./event-fields";
import { itemsAt } from "./event-items";
import type { Input } from "./operations";

/** What AddPermission makes a statement of, but for the function and the statement's name. */
export type Permission = Omit<
  Input<"lambda:AddPermission">,
  "FunctionName" | "Qualifier" | "StatementId" | "RevisionId"
>;

/** One statement of a function's policy, as the policy has it. */
export type FunctionStatement = Readonly<Record<string, unknown>>;

/**
 * The statement of a name.
 *
 * @param policy as GetPolicy gives it, JSON text
 */
export function statementOf(policy: string | undefined, statementId: string): FunctionStatement | undefined {
  const statements = itemsAt(JSON.parse(policy ?? "{}"), "Statement");
  return statements.find(
    (statement): statement is FunctionStatement => textAt(statement, "Sid") === statementId,
  );
}

/** Whether the statement lets everybody use the function. */
export function isPublic(statement: FunctionStatement): boolean {
  return policyStatements({ Statement: [statement] }).some(isPublicStatement);
}

/** Conditions that AddPermission makes of its parameters (Lambda Developer Guide, "Resource-based policies"). */
const PARAMETERS: Readonly<Record<string, keyof Permission>> = {
  "stringequals aws:sourceaccount": "SourceAccount",
  "arnlike aws:sourcearn": "SourceArn",
  "stringequals aws:principalorgid": "PrincipalOrgID",
  "stringequals lambda:functionurlauthtype": "FunctionUrlAuthType",
  "stringequals lambda:eventsourcetoken": "EventSourceToken",
  "bool lambda:invokedviafunctionurl": "InvokedViaFunctionUrl",
};

/** What AddPermission makes the same public statement of; undefined when nothing does. */
export function permissionOf(statement: FunctionStatement): Permission | undefined {
  const action = textAt(statement, "Action");
  const principal = textAt(statement, "Principal") ?? textAt(statement, "Principal", "AWS");
  const conditions = conditionsOf(statement);
  if (action === undefined || principal !== "*" || !conditions) return undefined;
  return { Action: action, Principal: principal, ...conditions };
}

function conditionsOf(statement: FunctionStatement): Partial<Permission> | undefined {
  const given: Record<string, string | boolean> = {};
  for (const [operator, keys] of Object.entries(valueAt(statement, "Condition") ?? {}))
    for (const [key, value] of Object.entries(keys as object)) {
      const parameter = PARAMETERS[`${operator} ${key}`.toLowerCase()];
      if (parameter === undefined || typeof value !== "string") return undefined;
      given[parameter] = parameter === "InvokedViaFunctionUrl" ? value === "true" : value;
    }
  return given;
}
