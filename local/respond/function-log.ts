import { type CloudWatchLogsClient, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";

/**
 * Reasons of errors that a function has logged. What found its target, or its response, held by another is left out: it
 * comes again in some minutes, and finds that nothing is left to do.
 */
export async function loggedErrors(logs: CloudWatchLogsClient, functionName: string): Promise<string[]> {
  const reasons: string[] = [];
  const logGroupName = `/aws/lambda/${functionName}`;
  for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, { logGroupName }))
    reasons.push(...errorReasons(events.map(({ message = "" }) => message)));
  return reasons;
}

/** @param lines of the function's log: its own are JSON, the others Lambda's */
export function errorReasons(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    if (!line.startsWith("{")) return [];
    const { level, message = "", reason = message } = JSON.parse(line) as Partial<Record<string, string>>;
    return level === "ERROR" && !reason.includes("ResponseBusyError") ? [reason] : [];
  });
}
