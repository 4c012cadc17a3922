import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { administratorArns } from "./administrators";
import type { AlertBus } from "./alert-bus";
import type { CloudContext } from "./context";
import type { Detector } from "./detector";
import { healthAlarms, silence, type HealthAlarm, type WatchedParts } from "./health-alarms";
import { RegionalHealth } from "./regional-health";

export interface PipelineHealthArgs {
  readonly context: CloudContext;
  /** Starts the names of the alarms: `<namePrefix>-health-<name>`. */
  readonly namePrefix: string;
  /** Those who may handle what is told about other regions: `role/NAME`, `user/NAME` or ARNs. */
  readonly administrators: readonly string[];
  /** What tells people. */
  readonly alerts: AlertBus;
  /** What finds something to tell. */
  readonly detector: Detector;
  /** What answers it. @default nothing */
  readonly responders?: readonly { readonly watched: WatchedParts }[];
  /** Log group of the trail; it need not exist yet. */
  readonly logGroupName: pulumi.Input<string>;
  /** Guard the alarms, so that a destroy that is refused does not silence them. */
  readonly protect: boolean;
}

/**
 * Says when the pipeline itself has a fault. CloudWatch publishes to `page` itself: no function, queue or rule of the
 * pipeline stands between, and what would keep a page from people is told on `notice` as well.
 */
export class PipelineHealth extends pulumi.ComponentResource {
  /** Every queue it owns. */
  readonly queueArns: pulumi.Output<string>[];
  /** ARNs of all its parts that have one, for the rules that watch over the pipeline. */
  readonly partArns: pulumi.Output<string>[];

  constructor(name: string, args: PipelineHealthArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trailkeeper:index:PipelineHealth", name, {}, opts);
    const child = { parent: this, protect: args.protect };
    const { alerts, detector } = args;
    const watched = [alerts, detector, ...(args.responders ?? [])].map((part) => part.watched);
    const alarms = [...watched.flatMap(healthAlarms), ...silences(args)].map((alarm) =>
      this.build(name, alarm, args, child),
    );
    const regional = new RegionalHealth(
      `${name}-regions`,
      {
        ...args,
        forwarding: detector.forwarding,
        alarmActions: [alerts.pageTopicArn],
        keyArn: detector.keyArn,
        administratorArns: administratorArns(args.context, args.administrators),
      },
      { parent: this },
    );

    this.queueArns = regional.queueArns;
    this.partArns = [...alarms.map(({ arn }) => arn), ...regional.partArns];
    this.registerOutputs({ alarmArns: alarms.map(({ arn }) => arn) });
  }

  private build(
    name: string,
    alarm: HealthAlarm,
    args: PipelineHealthArgs,
    opts: pulumi.CustomResourceOptions,
  ): aws.cloudwatch.MetricAlarm {
    return new aws.cloudwatch.MetricAlarm(
      `${name}-${alarm.name}`,
      {
        name: `${args.namePrefix}-health-${alarm.name}`,
        alarmDescription: alarm.description,
        namespace: alarm.namespace,
        metricName: alarm.metricName,
        dimensions: { ...alarm.dimensions },
        statistic: alarm.statistic,
        period: alarm.periodSeconds,
        evaluationPeriods: alarm.periods,
        threshold: alarm.threshold,
        comparisonOperator: alarm.comparisonOperator,
        treatMissingData: alarm.missingData,
        actionsEnabled: true,
        alarmActions: alarm.leadsToPage
          ? [args.alerts.pageTopicArn, args.alerts.noticeTopicArn]
          : [args.alerts.pageTopicArn],
      },
      opts,
    );
  }
}

/**
 * The archive's silence is taken from the queue behind its topic and not from the topic, whose metrics are another
 * account's where the archive is.
 */
function silences({ logGroupName, detector }: PipelineHealthArgs): HealthAlarm[] {
  const archiveQueue = detector.completePath?.queue.queue;
  return [
    silence({
      name: "log-group-silent",
      what: "No event has reached the trail's log group",
      namespace: "AWS/Logs",
      metricName: "IncomingLogEvents",
      dimensions: { LogGroupName: logGroupName },
    }),
    ...(archiveQueue === undefined
      ? []
      : [
          silence({
            name: "archive-silent",
            what: "No log file has been announced by the archive",
            namespace: "AWS/SQS",
            metricName: "NumberOfMessagesSent",
            dimensions: { QueueName: archiveQueue.name },
          }),
        ]),
  ];
}
