import type * as pulumi from "@pulumi/pulumi";
import type { ResponseId, ResponseMode } from "../responses/playbook-ids";

/**
 * What a stack builds: both halves of the audit trail, one of the two accounts' shares, or, in another account of the
 * organization, no more than what forwards its events to the detections.
 */
export type Deployment = "combined" | "archive" | "trail" | "forwarder";

/** S3 Object Lock modes as settings spell them (S3 User Guide, "Locking objects with Object Lock"). */
export type LockMode = "governance" | "compliance";

/** The two SNS topics people subscribe to: `page` wakes somebody up, `notice` is read in working hours. */
export type AlertTopic = "page" | "notice";

/** Levels of a detection, mildest first (Sigma specification, rule field `level`). */
export type RuleLevel = "informational" | "low" | "medium" | "high" | "critical";

/** A subscription of a topic. */
export interface SubscriptionSettings {
  /** Unique within its topic; becomes part of the resource's logical name, so renaming it replaces the subscription. */
  readonly name: string;
  readonly protocol: "email" | "email-json" | "https" | "sqs" | "lambda" | "sms";
  /** Address, URL or ARN. A secret Output where the configuration holds it as a secret. */
  readonly endpoint: pulumi.Input<string>;
}

/** A metric-filter alarm of the user's own. */
export interface AlarmSettings {
  readonly name: string;
  /** CloudWatch Logs metric filter pattern (JSON form). */
  readonly pattern: string;
  /** The alarm fires at this many matches within a period, or more. */
  readonly threshold: number;
  readonly periodSeconds: number;
  readonly topic: AlertTopic;
}

/** Data events to record: one CloudTrail resource type with optional ARN prefixes. */
export interface DataEventSettings {
  /** CloudTrail `resources.type`, for example `AWS::S3::Object`. */
  readonly resourceType: string;
  /** Record only resources whose ARN starts with one of these; all when empty. */
  readonly arnPrefixes: readonly string[];
  readonly readWrite: "all" | "read" | "write";
}

/** An archive that another stack (in the log-archive account) owns. */
export interface ArchiveReference {
  readonly bucketName: string;
  readonly keyArn: string;
  /** With the next two: what else the archive is made of. An organization trail would record its data events too. */
  readonly accessLogBucketName?: string;
  readonly replicaBucketName?: string;
  readonly fileArrivedTopicArn?: string;
}

/** Everything a stack's configuration says, checked and completed. Frozen; holds no cloud lookups. */
export interface Settings {
  readonly project: string;
  readonly stack: string;
  /** `<project>-<stack>`: prefix of the few physical names that contracts need. */
  readonly namePrefix: string;
  readonly region: string;
  /** `aws`, `aws-cn`, `aws-us-gov`..., derived from the region. */
  readonly partition: string;
  readonly deployment: Deployment;
  /** May be destroyed with its contents. Never true with a compliance lock. */
  readonly disposable: boolean;
  /** Guard stateful resources with Pulumi's `protect` and `retainOnDelete`; the opposite of `disposable`. */
  readonly protect: boolean;

  readonly trailName: string;
  /** Organization id (`o-...`) when the trail is an organization trail. */
  readonly organizationId?: string;
  /** Account that owns the trail, when it is not the stack's own (`deployment: archive`). */
  readonly trailAccountId?: string;
  /** Home region of the trail; the stack's region unless set. */
  readonly trailRegion: string;
  /** The archive to write to; set with `deployment: trail` only. */
  readonly archive?: ArchiveReference;

  /** An existing bucket to deliver to, whose policy stays as it is. */
  readonly existingBucketName?: string;
  readonly existingKeyArn?: string;
  /** Physical ids of existing resources that this stack takes over by import. */
  readonly adopt: { readonly trail?: string; readonly bucket?: string; readonly key?: string };

  /** Roles and users (`role/NAME`, `user/NAME` or full ARNs) that alone may change the archive's protections. */
  readonly archiveAdministrators: readonly string[];
  /** Principals of other accounts (ARNs) that may read the archive. */
  readonly archiveReaders: readonly string[];
  readonly retentionDays: number;
  readonly lockMode: LockMode;
  readonly lockDays: number;
  readonly transition?: { readonly storageClass: string; readonly afterDays: number };
  readonly accessLogRetentionDays: number;
  readonly replicaRegion?: string;
  readonly keyDeletionWindowDays: number;

  readonly logRetentionDays: number;
  readonly dataEvents: readonly DataEventSettings[];
  readonly networkActivityEventSources: readonly string[];
  readonly insights: readonly ("ApiCallRateInsight" | "ApiErrorRateInsight")[];
  readonly monitoredRegions: readonly string[];

  readonly pageSubscriptions: readonly SubscriptionSettings[];
  readonly noticeSubscriptions: readonly SubscriptionSettings[];
  readonly alarms: readonly AlarmSettings[];
  readonly alertArchiveDays: number;
  /** Alerts of this level and above go to `page`. */
  readonly pageLevel: RuleLevel;
  /** Alerts of this level and above, below `pageLevel`, go to `notice`; milder ones stay on the alert bus. */
  readonly noticeLevel: RuleLevel;

  /** Folder with rules of the user's own, beside the shipped ones; relative to the project's folder. */
  readonly rulesFolder?: string;
  /** Ids of rules that are left out. */
  readonly disabledRules: readonly string[];
  /** File with suppressions; relative to the project's folder. */
  readonly suppressionsFile?: string;
  /** Where the runbooks (docs/runbooks) are published; alerts link there. */
  readonly runbooksUrl?: string;
  /** Bus of the account with the detections, which a forwarder sends to; set with `deployment: forwarder` only. */
  readonly rawEventBusArn?: string;

  /** What each playbook, and restoring the trail, does when an alert asks for it. */
  readonly responseModes: Readonly<Record<ResponseId, ResponseMode>>;
  /** Roles and users (`role/NAME`, `user/NAME` or full ARNs) that no response is caused by or touches. */
  readonly breakGlassPrincipals: readonly string[];
  /** The same, that responses never touch, whatever they cause. */
  readonly neverTouchPrincipals: readonly string[];
  /** ARN patterns of resources that responses never touch. */
  readonly neverTouchResources: readonly string[];
  /** A playbook acts this often on one actor's doings within `responseLimitMinutes`, then waits for a person. */
  readonly responseLimit: number;
  readonly responseLimitMinutes: number;
  /** Role that the responder takes in other accounts; without one it has no reach there. */
  readonly memberResponseRole?: string;

  /** Things that are allowed but worth a line in the preview. */
  readonly warnings: readonly string[];
}
