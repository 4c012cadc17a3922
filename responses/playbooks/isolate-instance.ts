import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import { valueAt } from "../event-fields";
import { itemsAt } from "../event-items";
import { callingInstance, instanceIdsIn, startedInstances } from "../instance";
import { ISOLATION_PURPOSE, isolationGroupCalls } from "../isolation-group";
import {
  type InstanceState,
  READ_INSTANCE_STATE,
  hasEvidence,
  isContained,
  isIsolated,
  readInstanceState,
} from "../isolation-state";
import type { Call } from "../operations";
import type { Playbook, Target } from "../playbook";
import { hasFailed } from "../successful-call";
import { INSTANCE_TAG, PURPOSE_TAG, RESPONSE_TAG } from "../tags";

const INSTANCES = ["arn:{partition}:ec2:*:{account}:instance/*"];
const GROUPS = ["arn:{partition}:ec2:*:{account}:security-group/*"];
const INTERFACES = ["arn:{partition}:ec2:*:{account}:network-interface/*"];
const SNAPSHOTS = ["arn:{partition}:ec2:*::snapshot/*"];

/** The tag of responses and no other; without `Null`, a call that names no tag, and means all of them, would pass. */
const RESPONSE_TAG_ALONE = {
  "ForAllValues:StringEquals": { "aws:TagKeys": [RESPONSE_TAG] },
  Null: { "aws:TagKeys": "false" },
};

/**
 * Cuts an instance off the network and keeps what is on its volumes: every network interface gets a security group
 * without rules, the instance a tag with the id of the response, and snapshots are taken of all its volumes. It runs on,
 * with what is in its memory: it is never stopped or terminated.
 *
 * Undo gives the interfaces their groups back and takes the tag away. The snapshots and the group stay.
 */
export const isolateInstance: Playbook<InstanceState> = {
  id: "isolate-instance",
  title: "Isolate an instance, and take snapshots of its volumes",

  targets: (event) => suspectsOf(event).map((instanceId) => ({ instanceId })),

  read: readInstanceState,

  principals: () => [],

  refusal(_target, { interfaces, vpcs, managedBy }) {
    if (managedBy !== undefined) return `the instance is managed by ${managedBy}, which alone may change it`;
    if (interfaces.length === 0) return "the instance has no network interface in a VPC";
    const foreign = vpcs.find(({ group }) => group?.isOurs === false)?.group;
    return (
      foreign &&
      `security group ${foreign.groupId} has the name of the isolation group but not its tag ` +
        `${PURPOSE_TAG}=${ISOLATION_PURPOSE}: somebody else has made it`
    );
  },

  contain(target, state, { responseId }) {
    if (isContained(state)) return [];
    const groups = state.vpcs.map((vpc, index) => ({
      vpcId: vpc.vpcId,
      ...isolationGroupCalls(vpc, `group${index + 1}`),
    }));
    const swaps = state.interfaces
      .filter((one) => !isIsolated(one, state))
      .flatMap(({ networkInterfaceId, vpcId }) => {
        const group = groups.find((one) => one.vpcId === vpcId);
        return group ? [groupsCall(networkInterfaceId, [group.groupId])] : [];
      });
    return [
      ...groups.flatMap(({ calls }) => calls),
      ...swaps,
      ...(state.isolatedBy === responseId ? [] : [tagCall(target, responseId)]),
      ...(hasEvidence(state, responseId) ? [] : [snapshotsCall(target, responseId)]),
    ];
  },

  isContained: (_target, state) => isContained(state),

  undo(target, before, now, { responseId }) {
    const swaps = before.interfaces.flatMap((former): Call[] => {
      const current = now.interfaces.find((one) => one.networkInterfaceId === former.networkInterfaceId);
      return current && isIsolated(current, now) && !isIsolated(former, now)
        ? [groupsCall(former.networkInterfaceId, former.groupIds)]
        : [];
    });
    return [...swaps, ...(now.isolatedBy === responseId ? formerTagCalls(target, before, responseId) : [])];
  },

  words({ ids: { instanceId } }, { interfaces, hasVolumes }) {
    const count = `${interfaces.length} network ${interfaces.length === 1 ? "interface" : "interfaces"}`;
    const instance = `instance ${instanceId} (${count})`;
    return {
      did: `Isolated ${instance}${hasVolumes ? " and took snapshots of its volumes" : ""}`,
      would: `would isolate ${instance}${hasVolumes ? " and take snapshots of its volumes" : ""}`,
      undid: `Gave ${instance} its security groups back`,
    };
  },

  permissions: {
    read: READ_INSTANCE_STATE,
    contain: [
      { actions: ["ec2:CreateSecurityGroup"], resources: ["arn:{partition}:ec2:*:{account}:vpc/*"] },
      {
        actions: ["ec2:CreateSecurityGroup"],
        resources: GROUPS,
        condition: { StringEquals: { [`aws:RequestTag/${PURPOSE_TAG}`]: ISOLATION_PURPOSE } },
      },
      {
        // Which groups can be emptied, and which an interface can be given.
        actions: [
          "ec2:RevokeSecurityGroupIngress",
          "ec2:RevokeSecurityGroupEgress",
          "ec2:ModifyNetworkInterfaceAttribute",
        ],
        resources: GROUPS,
        condition: { StringEquals: { [`aws:ResourceTag/${PURPOSE_TAG}`]: ISOLATION_PURPOSE } },
      },
      { actions: ["ec2:ModifyNetworkInterfaceAttribute"], resources: [...INTERFACES, ...INSTANCES] },
      {
        actions: ["ec2:CreateSnapshots"],
        resources: [...INSTANCES, "arn:{partition}:ec2:*:{account}:volume/*", ...SNAPSHOTS],
      },
      { actions: ["ec2:CreateTags"], resources: INSTANCES, condition: RESPONSE_TAG_ALONE },
      {
        actions: ["ec2:CreateTags"],
        resources: [...GROUPS, ...SNAPSHOTS],
        condition: { StringEquals: { "ec2:CreateAction": ["CreateSecurityGroup", "CreateSnapshots"] } },
      },
    ],
    undo: [
      {
        actions: ["ec2:ModifyNetworkInterfaceAttribute"],
        resources: [...INTERFACES, ...INSTANCES, ...GROUPS],
      },
      { actions: ["ec2:CreateTags", "ec2:DeleteTags"], resources: INSTANCES, condition: RESPONSE_TAG_ALONE },
    ],
  },
};

/** What an event was done to, if that is instances; else the instance whose role did it, or tried to. */
function suspectsOf(event: CloudTrailEvent): readonly string[] {
  const done = hasFailed(event) ? [] : subjectsOf(event);
  return done.length > 0 ? done : callingInstance(event);
}

function subjectsOf(event: CloudTrailEvent): readonly string[] {
  if (event.eventName === "RunInstances") return startedInstances(event);
  const { requestParameters } = event;
  return instanceIdsIn([
    // EC2, EC2 Instance Connect; of Systems Manager, commands and sessions.
    valueAt(requestParameters, "instanceId"),
    ...itemsAt(requestParameters, "instanceIds"),
    valueAt(requestParameters, "target"),
    valueAt(requestParameters, "AssociateIamInstanceProfileRequest", "InstanceId"),
  ]);
}

function groupsCall(networkInterfaceId: string, groupIds: readonly string[]): Call {
  return {
    operation: "ec2:ModifyNetworkInterfaceAttribute",
    input: { NetworkInterfaceId: networkInterfaceId, Groups: [...groupIds] },
  };
}

function tagCall({ ids: { instanceId = "" } }: Target, responseId: string): Call {
  return {
    operation: "ec2:CreateTags",
    input: { Resources: [instanceId], Tags: [{ Key: RESPONSE_TAG, Value: responseId }] },
  };
}

/** Lead back to the tag of an earlier response, or to none. */
function formerTagCalls(target: Target, { isolatedBy }: InstanceState, responseId: string): readonly Call[] {
  if (isolatedBy === responseId) return [];
  if (isolatedBy !== undefined) return [tagCall(target, isolatedBy)];
  const { instanceId = "" } = target.ids;
  return [
    {
      operation: "ec2:DeleteTags",
      input: { Resources: [instanceId], Tags: [{ Key: RESPONSE_TAG, Value: responseId }] },
    },
  ];
}

function snapshotsCall({ ids: { instanceId = "" } }: Target, responseId: string): Call {
  return {
    operation: "ec2:CreateSnapshots",
    input: {
      InstanceSpecification: { InstanceId: instanceId },
      Description: `Volumes of ${instanceId} when it was isolated`,
      TagSpecifications: [
        {
          ResourceType: "snapshot",
          Tags: [
            { Key: RESPONSE_TAG, Value: responseId },
            { Key: INSTANCE_TAG, Value: instanceId },
          ],
        },
      ],
    },
  };
}
