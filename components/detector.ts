import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { administratorArns } from "./administrators";
import { CompletePath } from "./complete-path";
import type { CloudContext } from "./context";
import { detectFunctionName, detectRoleName } from "./detector-names";
import { detectorTable } from "./detector-table";
import { FastPath } from "./fast-path";
import type { ForwardingRegion } from "./forwarder";
import type { FunctionQueue } from "./function-queue";
import type { WatchedParts } from "./health-alarms";
import { LAMBDA_TRUST_POLICY } from "./policies/lambda-trust";
import { detectKeyPolicy } from "./policies/detect-key";

export interface DetectorArgs {
  readonly context: CloudContext;
  /** Starts the names of bus, forwarding rules and function. */
  readonly namePrefix: string;
  /** Names the detect function's role; see `detectRoleName`. */
  readonly trailName: string;
  /** Members of this organization may forward to the raw-event bus. @default the own account alone */
  readonly organizationId?: string;
  /** Those who alone may take the key away, and may move dead letters: `role/NAME`, `user/NAME` or ARNs. */
  readonly administrators: readonly string[];
  /** Regions watched in real time. */
  readonly monitoredRegions: readonly string[];
  /** EventBridge patterns of the events that the rules on the fast path may ask for; one forwarding rule each. */
  readonly patterns: readonly string[];
  /** The topic that announces the archive's log files. @default none, and no complete path */
  readonly fileArrivedTopicArn?: pulumi.Input<string>;
  /** Region of that topic. @default the stack's */
  readonly archiveRegion?: string;
  /** Between 7 and 30. */
  readonly keyDeletionWindowDays: number;
  /** Guard key (also retained on delete), table and bus; queues are free to go, since the archive has every event. */
  readonly protect: boolean;
}

/**
 * How events reach the detect function, and what it remembers: the fast path from EventBridge in every monitored region,
 * the complete path from the archive, a queue for each, one table, one key. The function itself comes last in a program,
 * as a `DetectFunction`, because its rules know everything that the program has built.
 */
export class Detector extends pulumi.ComponentResource {
  readonly keyArn: pulumi.Output<string>;
  readonly tableName: pulumi.Output<string>;
  readonly tableArn: pulumi.Output<string>;
  /** Role that the detect function runs as. */
  readonly role: aws.iam.Role;
  readonly functionName: string;
  /** ARN that the detect function will have. */
  readonly functionArn: pulumi.Output<string>;
  readonly rawEventBusName: pulumi.Output<string>;
  readonly rawEventBusArn: pulumi.Output<string>;
  readonly fastPath: FastPath;
  /** Absent where nothing announces log files. */
  readonly completePath?: CompletePath;
  readonly forwarding: readonly ForwardingRegion[];
  /** Every queue it owns, dead-letter queues of all regions among them. */
  readonly queueArns: pulumi.Output<string>[];
  /** What has to work for events to be detected on; forwarding is watched region by region. */
  readonly watched: WatchedParts;
  /** ARNs of all its parts that have one, and of the detect function and its log, which come later. */
  readonly partArns: pulumi.Output<string>[];

  constructor(name: string, args: DetectorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trailkeeper:index:Detector", name, {}, opts);
    const child = { parent: this };
    const { context, namePrefix, protect } = args;
    const administrators = administratorArns(context, args.administrators);

    this.functionName = detectFunctionName(namePrefix);
    this.role = new aws.iam.Role(
      `${name}-role`,
      {
        name: detectRoleName(args.trailName),
        description: "Runs the detect function, which reads events and puts alerts on the alert bus",
        assumeRolePolicy: pulumi.jsonStringify(LAMBDA_TRUST_POLICY),
      },
      { ...child, deleteBeforeReplace: true },
    );
    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description:
          "Encrypts what detections work with: raw-event bus, queues, table and the function's log",
        enableKeyRotation: true,
        deletionWindowInDays: args.keyDeletionWindowDays,
        policy: pulumi.jsonStringify(
          pulumi
            .all([context.accountId, this.role.arn, administrators, args.fileArrivedTopicArn])
            .apply(([accountId, detectRoleArn, administratorArns, fileArrivedTopicArn]) =>
              detectKeyPolicy({
                ...context,
                accountId,
                detectRoleArn,
                administratorArns,
                functionName: this.functionName,
                fileArrivedTopicArn,
              }),
            ),
        ),
      },
      { ...child, protect, retainOnDelete: protect },
    );
    const table = detectorTable(`${name}-table`, { keyArn: key.arn, protect }, child);
    const pathArgs = { keyArn: key.arn, administratorArns: administrators };
    this.fastPath = new FastPath(`${name}-fast`, { ...args, ...pathArgs }, child);
    this.completePath =
      args.fileArrivedTopicArn === undefined
        ? undefined
        : new CompletePath(
            `${name}-complete`,
            {
              ...pathArgs,
              fileArrivedTopicArn: args.fileArrivedTopicArn,
              region: context.region,
              topicRegion: args.archiveRegion === context.region ? undefined : args.archiveRegion,
            },
            child,
          );

    this.keyArn = key.arn;
    this.tableName = table.name;
    this.tableArn = table.arn;
    this.functionArn = pulumi.interpolate`arn:${context.partition}:lambda:${context.region}:${context.accountId}:function:${this.functionName}`;
    this.rawEventBusName = this.fastPath.busName;
    this.rawEventBusArn = this.fastPath.busArn;
    this.forwarding = this.fastPath.forwarder.byRegion;
    this.queueArns = [
      ...[this.fastPath.queue, this.completePath?.queue].flatMap((path) =>
        path === undefined ? [] : [path.queue.arn, path.deadLetters.arn],
      ),
      ...this.forwarding.map(({ deadLetterQueueArn }) => deadLetterQueueArn),
    ];
    this.watched = {
      ...watchedQueues({ fast: this.fastPath.queue, complete: this.completePath?.queue }),
      functions: [{ name: "detect", what: "the detect function", physicalName: this.functionName }],
      eventRules: [
        {
          name: "raw-rule",
          what: "the rule of the raw-event bus",
          physicalName: this.fastPath.ruleName,
          eventBusName: this.rawEventBusName,
        },
      ],
    };
    this.partArns = [
      this.role.arn,
      this.keyArn,
      this.tableArn,
      this.rawEventBusArn,
      this.fastPath.ruleArn,
      this.fastPath.forwarder.roleArn,
      ...this.forwarding.flatMap(({ ruleArns }) => ruleArns),
      ...this.queueArns,
      this.functionArn,
      pulumi.interpolate`arn:${context.partition}:logs:${context.region}:${context.accountId}:log-group:/aws/lambda/${this.functionName}`,
    ];
    this.registerOutputs({
      keyArn: this.keyArn,
      tableName: this.tableName,
      tableArn: this.tableArn,
      roleArn: this.role.arn,
      functionArn: this.functionArn,
      rawEventBusName: this.rawEventBusName,
      rawEventBusArn: this.rawEventBusArn,
      queueArns: this.queueArns,
    });
  }
}

function watchedQueues(paths: Readonly<Record<"fast" | "complete", FunctionQueue | undefined>>) {
  const built = Object.entries(paths).flatMap(([path, queue]) => (queue ? [{ path, ...queue }] : []));
  return {
    queues: built.map(({ path, queue }) => ({
      name: `${path}-queue`,
      what: `the detect function's queue of the ${path} path`,
      physicalName: queue.name,
    })),
    deadLetters: built.map(({ path, deadLetters }) => ({
      name: `${path}-dead-letters`,
      what: `the dead-letter queue of the ${path} path`,
      physicalName: deadLetters.name,
    })),
  };
}
