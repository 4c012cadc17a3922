/**
 * Pulumi type tokens of the resources that rules speak about. The pack matches tokens instead of loading `@pulumi/aws`,
 * which would cost start-up time and an 84 MB installation; a test holds each token against the provider's classes.
 *
 * Since `@pulumi/aws` 7 the S3 resources have two spellings: the plain ones, and deprecated `...V2` twins with
 * tokens of their own.
 */
export const TRAIL: readonly string[] = ["aws:cloudtrail/trail:Trail"];
export const LOG_GROUP: readonly string[] = ["aws:cloudwatch/logGroup:LogGroup"];
export const ROLE: readonly string[] = ["aws:iam/role:Role"];
export const ROLE_POLICY: readonly string[] = ["aws:iam/rolePolicy:RolePolicy"];
export const ROLE_POLICY_ATTACHMENT: readonly string[] = [
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
];
export const FUNCTION: readonly string[] = ["aws:lambda/function:Function"];
export const TABLE: readonly string[] = ["aws:dynamodb/table:Table"];
export const KEY: readonly string[] = ["aws:kms/key:Key"];
/** Everything that can be the customer managed key behind a `kmsKeyId`. */
export const CUSTOMER_KEY: readonly string[] = [
  ...KEY,
  "aws:kms/alias:Alias",
  "aws:kms/externalKey:ExternalKey",
  "aws:kms/replicaKey:ReplicaKey",
  "aws:kms/replicaExternalKey:ReplicaExternalKey",
];
export const TOPIC: readonly string[] = ["aws:sns/topic:Topic"];

export const BUCKET: readonly string[] = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];
export const BUCKET_POLICY: readonly string[] = ["aws:s3/bucketPolicy:BucketPolicy"];
export const BUCKET_PUBLIC_ACCESS_BLOCK: readonly string[] = [
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
];
export const BUCKET_VERSIONING: readonly string[] = [
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:s3/bucketVersioningV2:BucketVersioningV2",
];
export const BUCKET_OBJECT_LOCK: readonly string[] = [
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
];
export const BUCKET_LOGGING: readonly string[] = [
  "aws:s3/bucketLogging:BucketLogging",
  "aws:s3/bucketLoggingV2:BucketLoggingV2",
];
