import type { CloudTrailEvent } from "../formats/cloudtrail/event";
import { textAt } from "./event-fields";

/** A function as an event names it: by its name, and by alias or version where it does so. */
export interface FunctionIds {
  readonly functionName: string;
  readonly qualifier?: string;
}

/** A name, an ARN, or an ARN without its first parts, each with or without a qualifier (Lambda API Reference, "GetPolicy"). */
const FUNCTION_NAME =
  /^(?:arn:aws[a-z-]*:lambda:)?(?:(?<region>[a-z]{2}(?:-[a-z]+)+-\d):)?(?:(?<accountId>\d{12}):)?(?:function:)?(?<name>[A-Za-z0-9_-]{1,64})(?::(?<qualifier>\$LATEST|[A-Za-z0-9_-]{1,128}))?$/;

const QUALIFIER = /^(?:\$LATEST|[A-Za-z0-9_-]{1,128})$/;

/** The function that an event's request names; undefined for those of other accounts and Regions than the event's. */
export function functionOf(event: CloudTrailEvent): FunctionIds | undefined {
  const parts = FUNCTION_NAME.exec(textAt(event.requestParameters, "functionName") ?? "")?.groups;
  if (parts?.name === undefined) return undefined;
  if (parts.accountId !== undefined && parts.accountId !== event.recipientAccountId) return undefined;
  if (parts.region !== undefined && parts.region !== event.awsRegion) return undefined;
  const qualifier = textAt(event.requestParameters, "qualifier") ?? parts.qualifier;
  if (qualifier === undefined) return { functionName: parts.name };
  return QUALIFIER.test(qualifier) ? { functionName: parts.name, qualifier } : undefined;
}
