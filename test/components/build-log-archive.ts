import { LogArchive, type LogArchiveArgs } from "../../components/log-archive";
import { recordGraph, type Graph, type GraphOptions, type RecordedResource } from "../support/graph";

export const ACCOUNT = "111122223333";
export const OTHER_ACCOUNT = "444455556666";
export const ADMINISTRATOR = "role/LogAdmin";

/** Where an archive is built. */
export interface Cloud {
  readonly partition: string;
  readonly region: string;
}
const IRELAND: Cloud = { partition: "aws", region: "eu-west-1" };

export const DISPOSABLE: Partial<LogArchiveArgs> = {
  disposable: true,
  protect: false,
  lockDays: 1,
  retentionDays: 30,
};
export const PROTECTED: Partial<LogArchiveArgs> = { disposable: false, protect: true };
export const REPLICATED: Partial<LogArchiveArgs> = { ...PROTECTED, replicaRegion: "eu-central-1" };

/** A recorded archive. */
export interface BuiltArchive {
  readonly graph: Graph;
  /** What the component offers to other components. */
  readonly outputs: Readonly<Record<string, string | undefined>>;
}

const built = new Map<string, Promise<BuiltArchive>>();

/** Records an archive named `archive`; the same arguments are recorded once. */
export function buildArchive(
  args: Partial<LogArchiveArgs> = {},
  cloud: Cloud = IRELAND,
  options: GraphOptions = {},
): Promise<BuiltArchive> {
  const key = JSON.stringify([args, cloud, options]);
  const recording = built.get(key) ?? recordArchive(args, cloud, options);
  built.set(key, recording);
  return recording;
}

async function recordArchive(
  args: Partial<LogArchiveArgs>,
  { partition, region }: Cloud,
  options: GraphOptions,
): Promise<BuiltArchive> {
  const graph = await recordGraph(
    () => {
      const archive = new LogArchive("archive", {
        context: { accountId: ACCOUNT, region, partition },
        trailArn: trailArnIn({ partition, region }, ACCOUNT),
        trailAccountId: ACCOUNT,
        administrators: [ADMINISTRATOR],
        readers: [],
        retentionDays: 2555,
        lockMode: "governance",
        lockDays: 365,
        accessLogRetentionDays: 400,
        keyDeletionWindowDays: 30,
        disposable: false,
        protect: false,
        ...args,
      });
      const { bucketName, bucketArn, keyArn, accessLogBucketName, accessLogBucketArn } = archive;
      const { fileArrivedTopicArn, replicaBucketArn } = archive;
      return {
        bucketName,
        bucketArn,
        keyArn,
        accessLogBucketName,
        accessLogBucketArn,
        fileArrivedTopicArn,
        replicaBucketArn,
      };
    },
    { partition, region, ...options },
  );
  return { graph, outputs: (graph.outputs ?? {}) as BuiltArchive["outputs"] };
}

export function trailArnIn({ partition, region }: Cloud, accountId: string): string {
  return `arn:${partition}:cloudtrail:${region}:${accountId}:trail/audit`;
}

/** The policy document that a resource was registered with. */
export function policyOf(resource: RecordedResource): unknown {
  return JSON.parse(resource.inputs.policy as string);
}

/** Type token of an S3 resource. */
export function s3Type(kind: string): string {
  return `aws:s3/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`;
}

export const BUCKET_TYPE = s3Type("Bucket");
export const KEY_TYPE = "aws:kms/key:Key";
export const TOPIC_POLICY_TYPE = "aws:sns/topicPolicy:TopicPolicy";
