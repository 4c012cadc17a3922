import { absentAsUndefined } from "../absent";
import { textAt } from "../event-fields";
import { itemsAt } from "../event-items";
import type { Call } from "../operations";
import type { Target } from "../playbook";
import { SNAPSHOT_ID, idAt } from "../resource-ids";
import { accountsOf, sharingTargets, unsharingPlaybook } from "../sharing";
import { successfulCall } from "../successful-call";

/** Snapshots have no account in their ARNs (Service Authorization Reference, Amazon EC2). */
const SNAPSHOTS = ["arn:{partition}:ec2:*::snapshot/*"];

/** Takes an EBS snapshot back from everybody, and from the accounts that an event has shared it with. */
export const unshareEbsSnapshot = unsharingPlaybook({
  id: "unshare-ebs-snapshot",
  title: "Stop sharing an EBS snapshot",

  targets(event) {
    if (successfulCall(event, "ec2.amazonaws.com") !== "ModifySnapshotAttribute") return [];
    const snapshotId = idAt(event.requestParameters, SNAPSHOT_ID, "snapshotId");
    if (snapshotId === undefined) return [];
    const added = itemsAt(event.requestParameters, "createVolumePermission", "add").flatMap((item) => [
      textAt(item, "userId"),
      textAt(item, "group"),
      textAt(item, "groups"),
    ]);
    return sharingTargets(event, { snapshotId }, added);
  },

  async sharedWith({ ids: { snapshotId } }, call) {
    const found = await absentAsUndefined(
      call("ec2:DescribeSnapshotAttribute", { SnapshotId: snapshotId, Attribute: "createVolumePermission" }),
      "InvalidSnapshot.NotFound",
      "InvalidSnapshotID.Malformed",
    );
    return (
      found?.CreateVolumePermissions?.flatMap(({ Group, UserId }) => Group ?? UserId ?? []) ?? (found && [])
    );
  },

  share: (target, sharedWith) => modify(target, "Add", sharedWith),
  unshare: (target, sharedWith) => modify(target, "Remove", sharedWith),

  thing: ({ ids: { snapshotId } }) => `EBS snapshot ${snapshotId}`,

  permissions: {
    read: [{ actions: ["ec2:DescribeSnapshotAttribute"], resources: SNAPSHOTS }],
    contain: [
      {
        actions: ["ec2:ModifySnapshotAttribute"],
        resources: SNAPSHOTS,
        // To take away, never to share.
        condition: { Null: { "ec2:Add/group": "true", "ec2:Add/userId": "true" } },
      },
    ],
    undo: [{ actions: ["ec2:ModifySnapshotAttribute"], resources: SNAPSHOTS }],
  },
});

function modify(
  { ids: { snapshotId } }: Target,
  change: "Add" | "Remove",
  sharedWith: readonly string[],
): Call {
  const permissions = [
    ...(sharedWith.includes("all") ? [{ Group: "all" as const }] : []),
    ...accountsOf(sharedWith).map((UserId) => ({ UserId })),
  ];
  return {
    operation: "ec2:ModifySnapshotAttribute",
    input: {
      SnapshotId: snapshotId,
      Attribute: "createVolumePermission",
      CreateVolumePermission: { [change]: permissions },
    },
  };
}
