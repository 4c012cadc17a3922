import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteMetricFilterCommand,
  DeleteResourcePolicyCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  PutMetricFilterCommand,
  PutResourcePolicyCommand,
  PutRetentionPolicyCommand,
  type StandardUnit,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type * as aws from "@pulumi/aws";
import { defineResource, present, type Operation } from "../resource";
import { changeTags } from "./tags";
import { jsonText } from "../values";

export const logGroup = defineResource<aws.cloudwatch.LogGroupArgs>({
  type: "aws:cloudwatch/logGroup:LogGroup",
  optional: ["kmsKeyId", "logGroupClass", "name", "region", "retentionInDays", "skipDestroy", "tags"],
  // The emulator ignores it in CreateLogGroup and has no PutLogGroupDeletionProtection.
  stateOnly: ["deletionProtectionEnabled"],
  unsupported: ["namePrefix"],
  replaceOn: ["logGroupClass", "name"],
  outputs: ["arn"],
  defaults: { retentionInDays: 0, skipDestroy: false },
  autoName: { property: "name", maxLength: 512 },

  async create({ inputs, aws, location }) {
    const id = present(inputs.name, "a log group name");
    await aws.logs.send(
      new CreateLogGroupCommand({
        logGroupName: id,
        kmsKeyId: inputs.kmsKeyId,
        logGroupClass: inputs.logGroupClass as "STANDARD" | undefined,
        tags: { ...inputs.tags },
      }),
    );
    if (inputs.retentionInDays)
      await aws.logs.send(
        new PutRetentionPolicyCommand({ logGroupName: id, retentionInDays: inputs.retentionInDays }),
      );
    return { id, outputs: { arn: logGroupArn(id, location) } };
  },

  async update({ id, old, inputs, aws, location, changed, keepInState }) {
    if (changed("retentionInDays"))
      await (inputs.retentionInDays
        ? aws.logs.send(
            new PutRetentionPolicyCommand({ logGroupName: id, retentionInDays: inputs.retentionInDays }),
          )
        : aws.logs.send(new DeleteRetentionPolicyCommand({ logGroupName: id })));
    // The emulator takes a key when the group is created, and has no AssociateKmsKey.
    if (changed("kmsKeyId")) keepInState("kmsKeyId");
    const resourceArn = logGroupArn(id, location);
    await changeTags(old.tags, inputs.tags, {
      add: (tags) => aws.logs.send(new TagResourceCommand({ resourceArn, tags: { ...tags } })),
      remove: (tagKeys) => aws.logs.send(new UntagResourceCommand({ resourceArn, tagKeys })),
    });
  },

  async delete({ id, inputs, aws }) {
    if (inputs.deletionProtectionEnabled)
      throw new Error(
        `log group ${id} has deletion protection; set deletionProtectionEnabled to false, update, and delete then`,
      );
    if (!inputs.skipDestroy) await aws.logs.send(new DeleteLogGroupCommand({ logGroupName: id }));
  },

  async exists({ id, aws }) {
    const { logGroups = [] } = await aws.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: id }));
    return logGroups.some(({ logGroupName }) => logGroupName === id);
  },
});

function logGroupArn(name: string, location: Operation<unknown>["location"]): string {
  return `arn:${location.partition}:logs:${location.region}:${location.accountId}:log-group:${name}`;
}

async function putMetricFilter({
  inputs,
  aws,
}: Pick<Operation<aws.cloudwatch.LogMetricFilterArgs>, "inputs" | "aws">): Promise<void> {
  const { name, namespace, value, defaultValue, dimensions, unit } = inputs.metricTransformation;
  await aws.logs.send(
    new PutMetricFilterCommand({
      logGroupName: inputs.logGroupName,
      filterName: inputs.name,
      filterPattern: inputs.pattern,
      metricTransformations: [
        {
          metricName: name,
          metricNamespace: namespace,
          metricValue: value,
          // Pulumi holds it as text, the API as a number.
          defaultValue: defaultValue === undefined ? undefined : Number(defaultValue),
          dimensions: dimensions && { ...dimensions },
          unit: unit as StandardUnit | undefined,
        },
      ],
    }),
  );
}

export const logMetricFilter = defineResource<aws.cloudwatch.LogMetricFilterArgs>({
  type: "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  required: ["logGroupName", "metricTransformation", "pattern"],
  optional: ["name", "region"],
  stateOnly: ["applyOnTransformedLogs"],
  replaceOn: ["logGroupName", "name"],
  outputs: [],
  autoName: { property: "name", maxLength: 512 },

  async create({ inputs, aws }) {
    await putMetricFilter({ inputs, aws });
    return { id: present(inputs.name, "a filter name") };
  },

  async update({ inputs, aws }) {
    await putMetricFilter({ inputs, aws });
  },

  async delete({ id, inputs, aws }) {
    await aws.logs.send(new DeleteMetricFilterCommand({ logGroupName: inputs.logGroupName, filterName: id }));
  },
});

export const logResourcePolicy = defineResource<aws.cloudwatch.LogResourcePolicyArgs>({
  type: "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
  required: ["policyDocument"],
  optional: ["policyName", "region"],
  unsupported: ["resourceArn"],
  replaceOn: ["policyName"],
  outputs: ["policyScope", "revisionId"],
  autoName: { property: "policyName", maxLength: 255 },

  async create({ inputs, aws }) {
    const { resourcePolicy, revisionId } = await aws.logs.send(
      new PutResourcePolicyCommand({
        policyName: inputs.policyName,
        policyDocument: jsonText(inputs.policyDocument),
      }),
    );
    return {
      id: present(inputs.policyName, "a policy name"),
      outputs: { policyScope: "ACCOUNT", revisionId: revisionId ?? resourcePolicy?.revisionId },
    };
  },

  async update({ id, inputs, aws }) {
    const { revisionId } = await aws.logs.send(
      new PutResourcePolicyCommand({ policyName: id, policyDocument: jsonText(inputs.policyDocument) }),
    );
    return { revisionId };
  },

  async delete({ id, aws }) {
    await aws.logs.send(new DeleteResourcePolicyCommand({ policyName: id }));
  },
});
