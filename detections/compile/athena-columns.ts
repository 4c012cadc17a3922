import { fieldType, OPEN_OBJECTS, type FieldType } from "./cloudtrail-fields";
import { refuseComputed, Refusal } from "./compiled";
import type { Sql } from "./sql";

/** Where the table keeps a field. */
export type Place =
  /** A text, as column or inside a structure; flags are texts, too. */
  | { readonly kind: "text"; readonly sql: Sql; readonly isFlag: boolean }
  /** A text in each structure of an array. */
  | { readonly kind: "texts"; readonly array: Sql; readonly key: string }
  /** A structure or an array. */
  | { readonly kind: "object"; readonly sql: Sql }
  /** JSON in a text column; `keys` lead to the field, none where it is the column itself. */
  | { readonly kind: "json"; readonly sql: Sql; readonly keys: readonly string[] };

/**
 * Columns of the table that AWS documents for CloudTrail logs (Athena User Guide, "Create a table for CloudTrail logs
 * in Athena using partition projection"), by the name of their field. In lower case, as Hive keeps them.
 */
const STRUCTURED_COLUMNS: ReadonlySet<string> = new Set([
  ...["eventVersion", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress", "userAgent"],
  ...["errorCode", "errorMessage", "requestID", "eventID", "readOnly", "eventType", "apiVersion"],
  ...["recipientAccountId", "sharedEventID", "vpcEndpointId", "vpcEndpointAccountId", "eventCategory"],
  ...["sessionCredentialFromConsole", "resources", "resources.ARN", "resources.accountId", "resources.type"],
  ...["tlsDetails", "tlsDetails.tlsVersion", "tlsDetails.cipherSuite", "tlsDetails.clientProvidedHostHeader"],
  ...["", ".type", ".principalId", ".arn", ".accountId", ".invokedBy", ".accessKeyId", ".userName"].map(
    (key) => `userIdentity${key}`,
  ),
  ...["", ".userId", ".identityStoreArn"].map((key) => `userIdentity.onBehalfOf${key}`),
  ...["", ".attributes", ".attributes.mfaAuthenticated", ".attributes.creationDate", ".ec2RoleDelivery"].map(
    (key) => `userIdentity.sessionContext${key}`,
  ),
  ...["", ".type", ".principalId", ".arn", ".accountId", ".userName"].map(
    (key) => `userIdentity.sessionContext.sessionIssuer${key}`,
  ),
  ...["", ".federatedProvider"].map((key) => `userIdentity.sessionContext.webIdFederationData${key}`),
]);

/** Where a field is; refuses those that the table does not have. */
export function placeOf(field: string): Place {
  refuseComputed(field);
  const [root = "", ...keys] = field.split(".");
  if (OPEN_OBJECTS.includes(root)) return jsonPlace(field, root, keys);
  if (!STRUCTURED_COLUMNS.has(field))
    throw new Refusal(`AWS's table for CloudTrail has no column for ${field}`);
  const path = field.toLowerCase().split(".");
  const sql: Sql = { kind: "column", path };
  const type: FieldType = fieldType(field);
  if (type === "texts")
    return { kind: "texts", array: { kind: "column", path: path.slice(0, 1) }, key: path[1] ?? "" };
  return type === "object" ? { kind: "object", sql } : { kind: "text", sql, isFlag: type === "flag" };
}

function jsonPlace(field: string, root: string, keys: readonly string[]): Place {
  const unquotable = keys.find((key) => /["\\]/.test(key));
  if (unquotable !== undefined) throw new Refusal(`a JSON path of Athena cannot hold the key ${unquotable}`);
  const column: Sql = { kind: "column", path: [root.toLowerCase()] };
  if (fieldType(field) !== "text") return { kind: "json", sql: column, keys };
  const path = `$${keys.map(pathStep).join("")}`;
  const args: Sql[] = [column, { kind: "text", value: path }];
  return { kind: "text", sql: { kind: "call", name: "json_extract_scalar", args }, isFlag: false };
}

/** One step of a JSON path: in brackets unless it is a plain name. */
export function pathStep(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `["${key}"]`;
}
