import type { Rule } from "../rule";
import { auditStackHasTrail } from "./cloudtrail/audit-stack-has-trail";
import { trailCoversAllRegions } from "./cloudtrail/trail-covers-all-regions";
import { trailDeliversToCloudWatchLogs } from "./cloudtrail/trail-delivers-to-cloudwatch-logs";
import { trailIsLogging } from "./cloudtrail/trail-is-logging";
import { trailUsesCustomerKey } from "./cloudtrail/trail-uses-customer-key";
import { trailValidatesLogFiles } from "./cloudtrail/trail-validates-log-files";
import { logGroupHasRetention } from "./cloudwatch/log-group-has-retention";
import { responseRecordsAreKept } from "./dynamodb/response-records-are-kept";
import { keyRotates } from "./kms/key-rotates";
import { enforcingResponderHasBreakGlass } from "./lambda/enforcing-responder-has-break-glass";
import { responderCannotWeakenTrail } from "./lambda/responder-cannot-weaken-trail";
import { archiveBucketIsLocked } from "./s3/archive-bucket-is-locked";
import { bucketBlocksPublicAccess } from "./s3/bucket-blocks-public-access";
import { bucketDeniesPlainHttp } from "./s3/bucket-denies-plain-http";
import { bucketIsVersioned } from "./s3/bucket-is-versioned";
import { bucketNotForceDestroyed } from "./s3/bucket-not-force-destroyed";
import { topicUsesCustomerKey } from "./sns/topic-uses-customer-key";

/** The catalogue. A rule that is not listed here does not exist. */
export const RULES: readonly Rule[] = [
  auditStackHasTrail,
  trailCoversAllRegions,
  trailDeliversToCloudWatchLogs,
  trailIsLogging,
  trailUsesCustomerKey,
  trailValidatesLogFiles,
  logGroupHasRetention,
  responseRecordsAreKept,
  keyRotates,
  enforcingResponderHasBreakGlass,
  responderCannotWeakenTrail,
  archiveBucketIsLocked,
  bucketBlocksPublicAccess,
  bucketDeniesPlainHttp,
  bucketIsVersioned,
  bucketNotForceDestroyed,
  topicUsesCustomerKey,
];
