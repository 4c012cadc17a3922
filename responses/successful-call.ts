import type { CloudTrailEvent } from "../formats/cloudtrail/event";

/** Versions that some services put behind the names of their operations: `20150331v2`, `2021-10-31`. */
const VERSION = /(?:\d{8}(?:v\d+)?|\d{4}[-_]\d{2}[-_]\d{2})$/;

/**
 * Name of the operation that an event says was carried out, without the version that some services add.
 *
 * @param eventSource service that it has to be of, for example `lambda.amazonaws.com`
 * @returns an empty text for calls that failed, and those to another service: they have changed nothing there
 */
export function successfulCall(event: CloudTrailEvent, eventSource: string): string {
  return hasFailed(event) || event.eventSource !== eventSource ? "" : event.eventName.replace(VERSION, "");
}

/** Whether an event is of a call that was refused, or failed otherwise. */
export function hasFailed(event: CloudTrailEvent): boolean {
  const errors: readonly unknown[] = [event.errorCode, event.errorMessage];
  return errors.some((error) => error !== undefined && error !== null && error !== "");
}
