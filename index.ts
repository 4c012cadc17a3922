import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AlertBus } from "./components/alert-bus";
import { AuditTrail } from "./components/audit-trail";
import type { CloudContext } from "./components/context";
import { LogArchive } from "./components/log-archive";
import { TrailAlarms } from "./components/trail-alarms";
import { trailArn } from "./components/trail-arn";
import { preflight } from "./preflight";
import { loadSettings, type Settings } from "./settings";

/** The program: Pulumi runs the exported function, and what it returns are the stack's outputs. */
export = async function trailkeeper(): Promise<Record<string, pulumi.Input<string>>> {
  const settings = loadSettings();
  const caller = await aws.getCallerIdentity();
  const { region, partition } = settings;
  const context: CloudContext = { accountId: caller.accountId, region, partition };

  await preflight(settings, caller.arn);
  for (const warning of settings.warnings) await pulumi.log.warn(warning);

  const { archive, outputs } = buildArchive(settings, context);
  if (settings.deployment === "archive") return outputs;

  const alerts = new AlertBus("alerts", {
    ...settings,
    context,
    administrators: settings.archiveAdministrators,
    archiveDays: settings.alertArchiveDays,
  });

  const trail = new AuditTrail(
    "trail",
    {
      ...settings,
      context,
      administrators: settings.archiveAdministrators,
      bucketName: archive.bucketName,
      keyArn: archive.keyArn,
      ownResources: {
        buckets: archive.ownBucketArns,
        topics: [alerts.pageTopicArn, alerts.noticeTopicArn, ...archive.ownTopicArns],
        queues: alerts.queueArns,
        functions: [alerts.notifyFunctionArn],
      },
      adopt: settings.adopt.trail,
    },
    { dependsOn: archive.components },
  );

  new TrailAlarms("alarms", {
    ...settings,
    logGroupName: trail.logGroupName,
    pageTopicArn: alerts.pageTopicArn,
    noticeTopicArn: alerts.noticeTopicArn,
  });

  return {
    ...outputs,
    trailArn: trail.trailArn,
    logGroupName: trail.logGroupName,
    alertBusName: alerts.busName,
    pageTopicArn: alerts.pageTopicArn,
    noticeTopicArn: alerts.noticeTopicArn,
  };
};

/** The archive as the rest of the stack sees it, whether it is built here or stands elsewhere. */
interface ArchiveParts {
  readonly bucketName: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  readonly ownBucketArns: pulumi.Input<string>[];
  readonly ownTopicArns: pulumi.Input<string>[];
  readonly components: LogArchive[];
}

/** Builds the archive, unless the settings name one that exists already. */
function buildArchive(settings: Settings, context: CloudContext) {
  const existing = existingArchive(settings);
  if (existing) return { archive: existing, outputs: { archiveBucketName: existing.bucketName } };

  const trailAccountId = settings.trailAccountId ?? context.accountId;
  const archive = new LogArchive("archive", {
    ...settings,
    context,
    trailArn: trailArn({
      partition: settings.partition,
      region: settings.trailRegion,
      accountId: trailAccountId,
      trailName: settings.trailName,
    }),
    trailAccountId,
    administrators: settings.archiveAdministrators,
    readers: settings.archiveReaders,
    adopt: settings.adopt,
  });
  const parts: ArchiveParts = {
    bucketName: archive.bucketName,
    keyArn: archive.keyArn,
    ownBucketArns: [
      archive.bucketArn,
      archive.accessLogBucketArn,
      ...(archive.replicaBucketArn ? [archive.replicaBucketArn] : []),
    ],
    ownTopicArns: [archive.fileArrivedTopicArn],
    components: [archive],
  };
  const outputs = {
    archiveBucketName: archive.bucketName,
    archiveKeyArn: archive.keyArn,
    accessLogBucketName: archive.accessLogBucketName,
    fileArrivedTopicArn: archive.fileArrivedTopicArn,
    ...(archive.replicaBucketName && { replicaBucketName: archive.replicaBucketName }),
  };
  return { archive: parts, outputs };
}

/** An archive of another stack, or a bucket that was there before; neither is managed here. */
function existingArchive({ archive, existingBucketName, existingKeyArn, partition }: Settings) {
  const bucketName = archive?.bucketName ?? existingBucketName;
  const keyArn = archive?.keyArn ?? existingKeyArn;
  if (bucketName === undefined || keyArn === undefined) return undefined;
  const ownBucketArns = [bucketName, archive?.accessLogBucketName, archive?.replicaBucketName]
    .filter((name) => name !== undefined)
    .map((name) => `arn:${partition}:s3:::${name}`);
  const ownTopicArns = archive?.fileArrivedTopicArn === undefined ? [] : [archive.fileArrivedTopicArn];
  return { bucketName, keyArn, ownBucketArns, ownTopicArns, components: [] } satisfies ArchiveParts;
}
