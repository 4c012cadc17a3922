import {
  AddPermissionCommand,
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionEventInvokeConfigCommand,
  type EventSourceMappingConfiguration,
  GetEventSourceMappingCommand,
  type LambdaClient,
  PutFunctionEventInvokeConfigCommand,
  RemovePermissionCommand,
  ResourceNotFoundException,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import type * as aws from "@pulumi/aws";
import { pollUntil } from "./poll";
import { defineResource, present, type Plain } from "../resource";
import { changeTags } from "./tags";
import { pascalCase } from "../values";

export const permission = defineResource<aws.lambda.PermissionArgs>({
  type: "aws:lambda/permission:Permission",
  required: ["action", "function", "principal"],
  optional: [
    "eventSourceToken",
    "principalOrgId",
    "qualifier",
    "region",
    "sourceAccount",
    "sourceArn",
    "statementId",
  ],
  unsupported: ["functionUrlAuthType", "invokedViaFunctionUrl", "statementIdPrefix"],
  replaceOn: [
    "action",
    "eventSourceToken",
    "function",
    "principal",
    "principalOrgId",
    "qualifier",
    "sourceAccount",
    "sourceArn",
    "statementId",
  ],
  outputs: [],
  autoName: { property: "statementId", maxLength: 100 },

  async create({ inputs, aws }) {
    await aws.lambda.send(
      new AddPermissionCommand({
        FunctionName: inputs.function,
        Action: inputs.action,
        Principal: inputs.principal,
        EventSourceToken: inputs.eventSourceToken,
        PrincipalOrgID: inputs.principalOrgId,
        Qualifier: inputs.qualifier,
        SourceAccount: inputs.sourceAccount,
        SourceArn: inputs.sourceArn,
        StatementId: inputs.statementId,
      }),
    );
    return { id: present(inputs.statementId, "a statement id") };
  },

  async delete({ id, inputs, aws }) {
    await aws.lambda.send(
      new RemovePermissionCommand({
        FunctionName: inputs.function,
        StatementId: id,
        Qualifier: inputs.qualifier,
      }),
    );
  },
});

type MappingInputs = Plain<aws.lambda.EventSourceMappingArgs>;

export const eventSourceMapping = defineResource<aws.lambda.EventSourceMappingArgs>({
  type: "aws:lambda/eventSourceMapping:EventSourceMapping",
  required: ["eventSourceArn", "functionName"],
  optional: [
    "batchSize",
    "bisectBatchOnFunctionError",
    "destinationConfig",
    "enabled",
    "filterCriteria",
    "functionResponseTypes",
    "kmsKeyArn",
    "maximumBatchingWindowInSeconds",
    "maximumRecordAgeInSeconds",
    "maximumRetryAttempts",
    "metricsConfig",
    "parallelizationFactor",
    "region",
    "scalingConfig",
    "startingPosition",
    "tags",
    "tumblingWindowInSeconds",
  ],
  unsupported: [
    "amazonManagedKafkaEventSourceConfig",
    "documentDbEventSourceConfig",
    "provisionedPollerConfig",
    "queues",
    "selfManagedEventSource",
    "selfManagedKafkaEventSourceConfig",
    "sourceAccessConfigurations",
    "startingPositionTimestamp",
    "topics",
    "useResourceTimeoutForPropagation",
  ],
  replaceOn: ["eventSourceArn", "startingPosition"],
  outputs: ["arn", "functionArn", "lastModified", "state", "uuid"],
  defaults: { enabled: true },

  async create({ inputs, aws, location }) {
    const mapping = await aws.lambda.send(
      new CreateEventSourceMappingCommand({
        ...mappingSettings(inputs),
        EventSourceArn: inputs.eventSourceArn,
        StartingPosition: inputs.startingPosition as "LATEST" | undefined,
        Tags: { ...inputs.tags },
      }),
    );
    const id = present(mapping.UUID, "the mapping's id");
    const arn = `arn:${location.partition}:lambda:${location.region}:${location.accountId}:event-source-mapping:${id}`;
    return { id, outputs: { arn, uuid: id, ...mappingOutputs(mapping) } };
  },

  async update({ id, old, inputs, state, aws, changed }) {
    const settings = Object.keys(inputs).filter((input) => input !== "tags") as (keyof MappingInputs)[];
    const mapping = changed(...settings)
      ? await aws.lambda.send(new UpdateEventSourceMappingCommand({ ...mappingSettings(inputs), UUID: id }))
      : undefined;
    const Resource = state.arn as string;
    await changeTags(old.tags, inputs.tags, {
      add: (tags) => aws.lambda.send(new TagResourceCommand({ Resource, Tags: { ...tags } })),
      remove: (TagKeys) => aws.lambda.send(new UntagResourceCommand({ Resource, TagKeys })),
    });
    return mapping && mappingOutputs(mapping);
  },

  async delete({ id, aws }) {
    await aws.lambda.send(new DeleteEventSourceMappingCommand({ UUID: id }));
    await pollUntil(`event source mapping ${id} was not gone`, () => mappingIsGone(aws.lambda, id));
  },
});

function mappingSettings(inputs: MappingInputs) {
  return {
    FunctionName: inputs.functionName,
    BatchSize: inputs.batchSize,
    BisectBatchOnFunctionError: inputs.bisectBatchOnFunctionError,
    DestinationConfig: inputs.destinationConfig?.onFailure && {
      OnFailure: { Destination: inputs.destinationConfig.onFailure.destinationArn },
    },
    Enabled: inputs.enabled,
    FilterCriteria: inputs.filterCriteria && pascalCase<object>(inputs.filterCriteria),
    FunctionResponseTypes: inputs.functionResponseTypes && [
      ...(inputs.functionResponseTypes as "ReportBatchItemFailures"[]),
    ],
    KMSKeyArn: inputs.kmsKeyArn,
    MaximumBatchingWindowInSeconds: inputs.maximumBatchingWindowInSeconds,
    MaximumRecordAgeInSeconds: inputs.maximumRecordAgeInSeconds,
    MaximumRetryAttempts: inputs.maximumRetryAttempts,
    MetricsConfig: inputs.metricsConfig && pascalCase<{ Metrics: "EventCount"[] }>(inputs.metricsConfig),
    ParallelizationFactor: inputs.parallelizationFactor,
    ScalingConfig: inputs.scalingConfig && pascalCase<object>(inputs.scalingConfig),
    TumblingWindowInSeconds: inputs.tumblingWindowInSeconds,
  };
}

function mappingOutputs({ FunctionArn, LastModified, State }: EventSourceMappingConfiguration) {
  return { functionArn: FunctionArn, lastModified: LastModified?.toISOString(), state: State };
}

/** Lambda deletes mappings in the background; a queue that goes before its mapping is gone would be polled on. */
async function mappingIsGone(lambda: LambdaClient, UUID: string): Promise<boolean> {
  try {
    await lambda.send(new GetEventSourceMappingCommand({ UUID }));
    return false;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return true;
    throw error;
  }
}

export const functionEventInvokeConfig = defineResource<aws.lambda.FunctionEventInvokeConfigArgs>({
  type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  required: ["functionName"],
  optional: ["destinationConfig", "maximumEventAgeInSeconds", "maximumRetryAttempts", "qualifier", "region"],
  replaceOn: ["functionName", "qualifier"],
  outputs: [],
  // Lambda's own default (Lambda API reference, PutFunctionEventInvokeConfig).
  defaults: { maximumRetryAttempts: 2 },

  async create({ inputs, aws }) {
    await putInvokeConfig(aws.lambda, inputs);
    return {
      id: inputs.qualifier === undefined ? inputs.functionName : `${inputs.functionName}:${inputs.qualifier}`,
    };
  },

  async update({ inputs, aws }) {
    await putInvokeConfig(aws.lambda, inputs);
  },

  async delete({ inputs, aws }) {
    await aws.lambda.send(
      new DeleteFunctionEventInvokeConfigCommand({
        FunctionName: inputs.functionName,
        Qualifier: inputs.qualifier,
      }),
    );
  },
});

async function putInvokeConfig(
  lambda: LambdaClient,
  inputs: Plain<aws.lambda.FunctionEventInvokeConfigArgs>,
): Promise<void> {
  const { onFailure, onSuccess } = inputs.destinationConfig ?? {};
  await lambda.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: inputs.functionName,
      Qualifier: inputs.qualifier,
      MaximumEventAgeInSeconds: inputs.maximumEventAgeInSeconds,
      MaximumRetryAttempts: inputs.maximumRetryAttempts,
      DestinationConfig: inputs.destinationConfig && {
        OnFailure: onFailure && { Destination: onFailure.destination },
        OnSuccess: onSuccess && { Destination: onSuccess.destination },
      },
    }),
  );
}
