import { idsIn } from "../id-list";
import { DESCRIBE_RULES, type OpenRule, isWeb, openRules, ruleInWords, ruleText } from "../ingress-rules";
import type { Call } from "../operations";
import { openedRules } from "../opened-rules";
import type { Playbook, Target } from "../playbook";

interface GroupState {
  readonly groupName: string;
  /** Every ingress rule that is open to the whole internet, those that the event has nothing to do with included. */
  readonly openRules: readonly OpenRule[];
}

const GROUPS = ["arn:{partition}:ec2:*:{account}:security-group/*"];

/**
 * Revokes the ingress rules that an event has opened to the whole internet (`0.0.0.0/0`, `::/0`), if they are still
 * open. Rules for the web's ports stay, and so does every rule that the event has not made.
 *
 * A rule that was not made but widened is revoked as well: what it allowed before, the event does not say.
 */
export const revokeOpenIngress: Playbook<GroupState> = {
  id: "revoke-open-ingress",
  title: "Revoke ingress rules that are open to the internet",

  targets: openedRules,

  async read({ ids: { groupId = "" } }, call) {
    // A filter, since an id that is not there any more would be an error.
    const { SecurityGroups = [] } = await call("ec2:DescribeSecurityGroups", {
      Filters: [{ Name: "group-id", Values: [groupId] }],
    });
    const [group] = SecurityGroups;
    return group && { groupName: group.GroupName ?? groupId, openRules: await openRules(call, groupId) };
  },

  principals: () => [],

  refusal(target, state) {
    const rules = ofTarget(target, state);
    return rules.length > 0 && rules.every(isWeb)
      ? "the rules that are still open are for ports 80 and 443 alone, as public web sites have them"
      : undefined;
  },

  contain(target, state) {
    const SecurityGroupRuleIds = toRevoke(target, state).map(
      ({ securityGroupRuleId }) => securityGroupRuleId,
    );
    return SecurityGroupRuleIds.length === 0
      ? []
      : [
          {
            operation: "ec2:RevokeSecurityGroupIngress",
            input: { GroupId: target.ids.groupId, SecurityGroupRuleIds },
          },
        ];
  },

  isContained: (target, state) => toRevoke(target, state).length === 0,

  undo(target, before, now) {
    const open = now.openRules.map(ruleText);
    return toRevoke(target, before)
      .filter((rule) => !open.includes(ruleText(rule)))
      .map((rule) => authorize(target, rule));
  },

  words(target, before) {
    const group = `security group ${target.ids.groupId} (${before.groupName})`;
    const rules = toRevoke(target, before).map(ruleInWords).join(", ");
    const what = `ingress from the internet to ${group}${rules === "" ? "" : `: ${rules}`}`;
    return { did: `Revoked ${what}`, would: `would revoke ${what}`, undid: `Allowed again ${what}` };
  },

  permissions: {
    read: [{ actions: ["ec2:DescribeSecurityGroups"], resources: ["*"] }, DESCRIBE_RULES],
    contain: [{ actions: ["ec2:RevokeSecurityGroupIngress"], resources: GROUPS }],
    undo: [
      { actions: ["ec2:AuthorizeSecurityGroupIngress"], resources: GROUPS },
      {
        // The tags that the rule had; rules with ids are a resource of the call then, too.
        actions: ["ec2:AuthorizeSecurityGroupIngress", "ec2:CreateTags"],
        resources: ["arn:{partition}:ec2:*:{account}:security-group-rule/*"],
      },
    ],
  },
};

/** The open rules that the target's event has opened. */
function ofTarget({ ids }: Target, state: GroupState): readonly OpenRule[] {
  const ruleIds = idsIn(ids.securityGroupRuleIds);
  const contents = idsIn(ids.ipPermissions);
  return state.openRules.filter(
    (rule) => ruleIds.includes(rule.securityGroupRuleId) || contents.includes(ruleText(rule)),
  );
}

function toRevoke(target: Target, state: GroupState): readonly OpenRule[] {
  return ofTarget(target, state).filter((rule) => !isWeb(rule));
}

/** One call a rule: a call gives all the rules that it makes the same tags. */
function authorize({ ids: { groupId } }: Target, rule: OpenRule): Call {
  const { ipProtocol, fromPort, toPort, cidr, description, tags } = rule;
  const said = description === undefined ? {} : { Description: description };
  return {
    operation: "ec2:AuthorizeSecurityGroupIngress",
    input: {
      GroupId: groupId,
      IpPermissions: [
        {
          IpProtocol: ipProtocol,
          FromPort: fromPort,
          ToPort: toPort,
          ...(cidr === "::/0"
            ? { Ipv6Ranges: [{ CidrIpv6: cidr, ...said }] }
            : { IpRanges: [{ CidrIp: cidr, ...said }] }),
        },
      ],
      ...(tags && {
        TagSpecifications: [{ ResourceType: "security-group-rule", Tags: tags.map((tag) => ({ ...tag })) }],
      }),
    },
  };
}
