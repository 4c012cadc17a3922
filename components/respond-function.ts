import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { RESPOND_TIMEOUT_SECONDS } from "../functions/respond/limits";
import { PLAYBOOK_IDS, RESPONSE_MODES } from "../responses/playbook-ids";
import { PLAYBOOKS } from "../responses/playbooks";
import { functionCode } from "./function-code";
import { respondRolePolicy } from "./policies/respond-role";
import { deployedResponder, type DeployedResponderArgs, respondFiles } from "./respond-package";
import type { Responder } from "./responder";

/** The SDK's clients of six services; memory also buys the share of a processor, and an attacker does not wait. */
const MEMORY_MB = 512;

/** The least that an event source mapping takes (Lambda API reference, ScalingConfig). */
const MAXIMUM_CONCURRENCY = 2;

export interface RespondFunctionArgs extends DeployedResponderArgs {
  /** What leads to the function, and what it remembers. */
  readonly responder: Responder;
  readonly alertBusName: pulumi.Input<string>;
  readonly alertBusArn: pulumi.Input<string>;
  /** Retention of the function's log. */
  readonly logRetentionDays: number;
  /** Refuse to delete the log, which says what was done, until that is switched off. */
  readonly logDeletionProtection: boolean;
}

/**
 * The respond function on its queue. Its package says what each playbook may do and whom none must touch, and its role's
 * policy says the same to IAM.
 */
export class RespondFunction extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  readonly functionArn: pulumi.Output<string>;
  readonly logGroupArn: pulumi.Output<string>;

  /** @throws Error when the role's policy is longer than IAM takes */
  constructor(name: string, args: RespondFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trailkeeper:index:RespondFunction", name, {}, opts);
    const child = { parent: this };
    const { responder } = args;

    // Named as Lambda would name it, and before the function exists, so that Lambda never makes one without a key.
    const log = new aws.cloudwatch.LogGroup(
      `${name}-log`,
      {
        name: `/aws/lambda/${responder.functionName}`,
        kmsKeyId: responder.keyArn,
        retentionInDays: args.logRetentionDays,
        deletionProtectionEnabled: args.logDeletionProtection,
      },
      { ...child, deleteBeforeReplace: true },
    );
    const deployed = deployedResponder(args);
    const facts = pulumi.output({
      deployed,
      queueArn: responder.queue.queue.arn,
      tableArn: responder.tableArn,
      alertBusArn: args.alertBusArn,
      logGroupArn: log.arn,
    });
    const rolePolicy = new aws.iam.RolePolicy(
      `${name}-role-policy`,
      {
        role: responder.role.name,
        policy: pulumi.jsonStringify(
          facts.apply(({ deployed: { untouchable, ...settings }, ...own }) =>
            respondRolePolicy({
              ...settings,
              ...own,
              playbooks: PLAYBOOKS,
              menderArns: untouchable.actors,
            }),
          ),
        ),
      },
      child,
    );
    const respond = new aws.lambda.Function(
      `${name}-function`,
      {
        name: responder.functionName,
        description: "Contains what alerts speak of, as the playbooks' modes allow, and keeps a record of it",
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        code: deployed.apply((settings) => functionCode("respond", respondFiles(settings))),
        role: responder.role.arn,
        timeout: RESPOND_TIMEOUT_SECONDS,
        memorySize: MEMORY_MB,
        loggingConfig: { logFormat: "JSON", logGroup: log.name },
        tags: policyTags(args),
        environment: {
          variables: { ALERT_BUS_NAME: args.alertBusName, RESPONSE_TABLE_NAME: responder.tableName },
        },
      },
      { ...child, dependsOn: [rolePolicy], deleteBeforeReplace: true },
    );
    new aws.lambda.EventSourceMapping(
      `${name}-mapping`,
      {
        eventSourceArn: responder.queue.queue.arn,
        functionName: respond.arn,
        // The time-out is one alert's: a slow one must not leave another half done.
        batchSize: 1,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency: MAXIMUM_CONCURRENCY },
      },
      { ...child, dependsOn: [rolePolicy] },
    );

    this.functionName = respond.name;
    this.functionArn = respond.arn;
    this.logGroupArn = log.arn;
    this.registerOutputs({
      functionName: this.functionName,
      functionArn: this.functionArn,
      logGroupArn: this.logGroupArn,
    });
  }
}

/** By these the policy pack knows the function, and what is asked of it (policy/src/responder.ts). */
function policyTags({ responseModes, breakGlassPrincipals }: RespondFunctionArgs): Record<string, string> {
  const modes = PLAYBOOK_IDS.map((id) => responseModes[id]);
  const strongest = [...RESPONSE_MODES].reverse().find((mode) => modes.includes(mode)) ?? "off";
  return {
    "trailkeeper:response": strongest,
    "trailkeeper:break-glass": String(breakGlassPrincipals.length),
  };
}
