import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { administratorArns } from "./components/administrators";
import { AlertBus } from "./components/alert-bus";
import { type ArchiveParts, builtArchive, existingArchive } from "./components/archive-parts";
import { AuditTrail, trailLogGroupName } from "./components/audit-trail";
import type { CloudContext } from "./components/context";
import { DetectFunction } from "./components/detect-function";
import { detectFiles } from "./components/detect-package";
import { detectionRules } from "./components/detection-rules";
import { Detector } from "./components/detector";
import { roleArnOf, detectRoleName } from "./components/detector-names";
import { Forwarder } from "./components/forwarder";
import { LogArchive } from "./components/log-archive";
import { PipelineHealth } from "./components/pipeline-health";
import { TrailAlarms } from "./components/trail-alarms";
import { trailArn } from "./components/trail-arn";
import { preflight } from "./preflight";
import { loadSettings, type Settings } from "./settings";

type Outputs = Record<string, pulumi.Input<unknown>>;

/** The program: Pulumi runs the exported function, and what it returns are the stack's outputs. */
export = async function trailkeeper(): Promise<Outputs> {
  const settings = loadSettings();
  const caller = await aws.getCallerIdentity();
  const { region, partition } = settings;
  const context: CloudContext = { accountId: caller.accountId, region, partition };
  const administrators = settings.archiveAdministrators;

  await preflight(settings, caller.arn);
  for (const warning of settings.warnings) await pulumi.log.warn(warning);

  if (settings.deployment === "archive") return buildArchive(settings, context).outputs;

  const detections = detectionRules(settings);
  for (const warning of detections.warnings) await pulumi.log.warn(warning);
  if (settings.deployment === "forwarder") return buildForwarder(settings, context, detections.patterns);

  const archive = buildArchive(settings, context);
  const alerts = new AlertBus("alerts", {
    ...settings,
    context,
    administrators,
    publisherRoleArn: roleArnOf(context, detectRoleName(settings.trailName)),
    archiveDays: settings.alertArchiveDays,
  });

  const detector = new Detector("detector", {
    ...settings,
    context,
    administrators,
    patterns: detections.patternsWithPipeline,
    fileArrivedTopicArn: archive.fileArrivedTopicArn,
    archiveRegion: archive.region,
  });

  const health = new PipelineHealth("health", {
    ...settings,
    context,
    administrators,
    alerts,
    detector,
    logGroupName: trailLogGroupName(settings.namePrefix),
  });

  const trail = new AuditTrail(
    "trail",
    {
      ...settings,
      context,
      administrators,
      bucketName: archive.bucketName,
      keyArn: archive.keyArn,
      ownResources: {
        buckets: archive.ownBucketArns,
        topics: [alerts.pageTopicArn, alerts.noticeTopicArn, ...archive.ownTopicArns],
        queues: [...alerts.queueArns, ...detector.queueArns, ...health.queueArns],
        functions: [alerts.notifyFunctionArn, detector.functionArn],
        tables: [detector.tableArn],
      },
      adopt: settings.adopt.trail,
    },
    { dependsOn: archive.components },
  );

  const alarms = new TrailAlarms("alarms", {
    ...settings,
    logGroupName: trail.logGroupName,
    pageTopicArn: alerts.pageTopicArn,
    noticeTopicArn: alerts.noticeTopicArn,
  });

  const detect = new DetectFunction("detect", {
    ...settings,
    detector,
    alertBusName: alerts.busName,
    alertBusArn: alerts.busArn,
    archive,
    trailAccountId: context.accountId,
    files: detectFiles({
      ...detections,
      partArns: [archive, alerts, detector, trail, alarms, health].flatMap(({ partArns }) => partArns),
      // The archive's account is changed by its own administrators.
      administratorArns: [context.accountId, archive.accountId].map((accountId) =>
        administratorArns({ ...context, accountId }, administrators),
      ),
    }),
    logDeletionProtection: settings.protect,
  });

  return {
    ...archive.outputs,
    trailArn: trail.trailArn,
    logGroupName: trail.logGroupName,
    alertBusName: alerts.busName,
    pageTopicArn: alerts.pageTopicArn,
    noticeTopicArn: alerts.noticeTopicArn,
    notifyFunctionArn: alerts.notifyFunctionArn,
    rawEventBusName: detector.rawEventBusName,
    rawEventBusArn: detector.rawEventBusArn,
    forwardingRuleNames: detector.fastPath.forwarder.ruleNames,
    detectFunctionName: detect.functionName,
    detectTableName: detector.tableName,
    rawQueueUrl: detector.fastPath.queue.queue.url,
    ...(detector.completePath && { archiveQueueUrl: detector.completePath.queue.queue.url }),
  };
};

/** Builds the archive, unless the settings name one that exists already. */
function buildArchive(settings: Settings, context: CloudContext): ArchiveParts {
  const existing = existingArchive(settings);
  if (existing) return existing;
  const { partition, trailName } = settings;
  const trailAccountId = settings.trailAccountId ?? context.accountId;
  const detectRoleArn = roleArnOf({ partition, accountId: trailAccountId }, detectRoleName(trailName));
  const archive = new LogArchive("archive", {
    ...settings,
    context,
    trailArn: trailArn({ partition, region: settings.trailRegion, accountId: trailAccountId, trailName }),
    trailAccountId,
    administrators: settings.archiveAdministrators,
    readers: settings.archiveReaders,
    // In its own account the role needs no more than its IAM policy.
    detectRoleArn: trailAccountId === context.accountId ? undefined : detectRoleArn,
    adopt: settings.adopt,
  });
  return builtArchive(archive, context);
}

/** What another account of the organization deploys. */
function buildForwarder(settings: Settings, context: CloudContext, patterns: readonly string[]): Outputs {
  const forwarder = new Forwarder("forwarder", {
    context,
    namePrefix: settings.namePrefix,
    regions: settings.monitoredRegions,
    patterns,
    rawEventBusArn: settings.rawEventBusArn ?? "",
    administratorArns: administratorArns(context, settings.archiveAdministrators),
  });
  return { forwardRoleArn: forwarder.roleArn, forwardingRuleNames: forwarder.ruleNames };
}
