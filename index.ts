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
import { MemberRole } from "./components/member-role";
import { PipelineHealth } from "./components/pipeline-health";
import { RespondFunction } from "./components/respond-function";
import { respondRoleName } from "./components/respond-names";
import { Responder } from "./components/responder";
import { RestoreFunction } from "./components/restore-function";
import { restoreFunctionName, restoreRoleName } from "./components/restore-names";
import { TrailAlarms } from "./components/trail-alarms";
import { trailArn } from "./components/trail-arn";
import { TrailRestorer } from "./components/trail-restorer";
import { parseArn } from "./formats/arn";
import { preflight } from "./preflight";
import { RESTORE_TRAIL } from "./responses/playbook-ids";
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
  const responderRoleArns = [
    respondRoleName(settings.trailName),
    ...(restoreMode(settings) === undefined ? [] : [restoreRoleName(settings.trailName)]),
  ].map((name) => roleArnOf(context, name));
  const alerts = new AlertBus("alerts", {
    ...settings,
    context,
    administrators,
    publisherRoleArn: roleArnOf(context, detectRoleName(settings.trailName)),
    responderRoleArns,
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

  const ownRoleArns = [detector.role.arn, alerts.notifyRoleArn, ...responderRoleArns];
  const { responder, restorer } = buildResponders(settings, { context, alerts, ownRoleArns });
  const responders = [responder, ...(restorer ? [restorer] : [])];

  const health = new PipelineHealth("health", {
    ...settings,
    context,
    administrators,
    alerts,
    detector,
    responders,
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
        queues: [alerts, detector, health, ...responders].flatMap(({ queueArns }) => queueArns),
        functions: [
          alerts.notifyFunctionArn,
          ...[detector, ...responders].map(({ functionArn }) => functionArn),
        ],
        tables: [detector.tableArn, responder.tableArn],
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

  const partArns = [archive, alerts, detector, ...responders, trail, alarms, health].flatMap(
    (part) => part.partArns,
  );
  const built = {
    context,
    alertBusName: alerts.busName,
    alertBusArn: alerts.busArn,
    logRetentionDays: settings.logRetentionDays,
    logDeletionProtection: settings.protect,
  };
  const detect = new DetectFunction("detect", {
    ...settings,
    ...built,
    detector,
    archive,
    trailAccountId: context.accountId,
    files: detectFiles({
      ...detections,
      partArns,
      administratorArns: [
        // The archive's account is changed by its own administrators.
        ...[context.accountId, archive.accountId].map((accountId) =>
          administratorArns({ ...context, accountId }, administrators),
        ),
        // What it puts back, it changes.
        ...(restorer ? [restorer.role.arn.apply((arn) => [arn])] : []),
      ],
    }),
  });
  const respond = new RespondFunction("respond", {
    ...settings,
    ...built,
    administrators,
    responder,
    ownRoleArns: withMemberRole(settings, ownRoleArns),
    stackArns: partArns,
  });
  const mode = restoreMode(settings);
  const restore =
    restorer && mode && trail.desired
      ? new RestoreFunction("restore", {
          ...built,
          restorer,
          mode,
          trail: { desired: trail.desired, deliveryRoleArn: trail.deliveryRoleArn },
          archive: archive.desired,
          tableName: responder.tableName,
          tableArn: responder.tableArn,
        })
      : undefined;

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
    responseTableName: responder.tableName,
    respondFunctionName: respond.functionName,
    respondQueueUrl: responder.queue.queue.url,
    ...(restore && { restoreFunctionName: restore.functionName, restoreQueueUrl: restorer?.queue.url }),
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
    // S3 lets no other account put a bucket's policy back.
    restoreRoleArn:
      settings.deployment === "combined" && restoreMode(settings) === "enforce"
        ? roleArnOf(context, restoreRoleName(trailName))
        : undefined,
    adopt: settings.adopt,
  });
  return builtArchive(archive, context);
}

interface ResponderParts {
  readonly context: CloudContext;
  readonly alerts: AlertBus;
  readonly ownRoleArns: readonly pulumi.Input<string>[];
}

/** What leads from alerts to the functions that respond to them; the functions themselves come last. */
function buildResponders(settings: Settings, { context, alerts, ownRoleArns }: ResponderParts) {
  const { namePrefix, trailName } = settings;
  const shared = {
    ...settings,
    context,
    administrators: settings.archiveAdministrators,
    alertBusName: alerts.busName,
  };
  const restores = restoreMode(settings) !== undefined;
  const responder = new Responder("responder", {
    ...shared,
    ownRoleArns: withMemberRole(settings, ownRoleArns),
    otherFunctions: restores
      ? [{ functionName: restoreFunctionName(namePrefix), roleName: restoreRoleName(trailName) }]
      : [],
  });
  const restorer = restores
    ? new TrailRestorer("restorer", { ...shared, keyArn: responder.keyArn, ownRoleArns })
    : undefined;
  return { responder, restorer };
}

/** Undefined where nothing is restored: a trail that is being adopted stays as it was found until the next update. */
function restoreMode({ adopt, responseModes }: Settings): "observe" | "enforce" | undefined {
  const mode = responseModes[RESTORE_TRAIL];
  return mode === "off" || adopt.trail !== undefined ? undefined : mode;
}

/** In other accounts, our own doings are those of the role that the responder takes there. */
function withMemberRole(
  { partition, memberResponseRole }: Settings,
  ownRoleArns: readonly pulumi.Input<string>[],
): pulumi.Input<string>[] {
  const inMembers =
    memberResponseRole === undefined ? [] : [`arn:${partition}:iam::*:role/${memberResponseRole}`];
  return [...ownRoleArns, ...inMembers];
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
  return {
    forwardRoleArn: forwarder.roleArn,
    forwardingRuleNames: forwarder.ruleNames,
    ...buildMemberRole(settings, context, forwarder),
  };
}

/** What lets the responder of the account with the detections, whose bus is forwarded to, act in this one. */
function buildMemberRole(settings: Settings, context: CloudContext, forwarder: Forwarder): Outputs {
  const { memberResponseRole, partition, rawEventBusArn, responseModes, trailName } = settings;
  if (memberResponseRole === undefined) return {};
  const accountId = parseArn(rawEventBusArn ?? "")?.accountId ?? "";
  const member = new MemberRole("member", {
    context,
    roleName: memberResponseRole,
    respondRoleArn: roleArnOf({ partition, accountId }, respondRoleName(trailName)),
    responseModes,
    menders: [...settings.archiveAdministrators, ...settings.breakGlassPrincipals],
    stackArns: [forwarder.roleArn],
  });
  return { memberResponseRoleArn: member.roleArn };
}
