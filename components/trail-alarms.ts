import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { CIS_CONTROLS, CIS_METRIC_NAMESPACE, type CisControl } from "../detections/cis-controls";
import { refuseImpossibleAlarms } from "./trail-alarms-limits";

/** An alarm on the number of trail events that match a pattern. */
export interface AlarmDefinition {
  /** Unique among all alarms of the component, the CIS ones included. */
  readonly name: string;
  /** CloudWatch Logs metric filter pattern (JSON form). */
  readonly pattern: string;
  /** The alarm fires at this many matches within a period, or more. */
  readonly threshold: number;
  readonly periodSeconds: number;
  readonly topic: "page" | "notice";
}

/** What {@link TrailAlarms} are built from. */
export interface TrailAlarmsArgs {
  /** Starts the names of metric filters, metrics and alarms: `<namePrefix>-<name>`. */
  readonly namePrefix: string;
  /** Log group that the trail delivers to; Standard class. */
  readonly logGroupName: pulumi.Input<string>;
  readonly pageTopicArn: pulumi.Input<string>;
  /** Where the CIS alarms go: they are noisy by design and never page anybody. */
  readonly noticeTopicArn: pulumi.Input<string>;
  /**
   * Guard the CIS filters and alarms with Pulumi's `protect`, so that a refused destroy does not silence them. Alarms of
   * the user's own come and go with the settings. @default false
   */
  readonly protect?: boolean;
  /** Alarms beside the CIS ones. @default none */
  readonly alarms?: readonly AlarmDefinition[];
}

/** A metric filter with an alarm on what it counts. */
interface FilterAlarm {
  readonly name: string;
  readonly namespace: string;
  readonly pattern: string;
  readonly description: string;
  readonly threshold: number;
  readonly periodSeconds: number;
  readonly topicArn: pulumi.Input<string>;
}

/** What the Security Hub User Guide asks of the CIS alarms: one event within five minutes. */
const CIS_THRESHOLD = 1;
const CIS_PERIOD_SECONDS = 300;

/**
 * Alarms on the trail's log group: the CIS filters, verbatim, as Security Hub's CloudWatch.1 to CloudWatch.14 demand
 * them, and alarms on patterns of the user's own in a metric namespace of their own.
 */
export class TrailAlarms extends pulumi.ComponentResource {
  /** ARNs by name without prefix (`root-usage`, ...). */
  readonly alarmArns: pulumi.Output<Record<string, string>>;
  /** ARNs of all its parts that have one, for the rules that watch over the pipeline. */
  readonly partArns: pulumi.Output<string>[];

  /** @throws Error when the user's alarms clash by name, have a faulty pattern or exceed the log group's quotas. */
  constructor(name: string, args: TrailAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trailkeeper:index:TrailAlarms", name, {}, opts);
    const own = args.alarms ?? [];
    refuseImpossibleAlarms(own);

    const filterAlarms = [
      ...CIS_CONTROLS.map((control) => ({ ...cisAlarm(control, args), protect: args.protect })),
      ...own.map((alarm) => ({ ...ownAlarm(alarm, args), protect: false })),
    ];
    const arns = filterAlarms.map(
      ({ protect, ...alarm }) =>
        [alarm.name, this.build(name, alarm, args, { parent: this, protect })] as const,
    );
    this.alarmArns = pulumi.output(Object.fromEntries(arns));
    this.partArns = arns.map(([, arn]) => arn);
    this.registerOutputs({ alarmArns: this.alarmArns });
  }

  private build(
    componentName: string,
    alarm: FilterAlarm,
    args: TrailAlarmsArgs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Output<string> {
    const physicalName = `${args.namePrefix}-${alarm.name}`;
    const filter = new aws.cloudwatch.LogMetricFilter(
      `${componentName}-${alarm.name}-filter`,
      {
        name: physicalName,
        logGroupName: args.logGroupName,
        pattern: alarm.pattern,
        metricTransformation: {
          name: physicalName,
          namespace: alarm.namespace,
          value: "1",
          defaultValue: "0",
        },
      },
      opts,
    );
    const metricAlarm = new aws.cloudwatch.MetricAlarm(
      `${componentName}-${alarm.name}-alarm`,
      {
        name: physicalName,
        alarmDescription: alarm.description,
        namespace: alarm.namespace,
        metricName: physicalName,
        statistic: "Sum",
        period: alarm.periodSeconds,
        evaluationPeriods: 1,
        threshold: alarm.threshold,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        // No log events at all is no match; that the trail has gone silent is for another alarm to tell.
        treatMissingData: "notBreaching",
        actionsEnabled: true,
        alarmActions: [alarm.topicArn],
      },
      { ...opts, dependsOn: [filter] },
    );
    return metricAlarm.arn;
  }
}

function cisAlarm(control: CisControl, args: TrailAlarmsArgs): FilterAlarm {
  const number = control.cis["6.0"].join(", ");
  const source = control.securityHub
    ? `Security Hub ${control.securityHub}, CIS 6.0 ${number}`
    : `CIS 6.0 ${number}`;
  return {
    name: control.name,
    namespace: CIS_METRIC_NAMESPACE,
    pattern: control.pattern,
    description: `${control.title} (${source}). ${control.meaning}`,
    threshold: CIS_THRESHOLD,
    periodSeconds: CIS_PERIOD_SECONDS,
    topicArn: args.noticeTopicArn,
  };
}

function ownAlarm(alarm: AlarmDefinition, args: TrailAlarmsArgs): FilterAlarm {
  return {
    name: alarm.name,
    // Security Hub reads LogMetrics; other metrics there would only confuse whoever looks.
    namespace: `Trailkeeper/${args.namePrefix}`,
    pattern: alarm.pattern,
    description:
      `${alarm.name}: ${alarm.threshold} or more CloudTrail events within ${alarm.periodSeconds} seconds matched ` +
      `the pattern of the metric filter ${args.namePrefix}-${alarm.name}.`,
    threshold: alarm.threshold,
    periodSeconds: alarm.periodSeconds,
    topicArn: alarm.topic === "page" ? args.pageTopicArn : args.noticeTopicArn,
  };
}
