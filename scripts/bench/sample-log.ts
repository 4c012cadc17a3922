/**
 * Makes up CloudTrail records of an ordinary account, the same ones for the same seed: mostly reads by roles, services
 * and pipelines, 1 to 3 KB each, with the fields that such records have. Names and ids are invented.
 */
export function* sampleRecords(count: number, seed = 1): Generator<object, void, void> {
  const random = new Random(seed);
  const calls = weighted(CALLS);
  const actors = Array.from({ length: ACTORS }, (_, number) => actorOf(number, random));
  // Each log is of an hour of its own, of other sessions.
  const start = Date.parse("2026-03-02T00:00:00Z") + (seed - 1) * MILLISECONDS_AN_HOUR;
  for (let number = 0; number < count; number++) {
    const call = calls[random.below(calls.length)] as Call;
    const actor = actors[Math.floor(ACTORS * random.next() ** 3)] as Actor;
    const time = new Date(start + number * MILLISECONDS_BETWEEN).toISOString().replace(/\.\d+Z$/, "Z");
    yield record(call, actor, time, random);
  }
}

const ACTORS = 120;
/** A busy account: 25 events a second. */
const MILLISECONDS_BETWEEN = 40;
const MILLISECONDS_AN_HOUR = 3_600_000;
const ACCOUNT = "111122223333";
const REGIONS = ["eu-west-1", "eu-central-1", "us-east-1"];

interface Call {
  /** How often in thousand. */
  readonly weight: number;
  readonly source: string;
  readonly name: string;
  readonly readOnly: boolean;
  readonly parameters: (random: Random) => object | null;
  readonly response?: (random: Random) => object | null;
  readonly error?: { readonly code: string; readonly message: string };
}

interface Actor {
  readonly userIdentity: object;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  readonly vpcEndpointId?: string;
}

const read = (
  weight: number,
  source: string,
  name: string,
  parameters: Call["parameters"] = () => null,
): Call => ({ weight, source: `${source}.amazonaws.com`, name, readOnly: true, parameters });

const write = (
  weight: number,
  source: string,
  name: string,
  parameters: Call["parameters"],
  response: Call["parameters"] = () => null,
): Call => ({ weight, source: `${source}.amazonaws.com`, name, readOnly: false, parameters, response });

/** What accounts with a few hundred instances, containers, functions and a pipeline call, and how often. */
const CALLS: readonly Call[] = [
  read(90, "kms", "Decrypt", (random) => ({
    encryptionContext: {
      "aws:s3:arn": `arn:aws:s3:::data-${random.word()}/${random.word()}/${random.hex(16)}`,
    },
    encryptionAlgorithm: "SYMMETRIC_DEFAULT",
  })),
  read(60, "kms", "GenerateDataKey", (random) => ({
    keyId: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/${random.uuid()}`,
    keySpec: "AES_256",
    encryptionContext: { "aws:s3:arn": `arn:aws:s3:::data-${random.word()}` },
  })),
  {
    ...read(140, "sts", "AssumeRole", (random) => ({
      roleArn: `arn:aws:iam::${ACCOUNT}:role/service/${random.word()}-${random.word()}`,
      roleSessionName: `${random.word()}-${random.below(1e9)}`,
      durationSeconds: 3600,
    })),
    response: (random) => {
      const role = `${random.word()}-${random.word()}`;
      return {
        credentials: {
          accessKeyId: `ASIA${random.hex(16).toUpperCase()}`,
          sessionToken: random.hex(700),
          expiration: "Mar 2, 2026, 10:12:01 AM",
        },
        assumedRoleUser: {
          assumedRoleId: `AROA${random.hex(16).toUpperCase()}:${role}`,
          arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${role}`,
        },
      };
    },
  },
  read(20, "sts", "GetCallerIdentity"),
  read(80, "ec2", "DescribeInstances", (random) => ({
    maxResults: 1000,
    filterSet: {
      items: [
        { name: "tag:service", valueSet: { items: [{ value: random.word() }, { value: random.word() }] } },
        { name: "instance-state-name", valueSet: { items: [{ value: "running" }] } },
      ],
    },
  })),
  read(40, "ec2", "DescribeNetworkInterfaces", () => ({ filterSet: {}, maxResults: 500 })),
  read(30, "ec2", "DescribeSecurityGroups", (random) => ({
    securityGroupSet: {},
    securityGroupIdSet: { items: [{ groupId: `sg-${random.hex(17)}` }] },
  })),
  read(30, "ec2", "DescribeVolumes", () => ({ volumeSet: {}, filterSet: {} })),
  read(25, "ec2", "DescribeTags", () => ({ filterSet: {} })),
  read(40, "elasticloadbalancing", "DescribeTargetHealth", (random) => ({
    targetGroupArn: `arn:aws:elasticloadbalancing:eu-west-1:${ACCOUNT}:targetgroup/${random.word()}/${random.hex(16)}`,
  })),
  read(25, "autoscaling", "DescribeAutoScalingGroups", () => ({ maxRecords: 100 })),
  read(25, "ecs", "DescribeServices", (random) => ({
    cluster: "production",
    services: [random.word(), random.word()],
  })),
  read(20, "ecs", "ListTasks", (random) => ({ cluster: "production", serviceName: random.word() })),
  read(25, "logs", "DescribeLogStreams", (random) => ({ logGroupName: `/app/${random.word()}`, limit: 50 })),
  read(20, "monitoring", "DescribeAlarms", () => ({ maxRecords: 100 })),
  read(30, "dynamodb", "DescribeTable", (random) => ({ tableName: `${random.word()}-${random.word()}` })),
  read(25, "s3", "GetBucketLocation", (random) => ({
    bucketName: `data-${random.word()}`,
    location: "",
    Host: "s3.amazonaws.com",
  })),
  read(15, "s3", "GetBucketAcl", (random) => ({
    bucketName: `data-${random.word()}`,
    acl: "",
    Host: "s3.amazonaws.com",
  })),
  read(15, "s3", "ListBuckets", () => ({ Host: "s3.amazonaws.com" })),
  read(25, "ssm", "GetParameter", (random) => ({
    name: `/service/${random.word()}/endpoint`,
    withDecryption: false,
  })),
  read(15, "secretsmanager", "GetSecretValue", (random) => ({ secretId: `service/${random.word()}` })),
  read(15, "iam", "GetRole", (random) => ({ roleName: `${random.word()}-${random.word()}` })),
  read(10, "iam", "ListRolePolicies", (random) => ({ roleName: `${random.word()}-${random.word()}` })),
  read(20, "rds", "DescribeDBInstances", () => ({ maxRecords: 100 })),
  read(15, "lambda", "GetFunction20150331v2", (random) => ({
    functionName: `${random.word()}-${random.word()}`,
  })),
  read(10, "cloudformation", "DescribeStacks", (random) => ({ stackName: `${random.word()}-stack` })),
  read(8, "ecr", "BatchGetImage", (random) => ({
    repositoryName: random.word(),
    imageIds: [{ imageTag: random.hex(40) }],
    registryId: ACCOUNT,
  })),
  read(6, "eks", "ListNodegroups", () => ({ name: "production", maxResults: 100 })),
  {
    ...read(4, "s3", "GetBucketPolicy", (random) => ({ bucketName: `data-${random.word()}`, policy: "" })),
    error: { code: "AccessDenied", message: "Access Denied" },
  },
  write(40, "logs", "CreateLogStream", (random) => ({
    logGroupName: `/aws/lambda/${random.word()}`,
    logStreamName: `2026/03/02/[$LATEST]${random.hex(32)}`,
  })),
  write(
    10,
    "ecs",
    "RunTask",
    (random) => ({
      cluster: "production",
      taskDefinition: `${random.word()}:${random.below(400)}`,
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets: [`subnet-${random.hex(17)}`] } },
    }),
    (random) => ({
      failures: [],
      tasks: [
        {
          taskArn: `arn:aws:ecs:eu-west-1:${ACCOUNT}:task/production/${random.hex(32)}`,
          lastStatus: "PENDING",
        },
      ],
    }),
  ),
  write(
    8,
    "ec2",
    "CreateNetworkInterface",
    (random) => ({ subnetId: `subnet-${random.hex(17)}`, description: `service ${random.word()}` }),
    (random) => ({
      networkInterface: {
        networkInterfaceId: `eni-${random.hex(17)}`,
        privateIpAddress: `10.0.${random.below(256)}.${random.below(256)}`,
        status: "pending",
      },
    }),
  ),
  write(8, "elasticloadbalancing", "RegisterTargets", (random) => ({
    targetGroupArn: `arn:aws:elasticloadbalancing:eu-west-1:${ACCOUNT}:targetgroup/${random.word()}/${random.hex(16)}`,
    targets: [{ id: `10.0.${random.below(256)}.${random.below(256)}`, port: 8080 }],
  })),
  write(6, "ssm", "UpdateInstanceInformation", (random) => ({
    instanceId: `i-${random.hex(17)}`,
    agentVersion: "3.3.1611.0",
    agentStatus: "Active",
    platformType: "Linux",
  })),
  write(5, "ec2", "CreateTags", (random) => ({
    resourcesSet: { items: [{ resourceId: `vol-${random.hex(17)}` }] },
    tagSet: { items: [{ key: "service", value: random.word() }] },
  })),
  write(4, "ecr", "PutImage", (random) => ({ repositoryName: random.word(), imageTag: random.hex(40) })),
  write(2, "autoscaling", "SetDesiredCapacity", (random) => ({
    autoScalingGroupName: random.word(),
    desiredCapacity: random.below(20),
  })),
];

function weighted(calls: readonly Call[]): Call[] {
  return calls.flatMap((call) => new Array<Call>(call.weight).fill(call));
}

function actorOf(number: number, random: Random): Actor {
  const role = `${random.word()}-${random.word()}`;
  if (number % 5 === 0) {
    const service = `${random.word()}.amazonaws.com`;
    return {
      userIdentity: { type: "AWSService", invokedBy: service },
      sourceIPAddress: service,
      userAgent: service,
    };
  }
  const roleId = `AROA${random.hex(16).toUpperCase()}`;
  // Containers and functions call most, instances less.
  const session = number % 6 === 3 ? `i-${random.hex(17)}` : random.hex(32);
  // Every other one calls from inside the network, and so through an endpoint.
  const address = number % 2 === 0 ? `10.0.${random.below(256)}.${random.below(256)}` : "198.51.100.24";
  return {
    ...(number % 2 === 0 ? { vpcEndpointId: `vpce-${random.hex(17)}` } : {}),
    userIdentity: {
      type: "AssumedRole",
      principalId: `${roleId}:${session}`,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}`,
      accountId: ACCOUNT,
      accessKeyId: `ASIA${random.hex(16).toUpperCase()}`,
      sessionContext: {
        sessionIssuer: {
          type: "Role",
          principalId: roleId,
          arn: `arn:aws:iam::${ACCOUNT}:role/service/${role}`,
          accountId: ACCOUNT,
          userName: role,
        },
        webIdFederationData: {},
        attributes: { creationDate: "2026-03-01T23:12:01Z", mfaAuthenticated: "false" },
      },
    },
    sourceIPAddress: address,
    userAgent:
      "aws-sdk-java/2.31.9 md/io#async md/http#NettyNio ua/2.1 os/Linux#6.1.128 lang/java#21.0.6 cfg/retry-mode#standard",
  };
}

function record(call: Call, actor: Actor, eventTime: string, random: Random): object {
  return {
    eventVersion: "1.11",
    userIdentity: actor.userIdentity,
    eventTime,
    eventSource: call.source,
    eventName: call.name,
    awsRegion: REGIONS[Math.floor(3 * random.next() ** 3)],
    sourceIPAddress: actor.sourceIPAddress,
    userAgent: actor.userAgent,
    ...(call.error ? { errorCode: call.error.code, errorMessage: call.error.message } : {}),
    requestParameters: call.parameters(random),
    responseElements: call.response?.(random) ?? null,
    ...(call.name === "AssumeRole" ? { sharedEventID: random.uuid() } : {}),
    requestID: random.uuid(),
    eventID: random.uuid(),
    readOnly: call.readOnly,
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    ...(actor.vpcEndpointId === undefined
      ? {}
      : { vpcEndpointId: actor.vpcEndpointId, vpcEndpointAccountId: ACCOUNT }),
    eventCategory: "Management",
    tlsDetails: {
      tlsVersion: "TLSv1.3",
      cipherSuite: "TLS_AES_128_GCM_SHA256",
      clientProvidedHostHeader: `${call.source.split(".")[0] ?? ""}.eu-west-1.amazonaws.com`,
    },
  };
}

const WORDS = "orders billing search catalog carts users ledger images mail reports events queue cache".split(
  " ",
);

/** Mulberry32: enough for made-up logs, and the same on every machine. */
class Random {
  constructor(private state: number) {}

  /** From 0 up to 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  word(): string {
    return WORDS[this.below(WORDS.length)] as string;
  }

  hex(length: number): string {
    let text = "";
    while (text.length < length)
      text += Math.floor(this.next() * 2 ** 32)
        .toString(16)
        .padStart(8, "0");
    return text.slice(0, length);
  }

  uuid(): string {
    const hex = this.hex(32);
    const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
    return [...parts, hex.slice(20)].join("-");
  }
}
