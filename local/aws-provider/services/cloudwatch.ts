import {
  DeleteAlarmsCommand,
  PutMetricAlarmCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch";
import type * as aws from "@pulumi/aws";
import { defineResource, present, type Operation } from "../resource";
import { changeTags, tagPairs } from "./tags";

async function putAlarm(
  { inputs, aws }: Pick<Operation<aws.cloudwatch.MetricAlarmArgs>, "inputs" | "aws">,
  Tags?: { Key: string; Value: string }[],
): Promise<void> {
  await aws.cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: inputs.name,
      ActionsEnabled: inputs.actionsEnabled,
      AlarmActions: inputs.alarmActions && [...inputs.alarmActions],
      AlarmDescription: inputs.alarmDescription,
      ComparisonOperator: inputs.comparisonOperator as "GreaterThanOrEqualToThreshold",
      DatapointsToAlarm: inputs.datapointsToAlarm,
      Dimensions: Object.entries(inputs.dimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
      EvaluationPeriods: inputs.evaluationPeriods,
      ExtendedStatistic: inputs.extendedStatistic,
      InsufficientDataActions: inputs.insufficientDataActions && [...inputs.insufficientDataActions],
      MetricName: inputs.metricName,
      Namespace: inputs.namespace,
      OKActions: inputs.okActions && [...inputs.okActions],
      Period: inputs.period,
      Statistic: inputs.statistic as "Sum" | undefined,
      Tags,
      Threshold: inputs.threshold,
      TreatMissingData: inputs.treatMissingData,
      Unit: inputs.unit as "Count" | undefined,
    }),
  );
}

export const metricAlarm = defineResource<aws.cloudwatch.MetricAlarmArgs>({
  type: "aws:cloudwatch/metricAlarm:MetricAlarm",
  // Optional in the class, where they give way to other kinds of alarm that the local provider does not have.
  required: ["comparisonOperator", "evaluationPeriods"],
  optional: [
    "actionsEnabled",
    "alarmActions",
    "alarmDescription",
    "datapointsToAlarm",
    "dimensions",
    "extendedStatistic",
    "insufficientDataActions",
    "metricName",
    "name",
    "namespace",
    "okActions",
    "period",
    "region",
    "statistic",
    "tags",
    "threshold",
    "treatMissingData",
    "unit",
  ],
  stateOnly: ["evaluateLowSampleCountPercentiles", "metricQueries", "thresholdMetricId"],
  unsupported: ["evaluationCriteria", "evaluationInterval", "warmUpConfiguration"],
  replaceOn: ["name"],
  outputs: ["arn"],
  defaults: { actionsEnabled: true, treatMissingData: "missing" },
  autoName: { property: "name", maxLength: 255 },

  async create({ inputs, aws, location }) {
    const id = present(inputs.name, "an alarm name");
    // An alarm of metric math has nothing of its own that the emulator could watch.
    if (inputs.metricName !== undefined) await putAlarm({ inputs, aws }, tagPairs(inputs.tags));
    return { id, outputs: { arn: alarmArn(id, location) } };
  },

  async update({ id, old, inputs, aws, location, changed }) {
    if (inputs.metricName === undefined) return;
    if (changed(...ALARM_SETTINGS)) await putAlarm({ inputs, aws });
    const ResourceARN = alarmArn(id, location);
    await changeTags(old.tags, inputs.tags, {
      add: (tags) => aws.cloudWatch.send(new TagResourceCommand({ ResourceARN, Tags: tagPairs(tags) })),
      remove: (TagKeys) => aws.cloudWatch.send(new UntagResourceCommand({ ResourceARN, TagKeys })),
    });
  },

  async delete({ id, aws }) {
    await aws.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [id] }));
  },
});

/** Everything PutMetricAlarm writes; tags have calls of their own. */
const ALARM_SETTINGS = [
  "actionsEnabled",
  "alarmActions",
  "alarmDescription",
  "comparisonOperator",
  "datapointsToAlarm",
  "dimensions",
  "evaluationPeriods",
  "extendedStatistic",
  "insufficientDataActions",
  "metricName",
  "namespace",
  "okActions",
  "period",
  "statistic",
  "threshold",
  "treatMissingData",
  "unit",
] as const satisfies (keyof aws.cloudwatch.MetricAlarmArgs)[];

function alarmArn(name: string, location: Operation<unknown>["location"]): string {
  return `arn:${location.partition}:cloudwatch:${location.region}:${location.accountId}:alarm:${name}`;
}
