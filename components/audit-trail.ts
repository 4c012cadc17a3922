import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { formatArn, parseArn } from "../formats/arn";
import { administratorArns } from "./administrators";
import type { CloudContext } from "./context";
import type { DesiredTrail } from "../functions/restore/desired";
import { advancedEventSelectors, type DataEventSelection, type OwnResources } from "./event-selectors";
import { trailDeliveryPolicy, trailDeliveryTrustPolicy } from "./policies/trail-delivery-role";
import { trailLogGroupKeyPolicy } from "./policies/trail-log-group-key";
import { trailArn } from "./trail-arn";
import { desiredTrail } from "./trail-desired-state";

/** What an {@link AuditTrail} is built from. */
export interface AuditTrailArgs {
  /** Account, home Region and partition of the trail. */
  readonly context: CloudContext;
  /** Names the log group: `/aws/cloudtrail/<namePrefix>`. */
  readonly namePrefix: string;
  readonly trailName: string;
  /** Organization id (`o-...`) makes it an organization trail; the account must be the management account. @default an account trail */
  readonly organizationId?: string;
  /** Bucket that log files and digests go to; its policy must already admit this trail. */
  readonly bucketName: pulumi.Input<string>;
  /** KMS key for log files, in the bucket's Region; its policy must already admit this trail. */
  readonly keyArn: pulumi.Input<string>;
  /** How long the log group keeps events, in days; one of the values that CloudWatch Logs takes. */
  readonly logRetentionDays: number;
  /** @default none: data events are billed one by one */
  readonly dataEvents?: readonly DataEventSelection[];
  /** Event sources whose calls through VPC endpoints are recorded. @default none */
  readonly networkActivityEventSources?: readonly string[];
  /** CloudTrail Insights, billed per event analysed. @default none */
  readonly insights?: readonly ("ApiCallRateInsight" | "ApiErrorRateInsight")[];
  /** Resources whose data events are never recorded. The trail's own bucket always is one. @default none */
  readonly ownResources?: OwnResources;
  /** Roles and users that alone may take the log group's key away: `role/NAME`, `user/NAME` or ARNs. */
  readonly administrators: readonly string[];
  /** Days between the deletion of the log group's key and its end, 7 to 30. */
  readonly keyDeletionWindowDays: number;
  /**
   * Guards trail, log group and key with `protect`, `retainOnDelete` and CloudWatch Logs' deletion protection, and the
   * delivery role with `protect`: a destroy that is refused has deleted by then what was not protected.
   */
  readonly protect: boolean;
  /**
   * ARN of an existing trail to take over by import. As long as it is given, the trail stays exactly as it was found;
   * once it is in the stack's state, take the argument away and the next update brings the trail to what is asked for here.
   * @default a new trail
   */
  readonly adopt?: string;
}

/** What an import may not change: every input of the trail that this component sets. */
const ADOPTED_AS_FOUND = [
  "advancedEventSelectors",
  "cloudWatchLogsGroupArn",
  "cloudWatchLogsRoleArn",
  "enableLogFileValidation",
  "enableLogging",
  "eventSelectors",
  "includeGlobalServiceEvents",
  "insightSelectors",
  "isMultiRegionTrail",
  "isOrganizationTrail",
  "kmsKeyId",
  "s3BucketName",
  "s3KeyPrefix",
  "snsTopicName",
  "tags",
  "tagsAll",
];

/**
 * The trail: every Region, every management event, global services included, with digests that prove the files
 * complete, encrypted, delivered to the archive and to a CloudWatch Logs group of its own.
 */
export class AuditTrail extends pulumi.ComponentResource {
  readonly trailArn: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;
  readonly logGroupArn: pulumi.Output<string>;
  readonly logKeyArn: pulumi.Output<string>;
  /** Role by which CloudTrail writes to the log group. */
  readonly deliveryRoleArn: pulumi.Output<string>;
  /** What the trail is to be, for those who put it back; absent while an adopted trail stays as it was found. */
  readonly desired?: pulumi.Output<DesiredTrail>;
  /** ARNs of all its parts that have one, for the rules that watch over the pipeline. */
  readonly partArns: pulumi.Output<string>[];

  /** @throws Error when `adopt` is not the ARN of a trail of this name and Region, or the selectors exceed CloudTrail's limits. */
  constructor(name: string, args: AuditTrailArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("trailkeeper:index:AuditTrail", name, {}, opts);
    const { protect, organizationId } = args;
    const guard = { protect, retainOnDelete: protect };
    if (args.adopt !== undefined) refuseOtherTrail(args.adopt, args);

    const logGroupPhysicalName = trailLogGroupName(args.namePrefix);
    const policies = trailPolicies(args, logGroupPhysicalName);

    const logKey = new aws.kms.Key(
      `${name}-log-key`,
      {
        description: `CloudTrail events in log group ${logGroupPhysicalName}`,
        enableKeyRotation: true,
        deletionWindowInDays: args.keyDeletionWindowDays,
        policy: pulumi.jsonStringify(policies.logKey),
      },
      { parent: this, ...guard },
    );

    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-log-group`,
      {
        name: logGroupPhysicalName,
        kmsKeyId: logKey.arn,
        // Metric filters exist in the Standard class only, and the class cannot change later.
        logGroupClass: "STANDARD",
        retentionInDays: args.logRetentionDays,
        deletionProtectionEnabled: protect,
      },
      { parent: this, ...guard },
    );

    const deliveryRole = new aws.iam.Role(
      `${name}-delivery-role`,
      {
        description: `CloudTrail writes trail ${args.trailName} to CloudWatch Logs`,
        assumeRolePolicy: pulumi.jsonStringify(policies.deliveryTrust),
      },
      { parent: this, protect },
    );
    const deliveryPolicy = new aws.iam.RolePolicy(
      `${name}-delivery-policy`,
      {
        role: deliveryRole.id,
        policy: pulumi.jsonStringify(policies.delivery),
      },
      { parent: this, protect },
    );

    const ownBucketArn = pulumi.interpolate`arn:${args.context.partition}:s3:::${args.bucketName}`;
    const cloudWatchLogsGroupArn = pulumi.interpolate`${logGroup.arn}:*`;
    const selectors = advancedEventSelectors({
      dataEvents: args.dataEvents ?? [],
      networkActivityEventSources: args.networkActivityEventSources ?? [],
      ownResources: {
        ...args.ownResources,
        buckets: [ownBucketArn, ...(args.ownResources?.buckets ?? [])],
      },
    });
    const trail = new aws.cloudtrail.Trail(
      `${name}-trail`,
      {
        name: args.trailName,
        s3BucketName: args.bucketName,
        kmsKeyId: args.keyArn,
        enableLogging: true,
        enableLogFileValidation: true,
        includeGlobalServiceEvents: true,
        isMultiRegionTrail: true,
        isOrganizationTrail: organizationId !== undefined,
        cloudWatchLogsGroupArn,
        cloudWatchLogsRoleArn: deliveryRole.arn,
        advancedEventSelectors: selectors,
        insightSelectors: args.insights?.length
          ? args.insights.map((insightType) => ({ insightType }))
          : undefined,
      },
      {
        parent: this,
        ...guard,
        // CloudTrail checks its permissions when the trail is made, so what grants them must be there: the role's
        // policy, and whatever the component was told to wait for (the archive with its bucket and key policies).
        ...pulumi.mergeOptions({ dependsOn: opts.dependsOn }, { dependsOn: [deliveryPolicy] }),
        ...(args.adopt !== undefined ? { import: args.adopt, ignoreChanges: ADOPTED_AS_FOUND } : {}),
      },
    );

    this.trailArn = trail.arn;
    this.logGroupName = logGroup.name;
    this.logGroupArn = logGroup.arn;
    this.logKeyArn = logKey.arn;
    this.deliveryRoleArn = deliveryRole.arn;
    if (args.adopt === undefined)
      this.desired = desiredTrail({
        ...args,
        arn: trail.arn,
        cloudWatchLogsGroupArn,
        cloudWatchLogsRoleArn: deliveryRole.arn,
        isOrganizationTrail: organizationId !== undefined,
        advancedEventSelectors: selectors,
        insightTypes: args.insights ?? [],
      });
    this.partArns = [trail.arn, logGroup.arn, logKey.arn, deliveryRole.arn];
    this.registerOutputs({
      trailArn: this.trailArn,
      logGroupName: this.logGroupName,
      logGroupArn: this.logGroupArn,
      logKeyArn: this.logKeyArn,
    });
  }
}

/** The log group that a trail's events go to, which others may have to know before it exists. */
export function trailLogGroupName(namePrefix: string): string {
  return `/aws/cloudtrail/${namePrefix}`;
}

/** The policies name log group and trail before these exist, by the ARNs that they will have. */
function trailPolicies(
  { context, trailName, organizationId, administrators }: AuditTrailArgs,
  logGroupName: string,
) {
  const { region, partition } = context;
  const known = pulumi.all([
    context.accountId,
    administratorArns(context, administrators),
    trailArn({ partition, region, accountId: context.accountId, trailName }),
  ]);
  return known.apply(([accountId, administrators, trail]) => {
    const logGroupArn = formatArn({
      partition,
      service: "logs",
      region,
      accountId,
      resource: `log-group:${logGroupName}`,
    });
    return {
      logKey: trailLogGroupKeyPolicy({
        partition,
        region,
        accountId,
        logGroupArn,
        administratorArns: administrators,
      }),
      deliveryTrust: trailDeliveryTrustPolicy({ accountId, trailArn: trail }),
      delivery: trailDeliveryPolicy({ region, accountId, logGroupArn, organizationId }),
    };
  });
}

/** Bucket and key policies name the trail by the computed ARN, so only a trail with that very name and home Region fits. */
function refuseOtherTrail(adopt: string, { context, trailName }: AuditTrailArgs): void {
  const arn = parseArn(adopt);
  if (arn?.service === "cloudtrail" && arn.region === context.region && arn.resource === `trail/${trailName}`)
    return;
  throw new Error(
    `trailkeeper:adopt.trail is ${JSON.stringify(adopt)}, which is no trail named ${JSON.stringify(trailName)} in ` +
      `${context.region}: give the ARN of a trail in its home Region, set trailkeeper:trailName to the trail's name ` +
      `and aws:region to its home Region.`,
  );
}
