import type { AdvancedEventSelector, EventSelector } from "@aws-sdk/client-cloudtrail";
import type { DesiredState } from "../../../functions/restore/desired";
import type { CallStack, RestoreOperation, RestoreOperations } from "../../../functions/restore/operations";
import { AwsError } from "../../responses/fake-aws";

const ACCOUNT = "111122223333";
export const TRAIL_ARN = `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/audit`;
const BUCKET_ARN = "arn:aws:s3:::archive-1a2b3c4";

/** A trail with data events and Insights, and an archive of the same stack. */
export const DESIRED: DesiredState = {
  mode: "enforce",
  partition: "aws",
  accountId: ACCOUNT,
  region: "eu-west-1",
  trail: {
    arn: TRAIL_ARN,
    settings: {
      S3BucketName: "archive-1a2b3c4",
      S3KeyPrefix: "",
      KmsKeyId: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/archive`,
      CloudWatchLogsLogGroupArn: `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/cloudtrail/audit:*`,
      CloudWatchLogsRoleArn: `arn:aws:iam::${ACCOUNT}:role/delivery`,
      IncludeGlobalServiceEvents: true,
      IsMultiRegionTrail: true,
      IsOrganizationTrail: false,
      EnableLogFileValidation: true,
    },
    advancedEventSelectors: [
      {
        Name: "Management events",
        FieldSelectors: [{ Field: "eventCategory", Equals: ["Management"] }],
      },
      {
        Name: "Data events: AWS::S3::Object",
        FieldSelectors: [
          { Field: "eventCategory", Equals: ["Data"] },
          { Field: "resources.type", Equals: ["AWS::S3::Object"] },
          { Field: "resources.ARN", NotStartsWith: [`${BUCKET_ARN}/`, "arn:aws:s3:::access-logs/"] },
        ],
      },
    ],
    insightTypes: ["ApiCallRateInsight"],
  },
  archive: {
    bucketName: "archive-1a2b3c4",
    accountId: ACCOUNT,
    publicAccessBlock: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    policy: {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AllowCloudTrailWrite",
          Effect: "Allow",
          Principal: { Service: "cloudtrail.amazonaws.com" },
          Action: "s3:PutObject",
          Resource: `${BUCKET_ARN}/AWSLogs/*`,
        },
        {
          Sid: "DenyProtectionChanges",
          Effect: "Deny",
          Principal: "*",
          NotAction: ["s3:Get*", "s3:List*"],
          Resource: BUCKET_ARN,
        },
      ],
    },
  },
  ownRoleArns: [`arn:aws:iam::${ACCOUNT}:role/audit-restore`, `arn:aws:iam::${ACCOUNT}:role/audit-respond`],
};

type Settings = DesiredState["trail"]["settings"];

/** A trail as AWS keeps it. */
export interface FakeTrail {
  isLogging: boolean;
  settings: Settings;
  advanced?: AdvancedEventSelector[];
  basic?: EventSelector[];
  insights?: string[];
}

/** A bucket as AWS keeps it. */
export interface FakeBucket {
  ownerId: string;
  publicAccessBlock?: object;
  policy?: string;
}

type Input<Operation extends RestoreOperation> = RestoreOperations[Operation]["input"];

const READS = /:Get/;

/** What a stack has deployed, in a made-up AWS that people can change, and that can fail. */
export class FakeStack {
  trail?: FakeTrail;
  bucket?: FakeBucket;
  readonly calls: { readonly operation: RestoreOperation; readonly input: object }[] = [];
  private readonly failures: { operation: RegExp; error: Error; times: number }[] = [];
  /** Called before each call is served. */
  onCall: (operation: RestoreOperation) => void = () => undefined;

  constructor(desired: DesiredState = DESIRED) {
    const { trail, archive } = structuredClone(desired);
    this.trail = {
      isLogging: true,
      settings: trail.settings,
      advanced: trail.advancedEventSelectors,
      insights: trail.insightTypes,
    };
    this.bucket = archive && {
      ownerId: archive.accountId,
      publicAccessBlock: archive.publicAccessBlock,
      policy: JSON.stringify(archive.policy),
    };
  }

  /** Lets the next calls of these operations fail. */
  fail(operation: RegExp, code: string, times = Infinity): void {
    this.failures.push({ operation, error: new AwsError(code, "as the test wants"), times });
  }

  /** Nothing fails any more. */
  heal(): void {
    this.failures.length = 0;
  }

  /** Operations that changed something, in order; the trail and the bucket named by their inputs are checked here. */
  get changes(): string[] {
    return this.calls.map(({ operation }) => operation).filter((operation) => !READS.test(operation));
  }

  /** What is deployed, to compare. */
  get state(): unknown {
    return structuredClone({ trail: this.trail, bucket: this.bucket });
  }

  readonly call = (async (operation: RestoreOperation, input: object) => {
    await Promise.resolve();
    this.onCall(operation);
    this.calls.push({ operation, input: structuredClone(input) });
    const failure = this.failures.find(
      (candidate) => candidate.times > 0 && candidate.operation.test(operation),
    );
    if (failure) {
      failure.times--;
      throw failure.error;
    }
    return structuredClone({ $metadata: {}, ...(this.serve(operation, input) as object | undefined) });
  }) as CallStack;

  private serve(operation: RestoreOperation, input: object): unknown {
    if (operation.startsWith("s3:")) return this.serveBucket(operation, input);
    const named = input as { Name?: string; TrailName?: string };
    const { trail } = this;
    if ((named.Name ?? named.TrailName) !== TRAIL_ARN || !trail) throw new AwsError("TrailNotFoundException");
    switch (operation as string) {
      case "cloudtrail:GetTrailStatus":
        return { IsLogging: trail.isLogging };
      case "cloudtrail:GetTrail": {
        const { EnableLogFileValidation, ...settings } = trail.settings;
        // AWS leaves out what is empty.
        const set = Object.entries(settings).filter(([, value]) => value !== "");
        return {
          Trail: { ...Object.fromEntries(set), LogFileValidationEnabled: EnableLogFileValidation },
        };
      }
      case "cloudtrail:GetEventSelectors":
        return { AdvancedEventSelectors: trail.advanced, EventSelectors: trail.basic };
      case "cloudtrail:GetInsightSelectors":
        if (!trail.insights) throw new AwsError("InsightNotEnabledException");
        return { InsightSelectors: trail.insights.map((InsightType) => ({ InsightType })) };
      case "cloudtrail:StartLogging":
        trail.isLogging = true;
        return undefined;
      case "cloudtrail:UpdateTrail": {
        const { Name, ...changes } = input as Input<"cloudtrail:UpdateTrail">;
        void Name;
        trail.settings = { ...trail.settings, ...(changes as Partial<Settings>) };
        return undefined;
      }
      case "cloudtrail:PutEventSelectors":
        trail.advanced = (input as Input<"cloudtrail:PutEventSelectors">).AdvancedEventSelectors;
        delete trail.basic;
        return undefined;
      case "cloudtrail:PutInsightSelectors":
        trail.insights = (input as Input<"cloudtrail:PutInsightSelectors">).InsightSelectors?.map(
          ({ InsightType }) => String(InsightType),
        );
        return undefined;
      default:
        throw new Error(`the made-up AWS has no ${operation}`);
    }
  }

  private serveBucket(operation: RestoreOperation, input: object): unknown {
    const { Bucket, ExpectedBucketOwner } = input as Input<"s3:GetBucketPolicy">;
    const { bucket } = this;
    if (!bucket || Bucket !== DESIRED.archive?.bucketName) throw new AwsError("NoSuchBucket");
    if (ExpectedBucketOwner !== bucket.ownerId) throw new AwsError("AccessDenied");
    switch (operation as string) {
      case "s3:GetPublicAccessBlock":
        if (!bucket.publicAccessBlock) throw new AwsError("NoSuchPublicAccessBlockConfiguration");
        return { PublicAccessBlockConfiguration: bucket.publicAccessBlock };
      case "s3:GetBucketPolicy":
        if (bucket.policy === undefined) throw new AwsError("NoSuchBucketPolicy");
        return { Policy: bucket.policy };
      case "s3:PutPublicAccessBlock":
        bucket.publicAccessBlock = (input as Input<"s3:PutPublicAccessBlock">).PublicAccessBlockConfiguration;
        return undefined;
      case "s3:PutBucketPolicy":
        bucket.policy = (input as Input<"s3:PutBucketPolicy">).Policy;
        return undefined;
      default:
        throw new Error(`the made-up AWS has no ${operation}`);
    }
  }
}
