import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DEAD_LETTER_RETENTION_SECONDS } from "./alert-topics";
import type { CloudContext } from "./context";
import { forwardRoleName, forwardRuleName } from "./detector-names";
import { forwardRolePolicy, forwardTrustPolicy } from "./policies/detect-forward-role";
import { TARGET_RETRY } from "./target-retry";
import { admitSender } from "./queue-policy";

/**
 * State of every rule that CloudTrail's events pass: the plain `ENABLED` leaves out read-only management events, on the
 * forwarding rule and again on the receiving one (EventBridge User Guide, "Receiving read-only management events").
 */
export const ALL_MANAGEMENT_EVENTS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

/** Targets of forwarding rules have one name in every region. */
const TARGET_ID = "raw-event-bus";

export interface ForwarderArgs {
  readonly context: CloudContext;
  /** Starts the names of the role and the rules. */
  readonly namePrefix: string;
  /** Regions whose default bus is listened to. */
  readonly regions: readonly string[];
  /** EventBridge patterns of the events to forward; one rule each. */
  readonly patterns: readonly string[];
  /** Bus that gets the events; may be another account's. */
  readonly rawEventBusArn: pulumi.Input<string>;
  /** ARNs, wildcards allowed, of those who may put an undelivered event back. */
  readonly administratorArns: pulumi.Input<string[]>;
}

/** What listens in one region. */
export interface ForwardingRegion {
  readonly region: string;
  readonly ruleNames: readonly string[];
  readonly ruleArns: readonly pulumi.Output<string>[];
  /** What could not be forwarded. */
  readonly deadLetterQueueName: pulumi.Output<string>;
  readonly deadLetterQueueArn: pulumi.Output<string>;
}

/**
 * Forwards CloudTrail's events from the default bus of every monitored region to the bus for raw events: rules work in
 * their own region alone, and a multi-region trail does not change that. A rule keeps trying for a day; what it gives
 * up waits in a dead-letter queue, which EventBridge wants in the rule's region. Those queues are encrypted by SQS
 * itself: a key of ours in each region would protect, at a price, what every region's Event history shows anyway.
 */
export class Forwarder extends pulumi.ComponentResource {
  readonly roleArn: pulumi.Output<string>;
  readonly byRegion: readonly ForwardingRegion[];
  /** Names of the rules on the default bus of each region. */
  readonly ruleNames: Readonly<Record<string, readonly string[]>>;

  constructor(name: string, args: ForwarderArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trailkeeper:index:Forwarder", name, {}, opts);
    const child = { parent: this };
    const { context, namePrefix } = args;

    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: forwardRoleName(namePrefix),
        description: "Forwards CloudTrail events to the bus that detections listen to",
        assumeRolePolicy: pulumi.jsonStringify(
          pulumi.output(context.accountId).apply((accountId) =>
            forwardTrustPolicy({
              partition: context.partition,
              accountId,
              ruleName: forwardRuleName(namePrefix, "*"),
            }),
          ),
        ),
      },
      { ...child, deleteBeforeReplace: true },
    );
    const rolePolicy = new aws.iam.RolePolicy(
      `${name}-role-policy`,
      {
        role: role.name,
        policy: pulumi.jsonStringify(pulumi.output(args.rawEventBusArn).apply(forwardRolePolicy)),
      },
      child,
    );

    this.roleArn = role.arn;
    this.byRegion = args.regions.map((region) => this.forwardFrom(name, region, args, role, rolePolicy));
    this.ruleNames = Object.fromEntries(this.byRegion.map(({ region, ruleNames }) => [region, ruleNames]));
    this.registerOutputs({
      roleArn: this.roleArn,
      deadLetterQueueArns: this.byRegion.map(({ deadLetterQueueArn }) => deadLetterQueueArn),
    });
  }

  private forwardFrom(
    name: string,
    regionName: string,
    args: ForwarderArgs,
    role: aws.iam.Role,
    rolePolicy: aws.iam.RolePolicy,
  ): ForwardingRegion {
    const child = { parent: this };
    const region = regionName === args.context.region ? undefined : regionName;
    const deadLetters = new aws.sqs.Queue(
      `${name}-${regionName}-dead-letters`,
      {
        region,
        sqsManagedSseEnabled: true,
        messageRetentionSeconds: DEAD_LETTER_RETENTION_SECONDS,
      },
      child,
    );
    const rules = args.patterns.map(
      (eventPattern, index) =>
        new aws.cloudwatch.EventRule(
          `${name}-${regionName}-rule-${index + 1}`,
          {
            region,
            name: forwardRuleName(args.namePrefix, index + 1),
            description: "CloudTrail events that a detection may ask for, to the bus for raw events",
            eventPattern,
            state: ALL_MANAGEMENT_EVENTS,
          },
          { ...child, deleteBeforeReplace: true },
        ),
    );
    const deadLettersPolicy = admitSender(
      `${name}-${regionName}-dead-letters`,
      deadLetters,
      {
        region,
        service: "events.amazonaws.com",
        sourceArns: rules.map(({ arn }) => arn),
        administratorArns: args.administratorArns,
      },
      child,
    );
    rules.forEach((rule, index) => {
      new aws.cloudwatch.EventTarget(
        `${name}-${regionName}-target-${index + 1}`,
        {
          region,
          rule: rule.name,
          targetId: TARGET_ID,
          arn: args.rawEventBusArn,
          roleArn: role.arn,
          deadLetterConfig: { arn: deadLetters.arn },
          retryPolicy: TARGET_RETRY,
        },
        { ...child, dependsOn: [rolePolicy, deadLettersPolicy] },
      );
    });
    return {
      region: regionName,
      ruleNames: args.patterns.map((_, index) => forwardRuleName(args.namePrefix, index + 1)),
      ruleArns: rules.map(({ arn }) => arn),
      deadLetterQueueName: deadLetters.name,
      deadLetterQueueArn: deadLetters.arn,
    };
  }
}
