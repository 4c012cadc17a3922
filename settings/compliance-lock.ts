/**
 * The sentence a person must type into `acknowledgeComplianceLock` before a compliance lock is accepted. It names the
 * number of days, so that it cannot be copied from another stack or outlive a change of `lockDays`.
 */
export function complianceAcknowledgement(lockDays: number): string {
  return `objects cannot be deleted by anyone, root included, for ${lockDays} days`;
}
