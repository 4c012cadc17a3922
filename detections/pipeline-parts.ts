import { type Arn, parseArn } from "../formats/arn";
import { allOf, anyOf } from "./sigma/condition-tree";
import type { Condition } from "./sigma/model";
import { fieldIs } from "./sigma/pattern";

/** A part of the pipeline, ready to be recognised in a request. */
interface Part extends Arn {
  readonly arn: string;
}

/** A kind of part: which calls change it, and how their requests name it. */
export interface PartKind {
  /** Ends the id of the kind's rule: `pipeline-<id>`. */
  readonly id: string;
  /** As a sentence names it: `the trail`. */
  readonly what: string;
  readonly eventSource: string;
  /** Event names; `*` stands for the API version that some services append. */
  readonly actions: readonly string[];
  /** What to do first. */
  readonly firstStep: string;
  /** The restore function puts it back. @default false */
  readonly restorable?: boolean;
  /** Fields that name a part, for the alert's targets. */
  readonly fields: readonly string[];
  readonly includes: (part: Part) => boolean;
  /** Conditions that no resource but the part satisfies. */
  readonly byArn: (part: Part) => readonly Condition[];
  /** Conditions that a resource of another account or region may satisfy too. */
  readonly byName: (part: Part) => readonly Condition[];
}

const is =
  (service: string, resource: RegExp) =>
  (part: Part): boolean =>
    part.service === service && resource.test(part.resource);

/** The name in an ARN's resource, behind a prefix such as `table/`. */
const nameOf = (part: Part): string => part.resource.slice(part.resource.search(/[/:]/) + 1);

const fieldsAre = (fields: readonly string[], ...patterns: readonly string[]): Condition[] =>
  fields.flatMap((field) => patterns.map((pattern) => fieldIs(field, pattern)));

const RESOURCE_ARN = "resources.ARN";

/** An event rule's ARN has the bus in it unless that is the default one: `rule/BUS/NAME`. */
const ruleNameOf = (part: Part): string => part.resource.slice(part.resource.lastIndexOf("/") + 1);

/** The kinds of parts, by the calls that could make people blind, and by how CloudTrail records their parameters. */
export const PART_KINDS: readonly PartKind[] = [
  {
    id: "trail",
    what: "the audit trail",
    eventSource: "cloudtrail.amazonaws.com",
    actions: [
      "StopLogging",
      "DeleteTrail",
      "UpdateTrail",
      "PutEventSelectors",
      "PutInsightSelectors",
      "PutEventConfiguration",
      "RemoveTags",
    ],
    firstStep:
      "Start the trail again (`aws cloudtrail start-logging`), then run `pulumi up` to restore its settings.",
    restorable: true,
    fields: ["requestParameters.name", "requestParameters.trailName"],
    includes: is("cloudtrail", /^trail\//),
    byArn: ({ arn }) =>
      fieldsAre(
        [
          "requestParameters.name",
          "requestParameters.trailName",
          "requestParameters.resourceId",
          "requestParameters.trailARN",
          RESOURCE_ARN,
        ],
        arn,
      ),
    byName: (part) => fieldsAre(["requestParameters.name", "requestParameters.trailName"], nameOf(part)),
  },
  {
    id: "bucket",
    what: "a bucket of the archive",
    eventSource: "s3.amazonaws.com",
    actions: [
      "DeleteBucket",
      "DeleteBucketEncryption",
      "DeleteBucketLifecycle*",
      "DeleteBucketOwnershipControls",
      "DeleteBucketPolicy",
      "DeleteBucketPublicAccessBlock",
      "DeleteBucketReplication",
      "DeletePublicAccessBlock",
      "PutBucketAcl",
      "PutBucketEncryption",
      "PutBucketLifecycle*",
      "PutBucketLogging",
      "PutBucketNotification*",
      "PutBucketObjectLockConfiguration",
      "PutBucketOwnershipControls",
      "PutBucketPolicy",
      "PutBucketPublicAccessBlock",
      "PutBucketReplication",
      "PutBucketRequestPayment",
      "PutBucketVersioning",
      "PutObjectLockConfiguration",
      "PutPublicAccessBlock",
    ],
    firstStep:
      "Compare policy, lock and lifecycle of the bucket with `pulumi preview --refresh`, and restore them.",
    restorable: true,
    fields: ["requestParameters.bucketName"],
    includes: is("s3", /^[^/]+$/),
    // Bucket names are unique in a partition.
    byArn: ({ arn, resource }) => [
      ...fieldsAre(["requestParameters.bucketName"], resource),
      ...fieldsAre([RESOURCE_ARN], arn),
    ],
    byName: () => [],
  },
  {
    id: "key",
    what: "a key that encrypts the pipeline",
    eventSource: "kms.amazonaws.com",
    actions: [
      "DisableKey",
      "DisableKeyRotation",
      "PutKeyPolicy",
      "RetireGrant",
      "RevokeGrant",
      "ScheduleKeyDeletion",
    ],
    firstStep:
      "Cancel the key's deletion or enable it again (`aws kms cancel-key-deletion`, `enable-key`) at once: without it logs stop and cannot be read.",
    fields: ["requestParameters.keyId"],
    includes: is("kms", /^key\//),
    byArn: (part) => [
      ...fieldsAre(["requestParameters.keyId"], part.arn, nameOf(part)),
      ...fieldsAre([RESOURCE_ARN], part.arn),
    ],
    byName: () => [],
  },
  {
    id: "log-group",
    what: "a log group of the pipeline",
    eventSource: "logs.amazonaws.com",
    actions: [
      "AssociateKmsKey",
      "DeleteLogGroup",
      "DeleteLogStream",
      "DeleteMetricFilter",
      "DeleteRetentionPolicy",
      "DeleteSubscriptionFilter",
      "DisassociateKmsKey",
      "PutDataProtectionPolicy",
      "PutLogGroupDeletionProtection",
      "PutMetricFilter",
      "PutRetentionPolicy",
      "PutSubscriptionFilter",
      "PutTransformer",
    ],
    firstStep:
      "Run `pulumi up` to restore the log group and its metric filters; the archive still has every event.",
    fields: ["requestParameters.logGroupName", "requestParameters.logGroupIdentifier"],
    includes: is("logs", /^log-group:/),
    byArn: ({ arn }) =>
      fieldsAre(
        ["requestParameters.logGroupIdentifier", "requestParameters.resourceIdentifier", RESOURCE_ARN],
        arn,
        `${arn}:*`,
      ),
    byName: (part) =>
      fieldsAre(["requestParameters.logGroupName", "requestParameters.logGroupIdentifier"], nameOf(part)),
  },
  {
    id: "alarm",
    what: "an alarm of the pipeline",
    eventSource: "monitoring.amazonaws.com",
    actions: [
      "DeleteAlarms",
      "DisableAlarmActions",
      "PutAlarmMuteRule",
      "PutCompositeAlarm",
      "PutMetricAlarm",
      "SetAlarmState",
    ],
    firstStep:
      "Run `pulumi up` to restore the alarm, and look at what it watches: somebody may not want it seen.",
    fields: ["requestParameters.alarmNames", "requestParameters.alarmName"],
    includes: is("cloudwatch", /^alarm:/),
    byArn: () => [],
    byName: (part) =>
      fieldsAre(
        [
          "requestParameters.alarmNames",
          "requestParameters.alarmName",
          "requestParameters.muteTargets.alarmNames",
        ],
        nameOf(part),
      ),
  },
  {
    id: "event-bus",
    what: "an event bus of the pipeline, or its archive",
    eventSource: "events.amazonaws.com",
    actions: [
      "DeleteArchive",
      "DeleteEventBus",
      "PutPermission",
      "RemovePermission",
      "UpdateArchive",
      "UpdateEventBus",
    ],
    firstStep: "Run `pulumi up` to restore the bus; replay its archive for what was lost meanwhile.",
    fields: ["requestParameters.name", "requestParameters.eventBusName", "requestParameters.archiveName"],
    includes: is("events", /^(event-bus|archive)\//),
    byArn: ({ arn }) =>
      fieldsAre(["requestParameters.name", "requestParameters.eventBusName", RESOURCE_ARN], arn),
    byName: (part) =>
      part.resource.startsWith("archive/")
        ? fieldsAre(["requestParameters.archiveName"], nameOf(part))
        : fieldsAre(["requestParameters.name", "requestParameters.eventBusName"], nameOf(part)),
  },
  {
    id: "event-rule",
    what: "an event rule of the pipeline",
    eventSource: "events.amazonaws.com",
    actions: ["DeleteRule", "DisableRule", "PutRule", "PutTargets", "RemoveTargets"],
    firstStep: "Run `pulumi up` to restore the rule, its pattern and its target.",
    fields: ["requestParameters.name", "requestParameters.rule"],
    includes: is("events", /^rule\//),
    byArn: () => [],
    byName: (part) => fieldsAre(["requestParameters.name", "requestParameters.rule"], ruleNameOf(part)),
  },
  {
    id: "default-bus",
    what: "the default event bus, which events are forwarded from",
    eventSource: "events.amazonaws.com",
    // A key of somebody else's encrypts the patterns and targets of the bus's rules too: without it they stop
    // (EventBridge User Guide, "Encrypting EventBridge event buses with AWS KMS keys").
    actions: ["UpdateEventBus"],
    firstStep:
      "Look at the bus's key (`aws events describe-event-bus`), and take it away if nobody knows it (`update-event-bus`).",
    fields: ["requestParameters.name"],
    includes: is("events", /^rule\/[^/]+$/),
    byArn: () => [],
    byName: ({ partition, region, accountId }) =>
      fieldsAre(
        ["requestParameters.name"],
        "default",
        `arn:${partition}:events:${region}:${accountId}:event-bus/default`,
      ),
  },
  {
    id: "topic",
    what: "a topic of the pipeline, or who hears of it",
    eventSource: "sns.amazonaws.com",
    actions: [
      "AddPermission",
      "DeleteTopic",
      "PutDataProtectionPolicy",
      "RemovePermission",
      "SetSubscriptionAttributes",
      "SetTopicAttributes",
      "Subscribe",
      "Unsubscribe",
    ],
    firstStep:
      "Run `pulumi up --refresh` to restore topic and subscriptions, and find out whom alerts have not reached since.",
    fields: ["requestParameters.topicArn", "requestParameters.subscriptionArn"],
    includes: is("sns", /^[\w-]+$/),
    byArn: ({ arn }) => [
      ...fieldsAre(["requestParameters.topicArn", "requestParameters.resourceArn", RESOURCE_ARN], arn),
      ...fieldsAre(["requestParameters.subscriptionArn"], `${arn}:*`),
    ],
    byName: () => [],
  },
  {
    id: "queue",
    what: "a queue of the pipeline",
    eventSource: "sqs.amazonaws.com",
    actions: [
      "AddPermission",
      "CancelMessageMoveTask",
      "DeleteQueue",
      "PurgeQueue",
      "RemovePermission",
      "SetQueueAttributes",
      "StartMessageMoveTask",
    ],
    firstStep: "Run `pulumi up` to restore the queue; what it held is still in the archive.",
    fields: ["requestParameters.queueUrl", "requestParameters.sourceArn"],
    includes: is("sqs", /^[\w-]+(\.fifo)?$/),
    byArn: ({ arn }) => fieldsAre(["requestParameters.sourceArn", RESOURCE_ARN], arn),
    // A queue's URL has several host names.
    byName: ({ accountId, resource }) =>
      fieldsAre(["requestParameters.queueUrl"], `*/${accountId}/${resource}`),
  },
  {
    id: "function",
    what: "a function of the pipeline",
    eventSource: "lambda.amazonaws.com",
    actions: [
      "AddPermission*",
      "CreateFunctionUrlConfig*",
      "DeleteFunction*",
      "PutFunctionConcurrency*",
      "PutFunctionEventInvokeConfig*",
      "PutFunctionRecursionConfig*",
      "PutRuntimeManagementConfig*",
      "RemovePermission*",
      "UpdateFunctionCode*",
      "UpdateFunctionConfiguration*",
    ],
    firstStep:
      "Run `pulumi up` to restore the function's code and settings, and compare the code that ran meanwhile.",
    fields: ["requestParameters.functionName"],
    includes: is("lambda", /^function:/),
    byArn: ({ arn }) => fieldsAre(["requestParameters.functionName", RESOURCE_ARN], arn, `${arn}:*`),
    byName: (part) => {
      const name = nameOf(part);
      return fieldsAre(
        ["requestParameters.functionName"],
        name,
        `${name}:*`,
        `${part.accountId}:function:${name}`,
      );
    },
  },
  {
    id: "mapping",
    what: "what leads from a queue to a function of the pipeline",
    eventSource: "lambda.amazonaws.com",
    actions: ["CreateEventSourceMapping*", "DeleteEventSourceMapping*", "UpdateEventSourceMapping*"],
    firstStep:
      "Run `pulumi up` to restore the mapping; the queue has kept its messages unless another function took them.",
    fields: ["responseElements.functionArn", "responseElements.eventSourceArn"],
    includes: (part) => is("lambda", /^function:/)(part) || is("sqs", /./)(part),
    // The mapping itself has a random id; the answer says what it connects.
    byArn: ({ arn }) =>
      fieldsAre(
        [
          "requestParameters.functionName",
          "requestParameters.eventSourceArn",
          "responseElements.functionArn",
          "responseElements.eventSourceArn",
        ],
        arn,
      ),
    byName: (part) =>
      part.service === "lambda" ? fieldsAre(["requestParameters.functionName"], nameOf(part)) : [],
  },
  {
    id: "table",
    what: "a table of the pipeline: what was decided, or what was done about it",
    eventSource: "dynamodb.amazonaws.com",
    actions: [
      "DeleteResourcePolicy",
      "DeleteTable",
      "PutResourcePolicy",
      "UpdateContinuousBackups",
      "UpdateTable",
      "UpdateTimeToLive",
    ],
    firstStep: "Run `pulumi up` to restore the table; restore its contents from point-in-time recovery.",
    fields: ["requestParameters.tableName"],
    includes: is("dynamodb", /^table\/[^/]+$/),
    byArn: ({ arn }) =>
      fieldsAre(["requestParameters.tableName", "requestParameters.resourceArn", RESOURCE_ARN], arn),
    byName: (part) => fieldsAre(["requestParameters.tableName"], nameOf(part)),
  },
  {
    id: "role",
    what: "a role of the pipeline",
    eventSource: "iam.amazonaws.com",
    actions: [
      "AttachRolePolicy",
      "DeleteRole",
      "DeleteRolePermissionsBoundary",
      "DeleteRolePolicy",
      "DetachRolePolicy",
      "PutRolePermissionsBoundary",
      "PutRolePolicy",
      "UpdateAssumeRolePolicy",
    ],
    firstStep:
      "Run `pulumi up` to restore the role's policies, and look for sessions of the role that are not its service's.",
    fields: ["requestParameters.roleName"],
    includes: is("iam", /^role\//),
    byArn: () => [],
    byName: ({ resource }) =>
      fieldsAre(["requestParameters.roleName"], resource.slice(resource.lastIndexOf("/") + 1)),
  },
];

/**
 * What a request to one of the parts of a kind looks like; undefined when there are none of the kind. A name counts
 * only in the account and region of the part, an ARN everywhere.
 */
export function namesPartOf(kind: PartKind, arns: readonly string[]): Condition | undefined {
  const parts = arns.map(partOf).filter(kind.includes);
  const alternatives = [...parts.flatMap(kind.byArn), ...byNameAndPlace(kind, parts)];
  return alternatives.length === 0 ? undefined : anyOf(alternatives);
}

/** Parts of one name in several regions, such as forwarding rules, are said once. */
function byNameAndPlace(kind: PartKind, parts: readonly Part[]): Condition[] {
  const places = new Map<
    string,
    { readonly accountId: string; readonly regions: Set<string>; named: Condition[] }
  >();
  for (const part of parts) {
    const named = kind.byName(part);
    if (named.length === 0) continue;
    const key = JSON.stringify([part.accountId, named]);
    const known = places.get(key);
    if (known) known.regions.add(part.region);
    else places.set(key, { accountId: part.accountId, regions: new Set([part.region]), named: [...named] });
  }
  const byPlace = new Map<string, { place: Condition[]; named: Condition[] }>();
  for (const { accountId, regions, named } of places.values()) {
    const key = JSON.stringify([accountId, ...regions]);
    const known = byPlace.get(key);
    if (known) known.named.push(...named);
    else byPlace.set(key, { place: placeOf(accountId, [...regions]), named });
  }
  return [...byPlace.values()].map(({ place, named }) => allOf([...place, anyOf(named)]));
}

/** @throws Error for an ARN that none of the kinds includes: such a part could be changed unseen */
export function refuseUnknownParts(arns: readonly string[]): void {
  const unknown = arns.filter((arn) => !PART_KINDS.some((kind) => kind.includes(partOf(arn))));
  if (unknown.length > 0)
    throw new Error(
      `no pipeline rule watches over ${unknown.join(", ")}: add its kind to detections/pipeline-parts.ts`,
    );
}

function partOf(arn: string): Part {
  const parsed = parseArn(arn);
  if (!parsed)
    throw new Error(`${JSON.stringify(arn)} is no ARN, so that no pipeline rule can watch over it`);
  return { ...parsed, arn };
}

/** IAM's events are recorded in the region of the endpoint that was called; its ARNs have none. */
function placeOf(accountId: string, regions: readonly string[]): Condition[] {
  const named = regions.filter((region) => region !== "");
  return [
    fieldIs("recipientAccountId", accountId),
    ...(named.length === 0 ? [] : [anyOf(named.map((region) => fieldIs("awsRegion", region)))]),
  ];
}
