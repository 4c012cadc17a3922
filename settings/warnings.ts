import { decode } from "./decode";
import { KEYS, type Key, type Values } from "./keys";
import type { Deployment } from "./model";
import { signInRegions } from "./regions";
import type { Facts, KeyPath } from "./rules/rule";

/** Something that is allowed but worth a line in the preview. */
export interface Warning {
  readonly key: KeyPath;
  readonly message: string;
}

const RETENTION = [
  "archiveReaders",
  "retentionDays",
  "lockMode",
  "lockDays",
  "transition",
  "accessLogRetentionDays",
] as const satisfies readonly Key[];
const LEVELS = ["pageLevel", "noticeLevel"] as const satisfies readonly Key[];
const RULES = [
  "rulesFolder",
  "disabledRules",
  "suppressionsFile",
  "runbooksUrl",
] as const satisfies readonly Key[];

/** What the responder goes by, whichever account it acts in. */
const RESPONDER = [
  "neverTouchPrincipals",
  "neverTouchResources",
  "responseLimit",
  "responseLimitMinutes",
] as const satisfies readonly Key[];
/** What a forwarder makes the responder's role of, if it makes one. */
const OF_MEMBER_ROLE = [
  "responseMode",
  "responseModes",
  "breakGlassPrincipals",
] as const satisfies readonly Key[];

/** Keys whose resources a deployment does not make. */
const WITHOUT_EFFECT: Readonly<Record<Deployment, readonly Key[]>> = {
  combined: [],
  archive: [
    "logRetentionDays",
    "dataEvents",
    "networkActivityEventSources",
    "insights",
    "monitoredRegions",
    "pageSubscriptions",
    "noticeSubscriptions",
    "alarms",
    "alertArchiveDays",
    ...LEVELS,
    ...RULES,
    ...RESPONDER,
    ...OF_MEMBER_ROLE,
    "memberResponseRole",
  ],
  trail: RETENTION,
  forwarder: [
    ...RETENTION,
    ...LEVELS,
    ...RESPONDER,
    "organizationId",
    "keyDeletionWindowDays",
    "logRetentionDays",
    "dataEvents",
    "networkActivityEventSources",
    "insights",
    "pageSubscriptions",
    "noticeSubscriptions",
    "alarms",
    "alertArchiveDays",
    "suppressionsFile",
    "runbooksUrl",
  ],
};

/** Warnings of a configuration without mistakes; `plainTextKeys` are the keys that hold no secret. */
export function settingsWarnings(facts: Facts, plainTextKeys: ReadonlySet<Key>): Warning[] {
  return [
    ...unmonitoredSignIns(facts),
    ...unannouncedFiles(facts),
    ...transitionCosts(facts),
    ...unreachedPeople(facts),
    ...subscriptionWarnings("pageSubscriptions", facts, plainTextKeys),
    ...subscriptionWarnings("noticeSubscriptions", facts, plainTextKeys),
    ...keysWithoutEffect(facts),
  ];
}

function unmonitoredSignIns({ deployment, monitoredRegions, partition }: Facts): Warning[] {
  if (deployment === "archive" || monitoredRegions.length === 0) return [];
  const missing = signInRegions(partition).filter((region) => !monitoredRegions.includes(region));
  if (missing.length === 0) return [];
  return [
    {
      key: "monitoredRegions",
      message: `leaves out ${missing.join(", ")}, where console sign-ins are recorded whatever region people work in`,
    },
  ];
}

/** Without a topic that announces log files, detections see what EventBridge delivers and nothing else. */
function unannouncedFiles({ deployment, archive, existingBucketName }: Facts): Warning[] {
  const message =
    "so that detections see only what EventBridge delivers: none of the other accounts, no event over 256 KB, and no " +
    "rule that is placed on the complete path";
  if (deployment === "trail" && archive !== undefined && archive.fileArrivedTopicArn === undefined)
    return [{ key: "archive", message: `names no fileArrivedTopicArn, ${message}` }];
  if (existingBucketName !== undefined)
    return [
      { key: "existingBucketName", message: `is a bucket that nothing announces log files of, ${message}` },
    ];
  return [];
}

function transitionCosts({ transition }: Facts): Warning[] {
  if (transition === undefined) return [];
  const archived = transition.storageClass === "GLACIER" || transition.storageClass === "DEEP_ARCHIVE";
  return [
    {
      key: "transition",
      message:
        "moves almost nothing: nearly all CloudTrail files are smaller than the 128 KB that S3 transitions by default" +
        (archived
          ? `; those it does move to ${transition.storageClass} can no longer be queried by Athena`
          : ""),
    },
  ];
}

function unreachedPeople({ deployment, pageSubscriptions, noticeSubscriptions }: Facts): Warning[] {
  if (deployment === "archive" || deployment === "forwarder") return [];
  const warnings: Warning[] = [];
  if (pageSubscriptions.length === 0) {
    warnings.push({ key: "pageSubscriptions", message: "is empty: nobody is woken by an alert" });
  }
  if (noticeSubscriptions.length === 0) {
    warnings.push({
      key: "noticeSubscriptions",
      message:
        "is empty: nobody reads the CIS alarms, and Security Hub's CloudWatch.1-14 fail without a subscription",
    });
  }
  return warnings;
}

function subscriptionWarnings(
  key: "pageSubscriptions" | "noticeSubscriptions",
  facts: Facts,
  plainTextKeys: ReadonlySet<Key>,
): Warning[] {
  return facts[key].flatMap(({ protocol }, index): Warning[] => {
    const warnings: Warning[] = [];
    if (protocol === "https" && plainTextKeys.has(key)) {
      warnings.push({
        key: `${key}[${index}].endpoint`,
        message: "is a URL in plain text; if it holds a key, set it with pulumi config set --secret --path",
      });
    }
    // SNS Developer Guide, "Supported Regions for mobile text messaging": none in China.
    if (protocol === "sms" && facts.partition === "aws-cn") {
      warnings.push({
        key: `${key}[${index}].protocol`,
        message: "is sms, which SNS does not offer in China",
      });
    }
    return warnings;
  });
}

function keysWithoutEffect(facts: Facts): Warning[] {
  const differs = (key: Key) => {
    const unset = decode(KEYS[key], undefined);
    return JSON.stringify((facts as Values)[key]) !== JSON.stringify(unset.ok ? unset.value : undefined);
  };
  const ownedElsewhere: readonly Key[] =
    facts.existingBucketName === undefined
      ? []
      : ["archiveReaders", "retentionDays", "accessLogRetentionDays"];
  const { deployment, memberResponseRole } = facts;
  const ofMemberRole: readonly Key[] =
    deployment === "forwarder" && memberResponseRole === undefined ? [...OF_MEMBER_ROLE, "trailName"] : [];
  return [
    ...[...WITHOUT_EFFECT[deployment], ...ofMemberRole]
      .filter(differs)
      .map((key) => ({ key, message: `has no effect with deployment ${deployment}` })),
    ...ownedElsewhere.filter(differs).map((key) => ({
      key,
      message: `has no effect on bucket ${facts.existingBucketName}, which stays as its owner made it`,
    })),
  ];
}
