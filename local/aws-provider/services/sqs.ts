import {
  CreateQueueCommand,
  DeleteQueueCommand,
  type QueueAttributeName,
  SetQueueAttributesCommand,
  type SQSClient,
  TagQueueCommand,
  UntagQueueCommand,
} from "@aws-sdk/client-sqs";
import type * as aws from "@pulumi/aws";
import { defineResource, present, type Plain } from "../resource";
import { changeTags } from "./tags";
import { attributeText, jsonText } from "../values";

/** SQS's attribute names for the inputs that are sent as they are (SQS API reference, SetQueueAttributes). */
const QUEUE_ATTRIBUTES = {
  contentBasedDeduplication: "ContentBasedDeduplication",
  deduplicationScope: "DeduplicationScope",
  delaySeconds: "DelaySeconds",
  fifoThroughputLimit: "FifoThroughputLimit",
  kmsDataKeyReusePeriodSeconds: "KmsDataKeyReusePeriodSeconds",
  kmsMasterKeyId: "KmsMasterKeyId",
  maxMessageSize: "MaximumMessageSize",
  messageRetentionSeconds: "MessageRetentionPeriod",
  policy: "Policy",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  redriveAllowPolicy: "RedriveAllowPolicy",
  redrivePolicy: "RedrivePolicy",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
  visibilityTimeoutSeconds: "VisibilityTimeout",
} as const satisfies Partial<Record<keyof aws.sqs.QueueArgs, QueueAttributeName>>;

type QueueAttribute = keyof typeof QUEUE_ATTRIBUTES;
const QUEUE_ATTRIBUTE_INPUTS = Object.keys(QUEUE_ATTRIBUTES) as QueueAttribute[];

export const queue = defineResource<aws.sqs.QueueArgs>({
  type: "aws:sqs/queue:Queue",
  optional: [...QUEUE_ATTRIBUTE_INPUTS, "fifoQueue", "name", "region", "tags"],
  unsupported: ["namePrefix"],
  replaceOn: ["fifoQueue", "name"],
  outputs: ["arn", "url"],
  defaults: {
    contentBasedDeduplication: false,
    delaySeconds: 0,
    fifoQueue: false,
    messageRetentionSeconds: 345_600,
    receiveWaitTimeSeconds: 0,
    visibilityTimeoutSeconds: 30,
  },
  autoName: {
    property: "name",
    suffix: (inputs) => (inputs.fifoQueue ? ".fifo" : ""),
    maxLength: 80,
  },

  async create({ inputs, aws, location }) {
    const { QueueUrl } = await aws.sqs.send(
      new CreateQueueCommand({
        QueueName: inputs.name,
        Attributes: {
          ...queueAttributes(
            inputs,
            QUEUE_ATTRIBUTE_INPUTS.filter((input) => hasValue(inputs[input])),
          ),
          ...(inputs.fifoQueue ? { FifoQueue: "true" } : {}),
        },
        tags: { ...inputs.tags },
      }),
    );
    const url = present(QueueUrl, "the queue's URL");
    return {
      id: url,
      outputs: {
        arn: `arn:${location.partition}:sqs:${location.region}:${location.accountId}:${inputs.name}`,
        url,
      },
    };
  },

  async update({ id, old, inputs, aws, changed }) {
    const attributes = QUEUE_ATTRIBUTE_INPUTS.filter((input) => changed(input));
    if (attributes.length > 0)
      await aws.sqs.send(
        new SetQueueAttributesCommand({ QueueUrl: id, Attributes: queueAttributes(inputs, attributes) }),
      );
    await changeTags(old.tags, inputs.tags, {
      add: (tags) => aws.sqs.send(new TagQueueCommand({ QueueUrl: id, Tags: { ...tags } })),
      remove: (TagKeys) => aws.sqs.send(new UntagQueueCommand({ QueueUrl: id, TagKeys })),
    });
  },

  async delete({ id, aws }) {
    await aws.sqs.send(new DeleteQueueCommand({ QueueUrl: id }));
  },
});

function hasValue(value: unknown): boolean {
  return value !== undefined && value !== false;
}

function queueAttributes(
  inputs: Plain<aws.sqs.QueueArgs>,
  names: readonly QueueAttribute[],
): Record<string, string> {
  return Object.fromEntries(names.map((input) => [QUEUE_ATTRIBUTES[input], attributeText(inputs[input])]));
}

/** Sets one attribute of a queue; an empty value takes a policy away. */
async function setAttribute(
  sqs: SQSClient,
  QueueUrl: string,
  attribute: QueueAttributeName,
  value: string,
): Promise<void> {
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { [attribute]: value } }));
}

export const queuePolicy = defineResource<aws.sqs.QueuePolicyArgs>({
  type: "aws:sqs/queuePolicy:QueuePolicy",
  required: ["policy", "queueUrl"],
  optional: ["region"],
  replaceOn: ["queueUrl"],
  outputs: [],

  async create({ inputs, aws }) {
    await setAttribute(aws.sqs, inputs.queueUrl, "Policy", jsonText(inputs.policy));
    return { id: inputs.queueUrl };
  },

  async update({ id, inputs, aws }) {
    await setAttribute(aws.sqs, id, "Policy", jsonText(inputs.policy));
  },

  async delete({ id, aws }) {
    await setAttribute(aws.sqs, id, "Policy", "");
  },
});

export const redriveAllowPolicy = defineResource<aws.sqs.RedriveAllowPolicyArgs>({
  type: "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
  required: ["queueUrl", "redriveAllowPolicy"],
  optional: ["region"],
  replaceOn: ["queueUrl"],
  outputs: [],

  async create({ inputs, aws }) {
    await setAttribute(aws.sqs, inputs.queueUrl, "RedriveAllowPolicy", jsonText(inputs.redriveAllowPolicy));
    return { id: inputs.queueUrl };
  },

  async update({ id, inputs, aws }) {
    await setAttribute(aws.sqs, id, "RedriveAllowPolicy", jsonText(inputs.redriveAllowPolicy));
  },

  async delete({ id, aws }) {
    await setAttribute(aws.sqs, id, "RedriveAllowPolicy", "");
  },
});
