import { errorText } from "../../responses/calls";
import { ResponseStateError } from "../../responses/responder";
import { isAwsError } from "../../responses/shared-steps";
import { CommandError } from "../command-error";

/** Says in one line what AWS, or the state of a response, did not admit. */
export async function withFailuresInWords<Result>(
  work: () => Promise<Result>,
  tableName: string,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof CommandError) throw error;
    const message = messageOf(error, tableName);
    throw message === undefined ? error : new CommandError(message, { cause: error });
  }
}

function messageOf(error: Error, tableName: string): string | undefined {
  if (error instanceof ResponseStateError) return error.message;
  // The SDK's own, without a name of its own.
  if (error.message === "Region is missing")
    return "no region is set; give --region or set AWS_REGION to the region of the stack";
  if (error.name === "ResourceNotFoundException")
    return `there is no table ${tableName} in this region and account; \`pulumi stack output responseTableName\` says its name`;
  return isAwsError(error) ? `AWS: ${errorText(error)}` : undefined;
}
