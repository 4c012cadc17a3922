import type { Instance } from "@aws-sdk/client-ec2";
import { everyPage } from "./every-page";
import { DESCRIBE_INSTANCES, describeInstance } from "./instance";
import { type IsolationVpc, READ_ISOLATION_VPC, isWithoutRules, readIsolationVpc } from "./isolation-group";
import type { CallAws } from "./operations";
import type { Target } from "./playbook";
import { INSTANCE_TAG, RESPONSE_TAG } from "./tags";

export interface NetworkInterface {
  readonly networkInterfaceId: string;
  readonly vpcId: string;
  /** Security groups, sorted. */
  readonly groupIds: readonly string[];
}

/** An instance, as far as its isolation goes. */
export interface InstanceState {
  /** Sorted by id. Those outside of a VPC have no security groups that could be changed, and are left out. */
  readonly interfaces: readonly NetworkInterface[];
  /** The VPCs that the interfaces are in; an instance can have interfaces in more than one. */
  readonly vpcs: readonly IsolationVpc[];
  /** Response that has isolated it, by its tag. */
  readonly isolatedBy?: string;
  /** It has volumes that a snapshot can be taken of. */
  readonly hasVolumes: boolean;
  /** Responses that have taken snapshots of it, by their tags. */
  readonly snapshotsBy: readonly string[];
  /** AWS service that alone may change the instance. */
  readonly managedBy?: string;
}

/** Permissions for {@link readInstanceState}. */
export const READ_INSTANCE_STATE = [
  DESCRIBE_INSTANCES,
  ...READ_ISOLATION_VPC,
  // Takes no resource (Service Authorization Reference, Amazon EC2).
  { actions: ["ec2:DescribeSnapshots"], resources: ["*"] },
];

/** The instance of a target as it is now; undefined when it is gone. */
export async function readInstanceState(target: Target, call: CallAws): Promise<InstanceState | undefined> {
  const instance = await describeInstance(target, call);
  if (!instance) return undefined;
  const interfaces = interfacesOf(instance);
  const vpcs: IsolationVpc[] = [];
  for (const vpcId of new Set(interfaces.map((one) => one.vpcId)))
    vpcs.push(await readIsolationVpc(call, vpcId));
  const isolatedBy = instance.Tags?.find(({ Key }) => Key === RESPONSE_TAG)?.Value;
  return {
    interfaces,
    vpcs,
    ...(isolatedBy !== undefined && { isolatedBy }),
    hasVolumes: (instance.BlockDeviceMappings ?? []).some(({ Ebs }) => Ebs !== undefined),
    snapshotsBy: await snapshotsBy(target, call),
    ...(instance.Operator?.Managed === true && {
      managedBy: instance.Operator.Principal ?? "an AWS service",
    }),
  };
}

function interfacesOf({ NetworkInterfaces = [] }: Instance): readonly NetworkInterface[] {
  return NetworkInterfaces.flatMap(({ NetworkInterfaceId: networkInterfaceId, VpcId: vpcId, Groups = [] }) =>
    networkInterfaceId === undefined || vpcId === undefined
      ? []
      : [{ networkInterfaceId, vpcId, groupIds: Groups.flatMap(({ GroupId }) => GroupId ?? []).sort() }],
  ).sort((a, b) => (a.networkInterfaceId < b.networkInterfaceId ? -1 : 1));
}

async function snapshotsBy({ ids: { instanceId = "" } }: Target, call: CallAws): Promise<readonly string[]> {
  const pages = await everyPage((NextToken) =>
    call("ec2:DescribeSnapshots", {
      OwnerIds: ["self"],
      Filters: [{ Name: `tag:${INSTANCE_TAG}`, Values: [instanceId] }],
      MaxResults: 1000,
      ...(NextToken !== undefined && { NextToken }),
    }),
  );
  const tags = pages.flatMap(({ Snapshots = [] }) => Snapshots).flatMap(({ Tags = [] }) => Tags);
  return [...new Set(tags.flatMap(({ Key, Value }) => (Key === RESPONSE_TAG ? (Value ?? []) : [])))].sort();
}

/** Whether the isolation is complete: without the network, marked, and with the snapshots of whoever has marked it. */
export function isContained(state: InstanceState): boolean {
  return (
    state.isolatedBy !== undefined &&
    state.vpcs.every(isWithoutRules) &&
    state.interfaces.every((one) => isIsolated(one, state)) &&
    hasEvidence(state, state.isolatedBy)
  );
}

/** Whether an interface has the isolation group of its VPC and no other. */
export function isIsolated({ vpcId, groupIds }: NetworkInterface, { vpcs }: InstanceState): boolean {
  const group = vpcs.find((vpc) => vpc.vpcId === vpcId)?.group;
  return groupIds.length === 1 && groupIds[0] === group?.groupId;
}

/** Whether a response has taken snapshots of the instance, or there is nothing to take them of. */
export function hasEvidence({ hasVolumes, snapshotsBy: by }: InstanceState, responseId: string): boolean {
  return !hasVolumes || by.includes(responseId);
}
