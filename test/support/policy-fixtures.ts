import type { AnalyzedResource } from "./analyzer";
import { StackBuilder } from "./stack-builder";

const ARN = "arn:aws:s3:::orders-archive-1a2b3c4";

/** A bucket policy that denies plain HTTP, as a plain object. */
export const HTTPS_ONLY = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [ARN, `${ARN}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ],
};

/** A policy of a responder's role, as a plain object. */
export const RESPONDS_ONLY = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: ["iam:UpdateAccessKey", "s3:PutBucketPublicAccessBlock"], Resource: "*" },
  ],
};

/** Parts of the good stack that a test can change or leave out (`undefined`). */
export interface GoodStackChanges {
  readonly trail?: Readonly<Record<string, unknown>> | undefined;
  readonly bucket?: Readonly<Record<string, unknown>>;
  readonly publicAccessBlock?: Readonly<Record<string, unknown>> | undefined;
  readonly versioning?: Readonly<Record<string, unknown>> | undefined;
  readonly objectLock?: Readonly<Record<string, unknown>> | undefined;
  readonly policy?: Readonly<Record<string, unknown>> | undefined;
  readonly key?: Readonly<Record<string, unknown>>;
  readonly topic?: Readonly<Record<string, unknown>>;
  readonly logGroup?: Readonly<Record<string, unknown>>;
  readonly responder?: Readonly<Record<string, unknown>>;
  readonly responderRole?: Readonly<Record<string, unknown>>;
  readonly responderPolicy?: Readonly<Record<string, unknown>> | undefined;
  /** A managed policy on the responder's role. @default none */
  readonly responderAttachment?: Readonly<Record<string, unknown>> | undefined;
  readonly records?: Readonly<Record<string, unknown>>;
}

export interface GoodStackOptions {
  readonly preview?: boolean;
  /** Suffix of the S3 type names: the plain or the deprecated spelling. */
  readonly spelling?: "" | "V2";
  readonly stack?: string;
}

/**
 * A stack with a trail, its archive, a key, a topic and a log group that every rule is content with. A test breaks one
 * thing by giving a part other properties: those that are `undefined` are left out.
 */
export function goodStack(
  changes: GoodStackChanges = {},
  options: GoodStackOptions = {},
): readonly AnalyzedResource[] {
  const { spelling = "" } = options;
  const builder = new StackBuilder(options.preview, options.stack);
  const s3 = (name: string, version: string = spelling): string =>
    `aws:s3/${name.charAt(0).toLowerCase()}${name.slice(1)}${version}:${name}${version}`;
  const add = (
    part: keyof GoodStackChanges,
    type: string,
    defaults: Readonly<Record<string, unknown>>,
    outputs: Parameters<StackBuilder["add"]>[3] = {},
  ): AnalyzedResource | undefined => {
    if (part in changes && changes[part] === undefined) return undefined;
    const changed = changes[part] ?? {};
    const props = { ...defaults, ...changed };
    const kept = Object.entries(props).filter(([, value]) => value !== undefined);
    const linked = Object.entries(outputs).filter(([property]) => !(property in changed));
    return builder.add(type, part, Object.fromEntries(kept), Object.fromEntries(linked));
  };

  const key = builder.add(
    "aws:kms/key:Key",
    "key",
    withoutUndefined({ enableKeyRotation: true, ...changes.key }),
  );
  const role = builder.add("aws:iam/role:Role", "role", {});
  const logGroup = builder.add(
    "aws:cloudwatch/logGroup:LogGroup",
    "logGroup",
    withoutUndefined({ retentionInDays: 365, ...changes.logGroup }),
  );
  const bucket = builder.add(
    s3("Bucket"),
    "bucket",
    withoutUndefined({ bucket: "orders-archive-1a2b3c4", ...changes.bucket }),
  );
  const bucketId = { bucket: { source: bucket, value: "orders-archive-1a2b3c4" } };
  add(
    "publicAccessBlock",
    s3("BucketPublicAccessBlock", ""),
    { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    bucketId,
  );
  add("versioning", s3("BucketVersioning"), { versioningConfiguration: { status: "Enabled" } }, bucketId);
  add(
    "objectLock",
    s3("BucketObjectLockConfiguration"),
    { rule: { defaultRetention: { mode: "GOVERNANCE", days: 1 } } },
    bucketId,
  );
  add(
    "policy",
    s3("BucketPolicy", ""),
    {},
    { ...bucketId, policy: { source: bucket, value: JSON.stringify(HTTPS_ONLY) } },
  );
  add(
    "topic",
    "aws:sns/topic:Topic",
    {},
    { kmsMasterKeyId: { source: key, value: "11111111-2222-3333-4444-555555555555" } },
  );
  add(
    "trail",
    "aws:cloudtrail/trail:Trail",
    { isMultiRegionTrail: true, enableLogFileValidation: true },
    {
      s3BucketName: { source: bucket, value: "orders-archive-1a2b3c4" },
      kmsKeyId: { source: key, value: "arn:aws:kms:eu-west-1:111122223333:key/11111111" },
      cloudWatchLogsGroupArn: {
        source: logGroup,
        value: "arn:aws:logs:eu-west-1:111122223333:log-group:t:*",
      },
      cloudWatchLogsRoleArn: { source: role, value: "arn:aws:iam::111122223333:role/trail" },
    },
  );
  addResponder();
  return builder.resources;

  /** A function that responds, its role with an inline policy, and the table of its records. */
  function addResponder(): void {
    const responderRole = builder.add(
      "aws:iam/role:Role",
      "responderRole",
      withoutUndefined({ name: "responder", ...changes.responderRole }),
    );
    const roleName = { role: { source: responderRole, value: "responder" } };
    add(
      "responderPolicy",
      "aws:iam/rolePolicy:RolePolicy",
      { policy: JSON.stringify(RESPONDS_ONLY) },
      roleName,
    );
    if (changes.responderAttachment)
      add("responderAttachment", "aws:iam/rolePolicyAttachment:RolePolicyAttachment", {}, roleName);
    const recordsEncryption = { enabled: true, kmsKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/1" };
    const records = builder.add(
      "aws:dynamodb/table:Table",
      "records",
      withoutUndefined({
        pointInTimeRecovery: { enabled: true },
        serverSideEncryption: recordsEncryption,
        deletionProtectionEnabled: true,
        ...changes.records,
      }),
    );
    add(
      "responder",
      "aws:lambda/function:Function",
      { tags: { "trailkeeper:response": "enforce", "trailkeeper:break-glass": "1" } },
      {
        role: { source: responderRole, value: "arn:aws:iam::111122223333:role/responder" },
        environment: { source: records, value: "records" },
      },
    );
  }
}

function withoutUndefined(props: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
}
