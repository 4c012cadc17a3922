import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteArchiveCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  type Target,
  UntagResourceCommand,
  UpdateArchiveCommand,
  UpdateEventBusCommand,
} from "@aws-sdk/client-eventbridge";
import type * as aws from "@pulumi/aws";
import { parseArn } from "../../../formats/arn";
import { defineResource, present, type Operation, type Plain } from "../resource";
import { changeTags, tagPairs } from "./tags";
import { defined, jsonText, pascalCase } from "../values";

const DEFAULT_BUS = "default";

/** Programs name a bus by name or ARN; the emulator knows names only. */
function busName(nameOrArn: string | undefined): string {
  return parseArn(nameOrArn ?? DEFAULT_BUS)?.resource.replace(/^event-bus\//, "") ?? nameOrArn ?? DEFAULT_BUS;
}

function busSettings(inputs: Plain<aws.cloudwatch.EventBusArgs>) {
  return {
    Name: inputs.name,
    Description: inputs.description,
    KmsKeyIdentifier: inputs.kmsKeyIdentifier,
    DeadLetterConfig: inputs.deadLetterConfig && { Arn: inputs.deadLetterConfig.arn },
    LogConfig: inputs.logConfig && {
      IncludeDetail: inputs.logConfig.includeDetail as "FULL" | undefined,
      Level: inputs.logConfig.level as "INFO" | undefined,
    },
  };
}

/** What takes a setting away again: an update leaves what it does not name. */
const CLEARED_BUS = {
  Description: "",
  KmsKeyIdentifier: "",
  DeadLetterConfig: {},
  LogConfig: { IncludeDetail: "NONE", Level: "OFF" },
} as const;
const CLEARED_ARCHIVE = { Description: "", EventPattern: "", KmsKeyIdentifier: "" };

export const eventBus = defineResource<aws.cloudwatch.EventBusArgs>({
  type: "aws:cloudwatch/eventBus:EventBus",
  optional: ["deadLetterConfig", "description", "kmsKeyIdentifier", "logConfig", "name", "region", "tags"],
  unsupported: ["eventSourceName"],
  replaceOn: ["name"],
  outputs: ["arn"],
  autoName: { property: "name", maxLength: 256 },

  async create({ inputs, aws }) {
    const { EventBusArn } = await aws.events.send(
      new CreateEventBusCommand({ ...busSettings(inputs), Name: inputs.name, Tags: tagPairs(inputs.tags) }),
    );
    return { id: present(inputs.name, "a bus name"), outputs: { arn: EventBusArn } };
  },

  async update({ old, inputs, state, aws, changed }) {
    if (changed("description", "kmsKeyIdentifier", "deadLetterConfig", "logConfig"))
      await aws.events.send(new UpdateEventBusCommand({ ...CLEARED_BUS, ...defined(busSettings(inputs)) }));
    await changeRuleTags(aws, state.arn as string, old.tags, inputs.tags);
  },

  async delete({ id, aws }) {
    await aws.events.send(new DeleteEventBusCommand({ Name: id }));
  },
});

async function changeRuleTags(
  { events }: Operation<unknown>["aws"],
  ResourceARN: string,
  old: Parameters<typeof changeTags>[0],
  tags: Parameters<typeof changeTags>[0],
): Promise<void> {
  await changeTags(old, tags, {
    add: (added) => events.send(new TagResourceCommand({ ResourceARN, Tags: tagPairs(added) })),
    remove: (TagKeys) => events.send(new UntagResourceCommand({ ResourceARN, TagKeys })),
  });
}

/**
 * The emulator reads single statements in PutPermission and turns a whole policy into one that admits everybody, so
 * it is never sent.
 */
export const eventBusPolicy = defineResource<aws.cloudwatch.EventBusPolicyArgs>({
  type: "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
  livesInState: true,
  required: ["policy"],
  optional: ["eventBusName", "region"],
  replaceOn: ["eventBusName"],
  outputs: [],
  defaults: { eventBusName: DEFAULT_BUS },
  create: ({ inputs }) => Promise.resolve({ id: busName(inputs.eventBusName) }),
  update: () => Promise.resolve(),
  delete: () => Promise.resolve(),
});

export const eventArchive = defineResource<aws.cloudwatch.EventArchiveArgs>({
  type: "aws:cloudwatch/eventArchive:EventArchive",
  required: ["eventSourceArn"],
  optional: ["description", "eventPattern", "kmsKeyIdentifier", "name", "region", "retentionDays"],
  replaceOn: ["eventSourceArn", "name"],
  outputs: ["arn"],
  defaults: { retentionDays: 0 },
  autoName: { property: "name", maxLength: 48 },

  async create({ inputs, aws }) {
    const { ArchiveArn } = await aws.events.send(
      new CreateArchiveCommand({ ...archiveSettings(inputs), EventSourceArn: inputs.eventSourceArn }),
    );
    return { id: present(inputs.name, "an archive name"), outputs: { arn: ArchiveArn } };
  },

  async update({ inputs, aws }) {
    await aws.events.send(
      new UpdateArchiveCommand({ ...CLEARED_ARCHIVE, ...defined(archiveSettings(inputs)) }),
    );
  },

  async delete({ id, aws }) {
    await aws.events.send(new DeleteArchiveCommand({ ArchiveName: id }));
  },
});

function archiveSettings(inputs: Plain<aws.cloudwatch.EventArchiveArgs>) {
  return {
    ArchiveName: inputs.name,
    Description: inputs.description,
    EventPattern: inputs.eventPattern,
    KmsKeyIdentifier: inputs.kmsKeyIdentifier,
    RetentionDays: inputs.retentionDays,
  };
}

function ruleSettings(inputs: Plain<aws.cloudwatch.EventRuleArgs>) {
  return {
    Name: inputs.name,
    EventBusName: busName(inputs.eventBusName),
    Description: inputs.description ?? "",
    EventPattern: inputs.eventPattern,
    RoleArn: inputs.roleArn,
    ScheduleExpression: inputs.scheduleExpression,
    State: (inputs.state ?? (inputs.isEnabled === false ? "DISABLED" : "ENABLED")) as "ENABLED",
  };
}

export const eventRule = defineResource<aws.cloudwatch.EventRuleArgs>({
  type: "aws:cloudwatch/eventRule:EventRule",
  optional: [
    "description",
    "eventBusName",
    "eventPattern",
    "forceDestroy",
    "isEnabled",
    "name",
    "region",
    "roleArn",
    "scheduleExpression",
    "state",
    "tags",
  ],
  unsupported: ["namePrefix"],
  replaceOn: ["eventBusName", "name"],
  outputs: ["arn"],
  defaults: { eventBusName: DEFAULT_BUS, forceDestroy: false },
  autoName: { property: "name", maxLength: 64 },

  async create({ inputs, aws }) {
    const { RuleArn } = await aws.events.send(
      new PutRuleCommand({ ...ruleSettings(inputs), Tags: tagPairs(inputs.tags) }),
    );
    const bus = busName(inputs.eventBusName);
    const name = present(inputs.name, "a rule name");
    return { id: bus === DEFAULT_BUS ? name : `${bus}/${name}`, outputs: { arn: RuleArn } };
  },

  async update({ old, inputs, state, aws, changed }) {
    if (changed("description", "eventPattern", "isEnabled", "roleArn", "scheduleExpression", "state"))
      await aws.events.send(new PutRuleCommand(ruleSettings(inputs)));
    await changeRuleTags(aws, state.arn as string, old.tags, inputs.tags);
  },

  async delete({ inputs, aws }) {
    const rule = { EventBusName: busName(inputs.eventBusName) };
    if (inputs.forceDestroy) {
      const { Targets = [] } = await aws.events.send(
        new ListTargetsByRuleCommand({ ...rule, Rule: inputs.name }),
      );
      const Ids = Targets.map(({ Id }) => present(Id, "a target's id"));
      if (Ids.length > 0)
        await aws.events.send(new RemoveTargetsCommand({ ...rule, Rule: inputs.name, Ids, Force: true }));
    }
    await aws.events.send(new DeleteRuleCommand({ ...rule, Name: inputs.name, Force: inputs.forceDestroy }));
  },
});

export const eventTarget = defineResource<aws.cloudwatch.EventTargetArgs>({
  type: "aws:cloudwatch/eventTarget:EventTarget",
  required: ["arn", "rule"],
  optional: [
    "deadLetterConfig",
    "eventBusName",
    "forceDestroy",
    "input",
    "inputPath",
    "inputTransformer",
    "region",
    "retryPolicy",
    "roleArn",
    "sqsTarget",
    "targetId",
  ],
  unsupported: [
    "appsyncTarget",
    "batchTarget",
    "ecsTarget",
    "httpTarget",
    "kinesisTarget",
    "redshiftTarget",
    "runCommandTargets",
    "sagemakerPipelineTarget",
  ],
  replaceOn: ["eventBusName", "rule", "targetId"],
  outputs: [],
  defaults: { eventBusName: DEFAULT_BUS, forceDestroy: false },
  autoName: { property: "targetId", maxLength: 64 },

  async create({ inputs, aws }) {
    await putTarget({ inputs, aws });
    const bus = busName(inputs.eventBusName);
    const target = `${inputs.rule}-${inputs.targetId}`;
    return { id: bus === DEFAULT_BUS ? target : `${bus}-${target}` };
  },

  async update({ inputs, aws }) {
    await putTarget({ inputs, aws });
  },

  async delete({ inputs, aws }) {
    await aws.events.send(
      new RemoveTargetsCommand({
        EventBusName: busName(inputs.eventBusName),
        Rule: inputs.rule,
        Ids: [present(inputs.targetId, "a target id")],
        Force: inputs.forceDestroy,
      }),
    );
  },
});

async function putTarget({
  inputs,
  aws,
}: Pick<Operation<aws.cloudwatch.EventTargetArgs>, "inputs" | "aws">): Promise<void> {
  const target: Target = {
    Id: inputs.targetId,
    Arn: inputs.arn,
    RoleArn: inputs.roleArn,
    Input: inputs.input,
    InputPath: inputs.inputPath,
    InputTransformer: inputs.inputTransformer && {
      InputPathsMap: inputs.inputTransformer.inputPaths && { ...inputs.inputTransformer.inputPaths },
      InputTemplate: jsonText(inputs.inputTransformer.inputTemplate),
    },
    DeadLetterConfig: inputs.deadLetterConfig && { Arn: inputs.deadLetterConfig.arn },
    RetryPolicy: inputs.retryPolicy && pascalCase<Target["RetryPolicy"]>(inputs.retryPolicy),
    SqsParameters: inputs.sqsTarget && pascalCase<Target["SqsParameters"]>(inputs.sqsTarget),
  };
  const { FailedEntries = [] } = await aws.events.send(
    new PutTargetsCommand({
      EventBusName: busName(inputs.eventBusName),
      Rule: inputs.rule,
      Targets: [target],
    }),
  );
  const [failure] = FailedEntries;
  if (failure)
    throw new Error(`PutTargets refused the target: ${failure.ErrorCode}: ${failure.ErrorMessage}`);
}
