import type { CloudTrailEvent } from "../formats/cloudtrail/event";

/** An event of an example file: what differs from {@link ORDINARY_EVENT}; null takes a field away. */
export type Example = Readonly<Record<string, unknown>>;

/** What example events are like where they do not say otherwise: a user of the account calls an API, and it works. */
export const ORDINARY_EVENT: Readonly<Record<string, unknown>> = {
  eventVersion: "1.11",
  userIdentity: {
    type: "IAMUser",
    principalId: "AIDACKCEVSQ6C2EXAMPLE",
    arn: "arn:aws:iam::111122223333:user/alice",
    accountId: "111122223333",
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    userName: "alice",
  },
  awsRegion: "eu-west-1",
  sourceIPAddress: "198.51.100.7",
  userAgent: "aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux#6.8.0 md/arch#x86_64 lang/python#3.13.7",
  requestParameters: {},
  responseElements: null,
  readOnly: false,
  eventType: "AwsApiCall",
  managementEvent: true,
  recipientAccountId: "111122223333",
  eventCategory: "Management",
};

const START = Date.parse("2026-03-02T09:00:00Z");

/** The ordinary event with an example over it; `seconds` after the examples' start. */
export function exampleEvent(example: Example, serial: number, seconds = 0): CloudTrailEvent {
  const own = {
    eventID: `00000000-0000-4000-8000-${String(serial).padStart(12, "0")}`,
    eventTime: new Date(START + seconds * 1000).toISOString().replace(".000Z", "Z"),
  };
  // A userIdentity that names another type is another principal: nothing of alice may stay.
  const identity = example.userIdentity;
  const base =
    isObject(identity) && "type" in identity
      ? { ...ORDINARY_EVENT, userIdentity: { accountId: "111122223333" } }
      : ORDINARY_EVENT;
  return merge(merge(base, own), example) as CloudTrailEvent;
}

function merge(base: unknown, over: unknown): unknown {
  if (!isObject(base) || !isObject(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value);
  }
  return merged;
}

/** Puts the running number into every text that asks for it. */
export function numbered(value: unknown, n: number): unknown {
  if (typeof value === "string") return value.replaceAll("{n}", String(n));
  if (Array.isArray(value)) return value.map((item) => numbered(item, n));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, numbered(inner, n)]));
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
