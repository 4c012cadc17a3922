import type { CloudTrailEvent } from "../../formats/cloudtrail/event";

/** Largest event that EventBridge takes (EventBridge User Guide, "AWS service events delivered via CloudTrail"). */
export const MAX_EVENT_BYTES = 256 * 1024;

/** An event as EventBridge hands it to rules and targets (EventBridge User Guide, "Event structure"). */
export interface EventBridgeEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: CloudTrailEvent;
}

const DETAIL_TYPES: Readonly<Record<string, string>> = {
  AwsConsoleSignIn: "AWS Console Sign In via CloudTrail",
  AwsConsoleAction: "AWS Console Action via CloudTrail",
  AwsServiceEvent: "AWS Service Event via CloudTrail",
  AwsVpceEvent: "AWS Network Activity Event via CloudTrail",
  AwsCloudTrailInsight: "AWS Insight via CloudTrail",
};

/** The event that EventBridge makes of a CloudTrail record. */
export function eventBridgeEvent(event: CloudTrailEvent, region: string): EventBridgeEvent {
  return {
    version: "0",
    id: event.eventID ?? `${event.eventTime}-${event.eventName}`,
    "detail-type": DETAIL_TYPES[event.eventType ?? ""] ?? "AWS API Call via CloudTrail",
    source: `aws.${(event.eventSource ?? "unknown.amazonaws.com").replace(/\.amazonaws\.com$/, "")}`,
    account: event.recipientAccountId ?? "",
    time: event.eventTime,
    region,
    resources: [],
    detail: event,
  };
}

/**
 * Whether CloudTrail delivers the event only to rules that ask for read-only management events: those whose names
 * start with these words (EventBridge User Guide, "Read-only management events from AWS services").
 */
export function isReadOnlyCall({ eventName, managementEvent, eventCategory }: CloudTrailEvent): boolean {
  const isManagement = managementEvent !== false && (eventCategory ?? "Management") === "Management";
  const isMutatingByContract = eventName === "GetFederationToken" || eventName === "GetSessionToken";
  return isManagement && !isMutatingByContract && /^(?:Get|List|Describe)/.test(eventName);
}
