import { randomUUID } from "node:crypto";
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  type SNSClient,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sns";
import type * as aws from "@pulumi/aws";
import { defineResource, present, type Plain } from "../resource";
import { changeTags, tagPairs } from "./tags";
import { attributeText } from "../values";

/** SNS's attribute names for the inputs that are sent as they are (SNS API reference, SetTopicAttributes). */
const TOPIC_ATTRIBUTES = {
  deliveryPolicy: "DeliveryPolicy",
  displayName: "DisplayName",
  kmsMasterKeyId: "KmsMasterKeyId",
  policy: "Policy",
  signatureVersion: "SignatureVersion",
  tracingConfig: "TracingConfig",
  archivePolicy: "ArchivePolicy",
  contentBasedDeduplication: "ContentBasedDeduplication",
  applicationFailureFeedbackRoleArn: "ApplicationFailureFeedbackRoleArn",
  applicationSuccessFeedbackRoleArn: "ApplicationSuccessFeedbackRoleArn",
  applicationSuccessFeedbackSampleRate: "ApplicationSuccessFeedbackSampleRate",
  firehoseFailureFeedbackRoleArn: "FirehoseFailureFeedbackRoleArn",
  firehoseSuccessFeedbackRoleArn: "FirehoseSuccessFeedbackRoleArn",
  firehoseSuccessFeedbackSampleRate: "FirehoseSuccessFeedbackSampleRate",
  httpFailureFeedbackRoleArn: "HTTPFailureFeedbackRoleArn",
  httpSuccessFeedbackRoleArn: "HTTPSuccessFeedbackRoleArn",
  httpSuccessFeedbackSampleRate: "HTTPSuccessFeedbackSampleRate",
  lambdaFailureFeedbackRoleArn: "LambdaFailureFeedbackRoleArn",
  lambdaSuccessFeedbackRoleArn: "LambdaSuccessFeedbackRoleArn",
  lambdaSuccessFeedbackSampleRate: "LambdaSuccessFeedbackSampleRate",
  sqsFailureFeedbackRoleArn: "SQSFailureFeedbackRoleArn",
  sqsSuccessFeedbackRoleArn: "SQSSuccessFeedbackRoleArn",
  sqsSuccessFeedbackSampleRate: "SQSSuccessFeedbackSampleRate",
} as const satisfies Partial<Record<keyof aws.sns.TopicArgs, string>>;

type TopicAttribute = keyof typeof TOPIC_ATTRIBUTES;
const TOPIC_ATTRIBUTE_INPUTS = Object.keys(TOPIC_ATTRIBUTES) as TopicAttribute[];

export const topic = defineResource<aws.sns.TopicArgs>({
  type: "aws:sns/topic:Topic",
  optional: [...TOPIC_ATTRIBUTE_INPUTS, "fifoTopic", "name", "region", "tags"],
  unsupported: ["fifoThroughputScope", "namePrefix"],
  replaceOn: ["fifoTopic", "name"],
  outputs: ["arn", "owner"],
  defaults: { contentBasedDeduplication: false, fifoTopic: false },
  autoName: {
    property: "name",
    suffix: (inputs) => (inputs.fifoTopic ? ".fifo" : ""),
    maxLength: 256,
  },

  async create({ inputs, aws, location }) {
    const { TopicArn } = await aws.sns.send(
      new CreateTopicCommand({
        Name: inputs.name,
        Attributes: inputs.fifoTopic ? { FifoTopic: "true" } : undefined,
        Tags: tagPairs(inputs.tags),
      }),
    );
    const id = present(TopicArn, "the topic's ARN");
    for (const input of TOPIC_ATTRIBUTE_INPUTS)
      if (inputs[input] !== undefined && inputs[input] !== false)
        await aws.sns.send(setTopicAttribute(id, input, inputs[input]));
    return { id, outputs: { arn: id, owner: location.accountId } };
  },

  async update({ id, old, inputs, aws, changed }) {
    for (const input of TOPIC_ATTRIBUTE_INPUTS)
      if (changed(input)) await aws.sns.send(setTopicAttribute(id, input, inputs[input]));
    await changeTags(old.tags, inputs.tags, {
      add: (tags) => aws.sns.send(new TagResourceCommand({ ResourceArn: id, Tags: tagPairs(tags) })),
      remove: (TagKeys) => aws.sns.send(new UntagResourceCommand({ ResourceArn: id, TagKeys })),
    });
  },

  async delete({ id, aws }) {
    await aws.sns.send(new DeleteTopicCommand({ TopicArn: id }));
  },
});

function setTopicAttribute(TopicArn: string, input: TopicAttribute, value: unknown) {
  return new SetTopicAttributesCommand({
    TopicArn,
    AttributeName: TOPIC_ATTRIBUTES[input],
    AttributeValue: attributeText(value),
  });
}

export const topicPolicy = defineResource<aws.sns.TopicPolicyArgs>({
  type: "aws:sns/topicPolicy:TopicPolicy",
  required: ["arn", "policy"],
  optional: ["region"],
  replaceOn: ["arn"],
  outputs: ["owner"],

  async create({ inputs, aws, location }) {
    await aws.sns.send(setTopicAttribute(inputs.arn, "policy", inputs.policy));
    return { id: inputs.arn, outputs: { owner: location.accountId } };
  },

  async update({ id, inputs, aws }) {
    await aws.sns.send(setTopicAttribute(id, "policy", inputs.policy));
  },

  /** A topic always has a policy: deleting this resource brings back the one SNS gives a new topic. */
  async delete({ id, aws, location }) {
    await aws.sns.send(setTopicAttribute(id, "policy", ownerOnlyPolicy(id, location.accountId)));
  },
});

function ownerOnlyPolicy(topicArn: string, accountId: string): unknown {
  const actions = [
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
  ];
  return {
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: actions.map((action) => `SNS:${action}`),
        Resource: topicArn,
        Condition: { StringEquals: { "AWS:SourceOwner": accountId } },
      },
    ],
  };
}

const SUBSCRIPTION_ATTRIBUTES = {
  deliveryPolicy: "DeliveryPolicy",
  filterPolicy: "FilterPolicy",
  filterPolicyScope: "FilterPolicyScope",
  rawMessageDelivery: "RawMessageDelivery",
  redrivePolicy: "RedrivePolicy",
  subscriptionRoleArn: "SubscriptionRoleArn",
} as const satisfies Partial<Record<keyof aws.sns.TopicSubscriptionArgs, string>>;

type SubscriptionAttribute = keyof typeof SUBSCRIPTION_ATTRIBUTES;
const SUBSCRIPTION_ATTRIBUTE_INPUTS = Object.keys(SUBSCRIPTION_ATTRIBUTES) as SubscriptionAttribute[];

export const topicSubscription = defineResource<aws.sns.TopicSubscriptionArgs>({
  type: "aws:sns/topicSubscription:TopicSubscription",
  required: ["endpoint", "protocol", "topic"],
  optional: [
    ...SUBSCRIPTION_ATTRIBUTE_INPUTS,
    "confirmationTimeoutInMinutes",
    "endpointAutoConfirms",
    "region",
  ],
  // The emulator reads the other attributes of Subscribe and drops this one.
  stateOnly: ["replayPolicy"],
  replaceOn: ["endpoint", "protocol", "topic"],
  outputs: ["arn", "confirmationWasAuthenticated", "ownerId", "pendingConfirmation"],
  defaults: { confirmationTimeoutInMinutes: 1, endpointAutoConfirms: false, rawMessageDelivery: false },

  async create({ inputs, aws, location, keepInState }) {
    if (isBeyondThisMachine(inputs)) {
      keepInState("endpoint");
      const id = `${inputs.topic}:${randomUUID()}`;
      return {
        id,
        outputs: {
          arn: id,
          ownerId: location.accountId,
          pendingConfirmation: true,
          confirmationWasAuthenticated: false,
        },
      };
    }
    const { SubscriptionArn } = await aws.sns.send(
      new SubscribeCommand({
        TopicArn: inputs.topic,
        Protocol: inputs.protocol,
        Endpoint: inputs.endpoint,
        Attributes: subscriptionAttributes(inputs),
        ReturnSubscriptionArn: true,
      }),
    );
    // The emulator answers "pending confirmation" for http(s) endpoints, ReturnSubscriptionArn or not.
    const id = SubscriptionArn?.startsWith("arn:")
      ? SubscriptionArn
      : await findSubscription(aws.sns, inputs);
    const { Attributes } = await aws.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: id }));
    return {
      id,
      outputs: {
        arn: id,
        ownerId: Attributes?.Owner,
        pendingConfirmation: Attributes?.PendingConfirmation === "true",
        confirmationWasAuthenticated: Attributes?.ConfirmationWasAuthenticated === "true",
      },
    };
  },

  async update({ id, inputs, aws, changed }) {
    if (isBeyondThisMachine(inputs)) return;
    for (const input of SUBSCRIPTION_ATTRIBUTE_INPUTS)
      if (changed(input))
        await aws.sns.send(
          new SetSubscriptionAttributesCommand({
            SubscriptionArn: id,
            AttributeName: SUBSCRIPTION_ATTRIBUTES[input],
            AttributeValue: attributeText(inputs[input]),
          }),
        );
  },

  async delete({ id, inputs, aws }) {
    if (!isBeyondThisMachine(inputs)) await aws.sns.send(new UnsubscribeCommand({ SubscriptionArn: id }));
  },
});

type SubscriptionInputs = Plain<aws.sns.TopicSubscriptionArgs>;

/**
 * The emulator really posts to http(s) endpoints. A local run must not page anybody, so only endpoints on this
 * machine are subscribed. (Mail and text messages it only writes to its log.)
 */
function isBeyondThisMachine({ protocol, endpoint }: SubscriptionInputs): boolean {
  if (!protocol.startsWith("http")) return false;
  return !URL.canParse(endpoint) || !LOOPBACK.has(new URL(endpoint).hostname);
}

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]", "localhost"]);

async function findSubscription(sns: SNSClient, inputs: SubscriptionInputs): Promise<string> {
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
    { client: sns },
    { TopicArn: inputs.topic },
  )) {
    const found = Subscriptions.find(
      ({ Protocol, Endpoint }) => Protocol === inputs.protocol && Endpoint === inputs.endpoint,
    );
    if (found?.SubscriptionArn?.startsWith("arn:")) return found.SubscriptionArn;
  }
  throw new Error(`topic ${inputs.topic} does not list the subscription it has just taken`);
}

function subscriptionAttributes(inputs: SubscriptionInputs): Record<string, string> {
  return Object.fromEntries(
    SUBSCRIPTION_ATTRIBUTE_INPUTS.filter((input) => inputs[input] !== undefined).map((input) => [
      SUBSCRIPTION_ATTRIBUTES[input],
      attributeText(inputs[input]),
    ]),
  );
}
