import { randomUUID } from "node:crypto";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import type { EmulatorCredentials } from "../connection";

/** A user of the local cloud, and a long-term key of that user. */
export interface KeyHolder {
  readonly userName: string;
  readonly arn: string;
  readonly principalId: string;
  readonly key: EmulatorCredentials;
}

/** A call that was made to the local cloud, by CloudTrail's names for its parts. */
export interface RecordedCall {
  readonly by: KeyHolder;
  /** Service without its domain, such as `iam`. */
  readonly service: string;
  readonly name: string;
  readonly region: string;
  readonly sourceIPAddress: string;
  readonly requestParameters: Readonly<Record<string, unknown>>;
  readonly responseElements?: Readonly<Record<string, unknown>>;
}

/** Reserved for documentation (RFC 5737), so that it is nobody's. */
export const STRANGER = "203.0.113.66";

/**
 * The record that CloudTrail would write of a successful call, at this moment: the local cloud makes no usable ones.
 * (CloudTrail User Guide, "CloudTrail record contents for management, data, and network activity events".)
 */
export function cloudTrailRecord(accountId: string, call: RecordedCall): CloudTrailEvent {
  const { arn, principalId, userName, key } = call.by;
  return {
    eventVersion: "1.11",
    userIdentity: {
      type: "IAMUser",
      principalId,
      arn,
      accountId,
      accessKeyId: key.accessKeyId,
      userName,
    },
    eventTime: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    eventSource: `${call.service}.amazonaws.com`,
    eventName: call.name,
    awsRegion: call.region,
    sourceIPAddress: call.sourceIPAddress,
    userAgent: "aws-cli/2.31.0",
    requestParameters: call.requestParameters,
    responseElements: call.responseElements ?? null,
    requestID: randomUUID(),
    eventID: randomUUID(),
    readOnly: false,
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: accountId,
    eventCategory: "Management",
  };
}
