import { createHash } from "node:crypto";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import type { SourceFile } from "./log-source";

/** One call of the story: when, by whom, what. */
interface Call {
  readonly minute: number;
  readonly who: CloudTrailEvent["userIdentity"];
  readonly source: string;
  readonly name: string;
  readonly region?: string;
  readonly ip?: string;
  readonly readOnly?: boolean;
  readonly extra?: Readonly<Record<string, unknown>>;
  /** How often, one second apart. @default 1 */
  readonly times?: number;
}

const OFFICE = "198.51.100.20";
const STRANGER = "203.0.113.66";

/**
 * The built-in scenario, an hour of an imaginary account: ordinary work, then a stranger who guesses a password,
 * looks around, is refused a lot, gives himself rights, and tries to blind the account. Times end at `now`, and
 * everything else is the same at every run.
 */
export function scenario(accountId: string, now: Date): SourceFile[] {
  const who = identities(accountId);
  const start = now.getTime() - 60 * 60_000;
  const files: { readonly name: string; readonly calls: readonly Call[] }[] = [
    { name: "scenario/1-ordinary-work", calls: ordinaryWork(who) },
    { name: "scenario/2-sign-in", calls: signIn(who) },
    { name: "scenario/3-looking-around", calls: lookingAround(who) },
    { name: "scenario/4-taking-over", calls: takingOver(who) },
  ];
  return files.map(({ name, calls }) => ({
    name,
    events: calls.flatMap((call, index) =>
      Array.from({ length: call.times ?? 1 }, (_, repeat) =>
        record(
          accountId,
          call,
          new Date(start + call.minute * 60_000 + repeat * 1000),
          `${name}/${index}/${repeat}`,
        ),
      ),
    ),
  }));
}

type Identities = ReturnType<typeof identities>;

function identities(accountId: string) {
  const user = (userName: string) => ({
    type: "IAMUser",
    principalId: `AIDAEXAMPLE${userName.toUpperCase()}`,
    arn: `arn:aws:iam::${accountId}:user/${userName}`,
    accountId,
    userName,
  });
  return {
    ana: user("ana"),
    carl: user("carl"),
    root: { type: "Root", principalId: accountId, arn: `arn:aws:iam::${accountId}:root`, accountId },
    deploy: {
      type: "AssumedRole",
      principalId: "AROAEXAMPLEDEPLOY:pipeline",
      arn: `arn:aws:sts::${accountId}:assumed-role/deploy/pipeline`,
      accountId,
    },
  };
}

function ordinaryWork({ ana, deploy }: Identities): Call[] {
  const ec2 = "ec2.amazonaws.com";
  return [
    { minute: 0, who: ana, source: "s3.amazonaws.com", name: "ListBuckets", readOnly: true },
    { minute: 1, who: ana, source: ec2, name: "DescribeInstances", readOnly: true, times: 12 },
    { minute: 3, who: deploy, source: "lambda.amazonaws.com", name: "UpdateFunctionCode20150331v2" },
    {
      minute: 4,
      who: deploy,
      source: "sts.amazonaws.com",
      name: "GetCallerIdentity",
      readOnly: true,
      times: 5,
    },
    { minute: 6, who: deploy, source: ec2, name: "CreateTags", region: "us-east-1" },
    { minute: 8, who: ana, source: "kms.amazonaws.com", name: "Decrypt", readOnly: true, times: 9 },
    denied(9, ana, ec2, "DescribeInstances", OFFICE, 2),
  ];
}

function signIn({ carl }: Identities): Call[] {
  const signin = {
    minute: 20,
    who: carl,
    source: "signin.amazonaws.com",
    name: "ConsoleLogin",
    region: "us-east-1",
    ip: STRANGER,
  };
  return [
    {
      ...signin,
      times: 6,
      extra: {
        errorMessage: "Failed authentication",
        responseElements: { ConsoleLogin: "Failure" },
        additionalEventData: { MFAUsed: "No" },
      },
    },
    {
      ...signin,
      minute: 22,
      extra: { responseElements: { ConsoleLogin: "Success" }, additionalEventData: { MFAUsed: "No" } },
    },
  ];
}

function lookingAround({ carl }: Identities): Call[] {
  return [
    {
      minute: 24,
      who: carl,
      source: "iam.amazonaws.com",
      name: "ListUsers",
      readOnly: true,
      ip: STRANGER,
      region: "us-east-1",
    },
    denied(25, carl, "secretsmanager.amazonaws.com", "GetSecretValue", STRANGER, 30),
    denied(26, carl, "organizations.amazonaws.com", "ListAccounts", STRANGER, 4),
  ];
}

function takingOver({ carl, root }: Identities): Call[] {
  const by = (minute: number, source: string, name: string, requestParameters: object): Call => ({
    minute,
    who: carl,
    source: `${source}.amazonaws.com`,
    name,
    ip: STRANGER,
    extra: { requestParameters },
  });
  return [
    by(30, "iam", "PutUserPolicy", { userName: "carl", policyName: "all" }),
    by(31, "iam", "CreateAccessKey", { userName: "ana" }),
    by(33, "cloudtrail", "StopLogging", { name: "audit" }),
    by(35, "s3", "PutBucketPolicy", { bucketName: "example-customer-data" }),
    by(37, "kms", "ScheduleKeyDeletion", { keyId: "1234abcd-12ab-34cd-56ef-1234567890ab" }),
    by(39, "config", "StopConfigurationRecorder", { configurationRecorderName: "default" }),
    by(41, "ec2", "AuthorizeSecurityGroupIngress", { groupId: "sg-0123456789abcdef0" }),
    by(42, "ec2", "CreateRoute", { routeTableId: "rtb-0123456789abcdef0" }),
    by(43, "ec2", "AttachInternetGateway", { internetGatewayId: "igw-0123456789abcdef0" }),
    {
      minute: 50,
      who: root,
      source: "signin.amazonaws.com",
      name: "ConsoleLogin",
      region: "us-east-1",
      ip: OFFICE,
      extra: { responseElements: { ConsoleLogin: "Success" }, additionalEventData: { MFAUsed: "Yes" } },
    },
    {
      minute: 52,
      who: root,
      source: "iam.amazonaws.com",
      name: "ListAccessKeys",
      readOnly: true,
      ip: OFFICE,
      region: "us-east-1",
    },
  ];
}

function denied(
  minute: number,
  who: Call["who"],
  source: string,
  name: string,
  ip: string,
  times: number,
): Call {
  const errorMessage = "User is not authorized to perform this action";
  return {
    minute,
    who,
    source,
    name,
    ip,
    times,
    readOnly: true,
    extra: { errorCode: "AccessDenied", errorMessage },
  };
}

function record(accountId: string, call: Call, time: Date, seed: string): CloudTrailEvent {
  return {
    eventVersion: "1.11",
    userIdentity: call.who,
    eventTime: time.toISOString().replace(/\.\d+Z$/, "Z"),
    eventSource: call.source,
    eventName: call.name,
    awsRegion: call.region ?? "eu-west-1",
    sourceIPAddress: call.ip ?? OFFICE,
    userAgent: "aws-cli/2.31.0",
    requestParameters: null,
    responseElements: null,
    requestID: uuid(`${seed}/request`),
    eventID: uuid(`${seed}/event`),
    readOnly: call.readOnly ?? false,
    eventType: call.name === "ConsoleLogin" ? "AwsConsoleSignIn" : "AwsApiCall",
    managementEvent: true,
    recipientAccountId: accountId,
    eventCategory: "Management",
    ...call.extra,
  };
}

/** A stable UUID, so that a replay has the same event ids every time. */
function uuid(seed: string): string {
  const hex = createHash("sha256").update(seed).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
