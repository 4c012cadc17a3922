import { parseArn } from "../../formats/arn";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import { absentAsUndefined } from "../absent";
import { textAt } from "../event-fields";
import { itemsAt } from "../event-items";
import type { Call } from "../operations";
import type { Target, TargetIds } from "../playbook";
import { sharingTargets, unsharingPlaybook } from "../sharing";
import { successfulCall } from "../successful-call";

/** The attribute that says who may copy or restore a snapshot; RDS has no other. */
const RESTORE = "restore";

/** Automated snapshots and those of AWS Backup have a prefix (RDS API Reference, "CreateDBSnapshot"). */
const IDENTIFIER = /^(?:(?:rds|awsbackup):)?[A-Za-z][A-Za-z0-9-]{0,254}$/;

const SNAPSHOTS = ["arn:{partition}:rds:*:{account}:snapshot:*"];
const CLUSTER_SNAPSHOTS = ["arn:{partition}:rds:*:{account}:cluster-snapshot:*"];

const MODIFY = [
  { actions: ["rds:ModifyDBSnapshotAttribute"], resources: SNAPSHOTS },
  { actions: ["rds:ModifyDBClusterSnapshotAttribute"], resources: CLUSTER_SNAPSHOTS },
];

/** Takes a snapshot of a database or a database cluster back from everybody and from the accounts that an event has shared it with. */
export const unshareRdsSnapshot = unsharingPlaybook({
  id: "unshare-rds-snapshot",
  title: "Stop sharing a database snapshot",

  targets(event) {
    const ids = snapshotOf(event);
    if (!ids || textAt(event.requestParameters, "attributeName") !== RESTORE) return [];
    return sharingTargets(event, ids, itemsAt(event.requestParameters, "valuesToAdd"));
  },

  async sharedWith({ ids: { dBSnapshotIdentifier, dBClusterSnapshotIdentifier } }, call) {
    if (dBClusterSnapshotIdentifier !== undefined) {
      const found = await absentAsUndefined(
        call("rds:DescribeDBClusterSnapshotAttributes", {
          DBClusterSnapshotIdentifier: dBClusterSnapshotIdentifier,
        }),
        "DBClusterSnapshotNotFoundFault",
      );
      return found && valuesOf(found.DBClusterSnapshotAttributesResult?.DBClusterSnapshotAttributes);
    }
    const found = await absentAsUndefined(
      call("rds:DescribeDBSnapshotAttributes", { DBSnapshotIdentifier: dBSnapshotIdentifier }),
      "DBSnapshotNotFoundFault",
    );
    return found && valuesOf(found.DBSnapshotAttributesResult?.DBSnapshotAttributes);
  },

  share: (target, sharedWith) => modify(target, { ValuesToAdd: [...sharedWith] }),
  unshare: (target, sharedWith) => modify(target, { ValuesToRemove: [...sharedWith] }),

  thing: ({ ids: { dBSnapshotIdentifier, dBClusterSnapshotIdentifier } }) =>
    dBClusterSnapshotIdentifier === undefined
      ? `database snapshot ${dBSnapshotIdentifier}`
      : `database cluster snapshot ${dBClusterSnapshotIdentifier}`,

  permissions: {
    read: [
      { actions: ["rds:DescribeDBSnapshotAttributes"], resources: SNAPSHOTS },
      { actions: ["rds:DescribeDBClusterSnapshotAttributes"], resources: CLUSTER_SNAPSHOTS },
    ],
    contain: MODIFY,
    undo: MODIFY,
  },
});

function snapshotOf(event: CloudTrailEvent): TargetIds | undefined {
  switch (successfulCall(event, "rds.amazonaws.com")) {
    case "ModifyDBSnapshotAttribute": {
      const dBSnapshotIdentifier = identifierOf(event, "dBSnapshotIdentifier", "snapshot:");
      return dBSnapshotIdentifier === undefined ? undefined : { dBSnapshotIdentifier };
    }
    case "ModifyDBClusterSnapshotAttribute": {
      const dBClusterSnapshotIdentifier = identifierOf(
        event,
        "dBClusterSnapshotIdentifier",
        "cluster-snapshot:",
      );
      return dBClusterSnapshotIdentifier === undefined ? undefined : { dBClusterSnapshotIdentifier };
    }
    default:
      return undefined;
  }
}

/** The name of a snapshot of the event's account, which may be said by ARN. */
function identifierOf(event: CloudTrailEvent, parameter: string, prefix: string): string | undefined {
  const text = textAt(event.requestParameters, parameter) ?? "";
  const arn = parseArn(text);
  const isOwn = arn?.service === "rds" && arn.accountId === event.recipientAccountId;
  if (arn && !(isOwn && arn.resource.startsWith(prefix))) return undefined;
  const identifier = arn ? arn.resource.slice(prefix.length) : text;
  return IDENTIFIER.test(identifier) ? identifier : undefined;
}

function valuesOf(
  attributes: readonly { AttributeName?: string; AttributeValues?: string[] }[] = [],
): readonly string[] {
  return attributes.find(({ AttributeName }) => AttributeName === RESTORE)?.AttributeValues ?? [];
}

function modify(
  { ids: { dBSnapshotIdentifier, dBClusterSnapshotIdentifier } }: Target,
  change: { readonly ValuesToAdd: string[] } | { readonly ValuesToRemove: string[] },
): Call {
  return dBClusterSnapshotIdentifier === undefined
    ? {
        operation: "rds:ModifyDBSnapshotAttribute",
        input: { DBSnapshotIdentifier: dBSnapshotIdentifier, AttributeName: RESTORE, ...change },
      }
    : {
        operation: "rds:ModifyDBClusterSnapshotAttribute",
        input: {
          DBClusterSnapshotIdentifier: dBClusterSnapshotIdentifier,
          AttributeName: RESTORE,
          ...change,
        },
      };
}
