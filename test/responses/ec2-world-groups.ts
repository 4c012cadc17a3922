import type { IpPermission, SecurityGroupRule } from "@aws-sdk/client-ec2";
import type { Ec2World, WorldGroup, WorldRule } from "./ec2-world-model";
import { newId, pageOf, passes, tagList, tagsGiven } from "./ec2-world-parts";
import { AwsError, type Handlers } from "./fake-aws";

/** Security groups and their rules. */
export function serveSecurityGroups(world: Ec2World): Handlers {
  const group = (id: string | undefined): WorldGroup => {
    const found = world.groups[id ?? ""];
    if (!found) throw new AwsError("InvalidGroup.NotFound", `The security group '${id}' does not exist`);
    return found;
  };
  const revoke = (
    isEgress: boolean,
    request: {
      GroupId?: string | undefined;
      SecurityGroupRuleIds?: string[] | undefined;
      IpPermissions?: IpPermission[] | undefined;
    },
  ) => {
    const { rules } = group(request.GroupId);
    const ids = request.SecurityGroupRuleIds ?? [];
    const named = ids.filter((id) => rules[id]?.isEgress === isEgress);
    if (named.length < ids.length) throw new AwsError("InvalidSecurityGroupRuleId.NotFound");
    const described = rulesIn(request.IpPermissions, isEgress).map((rule) => idOf(rules, rule));
    if (described.includes(undefined)) throw new AwsError("InvalidPermission.NotFound");
    if (ids.length + described.length === 0) throw new AwsError("MissingParameter");
    for (const id of [...named, ...described]) delete rules[id ?? ""];
    return { Return: true };
  };

  return {
    "ec2:DescribeSecurityGroups": ({ Filters, NextToken }) => {
      const found = Object.entries(world.groups)
        .filter(([id, { name, vpcId, tags }]) =>
          passes(Filters, { "group-id": id, "group-name": name, "vpc-id": vpcId }, tags),
        )
        .map(([GroupId, { name, vpcId, tags }]) => ({
          GroupId,
          GroupName: name,
          VpcId: vpcId,
          OwnerId: world.accountId,
          Tags: tagList(tags),
        }));
      const { items: SecurityGroups, ...next } = pageOf(found, NextToken);
      return { SecurityGroups, ...next };
    },
    "ec2:DescribeSecurityGroupRules": ({ Filters, NextToken }) => {
      const found = Object.entries(world.groups)
        .filter(([id]) => passes(Filters, { "group-id": id }))
        .flatMap(([id, { rules }]) =>
          Object.entries(rules).map(([ruleId, rule]) => described(id, ruleId, rule)),
        );
      const { items: SecurityGroupRules, ...next } = pageOf(found, NextToken);
      return { SecurityGroupRules, ...next };
    },
    "ec2:DescribeVpcs": ({ VpcIds = [] }) => ({
      Vpcs: VpcIds.map((VpcId) => {
        const vpc = world.vpcs[VpcId];
        if (!vpc) throw new AwsError("InvalidVpcID.NotFound");
        const block = {
          Ipv6CidrBlock: "2001:db8:1234:1a00::/56",
          Ipv6CidrBlockState: { State: "associated" },
        };
        return { VpcId, Ipv6CidrBlockAssociationSet: vpc.hasIpv6 ? [block as never] : [] };
      }),
    }),

    "ec2:CreateSecurityGroup": ({ GroupName = "", Description = "", VpcId = "", TagSpecifications }) => {
      const vpc = world.vpcs[VpcId];
      if (!vpc) throw new AwsError("InvalidVpcID.NotFound");
      if (!/^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(Description))
        throw new AwsError("InvalidParameterValue", "Invalid security group description");
      if (Object.values(world.groups).some(({ name, vpcId }) => name === GroupName && vpcId === VpcId))
        throw new AwsError("InvalidGroup.Duplicate");
      const GroupId = newId(world, "sg");
      const out = { isEgress: true, ipProtocol: "-1", fromPort: -1, toPort: -1 };
      const rules = { [newId(world, "sgr")]: { ...out, cidr: "0.0.0.0/0" } };
      if (vpc.hasIpv6) rules[newId(world, "sgr")] = { ...out, cidr: "::/0" };
      const tags = tagsGiven(TagSpecifications, "security-group");
      world.groups[GroupId] = { name: GroupName, vpcId: VpcId, tags, rules };
      return { GroupId, Tags: tagList(tags) };
    },
    "ec2:AuthorizeSecurityGroupIngress": ({ GroupId, IpPermissions, TagSpecifications }) => {
      const { rules } = group(GroupId);
      const tags = tagsGiven(TagSpecifications, "security-group-rule");
      const added = rulesIn(IpPermissions, false);
      if (added.some((rule) => idOf(rules, rule) !== undefined))
        throw new AwsError("InvalidPermission.Duplicate");
      for (const rule of added)
        rules[newId(world, "sgr")] = { ...rule, ...(Object.keys(tags).length > 0 && { tags }) };
      return { Return: true };
    },
    "ec2:RevokeSecurityGroupIngress": (request) => revoke(false, request),
    "ec2:RevokeSecurityGroupEgress": (request) => revoke(true, request),
  };
}

function described(
  GroupId: string,
  SecurityGroupRuleId: string,
  { isEgress, ipProtocol, fromPort, toPort, cidr, description, tags }: WorldRule,
): SecurityGroupRule {
  return {
    GroupId,
    SecurityGroupRuleId,
    IsEgress: isEgress,
    IpProtocol: ipProtocol,
    FromPort: fromPort,
    ToPort: toPort,
    ...(cidr.includes(":") ? { CidrIpv6: cidr } : { CidrIpv4: cidr }),
    ...(description !== undefined && { Description: description }),
    Tags: tagList(tags),
  };
}

function rulesIn(permissions: readonly IpPermission[] = [], isEgress: boolean): readonly WorldRule[] {
  return permissions.flatMap(
    ({ IpProtocol = "", FromPort = -1, ToPort = -1, IpRanges = [], Ipv6Ranges = [] }) =>
      [
        ...IpRanges.map(({ CidrIp = "", Description }) => [CidrIp, Description]),
        ...Ipv6Ranges.map(({ CidrIpv6 = "", Description }) => [CidrIpv6, Description]),
      ].map(([cidr = "", description]) => ({
        isEgress,
        ipProtocol: IpProtocol,
        fromPort: FromPort,
        toPort: ToPort,
        cidr,
        ...(description !== undefined && { description }),
      })),
  );
}

/** Descriptions and tags do not make a rule another one. */
function idOf(rules: Readonly<Record<string, WorldRule>>, rule: WorldRule): string | undefined {
  const content = ({ isEgress, ipProtocol, fromPort, toPort, cidr }: WorldRule) =>
    JSON.stringify([isEgress, ipProtocol, fromPort, toPort, cidr]);
  return Object.entries(rules).find(([, other]) => content(other) === content(rule))?.[0];
}
