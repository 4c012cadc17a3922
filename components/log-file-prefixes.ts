/**
 * Key prefixes under which log files arrive (CloudTrail User Guide, "Getting and viewing your CloudTrail log files").
 * An account trail's digests have a prefix of their own and are not announced. Below an organization's prefix every
 * member account has one of each kind, more than S3 takes filters: there, consumers leave digests aside by their key.
 */
export function logFilePrefixes(trailAccountId: string, organizationId?: string): string[] {
  if (organizationId !== undefined) return [`AWSLogs/${organizationId}/`];
  return ["CloudTrail", "CloudTrail-Insight", "CloudTrail-NetworkActivity"].map(
    (kind) => `AWSLogs/${trailAccountId}/${kind}/`,
  );
}
