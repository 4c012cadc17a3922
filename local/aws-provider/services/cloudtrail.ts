import {
  AddTagsCommand,
  type AdvancedEventSelector,
  CreateTrailCommand,
  DeleteTrailCommand,
  DescribeTrailsCommand,
  type EventSelector,
  PutEventSelectorsCommand,
  RemoveTagsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from "@aws-sdk/client-cloudtrail";
import type * as aws from "@pulumi/aws";
import { defineResource, present, type Operation, type Plain } from "../resource";
import { changeTags, tagPairs } from "./tags";
import { defined, pascalCase } from "../values";

/** CloudTrail's plural forms: Pulumi pluralises list inputs that the API names in the singular. */
const FIELD_SELECTORS = {
  startsWiths: "StartsWith",
  notStartsWiths: "NotStartsWith",
  endsWiths: "EndsWith",
  notEndsWiths: "NotEndsWith",
};

/** What a trail selects when nothing is said: every management event (CloudTrail API reference, EventSelector). */
const MANAGEMENT_EVENTS: EventSelector = { ReadWriteType: "All", IncludeManagementEvents: true };

export const trail = defineResource<aws.cloudtrail.TrailArgs>({
  type: "aws:cloudtrail/trail:Trail",
  required: ["s3BucketName"],
  optional: [
    "advancedEventSelectors",
    "cloudWatchLogsGroupArn",
    "cloudWatchLogsRoleArn",
    "enableLogFileValidation",
    "enableLogging",
    "eventSelectors",
    "includeGlobalServiceEvents",
    "isMultiRegionTrail",
    "isOrganizationTrail",
    "kmsKeyId",
    "name",
    "region",
    "s3KeyPrefix",
    "snsTopicName",
    "tags",
  ],
  // The emulator answers PutInsightSelectors with "Unknown CloudTrail action".
  stateOnly: ["insightSelectors"],
  replaceOn: ["name"],
  outputs: ["arn", "homeRegion", "snsTopicArn"],
  defaults: {
    enableLogFileValidation: false,
    enableLogging: true,
    includeGlobalServiceEvents: true,
    isMultiRegionTrail: false,
    isOrganizationTrail: false,
  },
  autoName: { property: "name", maxLength: 128 },

  async create({ inputs, aws, location }) {
    const { TrailARN } = await aws.cloudTrail.send(
      new CreateTrailCommand({ ...trailSettings(inputs), Name: inputs.name }),
    );
    const id = present(TrailARN, "the trail's ARN");
    // The emulator drops the log group, its role and the tags from CreateTrail and takes them here.
    if (inputs.cloudWatchLogsGroupArn !== undefined)
      await aws.cloudTrail.send(new UpdateTrailCommand({ ...trailSettings(inputs), Name: id }));
    if (inputs.tags !== undefined)
      await aws.cloudTrail.send(new AddTagsCommand({ ResourceId: id, TagsList: tagPairs(inputs.tags) }));
    if (inputs.advancedEventSelectors ?? inputs.eventSelectors) await putSelectors({ aws, inputs }, id);
    if (inputs.enableLogging !== false) await aws.cloudTrail.send(new StartLoggingCommand({ Name: id }));
    return {
      id,
      outputs: {
        arn: id,
        homeRegion: location.region,
        snsTopicArn: inputs.snsTopicName === undefined ? "" : topicArn(inputs.snsTopicName, location),
      },
    };
  },

  async update({ id, old, inputs, aws, location, changed }) {
    if (
      changed(
        "s3BucketName",
        "s3KeyPrefix",
        "snsTopicName",
        "kmsKeyId",
        "cloudWatchLogsGroupArn",
        "cloudWatchLogsRoleArn",
        "enableLogFileValidation",
        "includeGlobalServiceEvents",
        "isMultiRegionTrail",
        "isOrganizationTrail",
      )
    )
      await aws.cloudTrail.send(
        new UpdateTrailCommand({ ...CLEARED, ...defined(trailSettings(inputs)), Name: id }),
      );
    if (changed("advancedEventSelectors", "eventSelectors")) await putSelectors({ aws, inputs }, id);
    if (changed("enableLogging"))
      await aws.cloudTrail.send(
        inputs.enableLogging === false
          ? new StopLoggingCommand({ Name: id })
          : new StartLoggingCommand({ Name: id }),
      );
    await changeTags(old.tags, inputs.tags, {
      add: (tags) => aws.cloudTrail.send(new AddTagsCommand({ ResourceId: id, TagsList: tagPairs(tags) })),
      remove: (keys) =>
        aws.cloudTrail.send(
          new RemoveTagsCommand({ ResourceId: id, TagsList: keys.map((Key) => ({ Key })) }),
        ),
    });
    return {
      snsTopicArn: inputs.snsTopicName === undefined ? "" : topicArn(inputs.snsTopicName, location),
    };
  },

  async delete({ id, aws }) {
    await aws.cloudTrail.send(new StopLoggingCommand({ Name: id }));
    await aws.cloudTrail.send(new DeleteTrailCommand({ Name: id }));
  },

  async exists({ id, aws }) {
    const { trailList = [] } = await aws.cloudTrail.send(new DescribeTrailsCommand({ trailNameList: [id] }));
    return trailList.length > 0;
  },
});

/** What takes a setting away again; an absent one would leave it as it is (CloudTrail API reference, UpdateTrail). */
const CLEARED = {
  S3KeyPrefix: "",
  SnsTopicName: "",
  KmsKeyId: "",
  CloudWatchLogsLogGroupArn: "",
  CloudWatchLogsRoleArn: "",
};

type TrailInputs = Plain<aws.cloudtrail.TrailArgs>;

function trailSettings(inputs: TrailInputs) {
  return {
    S3BucketName: inputs.s3BucketName,
    S3KeyPrefix: inputs.s3KeyPrefix,
    SnsTopicName: inputs.snsTopicName,
    KmsKeyId: inputs.kmsKeyId,
    CloudWatchLogsLogGroupArn: inputs.cloudWatchLogsGroupArn,
    CloudWatchLogsRoleArn: inputs.cloudWatchLogsRoleArn,
    EnableLogFileValidation: inputs.enableLogFileValidation,
    IncludeGlobalServiceEvents: inputs.includeGlobalServiceEvents,
    IsMultiRegionTrail: inputs.isMultiRegionTrail,
    IsOrganizationTrail: inputs.isOrganizationTrail,
  };
}

async function putSelectors(
  { aws, inputs }: Pick<Operation<aws.cloudtrail.TrailArgs>, "aws" | "inputs">,
  TrailName: string,
): Promise<void> {
  await aws.cloudTrail.send(
    new PutEventSelectorsCommand(
      inputs.advancedEventSelectors
        ? {
            TrailName,
            AdvancedEventSelectors: pascalCase<AdvancedEventSelector[]>(
              inputs.advancedEventSelectors,
              FIELD_SELECTORS,
            ),
          }
        : {
            TrailName,
            EventSelectors: inputs.eventSelectors
              ? pascalCase<EventSelector[]>(inputs.eventSelectors)
              : [MANAGEMENT_EVENTS],
          },
    ),
  );
}

function topicArn(nameOrArn: string, location: Operation<unknown>["location"]): string {
  return nameOrArn.startsWith("arn:")
    ? nameOrArn
    : `arn:${location.partition}:sns:${location.region}:${location.accountId}:${nameOrArn}`;
}
