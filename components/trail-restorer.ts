import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { restorePattern } from "../functions/restore/alert";
import { RESTORE_RECEIVES, RESTORE_TIMEOUT_SECONDS } from "../functions/restore/limits";
import { administratorArns } from "./administrators";
import type { CloudContext } from "./context";
import { functionQueue } from "./function-queue";
import type { WatchedParts } from "./health-alarms";
import { LAMBDA_TRUST_POLICY } from "./policies/lambda-trust";
import { admitSender } from "./queue-policy";
import { restoreFunctionName, restoreRoleName } from "./restore-names";
import { TARGET_RETRY } from "./target-retry";

export interface TrailRestorerArgs {
  readonly context: CloudContext;
  /** Starts the function's name. */
  readonly namePrefix: string;
  /** Names the function's role; see `restoreRoleName`. */
  readonly trailName: string;
  /** Those who may move dead letters back: `role/NAME`, `user/NAME` or ARNs. */
  readonly administrators: readonly string[];
  readonly alertBusName: pulumi.Input<string>;
  /** Key of queues and log; its policy must let EventBridge send, the function's role receive, and CloudWatch Logs encrypt. */
  readonly keyArn: pulumi.Input<string>;
  /** ARNs, `*` allowed, of the roles of our own functions, whose doings never lead to a response. The restore role always is one. */
  readonly ownRoleArns: readonly pulumi.Input<string>[];
}

/**
 * How alerts on the trail and its archive reach the restore function: a rule on the alert bus, a queue, and the role
 * that the function runs as. The function itself comes after the trail, as a `RestoreFunction`, because its package holds
 * what the trail was deployed as.
 */
export class TrailRestorer extends pulumi.ComponentResource {
  /** Role that the restore function runs as. */
  readonly role: aws.iam.Role;
  readonly functionName: string;
  /** ARN that the restore function will have. */
  readonly functionArn: pulumi.Output<string>;
  readonly queue: aws.sqs.Queue;
  readonly keyArn: pulumi.Input<string>;
  /** {@link TrailRestorerArgs.ownRoleArns} and the restore role. */
  readonly ownRoleArns: pulumi.Output<string[]>;
  /** Every queue it owns, the dead-letter queue among them. */
  readonly queueArns: pulumi.Output<string>[];
  /** What has to work for the trail to be restored. */
  readonly watched: WatchedParts;
  /** ARNs of all its parts that have one, and of the restore function and its log, which come later. */
  readonly partArns: pulumi.Output<string>[];

  constructor(name: string, args: TrailRestorerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trailkeeper:index:TrailRestorer", name, {}, opts);
    const child = { parent: this };
    const { context } = args;
    const { partition, region, accountId } = context;

    this.functionName = restoreFunctionName(args.namePrefix);
    this.role = new aws.iam.Role(
      `${name}-role`,
      {
        name: restoreRoleName(args.trailName),
        description: "Runs the restore function, which puts the audit trail and its archive's policy back",
        assumeRolePolicy: pulumi.jsonStringify(LAMBDA_TRUST_POLICY),
      },
      { ...child, deleteBeforeReplace: true },
    );
    const { queue, deadLetters } = functionQueue(
      name,
      { keyArn: args.keyArn, timeoutSeconds: RESTORE_TIMEOUT_SECONDS, receives: RESTORE_RECEIVES },
      child,
    );
    this.ownRoleArns = pulumi.all([this.role.arn, ...args.ownRoleArns]).apply((arns) => [...new Set(arns)]);
    const rule = new aws.cloudwatch.EventRule(
      `${name}-rule`,
      {
        description: "Alerts on the trail and its archive, to the queue of the restore function",
        eventBusName: args.alertBusName,
        eventPattern: this.ownRoleArns.apply(restorePattern),
      },
      child,
    );
    const sender = {
      service: "events.amazonaws.com",
      sourceArns: [rule.arn],
      administratorArns: administratorArns(context, args.administrators),
    };
    const queuePolicies = [
      admitSender(`${name}-queue`, queue, sender, child),
      admitSender(`${name}-dead-letters`, deadLetters, sender, child),
    ];
    new aws.cloudwatch.EventTarget(
      `${name}-target`,
      {
        eventBusName: args.alertBusName,
        rule: rule.name,
        targetId: "restore-queue",
        arn: queue.arn,
        deadLetterConfig: { arn: deadLetters.arn },
        retryPolicy: TARGET_RETRY,
      },
      { ...child, dependsOn: queuePolicies },
    );

    this.queue = queue;
    this.keyArn = args.keyArn;
    this.functionArn = pulumi.interpolate`arn:${partition}:lambda:${region}:${accountId}:function:${this.functionName}`;
    this.queueArns = [queue.arn, deadLetters.arn];
    this.watched = {
      queues: [
        { name: "restore-queue", what: "the queue of the restore function", physicalName: queue.name },
      ],
      deadLetters: [
        {
          name: "restore-dead-letters",
          what: "the dead-letter queue of the restore function",
          physicalName: deadLetters.name,
        },
      ],
      functions: [{ name: "restore", what: "the restore function", physicalName: this.functionName }],
      eventRules: [
        {
          name: "restore-rule",
          what: "the alert bus's rule for the restore function",
          physicalName: rule.name,
          eventBusName: args.alertBusName,
        },
      ],
    };
    this.partArns = [
      this.role.arn,
      rule.arn,
      ...this.queueArns,
      this.functionArn,
      pulumi.interpolate`arn:${partition}:logs:${region}:${accountId}:log-group:/aws/lambda/${this.functionName}`,
    ];
    this.registerOutputs({
      roleArn: this.role.arn,
      functionArn: this.functionArn,
      queueArns: this.queueArns,
    });
  }
}
