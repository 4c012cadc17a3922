import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** File of the restore function's package beside its code. */
export const DESIRED_FILE = "desired.json";

const fieldSelectorSchema = z.strictObject({
  Field: z.string(),
  Equals: z.array(z.string()).optional(),
  StartsWith: z.array(z.string()).optional(),
  EndsWith: z.array(z.string()).optional(),
  NotEquals: z.array(z.string()).optional(),
  NotStartsWith: z.array(z.string()).optional(),
  NotEndsWith: z.array(z.string()).optional(),
});

/** The trail as the stack deployed it, by CloudTrail's own names. */
const trailSchema = z.strictObject({
  arn: z.string(),
  /** Parameters of UpdateTrail, an empty text where there is to be nothing. */
  settings: z.strictObject({
    S3BucketName: z.string(),
    S3KeyPrefix: z.string(),
    KmsKeyId: z.string(),
    CloudWatchLogsLogGroupArn: z.string(),
    CloudWatchLogsRoleArn: z.string(),
    IncludeGlobalServiceEvents: z.boolean(),
    IsMultiRegionTrail: z.boolean(),
    IsOrganizationTrail: z.boolean(),
    EnableLogFileValidation: z.boolean(),
  }),
  advancedEventSelectors: z
    .array(z.strictObject({ Name: z.string().optional(), FieldSelectors: z.array(fieldSelectorSchema) }))
    .min(1),
  /** None where the stack does not ask for Insights. */
  insightTypes: z.array(z.enum(["ApiCallRateInsight", "ApiErrorRateInsight"])),
});

/** The archive's bucket as the stack deployed it. */
const archiveSchema = z.strictObject({
  bucketName: z.string(),
  /** Account that owns it; a bucket of that name in another account is left alone. */
  accountId: z.string().regex(/^\d{12}$/),
  publicAccessBlock: z.strictObject({
    BlockPublicAcls: z.boolean(),
    BlockPublicPolicy: z.boolean(),
    IgnorePublicAcls: z.boolean(),
    RestrictPublicBuckets: z.boolean(),
  }),
  policy: z.strictObject({
    Version: z.string(),
    Statement: z.array(z.record(z.string(), z.unknown())).min(1),
  }),
});

const desiredSchema = z.strictObject({
  mode: z.enum(["observe", "enforce"]),
  partition: z.string(),
  accountId: z.string().regex(/^\d{12}$/),
  region: z.string(),
  trail: trailSchema,
  /** Absent where the stack does not manage the archive: the trail alone is restored then. */
  archive: archiveSchema.optional(),
  /** ARNs of the roles of our own functions, whose doings never lead to a response. */
  ownRoleArns: z.array(z.string()),
});

export type DesiredTrail = z.infer<typeof trailSchema>;
export type DesiredArchive = z.infer<typeof archiveSchema>;

/** What the stack deployed, and what the restore function goes by alone. */
export type DesiredState = z.infer<typeof desiredSchema>;

/** Reads the desired state of a deployment package. @throws Error naming what is wrong with it */
export function readDesiredState(folder: string): DesiredState {
  const result = desiredSchema.safeParse(JSON.parse(readFileSync(join(folder, DESIRED_FILE), "utf8")));
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`${DESIRED_FILE} of the deployment package is no desired state: ${problems.join("; ")}`);
}
