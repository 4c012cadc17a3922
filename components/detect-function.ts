import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ArchiveParts } from "./archive-parts";
import type { Detector } from "./detector";
import { DETECT_TIMEOUT_SECONDS } from "./detector-queue";
import { functionCode } from "./function-code";
import { logFilePrefixes } from "./log-file-prefixes";
import { detectRolePolicy } from "./policies/detect-role";

/** A log file is read as a stream, but decided as a whole; memory also buys the share of a processor. */
const MEMORY_MB = 1_024;

/** Raw events are small; a log file has up to some ten thousand. */
const FAST_BATCH_SIZE = 10;
const COMPLETE_BATCH_SIZE = 5;

/** A flood of events must not take the account's Lambda concurrency away from others. */
const MAXIMUM_CONCURRENCY = 10;

export interface DetectFunctionArgs {
  /** What leads to the function, and what it remembers. */
  readonly detector: Detector;
  readonly alertBusName: pulumi.Input<string>;
  readonly alertBusArn: pulumi.Input<string>;
  /** The archive that the complete path reads. */
  readonly archive: Pick<ArchiveParts, "bucketArn" | "keyArn" | "region">;
  /** Account that owns the trail. */
  readonly trailAccountId: pulumi.Input<string>;
  /** Organization id (`o-...`) of an organization trail. @default an account trail */
  readonly organizationId?: string;
  /** Files of the function's package beside its code, by name. */
  readonly files: pulumi.Input<Readonly<Record<string, string>>>;
  /** Where the runbooks are published. @default alerts have no link to one */
  readonly runbooksUrl?: string;
  /** Retention of the function's log. */
  readonly logRetentionDays: number;
  /** Refuse to delete the log, which says what was decided, until that is switched off. */
  readonly logDeletionProtection: boolean;
}

/**
 * The detect function on both queues. Its package holds the rules, those on the program's own resources among them, so
 * that a change of rules is a change of code, with a preview that shows it.
 */
export class DetectFunction extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  readonly functionArn: pulumi.Output<string>;
  readonly logGroupArn: pulumi.Output<string>;

  constructor(name: string, args: DetectFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trailkeeper:index:DetectFunction", name, {}, opts);
    const child = { parent: this };
    const { detector } = args;
    const fast = detector.fastPath.queue.queue;
    const complete = detector.completePath?.queue.queue;

    // Named as Lambda would name it, and before the function exists, so that Lambda never makes one without a key.
    const log = new aws.cloudwatch.LogGroup(
      `${name}-log`,
      {
        name: `/aws/lambda/${detector.functionName}`,
        kmsKeyId: detector.keyArn,
        retentionInDays: args.logRetentionDays,
        deletionProtectionEnabled: args.logDeletionProtection,
      },
      { ...child, deleteBeforeReplace: true },
    );
    const { bucketArn, keyArn, region } = args.archive;
    const prefixes = pulumi
      .output(args.trailAccountId)
      .apply((accountId) => logFilePrefixes(accountId, args.organizationId));
    const facts = pulumi.output({
      queueArns: [fast.arn, ...(complete ? [complete.arn] : [])],
      tableArn: detector.tableArn,
      alertBusArn: args.alertBusArn,
      logGroupArn: log.arn,
      archive: complete && { bucketArn, keyArn, region, prefixes },
    });
    const rolePolicy = new aws.iam.RolePolicy(
      `${name}-role-policy`,
      { role: detector.role.name, policy: pulumi.jsonStringify(facts.apply(detectRolePolicy)) },
      child,
    );
    const detect = new aws.lambda.Function(
      `${name}-function`,
      {
        name: detector.functionName,
        description: "Evaluates detection rules on CloudTrail events and puts alerts on the alert bus",
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        code: pulumi.output(args.files).apply((files) => functionCode("detect", files)),
        role: detector.role.arn,
        timeout: DETECT_TIMEOUT_SECONDS,
        memorySize: MEMORY_MB,
        loggingConfig: { logFormat: "JSON", logGroup: log.name },
        environment: {
          variables: {
            ALERT_BUS_NAME: args.alertBusName,
            TABLE_NAME: detector.tableName,
            ...(args.runbooksUrl !== undefined && { RUNBOOKS_URL: args.runbooksUrl }),
          },
        },
      },
      { ...child, dependsOn: [rolePolicy], deleteBeforeReplace: true },
    );
    for (const [path, queue, batchSize] of [
      ["fast", fast, FAST_BATCH_SIZE],
      ["complete", complete, COMPLETE_BATCH_SIZE],
    ] as const) {
      if (queue === undefined) continue;
      new aws.lambda.EventSourceMapping(
        `${name}-${path}-mapping`,
        {
          eventSourceArn: queue.arn,
          functionName: detect.arn,
          batchSize,
          functionResponseTypes: ["ReportBatchItemFailures"],
          scalingConfig: { maximumConcurrency: MAXIMUM_CONCURRENCY },
        },
        { ...child, dependsOn: [rolePolicy] },
      );
    }

    this.functionName = detect.name;
    this.functionArn = detect.arn;
    this.logGroupArn = log.arn;
    this.registerOutputs({
      functionName: this.functionName,
      functionArn: this.functionArn,
      logGroupArn: this.logGroupArn,
    });
  }
}
