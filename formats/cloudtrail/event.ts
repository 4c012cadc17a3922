/**
 * One CloudTrail record as AWS writes it: typed where it is read here, with every other field kept. Only `eventName`
 * and `eventTime` are sure to be there; field meanings in the CloudTrail User Guide, "CloudTrail record contents for
 * management, data, and network activity events".
 */
export interface CloudTrailEvent {
  /** Never empty. */
  readonly eventName: string;
  /** When the request was completed, ISO 8601 in UTC, to the second. */
  readonly eventTime: string;
  readonly eventVersion?: string;
  /** Unique per record; a record delivered twice usually has the same one. */
  readonly eventID?: string;
  /** Service that was called, for example `iam.amazonaws.com`. */
  readonly eventSource?: string;
  /** `AwsApiCall`, `AwsServiceEvent`, `AwsConsoleAction`, `AwsConsoleSignIn`, `AwsVpceEvent`... */
  readonly eventType?: string;
  /** `Management`, `Data` or `NetworkActivity`. */
  readonly eventCategory?: string;
  readonly awsRegion?: string;
  /** Account that received the record. */
  readonly recipientAccountId?: string;
  /** An IP address, or an AWS service's DNS name. */
  readonly sourceIPAddress?: string;
  readonly userAgent?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly readOnly?: boolean;
  readonly managementEvent?: boolean;
  readonly userIdentity?: UserIdentity;
  readonly requestParameters?: Readonly<Record<string, unknown>> | null;
  readonly responseElements?: Readonly<Record<string, unknown>> | null;
  readonly additionalEventData?: Readonly<Record<string, unknown>> | null;
  readonly [field: string]: unknown;
}

/** Who made the request (CloudTrail User Guide, "CloudTrail userIdentity element"). `type` is absent in some. */
export interface UserIdentity {
  readonly type?: string;
  readonly principalId?: string;
  readonly arn?: string;
  readonly accountId?: string;
  readonly accessKeyId?: string;
  readonly userName?: string;
  /** AWS service that made the request for the identity. */
  readonly invokedBy?: string;
  readonly sessionContext?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}
