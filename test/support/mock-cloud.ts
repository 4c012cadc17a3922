import type { runtime } from "@pulumi/pulumi";

/** The imaginary account that recorded graphs are built in. */
export interface MockCloud {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  /** ARN that `getCallerIdentity` reports. */
  readonly callerArn: string;
  /** In a preview nothing that a provider computes is known. */
  readonly preview: boolean;
}

interface Identity {
  readonly id: string;
  readonly arn: string;
}

/** How AWS identifies what each type creates: id and ARN from the physical name. */
const identities: Record<string, (cloud: MockCloud, physicalName: string) => Identity> = {
  "aws:s3/bucket:Bucket": (c, n) => ({ id: n, arn: `arn:${c.partition}:s3:::${n}` }),
  "aws:kms/key:Key": (c, n) => ({ id: n, arn: `arn:${c.partition}:kms:${c.region}:${c.accountId}:key/${n}` }),
  "aws:sns/topic:Topic": (c, n) => both(`arn:${c.partition}:sns:${c.region}:${c.accountId}:${n}`),
  "aws:sqs/queue:Queue": (c, n) => ({
    id: `https://sqs.${c.region}.amazonaws.com/${c.accountId}/${n}`,
    arn: `arn:${c.partition}:sqs:${c.region}:${c.accountId}:${n}`,
  }),
  "aws:iam/role:Role": (c, n) => ({ id: n, arn: `arn:${c.partition}:iam::${c.accountId}:role/${n}` }),
  "aws:iam/policy:Policy": (c, n) => both(`arn:${c.partition}:iam::${c.accountId}:policy/${n}`),
  "aws:lambda/function:Function": (c, n) => ({
    id: n,
    arn: `arn:${c.partition}:lambda:${c.region}:${c.accountId}:function:${n}`,
  }),
  "aws:cloudtrail/trail:Trail": (c, n) =>
    both(`arn:${c.partition}:cloudtrail:${c.region}:${c.accountId}:trail/${n}`),
  "aws:cloudwatch/logGroup:LogGroup": (c, n) => ({
    id: n,
    arn: `arn:${c.partition}:logs:${c.region}:${c.accountId}:log-group:${n}`,
  }),
  "aws:cloudwatch/metricAlarm:MetricAlarm": (c, n) => ({
    id: n,
    arn: `arn:${c.partition}:cloudwatch:${c.region}:${c.accountId}:alarm:${n}`,
  }),
  "aws:cloudwatch/eventBus:EventBus": (c, n) => ({
    id: n,
    arn: `arn:${c.partition}:events:${c.region}:${c.accountId}:event-bus/${n}`,
  }),
  "aws:cloudwatch/eventArchive:EventArchive": (c, n) => ({
    id: n,
    arn: `arn:${c.partition}:events:${c.region}:${c.accountId}:archive/${n}`,
  }),
  "aws:cloudwatch/eventRule:EventRule": (c, n) => ({
    id: n,
    arn: `arn:${c.partition}:events:${c.region}:${c.accountId}:rule/${n}`,
  }),
  "aws:dynamodb/table:Table": (c, n) => ({
    id: n,
    arn: `arn:${c.partition}:dynamodb:${c.region}:${c.accountId}:table/${n}`,
  }),
};

function both(arn: string): Identity {
  return { id: arn, arn };
}

/** The input that holds a resource's physical name, where it is not `name`. */
const nameInputs: Record<string, string> = {
  "aws:s3/bucket:Bucket": "bucket",
};

/** Pulumi mocks that answer as the aws provider does: auto-named, with the ids and ARNs of each type. */
export function cloudMocks(cloud: MockCloud): runtime.Mocks {
  return {
    newResource(args) {
      if (args.custom === false) return { id: undefined, state: {} };
      const given = args.inputs as Record<string, unknown>;
      const nameInput = nameInputs[args.type] ?? "name";
      const physicalName = typeof given[nameInput] === "string" ? given[nameInput] : `${args.name}-1a2b3c4`;
      if (cloud.preview) return { id: undefined, state: { ...given } };
      const region = typeof given.region === "string" ? given.region : cloud.region;
      const identify = identities[args.type];
      if (!identify) return { id: physicalName, state: { ...given } };
      const { id, arn } = identify({ ...cloud, region }, physicalName);
      const extra = args.type === "aws:sqs/queue:Queue" ? { url: id } : {};
      return {
        id,
        state: { ...given, [nameInput]: physicalName, arn, id, keyId: physicalName, region, ...extra },
      };
    },
    call(args) {
      const inputs = args.inputs as Record<string, string>;
      switch (args.token) {
        case "aws:index/getCallerIdentity:getCallerIdentity":
          return {
            accountId: cloud.accountId,
            arn: cloud.callerArn,
            id: cloud.accountId,
            userId: "AIDAEXAMPLE",
          };
        case "aws:index/getPartition:getPartition":
          return { partition: cloud.partition, dnsSuffix: "amazonaws.com", id: cloud.partition };
        case "aws:index/getRegion:getRegion":
          return { region: cloud.region, id: cloud.region };
        case "aws:iam/getSessionContext:getSessionContext":
          return sessionContext(inputs.arn ?? "");
        default:
          throw new Error(`the mock cloud has no answer for ${args.token}`);
      }
    },
  };
}

/** `aws.iam.getSessionContext`: an assumed-role session resolves to its role, everything else to itself. */
function sessionContext(arn: string): Record<string, string> {
  const session = /^(arn:[^:]+):sts::(\d+):assumed-role\/([^/]+)\/(.+)$/.exec(arn);
  const [, prefix = "", accountId = "", role = "", sessionName = ""] = session ?? [];
  const issuerArn = session ? `${prefix}:iam::${accountId}:role/${role}` : arn;
  return { arn, id: arn, issuerArn, issuerId: "AROAEXAMPLE", issuerName: role, sessionName };
}
