import type { Instance } from "@aws-sdk/client-ec2";
import type { Ec2World, WorldInstance } from "./ec2-world-model";
import { newId, pageOf, passes, tagList, tagsGiven } from "./ec2-world-parts";
import { AwsError, type Handlers } from "./fake-aws";

/** Instances, their network interfaces and the snapshots of their volumes. */
export function serveInstances(world: Ec2World): Handlers {
  const instance = (id: string | undefined): WorldInstance => {
    const found = world.instances[id ?? ""];
    if (!found) throw new AwsError("InvalidInstanceID.NotFound", `The instance ID '${id}' does not exist`);
    return found;
  };
  const living = (id: string | undefined): WorldInstance => {
    const found = instance(id);
    if (found.managedBy !== undefined) throw new AwsError("OperationNotPermitted");
    if (found.state === "running" || found.state === "stopped") return found;
    throw new AwsError("IncorrectInstanceState");
  };

  return {
    "ec2:DescribeInstances": ({ InstanceIds = [] }) => ({
      Reservations: InstanceIds.map((id) => ({ Instances: [described(id, instance(id))] })),
    }),
    "ec2:ModifyInstanceMetadataOptions": ({ InstanceId, HttpTokens }) => {
      const found = living(InstanceId);
      found.httpTokens = HttpTokens ?? found.httpTokens;
      return { InstanceId, InstanceMetadataOptions: { State: "pending", HttpTokens: found.httpTokens } };
    },
    "ec2:ModifyNetworkInterfaceAttribute": ({ NetworkInterfaceId = "", Groups = [] }) => {
      const [id] =
        Object.entries(world.instances).find(([, { interfaces }]) => interfaces[NetworkInterfaceId]) ?? [];
      const found = id === undefined ? undefined : living(id).interfaces[NetworkInterfaceId];
      if (!found) throw new AwsError("InvalidNetworkInterfaceID.NotFound");
      if (Groups.length === 0) throw new AwsError("InvalidParameterValue");
      for (const group of Groups)
        if (world.groups[group]?.vpcId !== found.vpcId) throw new AwsError("InvalidGroup.NotFound");
      found.groupIds = Groups;
      return {};
    },

    "ec2:CreateTags": ({ Resources = [], Tags = [] }) => {
      for (const id of Resources) for (const { Key = "", Value = "" } of Tags) instance(id).tags[Key] = Value;
      return {};
    },
    "ec2:DeleteTags": ({ Resources = [], Tags }) => {
      // Without tags, EC2 deletes all of them.
      if (!Tags) throw new Error("DeleteTags without tags");
      for (const id of Resources)
        for (const { Key = "", Value } of Tags)
          if (Value === undefined || instance(id).tags[Key] === Value) delete instance(id).tags[Key];
      return {};
    },

    "ec2:DescribeSnapshots": ({ Filters, NextToken }) => {
      const found = Object.entries(world.snapshots)
        .filter(([, { tags }]) => passes(Filters, {}, tags))
        .map(([SnapshotId, { tags }]) => ({ SnapshotId, Tags: tagList(tags) }));
      const { items: Snapshots, ...next } = pageOf(found, NextToken);
      return { Snapshots, ...next };
    },
    "ec2:CreateSnapshots": ({ InstanceSpecification, TagSpecifications }) => {
      const { volumes } = living(InstanceSpecification?.InstanceId);
      if (volumes.length === 0) throw new AwsError("InvalidParameterValue", "The instance has no volumes");
      const tags = tagsGiven(TagSpecifications, "snapshot");
      const ids = volumes.map(() => newId(world, "snap"));
      for (const id of ids) world.snapshots[id] = { tags: { ...tags }, sharedWith: [] };
      return { Snapshots: ids.map((SnapshotId) => ({ SnapshotId, Tags: tagList(tags) })) };
    },
  };
}

function described(InstanceId: string, instance: WorldInstance): Instance {
  const { state, httpTokens, httpEndpoint, interfaces, volumes, tags, managedBy } = instance;
  return {
    InstanceId,
    State: { Name: state },
    MetadataOptions: { State: "applied", HttpTokens: httpTokens, HttpEndpoint: httpEndpoint },
    // A terminated instance has none any more.
    NetworkInterfaces: Object.entries(state === "terminated" ? {} : interfaces).map(
      ([NetworkInterfaceId, { vpcId, groupIds }]) => ({
        NetworkInterfaceId,
        ...(vpcId !== null && { VpcId: vpcId }),
        Groups: groupIds.map((GroupId) => ({ GroupId })),
      }),
    ),
    BlockDeviceMappings: volumes.map((VolumeId, index) => ({
      DeviceName: `/dev/xvd${String.fromCharCode(97 + index)}`,
      Ebs: { VolumeId, Status: "attached" },
    })),
    Tags: tagList(tags),
    ...(managedBy !== undefined && { Operator: { Managed: true, Principal: managedBy } }),
  };
}
