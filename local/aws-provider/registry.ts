import { metricAlarm } from "./services/cloudwatch";
import { trail } from "./services/cloudtrail";
import { table } from "./services/dynamodb";
import { eventArchive, eventBus, eventBusPolicy, eventRule, eventTarget } from "./services/events";
import { policy, role, rolePolicy, rolePolicyAttachment } from "./services/iam";
import { alias, key } from "./services/kms";
import { lambdaFunction } from "./services/lambda";
import { eventSourceMapping, functionEventInvokeConfig, permission } from "./services/lambda-invocation";
import { logGroup, logMetricFilter, logResourcePolicy } from "./services/logs";
import type { ResourceDefinition } from "./resource";
import { bucket } from "./services/s3";
import {
  bucketLogging,
  bucketNotification,
  bucketObjectLockConfiguration,
  bucketOwnershipControls,
  bucketPolicy,
  bucketPublicAccessBlock,
  bucketServerSideEncryptionConfiguration,
  bucketVersioning,
} from "./services/s3-configuration";
import { bucketLifecycleConfiguration, bucketReplicationConfig } from "./services/s3-object-rules";
import { topic, topicPolicy, topicSubscription } from "./services/sns";
import { queue, queuePolicy, redriveAllowPolicy } from "./services/sqs";

/** Every resource type the local provider knows. A type is added in its service's file and listed here. */
export const RESOURCES: readonly ResourceDefinition[] = [
  alias,
  bucket,
  bucketLifecycleConfiguration,
  bucketLogging,
  bucketNotification,
  bucketObjectLockConfiguration,
  bucketOwnershipControls,
  bucketPolicy,
  bucketPublicAccessBlock,
  bucketReplicationConfig,
  bucketServerSideEncryptionConfiguration,
  bucketVersioning,
  eventArchive,
  eventBus,
  eventBusPolicy,
  eventRule,
  eventSourceMapping,
  eventTarget,
  functionEventInvokeConfig,
  key,
  lambdaFunction,
  logGroup,
  logMetricFilter,
  logResourcePolicy,
  metricAlarm,
  permission,
  policy,
  queue,
  queuePolicy,
  redriveAllowPolicy,
  role,
  rolePolicy,
  rolePolicyAttachment,
  table,
  topic,
  topicPolicy,
  topicSubscription,
  trail,
];

const BY_TYPE: ReadonlyMap<string, ResourceDefinition> = new Map(
  RESOURCES.map((definition) => [definition.type, definition]),
);

/**
 * The definition of a resource type.
 *
 * @throws Error naming the type and the resource when the local provider does not know the type
 */
export function definitionOf(type: string, resourceName: string): ResourceDefinition {
  const definition = BY_TYPE.get(type);
  if (!definition)
    throw new Error(
      `The local provider does not know the resource type ${type} (resource "${resourceName}"). Add it under local/aws-provider/ and list it in registry.ts.`,
    );
  return definition;
}
