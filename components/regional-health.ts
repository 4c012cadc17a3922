import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CloudContext } from "./context";
import { admitSender } from "./queue-policy";
import type { ForwardingRegion } from "./forwarder";
import { deadLetters, LOST_EVENTS_METRIC } from "./health-alarms";
import { forwardRolePolicy, forwardTrustPolicy } from "./policies/detect-forward-role";
import { TARGET_RETRY } from "./target-retry";

/** Metrics that an alarm can add up (CloudWatch User Guide, "Alarms on metric math expressions"). */
const METRICS_PER_ALARM = 10;

/** How long an alarm's change of state in another region keeps the home region's alarm on. */
const NEWS_RETENTION_SECONDS = 86_400;

/** What the names of alarms on forwarding begin with, after the stack's own prefix. */
const FORWARD = "forward-";

export interface RegionalHealthArgs {
  readonly context: CloudContext;
  readonly namePrefix: string;
  readonly forwarding: readonly ForwardingRegion[];
  /** Topics of the home region that its alarms tell. */
  readonly alarmActions: readonly pulumi.Input<string>[];
  readonly keyArn: pulumi.Input<string>;
  readonly administratorArns: pulumi.Input<string[]>;
  readonly protect: boolean;
}

/**
 * Alarms on what could not be forwarded from each monitored region. CloudWatch alarms look at metrics of their own
 * region and tell topics of their own region alone, and topics in every region would have to be confirmed by people in
 * every region. So a rule in each other region sends the change of the alarm's state to the home region's default bus,
 * where a rule puts it into a queue that should be empty, and an alarm on that queue pages.
 *
 * That way shares neither rule, role nor bus with the forwarding that it watches; and what breaks EventBridge's
 * forwarding as a whole breaks the home region's too, whose alarms page directly.
 */
export class RegionalHealth extends pulumi.ComponentResource {
  readonly queueArns: pulumi.Output<string>[];
  readonly partArns: pulumi.Output<string>[];

  constructor(name: string, args: RegionalHealthArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trailkeeper:index:RegionalHealth", name, {}, opts);
    const child = { parent: this, protect: args.protect };
    const home = args.context.region;
    const away = args.forwarding.map(({ region }) => region).filter((region) => region !== home);

    const alarms = args.forwarding.flatMap((from) => this.alarmsOn(name, from, args, child));
    const news = away.length > 0 ? this.bringHome(name, away, args, child) : undefined;

    this.queueArns = news ? [news.queueArn] : [];
    this.partArns = [...alarms.map(({ arn }) => arn), ...(news?.partArns ?? [])];
    this.registerOutputs({ partArns: this.partArns });
  }

  private alarmsOn(
    name: string,
    from: ForwardingRegion,
    args: RegionalHealthArgs,
    opts: pulumi.CustomResourceOptions,
  ): aws.cloudwatch.MetricAlarm[] {
    const isHome = from.region === args.context.region;
    const shared = {
      region: isHome ? undefined : from.region,
      evaluationPeriods: 1,
      threshold: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      treatMissingData: "notBreaching",
      actionsEnabled: true,
      alarmActions: isHome ? [...args.alarmActions] : [],
    };
    const undelivered = deadLetters({
      name: `${FORWARD}${from.region}-undelivered`,
      what: `the dead-letter queue of the forwarding rules in ${from.region}`,
      physicalName: from.deadLetterQueueName,
    });
    const alarms = [
      new aws.cloudwatch.MetricAlarm(
        `${name}-${from.region}-undelivered`,
        {
          ...shared,
          name: alarmName(args, undelivered.name),
          alarmDescription: undelivered.description,
          namespace: undelivered.namespace,
          metricName: undelivered.metricName,
          dimensions: { ...undelivered.dimensions },
          statistic: undelivered.statistic,
          period: undelivered.periodSeconds,
        },
        opts,
      ),
    ];
    for (let start = 0; start < from.ruleNames.length; start += METRICS_PER_ALARM) {
      const suffix = `${from.region}-lost${start === 0 ? "" : `-${start / METRICS_PER_ALARM + 1}`}`;
      alarms.push(
        new aws.cloudwatch.MetricAlarm(
          `${name}-${suffix}`,
          {
            ...shared,
            name: alarmName(args, `${FORWARD}${suffix}`),
            alarmDescription: `The forwarding rules in ${from.region} lost an event, which their dead-letter queue did not take either. Look at the queue's policy.`,
            metricQueries: lostEvents(from.ruleNames.slice(start, start + METRICS_PER_ALARM)),
          },
          opts,
        ),
      );
    }
    return alarms;
  }

  /** The way of other regions' alarms to an alarm of the home region. */
  private bringHome(
    name: string,
    away: readonly string[],
    args: RegionalHealthArgs,
    opts: pulumi.CustomResourceOptions,
  ): { readonly queueArn: pulumi.Output<string>; readonly partArns: pulumi.Output<string>[] } {
    const { context } = args;
    const { partition, region: home } = context;
    const ruleName = `${args.namePrefix}-health-news`;
    const homeBusArn = pulumi.interpolate`arn:${partition}:events:${home}:${context.accountId}:event-bus/default`;
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        description: "Sends the state of alarms in other regions to the home region",
        assumeRolePolicy: pulumi.jsonStringify(
          pulumi
            .output(context.accountId)
            .apply((accountId) => forwardTrustPolicy({ partition, accountId, ruleName })),
        ),
      },
      opts,
    );
    const rolePolicy = new aws.iam.RolePolicy(
      `${name}-role-policy`,
      { role: role.name, policy: pulumi.jsonStringify(homeBusArn.apply(forwardRolePolicy)) },
      opts,
    );
    const senders = away.map((region) => {
      const rule = new aws.cloudwatch.EventRule(
        `${name}-${region}-rule`,
        {
          region,
          // The role trusts rules of this name.
          name: ruleName,
          description: "Alarms on event forwarding, to the home region",
          eventPattern: JSON.stringify(goesOff(args)),
        },
        { ...opts, deleteBeforeReplace: true },
      );
      new aws.cloudwatch.EventTarget(
        `${name}-${region}-target`,
        {
          region,
          rule: rule.name,
          targetId: "home",
          arn: homeBusArn,
          roleArn: role.arn,
          retryPolicy: TARGET_RETRY,
        },
        { ...opts, dependsOn: [rolePolicy] },
      );
      return rule;
    });

    const queue = new aws.sqs.Queue(
      `${name}-news`,
      { kmsMasterKeyId: args.keyArn, messageRetentionSeconds: NEWS_RETENTION_SECONDS },
      opts,
    );
    const rule = new aws.cloudwatch.EventRule(
      `${name}-rule`,
      {
        description: "Alarms on event forwarding of other regions, to a queue that should be empty",
        // The home region's own alarms page directly.
        eventPattern: JSON.stringify({ ...goesOff(args), region: [{ "anything-but": [home] }] }),
      },
      opts,
    );
    const queuePolicy = admitSender(
      `${name}-news`,
      queue,
      {
        service: "events.amazonaws.com",
        sourceArns: [rule.arn],
        administratorArns: args.administratorArns,
      },
      opts,
    );
    new aws.cloudwatch.EventTarget(
      `${name}-target`,
      { rule: rule.name, targetId: "news", arn: queue.arn, retryPolicy: TARGET_RETRY },
      { ...opts, dependsOn: [queuePolicy] },
    );
    const alarm = new aws.cloudwatch.MetricAlarm(
      `${name}-alarm`,
      {
        name: alarmName(args, "other-regions"),
        alarmDescription:
          "An alarm on event forwarding went off in another region. The message in the queue says which; it goes after a day.",
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: queue.name },
        statistic: "Maximum",
        period: 60,
        evaluationPeriods: 1,
        threshold: 1,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        treatMissingData: "notBreaching",
        actionsEnabled: true,
        alarmActions: [...args.alarmActions],
      },
      opts,
    );
    return {
      queueArn: queue.arn,
      partArns: [role.arn, ...senders.map(({ arn }) => arn), queue.arn, rule.arn, alarm.arn],
    };
  }
}

/** An alarm on forwarding goes off (CloudWatch User Guide, "Alarm events and EventBridge"). */
function goesOff(args: RegionalHealthArgs) {
  return {
    source: ["aws.cloudwatch"],
    "detail-type": ["CloudWatch Alarm State Change"],
    detail: { alarmName: [{ prefix: alarmName(args, FORWARD) }], state: { value: ["ALARM"] } },
  };
}

function alarmName({ namePrefix }: RegionalHealthArgs, name: string): string {
  return `${namePrefix}-health-${name}`;
}

/** Rules of the default bus have their name as the only dimension. */
function lostEvents(ruleNames: readonly string[]): aws.types.input.cloudwatch.MetricAlarmMetricQuery[] {
  return [
    ...ruleNames.map((RuleName, index) => ({
      id: `m${index + 1}`,
      metric: {
        namespace: "AWS/Events",
        metricName: LOST_EVENTS_METRIC,
        dimensions: { RuleName },
        period: 300,
        stat: "Sum",
      },
    })),
    { id: "lost", expression: "SUM(METRICS())", label: "Lost events", returnData: true },
  ];
}
