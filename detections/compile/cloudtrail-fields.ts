/**
 * What can be relied on about a field of a CloudTrail record, for compilers that have to know whether it may be a
 * list, an object or a number.
 *
 * Source: CloudTrail User Guide, "CloudTrail record contents for management, data, and network activity events",
 * "CloudTrail userIdentity element" and "AWS Management Console sign-in events". Compiled rules are exact on records
 * that follow these pages, with three reservations about what no rule should rest on: a key that itself has a dot in
 * it is taken for a path; the characters U+0130 and U+212A, whose lower case begins with an ASCII letter, may match
 * differently; and addresses are in the form in which AWS writes them, IPv4 never inside IPv6.
 */
export type FieldType =
  /** A string, absent or null. */
  | "text"
  /** A boolean, absent or null. */
  | "flag"
  /** A string in each element of a list of objects. */
  | "texts"
  /** An object or a list of objects: never equal to anything. */
  | "object"
  /** Whatever a service puts there: any JSON, lists and objects among it. */
  | "open";

const TEXTS = [
  ...["eventVersion", "eventTime", "eventSource", "eventName", "eventType", "eventID", "eventCategory"],
  ...["awsRegion", "sourceIPAddress", "userAgent", "errorCode", "errorMessage", "requestID", "apiVersion"],
  ...["recipientAccountId", "sharedEventID", "vpcEndpointId", "vpcEndpointAccountId"],
  "sessionCredentialFromConsole",
  ...below("tlsDetails", ["tlsVersion", "cipherSuite", "clientProvidedHostHeader"]),
  ...below("userIdentity", [
    "type",
    "principalId",
    "arn",
    "accountId",
    "accessKeyId",
    "userName",
    "invokedBy",
  ]),
  ...below("userIdentity", ["identityProvider", "credentialId"]),
  ...below("userIdentity.onBehalfOf", ["userId", "identityStoreArn"]),
  ...below("userIdentity.sessionContext", ["sourceIdentity", "ec2RoleDelivery"]),
  ...below("userIdentity.sessionContext.attributes", ["creationDate", "mfaAuthenticated"]),
  ...below("userIdentity.sessionContext.sessionIssuer", [
    ...["type", "principalId", "arn", "accountId", "userName"],
  ]),
  ...below("userIdentity.sessionContext.webIdFederationData", ["federatedProvider"]),
  ...below("responseElements", ["ConsoleLogin"]),
  ...below("additionalEventData", ["MFAUsed", "LoginTo", "MobileVersion", "SamlProviderArn"]),
];

const FLAGS = ["readOnly", "managementEvent"];

const LIST_OF_RESOURCES = "resources";

/** Objects, never lists, that services fill as they like. */
export const OPEN_OBJECTS: readonly string[] = [
  "requestParameters",
  "responseElements",
  "additionalEventData",
  "serviceEventDetails",
];

const TYPES: ReadonlyMap<string, FieldType> = new Map<string, FieldType>([
  ...typed("object", [...OPEN_OBJECTS, ...TEXTS.flatMap(ancestorsOf), LIST_OF_RESOURCES]),
  ...typed("text", TEXTS),
  ...typed("flag", FLAGS),
  ...typed("texts", below(LIST_OF_RESOURCES, ["ARN", "ARNPrefix", "accountId", "type"])),
]);

/** What a field holds; "open" for all that is not documented. */
export function fieldType(field: string): FieldType {
  return TYPES.get(field) ?? "open";
}

/** Whether the field is one object, so that what is below it is never spread over the elements of a list. */
export function isSingleObject(field: string): boolean {
  return field !== LIST_OF_RESOURCES && fieldType(field) === "object";
}

/** The paths of the objects around a field, outermost first: `a` and `a.b` for `a.b.c`. */
export function ancestorsOf(field: string): string[] {
  const keys = field.split(".");
  return keys.slice(1).map((_, index) => keys.slice(0, index + 1).join("."));
}

/** The one field that holds an address (or the name of an AWS service, or `AWS Internal`). */
export const ADDRESS_FIELD = "sourceIPAddress";

function below(prefix: string, keys: readonly string[]): string[] {
  return keys.map((key) => `${prefix}.${key}`);
}

function typed(type: FieldType, fields: readonly string[]): [string, FieldType][] {
  return fields.map((field) => [field, type]);
}
