import type { IpPermission } from "@aws-sdk/client-ec2";
import { DESCRIBE_RULES, ruleIdsOf } from "./ingress-rules";
import type { Call, CallAws } from "./operations";
import { outputOf } from "./operations";
import { PURPOSE_TAG } from "./tags";

/** Name of the security group without rules that a VPC gets when an instance in it is isolated. */
export const ISOLATION_GROUP_NAME = "trailkeeper-isolation";

/** By which a policy tells such groups from others. */
export const ISOLATION_PURPOSE = "isolation";

/** A VPC, as far as instances in it are isolated. */
export interface IsolationVpc {
  readonly vpcId: string;
  /** A new group lets out over IPv6, too, where the VPC has an IPv6 network. */
  readonly hasIpv6: boolean;
  /** Absent until the first isolation in the VPC. */
  readonly group?: {
    readonly groupId: string;
    /** It has our tag; without, somebody else has made a group of this name. */
    readonly isOurs: boolean;
    /** Rules that somebody has given it, by id; it should have none. */
    readonly ingress: readonly string[];
    readonly egress: readonly string[];
  };
}

/** Permissions for {@link readIsolationVpc}; none of the calls takes a resource (Service Authorization Reference, Amazon EC2). */
export const READ_ISOLATION_VPC = [
  { actions: ["ec2:DescribeVpcs", "ec2:DescribeSecurityGroups"], resources: ["*"] },
  DESCRIBE_RULES,
];

/** A VPC and its isolation group as they are now. */
export async function readIsolationVpc(call: CallAws, vpcId: string): Promise<IsolationVpc> {
  const { Vpcs = [] } = await call("ec2:DescribeVpcs", { VpcIds: [vpcId] });
  const { SecurityGroups = [] } = await call("ec2:DescribeSecurityGroups", {
    Filters: [
      { Name: "vpc-id", Values: [vpcId] },
      { Name: "group-name", Values: [ISOLATION_GROUP_NAME] },
    ],
  });
  const hasIpv6 = (Vpcs[0]?.Ipv6CidrBlockAssociationSet ?? []).some(
    ({ Ipv6CidrBlockState: state }) => state?.State === "associated",
  );
  // Names are unique within a VPC.
  const [group] = SecurityGroups;
  if (group?.GroupId === undefined) return { vpcId, hasIpv6 };
  const isOurs = (group.Tags ?? []).some(
    ({ Key, Value }) => Key === PURPOSE_TAG && Value === ISOLATION_PURPOSE,
  );
  return {
    vpcId,
    hasIpv6,
    group: { groupId: group.GroupId, isOurs, ...(await ruleIdsOf(call, group.GroupId)) },
  };
}

export function isWithoutRules({ group }: IsolationVpc): boolean {
  return group !== undefined && group.ingress.length + group.egress.length === 0;
}

/**
 * The calls that make the VPC have an isolation group without rules.
 *
 * @param name what later calls know a group by that has yet to be made
 * @returns with the group's id, or what stands for it
 */
export function isolationGroupCalls(
  { vpcId, hasIpv6, group }: IsolationVpc,
  name: string,
): { readonly groupId: string; readonly calls: readonly Call[] } {
  if (!group) {
    const groupId = outputOf(name, "GroupId");
    const IpPermissions = [letsOut(hasIpv6)];
    return {
      groupId,
      calls: [
        { operation: "ec2:CreateSecurityGroup", input: newGroup(vpcId), as: name },
        { operation: "ec2:RevokeSecurityGroupEgress", input: { GroupId: groupId, IpPermissions } },
      ],
    };
  }
  const { groupId, ingress, egress } = group;
  const calls: Call[] = [];
  if (ingress.length > 0)
    calls.push({
      operation: "ec2:RevokeSecurityGroupIngress",
      input: { GroupId: groupId, SecurityGroupRuleIds: [...ingress] },
    });
  if (egress.length > 0)
    calls.push({
      operation: "ec2:RevokeSecurityGroupEgress",
      input: { GroupId: groupId, SecurityGroupRuleIds: [...egress] },
    });
  return { groupId, calls };
}

function newGroup(VpcId: string) {
  return {
    GroupName: ISOLATION_GROUP_NAME,
    Description: "Without rules: isolates instances until a person has looked. Made by Trailkeeper.",
    VpcId,
    TagSpecifications: [
      { ResourceType: "security-group" as const, Tags: [{ Key: PURPOSE_TAG, Value: ISOLATION_PURPOSE }] },
    ],
  };
}

/**
 * The rules that EC2 gives a new group. What is revoked has to be there: EC2 refuses the whole call otherwise (EC2 API
 * Reference, "RevokeSecurityGroupEgress").
 */
function letsOut(hasIpv6: boolean): IpPermission {
  return {
    IpProtocol: "-1",
    IpRanges: [{ CidrIp: "0.0.0.0/0" }],
    ...(hasIpv6 && { Ipv6Ranges: [{ CidrIpv6: "::/0" }] }),
  };
}
