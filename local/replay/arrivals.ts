import { parseObjectKey } from "../../formats/cloudtrail/object-key";
import type { Notification } from "./inbox";

/** Object keys that a message of the file-arrived topic announces (S3 User Guide, "Event message structure"). */
export function announcedKeys({ message }: Pick<Notification, "message">): string[] {
  const { Records = [] } = JSON.parse(message) as { Records?: { s3?: { object?: { key?: string } } }[] };
  return Records.flatMap(({ s3 }) =>
    s3?.object?.key === undefined ? [] : [decodeURIComponent(s3.object.key.replaceAll("+", " "))],
  );
}

/**
 * What is wrong with the announcements of delivered log files: one that is missing, or one of something else, a digest
 * for example, which consumers would take for a log file.
 */
export function wrongArrivals(delivered: readonly string[], announced: readonly string[]): string[] {
  const seen = new Set(announced);
  const missing = delivered.filter((key) => !seen.has(key));
  const strange = announced.filter((key) => parseObjectKey(key)?.kind !== "log");
  return [
    ...missing.map((key) => `log file ${key} was delivered, and the file-arrived topic did not announce it`),
    ...strange.map((key) => `the file-arrived topic announced ${key}, which is no log file`),
  ];
}
