import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { RESPOND_RECEIVES, RESPOND_TIMEOUT_SECONDS } from "../functions/respond/limits";
import { administratorArns } from "./administrators";
import type { CloudContext } from "./context";
import { roleArnOf } from "./detector-names";
import { functionQueue, type FunctionQueue } from "./function-queue";
import type { WatchedParts } from "./health-alarms";
import { LAMBDA_TRUST_POLICY } from "./policies/lambda-trust";
import { respondKeyPolicy } from "./policies/respond-key";
import { admitSender } from "./queue-policy";
import { respondFunctionName, respondRoleName } from "./respond-names";
import { respondPattern } from "./respond-pattern";
import { responderTable } from "./responder-table";
import { TARGET_RETRY } from "./target-retry";

/** A function of the stack, by the names that it and its role will have. */
export interface NamedFunction {
  readonly functionName: string;
  readonly roleName: string;
}

export interface ResponderArgs {
  readonly context: CloudContext;
  /** Starts the function's name. */
  readonly namePrefix: string;
  /** Names the function's role; see `respondRoleName`. */
  readonly trailName: string;
  /** Those who alone may take the key away, may move dead letters, and use the table: `role/NAME`, `user/NAME` or ARNs. */
  readonly administrators: readonly string[];
  /** Those who may use the table beside them, to run and undo responses. */
  readonly breakGlassPrincipals: readonly string[];
  readonly alertBusName: pulumi.Input<string>;
  /** ARNs, `*` allowed, of the roles of our own functions, whose doings never lead to a response. */
  readonly ownRoleArns: readonly pulumi.Input<string>[];
  /** Other functions that use the key for a queue and a log, and keep records in the table. @default none */
  readonly otherFunctions?: readonly NamedFunction[];
  /** Between 7 and 30. */
  readonly keyDeletionWindowDays: number;
  /** Guard key and table (both also retained on delete): records are evidence, and unreadable without the key. */
  readonly protect: boolean;
}

/**
 * How alerts that ask for a playbook reach the respond function, and what it remembers: a rule on the alert bus, a queue,
 * the table of responses, one key, and the role that the function runs as. The function itself comes last in a program,
 * as a `RespondFunction`, because its package and its role know everything that the program has built.
 */
export class Responder extends pulumi.ComponentResource {
  /** Role that the respond function runs as. */
  readonly role: aws.iam.Role;
  readonly functionName: string;
  /** ARN that the respond function will have. */
  readonly functionArn: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  readonly tableName: pulumi.Output<string>;
  readonly tableArn: pulumi.Output<string>;
  readonly queue: FunctionQueue;
  /** Every queue it owns, the dead-letter queue among them. */
  readonly queueArns: pulumi.Output<string>[];
  /** What has to work for playbooks to be run. */
  readonly watched: WatchedParts;
  /** ARNs of all its parts that have one, and of the respond function and its log, which come later. */
  readonly partArns: pulumi.Output<string>[];

  constructor(name: string, args: ResponderArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trailkeeper:index:Responder", name, {}, opts);
    const child = { parent: this };
    const { context, protect } = args;
    const { partition, region, accountId } = context;
    const administrators = administratorArns(context, args.administrators);
    const own = {
      functionName: respondFunctionName(args.namePrefix),
      roleName: respondRoleName(args.trailName),
    };

    this.role = new aws.iam.Role(
      `${name}-role`,
      {
        name: own.roleName,
        description: "Runs the respond function, which contains what alerts speak of",
        assumeRolePolicy: pulumi.jsonStringify(LAMBDA_TRUST_POLICY),
      },
      { ...child, deleteBeforeReplace: true },
    );
    const functions = [own, ...(args.otherFunctions ?? [])];
    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description: "Encrypts what responses work with: queues, table and the functions' logs",
        enableKeyRotation: true,
        deletionWindowInDays: args.keyDeletionWindowDays,
        policy: pulumi.jsonStringify(
          pulumi
            .output({
              partition,
              region,
              accountId,
              administratorArns: administrators,
              breakGlassArns: administratorArns(context, args.breakGlassPrincipals),
              roleArns: functions.map(({ roleName }) => roleArnOf(context, roleName)),
              functionNames: functions.map(({ functionName }) => functionName),
            })
            .apply(respondKeyPolicy),
        ),
      },
      { ...child, protect, retainOnDelete: protect },
    );
    const table = responderTable(`${name}-table`, { keyArn: key.arn, protect }, child);
    this.queue = functionQueue(
      name,
      { keyArn: key.arn, timeoutSeconds: RESPOND_TIMEOUT_SECONDS, receives: RESPOND_RECEIVES },
      child,
    );
    const rule = this.listen(name, args, administrators);

    this.functionName = own.functionName;
    this.functionArn = pulumi.interpolate`arn:${partition}:lambda:${region}:${accountId}:function:${own.functionName}`;
    this.keyArn = key.arn;
    this.tableName = table.name;
    this.tableArn = table.arn;
    this.queueArns = [this.queue.queue.arn, this.queue.deadLetters.arn];
    this.watched = this.watch(rule, args.alertBusName);
    this.partArns = [
      this.role.arn,
      this.keyArn,
      this.tableArn,
      rule.arn,
      ...this.queueArns,
      this.functionArn,
      pulumi.interpolate`arn:${partition}:logs:${region}:${accountId}:log-group:/aws/lambda/${own.functionName}`,
    ];
    this.registerOutputs({
      roleArn: this.role.arn,
      functionArn: this.functionArn,
      keyArn: this.keyArn,
      tableName: this.tableName,
      tableArn: this.tableArn,
      queueArns: this.queueArns,
    });
  }

  /** Leads from the alert bus to the queue. */
  private listen(
    name: string,
    args: ResponderArgs,
    administrators: pulumi.Output<string[]>,
  ): aws.cloudwatch.EventRule {
    const child = { parent: this };
    const { queue, deadLetters } = this.queue;
    const rule = new aws.cloudwatch.EventRule(
      `${name}-rule`,
      {
        description: "Alerts that ask for a playbook, to the queue of the respond function",
        eventBusName: args.alertBusName,
        eventPattern: pulumi.all([...args.ownRoleArns]).apply(respondPattern),
      },
      child,
    );
    const sender = {
      service: "events.amazonaws.com",
      sourceArns: [rule.arn],
      administratorArns: administrators,
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
        targetId: "respond-queue",
        arn: queue.arn,
        deadLetterConfig: { arn: deadLetters.arn },
        retryPolicy: TARGET_RETRY,
      },
      { ...child, dependsOn: queuePolicies },
    );
    return rule;
  }

  private watch(rule: aws.cloudwatch.EventRule, eventBusName: pulumi.Input<string>): WatchedParts {
    const { queue, deadLetters } = this.queue;
    return {
      queues: [
        { name: "respond-queue", what: "the queue of the respond function", physicalName: queue.name },
      ],
      deadLetters: [
        {
          name: "respond-dead-letters",
          what: "the dead-letter queue of the respond function",
          physicalName: deadLetters.name,
        },
      ],
      functions: [{ name: "respond", what: "the respond function", physicalName: this.functionName }],
      eventRules: [
        {
          name: "respond-rule",
          what: "the alert bus's rule for the respond function",
          physicalName: rule.name,
          eventBusName,
        },
      ],
    };
  }
}
