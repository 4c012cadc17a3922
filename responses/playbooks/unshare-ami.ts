import { absentAsUndefined } from "../absent";
import { textAt } from "../event-fields";
import { itemsAt } from "../event-items";
import type { Call } from "../operations";
import type { Target } from "../playbook";
import { IMAGE_ID, idAt } from "../resource-ids";
import { accountsOf, sharingTargets, unsharingPlaybook } from "../sharing";
import { successfulCall } from "../successful-call";

/** Images have no account in their ARNs (Service Authorization Reference, Amazon EC2). */
const IMAGES = ["arn:{partition}:ec2:*::image/*"];

/**
 * Takes a machine image back from everybody, and from the accounts, organizations and organizational units that an
 * event has shared it with. Snapshots behind the image are shared on their own, or not; see unshare-ebs-snapshot.
 */
export const unshareAmi = unsharingPlaybook({
  id: "unshare-ami",
  title: "Stop sharing a machine image",

  targets(event) {
    if (successfulCall(event, "ec2.amazonaws.com") !== "ModifyImageAttribute") return [];
    const imageId = idAt(event.requestParameters, IMAGE_ID, "imageId");
    if (imageId === undefined) return [];
    const added = itemsAt(event.requestParameters, "launchPermission", "add").flatMap((item) => [
      textAt(item, "userId"),
      textAt(item, "group"),
      textAt(item, "groups"),
      textAt(item, "organizationArn"),
      textAt(item, "organizationalUnitArn"),
    ]);
    return sharingTargets(event, { imageId }, added);
  },

  async sharedWith({ ids: { imageId } }, call) {
    const found = await absentAsUndefined(
      call("ec2:DescribeImageAttribute", { ImageId: imageId, Attribute: "launchPermission" }),
      "InvalidAMIID.NotFound",
      "InvalidAMIID.Malformed",
      // Deregistered.
      "InvalidAMIID.Unavailable",
    );
    return (
      found?.LaunchPermissions?.flatMap(
        ({ Group, UserId, OrganizationArn, OrganizationalUnitArn }) =>
          Group ?? UserId ?? OrganizationArn ?? OrganizationalUnitArn ?? [],
      ) ??
      (found && [])
    );
  },

  share: (target, sharedWith) => modify(target, "Add", sharedWith),
  unshare: (target, sharedWith) => modify(target, "Remove", sharedWith),

  thing: ({ ids: { imageId } }) => `machine image ${imageId}`,

  permissions: {
    read: [{ actions: ["ec2:DescribeImageAttribute"], resources: IMAGES }],
    contain: [{ actions: ["ec2:ModifyImageAttribute"], resources: IMAGES }],
    undo: [{ actions: ["ec2:ModifyImageAttribute"], resources: IMAGES }],
  },
});

function modify({ ids: { imageId } }: Target, change: "Add" | "Remove", sharedWith: readonly string[]): Call {
  const permissions = [
    ...(sharedWith.includes("all") ? [{ Group: "all" as const }] : []),
    ...accountsOf(sharedWith).map((UserId) => ({ UserId })),
    ...sharedWith
      .filter((one) => /:organization\//.test(one))
      .map((OrganizationArn) => ({ OrganizationArn })),
    ...sharedWith
      .filter((one) => /:ou\//.test(one))
      .map((OrganizationalUnitArn) => ({ OrganizationalUnitArn })),
  ];
  return {
    operation: "ec2:ModifyImageAttribute",
    input: { ImageId: imageId, LaunchPermission: { [change]: permissions } },
  };
}
