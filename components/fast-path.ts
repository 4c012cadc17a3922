import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CloudContext } from "./context";
import { forwardRoleName, rawEventBusName } from "./detector-names";
import { detectorQueue } from "./detector-queue";
import type { FunctionQueue } from "./function-queue";
import { admitSender } from "./queue-policy";
import { ALL_MANAGEMENT_EVENTS, Forwarder } from "./forwarder";
import { rawBusPolicy } from "./policies/detect-raw-bus";
import { TARGET_RETRY } from "./target-retry";

/** What CloudTrail puts on a bus, and nobody else can: only AWS services have sources that begin with `aws.`. */
const RAW_EVENT_PATTERN = {
  source: [{ prefix: "aws." }],
  "detail-type": [{ suffix: " via CloudTrail" }],
};

export interface FastPathArgs {
  readonly context: CloudContext;
  readonly namePrefix: string;
  readonly organizationId?: string;
  readonly monitoredRegions: readonly string[];
  /** EventBridge patterns of the events to forward. */
  readonly patterns: readonly string[];
  /** The key that encrypts bus and queues. */
  readonly keyArn: pulumi.Input<string>;
  readonly administratorArns: pulumi.Output<string[]>;
  /** Guard the bus, which members of the organization send to by its ARN. */
  readonly protect: boolean;
}

/**
 * From the default bus of every monitored region to the queue of the detect function, in seconds and best effort: a
 * bus of its own for raw events, so that no other rule of the account sees them twice and none pays for them.
 */
export class FastPath extends pulumi.ComponentResource {
  readonly busName: pulumi.Output<string>;
  readonly busArn: pulumi.Output<string>;
  readonly ruleName: pulumi.Output<string>;
  readonly ruleArn: pulumi.Output<string>;
  readonly queue: FunctionQueue;
  readonly forwarder: Forwarder;

  constructor(name: string, args: FastPathArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trailkeeper:index:FastPath", name, {}, opts);
    const child = { parent: this };
    const { context, keyArn, administratorArns } = args;
    const { queue, deadLetters } = detectorQueue(name, keyArn, child);

    const bus = new aws.cloudwatch.EventBus(
      `${name}-bus`,
      {
        name: rawEventBusName(args.namePrefix),
        description: "CloudTrail events of all monitored regions and accounts, for detections",
        kmsKeyIdentifier: keyArn,
        // Takes the events that the key stops (EventBridge User Guide, "DLQs for encrypted events").
        deadLetterConfig: { arn: deadLetters.arn },
      },
      { ...child, protect: args.protect, deleteBeforeReplace: true },
    );
    new aws.cloudwatch.EventBusPolicy(
      `${name}-bus-policy`,
      {
        eventBusName: bus.name,
        policy: pulumi.jsonStringify(
          pulumi.all([context.accountId, bus.arn]).apply(([accountId, busArn]) =>
            rawBusPolicy({
              partition: context.partition,
              accountId,
              busArn,
              forwardRoleArn: `arn:${context.partition}:iam::${accountId}:role/${forwardRoleName(args.namePrefix)}`,
              organizationId: args.organizationId,
            }),
          ),
        ),
      },
      { ...child, protect: args.protect },
    );
    const rule = new aws.cloudwatch.EventRule(
      `${name}-rule`,
      {
        description: "Every CloudTrail event, to the queue of the detect function",
        eventBusName: bus.name,
        eventPattern: JSON.stringify(RAW_EVENT_PATTERN),
        state: ALL_MANAGEMENT_EVENTS,
      },
      child,
    );
    const sender = { service: "events.amazonaws.com", administratorArns };
    const queuePolicy = admitSender(`${name}-queue`, queue, { ...sender, sourceArns: [rule.arn] }, child);
    const deadLettersPolicy = admitSender(
      `${name}-dead-letters`,
      deadLetters,
      { ...sender, sourceArns: [rule.arn, bus.arn] },
      child,
    );
    new aws.cloudwatch.EventTarget(
      `${name}-target`,
      {
        eventBusName: bus.name,
        rule: rule.name,
        targetId: "raw-queue",
        arn: queue.arn,
        deadLetterConfig: { arn: deadLetters.arn },
        retryPolicy: TARGET_RETRY,
      },
      { ...child, dependsOn: [queuePolicy, deadLettersPolicy] },
    );
    const forwarder = new Forwarder(
      `${name}-forward`,
      {
        context,
        namePrefix: args.namePrefix,
        regions: args.monitoredRegions,
        patterns: args.patterns,
        rawEventBusArn: bus.arn,
        administratorArns,
      },
      child,
    );

    this.busName = bus.name;
    this.busArn = bus.arn;
    this.ruleName = rule.name;
    this.ruleArn = rule.arn;
    this.queue = { queue, deadLetters };
    this.forwarder = forwarder;
    this.registerOutputs({
      busName: this.busName,
      busArn: this.busArn,
      ruleName: this.ruleName,
      queueArn: queue.arn,
    });
  }
}
