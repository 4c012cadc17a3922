import { z } from "zod";
import { parseArn } from "../formats/arn";
import { MetricFilterSyntaxError, parseMetricFilter } from "../formats/metric-filter/parse";
import { partitionOf } from "../formats/partition";

// The leaves that settings are made of. Each describes its allowed form; the description is what an error shows.

/** A whole number between two bounds. */
export function wholeNumber(minimum: number, maximum: number, unit: string) {
  return z
    .int()
    .min(minimum)
    .max(maximum)
    .describe(`a whole number of ${unit} from ${minimum} to ${maximum}`);
}

/** One of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words).describe(`one of ${words.join(", ")}`);
}

/** A text that an expression decides about. */
function text(pattern: RegExp, form: string) {
  return z.string().regex(pattern).describe(form);
}

/** A name that becomes part of logical and physical names. */
export const shortName = text(
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
  "1 to 64 letters, digits, hyphens or underscores, the first a letter or digit",
);

const TRAIL_NAME_FORM =
  "3 to 128 letters, digits, periods, underscores or hyphens; the first and last a letter or digit; " +
  "no two of . _ - side by side; no IP address";

/** Whether CloudTrail accepts a trail name (CloudTrail API reference, CreateTrail). */
function isTrailName(name: string): boolean {
  return (
    name.length >= 3 &&
    name.length <= 128 &&
    /^[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$/.test(name) &&
    !/^\d{1,3}(?:\.\d{1,3}){3}$/.test(name)
  );
}
export const trailName = z.string().refine(isTrailName).describe(TRAIL_NAME_FORM);

export const accountId = text(/^\d{12}$/, "an account id of 12 digits, in quotes");

/** AWS Organizations API reference, Organization. */
export const organizationId = text(
  /^o-[a-z0-9]{10,32}$/,
  "an organization id, o- and 10 to 32 lowercase letters or digits",
);

export const region = z
  .string()
  .refine((name) => partitionOf(name) !== undefined)
  .describe("a region such as eu-west-1, cn-north-1 or us-gov-west-1");

/** S3 User Guide, "General purpose bucket naming rules". */
export const bucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
  .refine((name) => !name.includes("..") && !/^\d{1,3}(?:\.\d{1,3}){3}$/.test(name))
  .describe("a bucket name, 3 to 63 lowercase letters, digits, periods or hyphens");

const KEY_ID = /^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

function isKeyArn(value: string): boolean {
  const arn = parseArn(value);
  return (
    arn?.service === "kms" &&
    partitionOf(arn.region) !== undefined &&
    /^\d{12}$/.test(arn.accountId) &&
    arn.resource.startsWith("key/") &&
    KEY_ID.test(arn.resource.slice("key/".length))
  );
}
export const keyArn = z
  .string()
  .refine(isKeyArn)
  .describe("the ARN of a KMS key (no alias), arn:aws:kms:REGION:ACCOUNT:key/ID");

export const topicArn = text(
  /^arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
  "the ARN of an SNS topic, arn:aws:sns:REGION:ACCOUNT:NAME",
);

export const eventBusArn = text(
  /^arn:aws[\w-]*:events:[a-z0-9-]+:\d{12}:event-bus\/[\w./-]{1,256}$/,
  "the ARN of an event bus, arn:aws:events:REGION:ACCOUNT:event-bus/NAME",
);

/** Sigma specification, rule field `id`: a UUID by convention, any text by its schema. */
export const ruleId = text(/^[\w.:/-]{1,128}$/, "the id of a rule, as `trailkeeper rules list` shows it");

export const httpsUrl = z
  .string()
  .refine((url) => /^https:\/\/[^\s/?#]+/.test(url) && !/\s/.test(url) && URL.canParse(url))
  .describe("a URL that begins with https:// and names a host");

export const projectPath = text(
  /^[^\0\s](?:[^\0\n]*[^\0\s])?$/,
  "a path, relative to the project's folder or absolute",
);

export const keyIdOrArn = z
  .string()
  .refine((value) => KEY_ID.test(value) || isKeyArn(value))
  .describe("the id of a KMS key or its ARN (no alias), arn:aws:kms:REGION:ACCOUNT:key/ID");

export const trailArn = z
  .string()
  .refine((value) => {
    const arn = parseArn(value);
    return (
      arn?.service === "cloudtrail" &&
      partitionOf(arn.region) !== undefined &&
      /^\d{12}$/.test(arn.accountId) &&
      /^trail\/.+$/.test(arn.resource) &&
      isTrailName(arn.resource.slice("trail/".length))
    );
  })
  .describe("the ARN of a trail, arn:aws:cloudtrail:REGION:ACCOUNT:trail/NAME");

/** Path and name of an IAM role or user (IAM API reference: `[\w+=,.@-]`), `*` and `?` standing for any characters. */
const IAM_ENTITY = /^(?:role|user)\/(?:[\w+=,.@*?-]+\/)*[\w+=,.@*?-]+$/;

/** True for `role/*` and its like, which name everybody. */
function namesEverybody(entity: string): boolean {
  return /^(?:role|user)\/[*?/]*$/.test(entity);
}

export const administrator = z
  .string()
  .refine((entry) => {
    if (IAM_ENTITY.test(entry)) return !namesEverybody(entry);
    const arn = parseArn(entry);
    return (
      arn?.service === "iam" &&
      /^\d{12}$/.test(arn.accountId) &&
      (arn.resource === "root" || (IAM_ENTITY.test(arn.resource) && !namesEverybody(arn.resource)))
    );
  })
  .describe(
    "role/NAME, user/NAME (paths and * inside the name are allowed, a bare * is not) or the ARN of an IAM role or user",
  );

/** A role of other accounts, each of which has it under the same name (IAM API reference, CreateRole). */
export const roleName = text(
  /^[\w+=,.@-]{1,64}$/,
  "the name of an IAM role without its path, 1 to 64 letters, digits or + = , . @ _ -",
);

/** Compared as IAM's `ArnLike` does: a `*` never reaches over a colon, so that each component has to be there. */
export const resourcePattern = text(
  /^arn:[a-z-]+:[a-z0-9-]+:[a-z0-9*?-]*:[\d*?]*:\S+$/,
  "the ARN of a resource, arn:aws:s3:::website-*; * and ? may stand for parts of region, account and resource",
);

/** Principals stand in `Principal`, where IAM knows no wildcards inside an ARN. */
export const reader = z
  .string()
  .refine((entry) => {
    const arn = parseArn(entry);
    return (
      arn?.service === "iam" &&
      /^\d{12}$/.test(arn.accountId) &&
      !/[*?]/.test(arn.resource) &&
      (arn.resource === "root" || IAM_ENTITY.test(arn.resource))
    );
  })
  .describe("the ARN of an IAM role, user or account root without wildcards, arn:aws:iam::ACCOUNT:role/NAME");

/** CloudTrail API reference, AdvancedFieldSelector, `resources.type`. */
export const resourceType = text(
  /^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+$/,
  "a CloudTrail resource type such as AWS::S3::Object",
);

/** Selectors compare with StartsWith, which knows no wildcards (CloudTrail API reference, AdvancedFieldSelector). */
export const arnPrefix = text(
  /^arn:[a-z-]+:[a-z0-9-]+:[^*?\s]*$/,
  "the beginning of an ARN without wildcards, arn:aws:s3:::example-bucket/",
);

export const eventSource = text(
  /^[a-z0-9-]+\.amazonaws\.com$/,
  "a CloudTrail event source such as s3.amazonaws.com",
);

/** Days that a log group may keep events (CloudWatch Logs API reference, PutRetentionPolicy). */
export const LOG_RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
export const logRetentionDays = z
  .int()
  .refine((days) => LOG_RETENTION_DAYS.includes(days))
  .describe(`a retention that CloudWatch Logs knows, one of ${LOG_RETENTION_DAYS.join(", ")} days`);

/**
 * Metrics of metric filters have a resolution of a minute, so CloudWatch's 10, 20 and 30 second periods would find no
 * data, and a period of less than an hour may look back a day at most (CloudWatch API reference, PutMetricAlarm).
 */
export const alarmPeriodSeconds = z
  .int()
  .min(60)
  .max(86_400)
  .multipleOf(60)
  .describe("a multiple of 60 from 60 to 86400 seconds");

/** Longest pattern of a metric filter (CloudWatch Logs API reference, PutMetricFilter). */
const MAX_PATTERN_CHARACTERS = 1_024;

export const metricFilterPattern = z
  .string()
  .superRefine((pattern, context) => {
    if (pattern.length > MAX_PATTERN_CHARACTERS) {
      context.addIssue({ code: "custom", params: { problem: `has ${pattern.length} characters` } });
      return;
    }
    try {
      parseMetricFilter(pattern);
    } catch (error) {
      if (!(error instanceof MetricFilterSyntaxError)) throw error;
      context.addIssue({
        code: "custom",
        params: { problem: `is refused: ${error.message}` },
      });
    }
  })
  .describe(
    `a JSON metric filter pattern of at most ${MAX_PATTERN_CHARACTERS} characters, { $.eventName = "DeleteTrail" }`,
  );
