import type { Settings } from "./model";

const DAY_MS = 86_400_000;

/**
 * The sentence a person must type into `acknowledgeComplianceLock` before a compliance lock is accepted. It names the
 * number of days, so that it cannot be copied from another stack or outlive a change of `lockDays`.
 */
export function complianceAcknowledgement(lockDays: number): string {
  return `objects cannot be deleted by anyone, root included, for ${lockDays} days`;
}

/**
 * Until when log files cannot be deleted, as the preview prints it. `now` is the time of the preview: files that
 * arrive later are locked longer by as much.
 */
export function describeLock(
  settings: Pick<Settings, "existingBucketName" | "archive" | "lockMode" | "lockDays">,
  now: Date,
): string {
  const elsewhere = settings.archive?.bucketName ?? settings.existingBucketName;
  if (elsewhere !== undefined) {
    return `Log files go to bucket ${elsewhere}, which this stack does not manage: its own Object Lock decides how long they are kept.`;
  }
  const days = settings.lockDays === 1 ? "1 day" : `${settings.lockDays} days`;
  const until = new Date(now.getTime() + settings.lockDays * DAY_MS).toISOString().slice(0, 10);
  const who =
    settings.lockMode === "compliance"
      ? "by anyone, root included, and the lock cannot be shortened"
      : "except by an archive administrator who bypasses governance retention";
  return `Log files that arrive today cannot be deleted before ${until} (${settings.lockMode} lock of ${days}), ${who}.`;
}
