import { z } from "zod";
import { RESPONSE_IDS, RESPONSE_MODES, type ResponseId } from "../responses/playbook-ids";
import { endpointMistake } from "./endpoints";
import * as form from "./forms";

/** What a key holds. */
export type KeyType = "string" | "integer" | "boolean" | "array" | "object";

/** One key of the stack configuration. */
export interface KeyDefinition<Schema extends z.ZodType = z.ZodType> {
  readonly type: KeyType;
  /** Value of a stack that does not set the key. Empty texts and objects of optional keys mean "not set". */
  readonly default: string | number | boolean | readonly never[] | Readonly<Record<string, never>>;
  /** May hold secrets; every other key is needed in plain text to name and shape resources. */
  readonly mayBeSecret?: true;
  readonly schema: Schema;
}

function key<Schema extends z.ZodType>(definition: KeyDefinition<Schema>): KeyDefinition<Schema> {
  return definition;
}

function text<Schema extends z.ZodType>(schema: Schema, byDefault: string) {
  return key({ type: "string", default: byDefault, schema });
}

function optionalText<Schema extends z.ZodType>(schema: Schema) {
  return key({ type: "string", default: "", schema: schema.optional() });
}

function days(minimum: number, maximum: number, byDefault: number) {
  return key({ type: "integer", default: byDefault, schema: form.wholeNumber(minimum, maximum, "days") });
}

function texts<Schema extends z.ZodType<string>>(schema: Schema) {
  return key({ type: "array", default: [], schema: z.array(schema).readonly() });
}

/** Longest Object Lock retention (S3 User Guide, "Locking objects with Object Lock": 100 years). */
const MAX_DAYS = 36_500;

/**
 * Storage classes that old log files may move to. One Zone-IA is left out: an audit archive outlives the loss of a zone.
 */
const STORAGE_CLASSES = [
  "STANDARD_IA",
  "INTELLIGENT_TIERING",
  "GLACIER_IR",
  "GLACIER",
  "DEEP_ARCHIVE",
] as const;

/** Mildest first. */
export const RULE_LEVELS = ["informational", "low", "medium", "high", "critical"] as const;

const subscription = z
  .strictObject({
    name: form.shortName,
    protocol: form.oneOf(["email", "email-json", "https", "sqs", "lambda", "sms"]),
    endpoint: z.string().describe("the address that the protocol asks for"),
  })
  .superRefine(({ protocol, endpoint }, context) => {
    const allowed = endpointMistake(protocol, endpoint);
    if (allowed === undefined) return;
    const problem = `is no endpoint for protocol ${protocol}`;
    context.addIssue({ code: "custom", path: ["endpoint"], params: { problem, allowed } });
  })
  .describe("an object {name, protocol, endpoint}");

const subscriptions = key({
  type: "array",
  default: [],
  mayBeSecret: true,
  schema: z.array(subscription).readonly(),
});

const alarm = z
  .strictObject({
    name: form.shortName,
    pattern: form.metricFilterPattern,
    threshold: form.wholeNumber(1, 1_000_000_000, "matches"),
    periodSeconds: form.alarmPeriodSeconds.default(300),
    topic: form.oneOf(["page", "notice"]).default("notice"),
  })
  .describe("an object {name, pattern, threshold, periodSeconds?, topic?}");

const dataEvent = z
  .strictObject({
    resourceType: form.resourceType,
    arnPrefixes: z.array(form.arnPrefix).readonly().default([]),
    readWrite: form.oneOf(["all", "read", "write"]).default("all"),
  })
  .describe("an object {resourceType, arnPrefixes?, readWrite?}");

const archive = z
  .strictObject({
    bucketName: form.bucketName,
    keyArn: form.keyArn,
    accessLogBucketName: form.bucketName.optional(),
    replicaBucketName: form.bucketName.optional(),
    fileArrivedTopicArn: form.topicArn.optional(),
  })
  .readonly()
  .describe("an object {bucketName, keyArn, accessLogBucketName?, replicaBucketName?, fileArrivedTopicArn?}");

const adopt = z
  .strictObject({
    trail: form.trailArn.optional(),
    bucket: form.bucketName.optional(),
    key: form.keyIdOrArn.optional(),
  })
  .readonly()
  .describe("an object {trail?, bucket?, key?}");

const transition = z
  .strictObject({
    storageClass: form.oneOf(STORAGE_CLASSES),
    afterDays: form.wholeNumber(1, MAX_DAYS, "days"),
  })
  .readonly()
  .describe("an object {storageClass, afterDays}");

const responseMode = form.oneOf(RESPONSE_MODES);

/** An object of known names, so that a name that is mistyped gets a suggestion. */
const responseModes = z
  .strictObject(
    Object.fromEntries(RESPONSE_IDS.map((id) => [id, responseMode.optional()])) as Readonly<
      Record<ResponseId, z.ZodOptional<typeof responseMode>>
    >,
  )
  .readonly()
  .describe("an object of playbooks and their modes, {deactivate-access-key: enforce}");

/**
 * Every key of the project's configuration. Pulumi.yaml declares the same keys and defaults for the CLI and documents
 * each; a test holds the two together.
 */
export const KEYS = {
  deployment: text(form.oneOf(["combined", "archive", "trail", "forwarder"]), "combined"),
  disposable: key({ type: "boolean", default: false, schema: z.boolean().describe("true or false") }),

  trailName: optionalText(form.trailName),
  organizationId: optionalText(form.organizationId),
  trailAccountId: optionalText(form.accountId),
  trailRegion: optionalText(form.region),
  archive: key({ type: "object", default: {}, schema: archive.optional() }),
  existingBucketName: optionalText(form.bucketName),
  existingKeyArn: optionalText(form.keyArn),
  adopt: key({ type: "object", default: {}, schema: adopt.optional() }),

  archiveAdministrators: key({
    type: "array",
    default: [],
    schema: z
      .array(form.administrator)
      .min(1)
      .readonly()
      .describe("at least one role/NAME, user/NAME or ARN, among them the role that deploys this stack"),
  }),
  archiveReaders: texts(form.reader),
  retentionDays: days(1, MAX_DAYS, 2_557),
  lockMode: text(form.oneOf(["governance", "compliance"]), "governance"),
  lockDays: days(1, MAX_DAYS, 365),
  acknowledgeComplianceLock: optionalText(z.string()),
  transition: key({ type: "object", default: {}, schema: transition.optional() }),
  accessLogRetentionDays: days(1, MAX_DAYS, 365),
  replicaRegion: optionalText(form.region),
  // KMS API reference, ScheduleKeyDeletion, PendingWindowInDays.
  keyDeletionWindowDays: days(7, 30, 30),

  logRetentionDays: key({ type: "integer", default: 365, schema: form.logRetentionDays }),
  dataEvents: key({ type: "array", default: [], schema: z.array(dataEvent).readonly() }),
  networkActivityEventSources: texts(form.eventSource),
  insights: texts(form.oneOf(["ApiCallRateInsight", "ApiErrorRateInsight"])),
  monitoredRegions: texts(form.region),

  pageSubscriptions: subscriptions,
  noticeSubscriptions: subscriptions,
  alarms: key({ type: "array", default: [], schema: z.array(alarm).readonly() }),
  alertArchiveDays: days(1, MAX_DAYS, 90),
  pageLevel: text(form.oneOf(RULE_LEVELS), "high"),
  noticeLevel: text(form.oneOf(RULE_LEVELS), "medium"),

  rulesFolder: optionalText(form.projectPath),
  disabledRules: texts(form.ruleId),
  suppressionsFile: optionalText(form.projectPath),
  runbooksUrl: optionalText(form.httpsUrl),
  rawEventBusArn: optionalText(form.eventBusArn),

  responseMode: text(responseMode, "observe"),
  responseModes: key({ type: "object", default: {}, schema: responseModes.optional() }),
  breakGlassPrincipals: texts(form.administrator),
  neverTouchPrincipals: texts(form.administrator),
  neverTouchResources: texts(form.resourcePattern),
  responseLimit: key({ type: "integer", default: 5, schema: form.wholeNumber(1, 1_000, "actions") }),
  responseLimitMinutes: key({
    type: "integer",
    default: 60,
    schema: form.wholeNumber(1, 10_080, "minutes"),
  }),
  memberResponseRole: optionalText(form.roleName),
} as const satisfies Readonly<Record<string, KeyDefinition>>;

/** Name of a key, without the project in front. */
export type Key = keyof typeof KEYS;

/** The values of all keys after their own checks, before the cross-field rules. */
export type Values = { readonly [K in Key]: z.output<(typeof KEYS)[K]["schema"]> };

/** How to write a value of each type; shown when a key as a whole has another type. */
export const TYPE_FORMS: Readonly<Record<KeyType, string>> = {
  string: "a text",
  integer: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};
