import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DesiredArchive, DesiredTrail } from "../functions/restore/desired";
import { RESTORE_TIMEOUT_SECONDS } from "../functions/restore/limits";
import type { CloudContext } from "./context";
import { functionCode } from "./function-code";
import { restoreRolePolicy } from "./policies/restore-role";
import { restoreFiles } from "./restore-package";
import type { TrailRestorer } from "./trail-restorer";

const MEMORY_MB = 512;

/** The least that an event source mapping takes (Lambda API reference, ScalingConfig). */
const MAXIMUM_CONCURRENCY = 2;

export interface RestoreFunctionArgs {
  readonly context: CloudContext;
  /** What leads to the function. */
  readonly restorer: TrailRestorer;
  /** Look, and record what would be put back; or put it back. With `off`, there is to be no restorer at all. */
  readonly mode: "observe" | "enforce";
  /** What the trail was deployed as; an `AuditTrail` has both. */
  readonly trail: {
    readonly desired: pulumi.Input<DesiredTrail>;
    readonly deliveryRoleArn: pulumi.Input<string>;
  };
  /** What the archive's bucket was deployed as. @default it is not this stack's: the trail alone is restored */
  readonly archive?: pulumi.Input<DesiredArchive>;
  /** The table of responses. */
  readonly tableName: pulumi.Input<string>;
  readonly tableArn: pulumi.Input<string>;
  readonly alertBusName: pulumi.Input<string>;
  readonly alertBusArn: pulumi.Input<string>;
  /** Retention of the function's log. */
  readonly logRetentionDays: number;
  /** Refuse to delete the log, which says what was put back, until that is switched off. */
  readonly logDeletionProtection: boolean;
}

/**
 * The restore function on its queue. Its package holds the desired state of trail and archive, and is the only place that
 * it takes values from.
 */
export class RestoreFunction extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  readonly functionArn: pulumi.Output<string>;
  readonly logGroupArn: pulumi.Output<string>;

  constructor(name: string, args: RestoreFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trailkeeper:index:RestoreFunction", name, {}, opts);
    const child = { parent: this };
    const { context, restorer, mode, archive } = args;
    const { partition } = context;

    // Named as Lambda would name it, and before the function exists, so that Lambda never makes one without a key.
    const log = new aws.cloudwatch.LogGroup(
      `${name}-log`,
      {
        name: `/aws/lambda/${restorer.functionName}`,
        kmsKeyId: restorer.keyArn,
        retentionInDays: args.logRetentionDays,
        deletionProtectionEnabled: args.logDeletionProtection,
      },
      { ...child, deleteBeforeReplace: true },
    );
    const trail = pulumi.output(args.trail.desired);
    const facts = pulumi.output({
      mode,
      queueArn: restorer.queue.arn,
      tableArn: args.tableArn,
      alertBusArn: args.alertBusArn,
      logGroupArn: log.arn,
      trailArn: trail.arn,
      deliveryRoleArn: args.trail.deliveryRoleArn,
      archiveBucketArn:
        archive && pulumi.output(archive).apply(({ bucketName }) => `arn:${partition}:s3:::${bucketName}`),
    });
    const rolePolicy = new aws.iam.RolePolicy(
      `${name}-role-policy`,
      { role: restorer.role.name, policy: pulumi.jsonStringify(facts.apply(restoreRolePolicy)) },
      child,
    );
    const files = restoreFiles({ ...context, mode, trail, archive, ownRoleArns: restorer.ownRoleArns });
    const restore = new aws.lambda.Function(
      `${name}-function`,
      {
        name: restorer.functionName,
        description: "Puts the audit trail, and its archive's policy, back to what the stack deployed",
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        code: files.apply((texts) => functionCode("restore", texts)),
        role: restorer.role.arn,
        timeout: RESTORE_TIMEOUT_SECONDS,
        memorySize: MEMORY_MB,
        loggingConfig: { logFormat: "JSON", logGroup: log.name },
        environment: {
          variables: { ALERT_BUS_NAME: args.alertBusName, RESPONSE_TABLE_NAME: args.tableName },
        },
      },
      { ...child, dependsOn: [rolePolicy], deleteBeforeReplace: true },
    );
    new aws.lambda.EventSourceMapping(
      `${name}-mapping`,
      {
        eventSourceArn: restorer.queue.arn,
        functionName: restore.arn,
        batchSize: 1,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency: MAXIMUM_CONCURRENCY },
      },
      { ...child, dependsOn: [rolePolicy] },
    );

    this.functionName = restore.name;
    this.functionArn = restore.arn;
    this.logGroupArn = log.arn;
    this.registerOutputs({
      functionName: this.functionName,
      functionArn: this.functionArn,
      logGroupArn: this.logGroupArn,
    });
  }
}
