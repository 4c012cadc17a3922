import type { Ec2World } from "./ec2-world-model";
import { AwsError, type Handlers } from "./fake-aws";

interface Permission {
  readonly Group?: "all" | undefined;
  readonly UserId?: string | undefined;
  readonly OrganizationArn?: string | undefined;
  readonly OrganizationalUnitArn?: string | undefined;
}

interface Change {
  readonly Add?: Permission[] | undefined;
  readonly Remove?: Permission[] | undefined;
}

/** Whom snapshots and images are shared with. */
export function serveSharing({ snapshots, images }: Ec2World): Handlers {
  const snapshot = (id: string | undefined) => {
    const found = snapshots[id ?? ""];
    if (!found) throw new AwsError("InvalidSnapshot.NotFound", `The snapshot '${id}' does not exist.`);
    return found;
  };
  const image = (id: string | undefined) => {
    const found = images[id ?? ""];
    if (!found) throw new AwsError("InvalidAMIID.NotFound", `The image id '[${id}]' does not exist`);
    return found;
  };
  return {
    "ec2:DescribeSnapshotAttribute": ({ SnapshotId, Attribute }) => {
      if (Attribute !== "createVolumePermission") throw new AwsError("InvalidParameterValue");
      return { SnapshotId, CreateVolumePermissions: snapshot(SnapshotId).sharedWith.map(permission) };
    },
    "ec2:ModifySnapshotAttribute": ({ SnapshotId, Attribute, CreateVolumePermission }) => {
      if (Attribute !== "createVolumePermission") throw new AwsError("InvalidParameterValue");
      modify(snapshot(SnapshotId), CreateVolumePermission);
      return {};
    },
    "ec2:DescribeImageAttribute": ({ ImageId, Attribute }) => {
      if (Attribute !== "launchPermission") throw new AwsError("InvalidParameterValue");
      return { ImageId, LaunchPermissions: image(ImageId).sharedWith.map(permission) };
    },
    "ec2:ModifyImageAttribute": ({ ImageId, LaunchPermission }) => {
      modify(image(ImageId), LaunchPermission);
      return {};
    },
  };
}

function permission(sharedWith: string): Permission {
  if (sharedWith === "all") return { Group: "all" };
  if (sharedWith.includes(":organization/")) return { OrganizationArn: sharedWith };
  if (sharedWith.includes(":ou/")) return { OrganizationalUnitArn: sharedWith };
  return { UserId: sharedWith };
}

function modify(shared: { sharedWith: string[] }, change: Change = {}): void {
  const names = (permissions: readonly Permission[] = []) =>
    permissions.map((one) => {
      const [name, ...more] = Object.values(one) as (string | undefined)[];
      if (name === undefined || more.length > 0) throw new AwsError("InvalidParameterCombination");
      return name;
    });
  const [added, removed] = [names(change.Add), names(change.Remove)];
  if (added.length + removed.length === 0) throw new AwsError("MissingParameter");
  const left = shared.sharedWith.filter((one) => !removed.includes(one));
  // In no order that anybody could go by.
  shared.sharedWith = [...new Set([...left, ...added])].reverse();
}
