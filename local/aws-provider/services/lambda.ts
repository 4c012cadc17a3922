import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  type LambdaClient,
  PutFunctionConcurrencyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationRequest,
} from "@aws-sdk/client-lambda";
import type * as aws from "@pulumi/aws";
import { zipFunctionCode } from "./function-archive";
import { pollUntil } from "./poll";
import { defineResource, present, type Operation, type Plain } from "../resource";
import { changeTags } from "./tags";
import { defined, pascalCase } from "../values";

type FunctionInputs = Plain<aws.lambda.FunctionArgs>;

const CONFIGURATION = [
  "deadLetterConfig",
  "description",
  "environment",
  "ephemeralStorage",
  "handler",
  "kmsKeyArn",
  "loggingConfig",
  "memorySize",
  "role",
  "runtime",
  "timeout",
  "tracingConfig",
] as const satisfies (keyof aws.lambda.FunctionArgs)[];

const CODE = [
  "architectures",
  "code",
  "s3Bucket",
  "s3Key",
  "s3ObjectVersion",
  "sourceCodeHash",
] as const satisfies (keyof aws.lambda.FunctionArgs)[];

/** What takes a setting away again: an update leaves what it does not name. */
const CLEARED: Omit<UpdateFunctionConfigurationRequest, "FunctionName"> = {
  DeadLetterConfig: { TargetArn: "" },
  Description: "",
  Environment: { Variables: {} },
  EphemeralStorage: { Size: 512 },
  KMSKeyArn: "",
  LoggingConfig: { LogFormat: "Text" },
  TracingConfig: { Mode: "PassThrough" },
};

/** `-1` is the provider's word for "no reserved concurrency". */
const UNRESERVED = -1;

export const lambdaFunction = defineResource<aws.lambda.FunctionArgs>({
  type: "aws:lambda/function:Function",
  required: ["role"],
  optional: [
    ...CONFIGURATION.filter((input) => input !== "role"),
    ...CODE,
    "name",
    "packageType",
    "publish",
    "region",
    "reservedConcurrentExecutions",
    "skipDestroy",
    "tags",
  ],
  unsupported: [
    "capacityProviderConfig",
    "codeSha256",
    "codeSigningConfigArn",
    "durableConfig",
    "fileSystemConfig",
    "imageConfig",
    "imageUri",
    "layers",
    "publishTo",
    "replaceSecurityGroupsOnDestroy",
    "replacementSecurityGroupIds",
    "snapStart",
    "sourceKmsKeyArn",
    "tenancyConfig",
    "useResourceTimeoutForPropagation",
    "vpcConfig",
  ],
  replaceOn: ["name", "packageType"],
  outputs: [
    "arn",
    "invokeArn",
    "lastModified",
    "qualifiedArn",
    "qualifiedInvokeArn",
    "sourceCodeSize",
    "version",
  ],
  defaults: {
    memorySize: 128,
    packageType: "Zip",
    publish: false,
    reservedConcurrentExecutions: UNRESERVED,
    skipDestroy: false,
    timeout: 3,
  },
  autoName: { property: "name", maxLength: 64 },

  async create({ inputs, aws, location }) {
    const id = present(inputs.name, "a function name");
    const configuration = await aws.lambda.send(
      new CreateFunctionCommand({
        ...functionSettings(inputs),
        Role: inputs.role,
        FunctionName: id,
        Architectures: inputs.architectures && ([...inputs.architectures] as "arm64"[]),
        Code: functionCode(inputs),
        PackageType: inputs.packageType as "Zip",
        Publish: inputs.publish,
        Tags: { ...inputs.tags },
      }),
    );
    await untilReady(aws.lambda, id);
    if ((inputs.reservedConcurrentExecutions ?? UNRESERVED) !== UNRESERVED)
      await setConcurrency(aws.lambda, id, inputs);
    return { id, outputs: functionOutputs(configuration, location) };
  },

  async update({ id, old, inputs, state, aws, location, changed }) {
    let configuration: FunctionConfiguration | undefined;
    if (changed(...CODE)) {
      configuration = await aws.lambda.send(
        new UpdateFunctionCodeCommand({
          FunctionName: id,
          ...functionCode(inputs),
          Architectures: inputs.architectures && ([...inputs.architectures] as "arm64"[]),
          Publish: inputs.publish,
        }),
      );
      await untilReady(aws.lambda, id);
    }
    if (changed(...CONFIGURATION)) {
      configuration = await aws.lambda.send(
        new UpdateFunctionConfigurationCommand({
          ...CLEARED,
          ...defined(functionSettings(inputs)),
          FunctionName: id,
        }),
      );
      await untilReady(aws.lambda, id);
    }
    if (changed("reservedConcurrentExecutions")) await setConcurrency(aws.lambda, id, inputs);
    const Resource = state.arn as string;
    await changeTags(old.tags, inputs.tags, {
      add: (tags) => aws.lambda.send(new TagResourceCommand({ Resource, Tags: { ...tags } })),
      remove: (TagKeys) => aws.lambda.send(new UntagResourceCommand({ Resource, TagKeys })),
    });
    return configuration && functionOutputs(configuration, location);
  },

  async delete({ id, inputs, aws }) {
    if (!inputs.skipDestroy) await aws.lambda.send(new DeleteFunctionCommand({ FunctionName: id }));
  },
});

/** A function takes the next change, and its mappings, only when the one before is done. */
async function untilReady(lambda: LambdaClient, FunctionName: string): Promise<void> {
  await pollUntil(`function ${FunctionName} was not ready`, async () => {
    const configuration = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    if (configuration.State === "Failed" || configuration.LastUpdateStatus === "Failed")
      throw new Error(`${configuration.StateReason ?? configuration.LastUpdateStatusReason}`);
    return configuration.State !== "Pending" && configuration.LastUpdateStatus !== "InProgress";
  });
}

function functionSettings(inputs: FunctionInputs) {
  return {
    DeadLetterConfig: inputs.deadLetterConfig && { TargetArn: inputs.deadLetterConfig.targetArn },
    Description: inputs.description,
    Environment: inputs.environment && { Variables: { ...inputs.environment.variables } },
    EphemeralStorage: inputs.ephemeralStorage && { Size: inputs.ephemeralStorage.size },
    Handler: inputs.handler,
    KMSKeyArn: inputs.kmsKeyArn,
    LoggingConfig:
      inputs.loggingConfig && pascalCase<FunctionConfiguration["LoggingConfig"]>(inputs.loggingConfig),
    MemorySize: inputs.memorySize,
    Role: inputs.role,
    Runtime: inputs.runtime as "nodejs24.x",
    Timeout: inputs.timeout,
    TracingConfig: inputs.tracingConfig && { Mode: inputs.tracingConfig.mode as "Active" },
  };
}

function functionCode(inputs: FunctionInputs) {
  return inputs.code === undefined
    ? { S3Bucket: inputs.s3Bucket, S3Key: inputs.s3Key, S3ObjectVersion: inputs.s3ObjectVersion }
    : { ZipFile: zipFunctionCode(inputs.code) };
}

async function setConcurrency(
  lambda: LambdaClient,
  FunctionName: string,
  { reservedConcurrentExecutions = UNRESERVED }: FunctionInputs,
): Promise<void> {
  await (reservedConcurrentExecutions === UNRESERVED
    ? lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }))
    : lambda.send(
        new PutFunctionConcurrencyCommand({
          FunctionName,
          ReservedConcurrentExecutions: reservedConcurrentExecutions,
        }),
      ));
}

function functionOutputs(
  { FunctionArn, LastModified, CodeSize, Version = "$LATEST" }: FunctionConfiguration,
  { partition, region }: Operation<unknown>["location"],
) {
  const arn = present(FunctionArn, "the function's ARN");
  const invokeArn = (target: string) =>
    `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${target}/invocations`;
  return {
    arn,
    invokeArn: invokeArn(arn),
    lastModified: LastModified,
    qualifiedArn: `${arn}:${Version}`,
    qualifiedInvokeArn: invokeArn(`${arn}:${Version}`),
    sourceCodeSize: CodeSize,
    version: Version,
  };
}
