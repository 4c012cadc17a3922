import { parseNetwork } from "../formats/ip-network";
import { everyPage } from "./every-page";
import type { CallAws } from "./operations";

/** A rule of a security group that lets the whole internet in. */
export interface OpenRule {
  readonly securityGroupRuleId: string;
  readonly ipProtocol: string;
  /** With {@link toPort} the range of ports, of ICMP type and code; -1 for all. */
  readonly fromPort: number;
  readonly toPort: number;
  /** `0.0.0.0/0` or `::/0`. */
  readonly cidr: string;
  readonly description?: string;
  readonly tags?: readonly { readonly Key: string; readonly Value: string }[];
}

/** What makes a rule the one that it is: a group has no two with the same (EC2 API Reference, `InvalidPermission.Duplicate`). */
export type RuleContent = Pick<OpenRule, "ipProtocol" | "fromPort" | "toPort" | "cidr">;

/** Permission for {@link openRules} and {@link ruleIdsOf}, which take no resource (Service Authorization Reference, Amazon EC2). */
export const DESCRIBE_RULES = { actions: ["ec2:DescribeSecurityGroupRules"], resources: ["*"] };

/** The network of the whole internet that a text means; undefined for all others. Host bits may be set. */
export function wholeInternet(cidr: unknown): string | undefined {
  const network = typeof cidr === "string" ? parseNetwork(cidr) : undefined;
  if (network?.prefixLength !== 0) return undefined;
  return network.bytes.length === 4 ? "0.0.0.0/0" : "::/0";
}

/** Ingress rules of a group that are open to the whole internet now. */
export async function openRules(call: CallAws, groupId: string): Promise<readonly OpenRule[]> {
  const rules = await rulesOf(call, groupId);
  return rules.flatMap((rule) => {
    const cidr = wholeInternet(rule.CidrIpv4 ?? rule.CidrIpv6);
    if (rule.IsEgress === true || cidr === undefined || rule.SecurityGroupRuleId === undefined) return [];
    // Nobody but AWS sets those that begin so (Tagging AWS Resources User Guide).
    const tags = (rule.Tags ?? [])
      .filter(({ Key }) => Key?.startsWith("aws:") === false)
      .map(({ Key = "", Value = "" }) => ({ Key, Value }));
    return [
      {
        securityGroupRuleId: rule.SecurityGroupRuleId,
        ipProtocol: rule.IpProtocol ?? "-1",
        fromPort: rule.FromPort ?? -1,
        toPort: rule.ToPort ?? -1,
        cidr,
        ...(rule.Description !== undefined && rule.Description !== "" && { description: rule.Description }),
        ...(tags.length > 0 && { tags }),
      },
    ];
  });
}

/** Ids of all rules of a group, those that let in and those that let out. */
export async function ruleIdsOf(
  call: CallAws,
  groupId: string,
): Promise<{ readonly ingress: readonly string[]; readonly egress: readonly string[] }> {
  const rules = await rulesOf(call, groupId);
  const ids = (isEgress: boolean) =>
    rules.flatMap((rule) => (rule.IsEgress === isEgress ? (rule.SecurityGroupRuleId ?? []) : [])).sort();
  return { ingress: ids(false), egress: ids(true) };
}

async function rulesOf(call: CallAws, groupId: string) {
  const pages = await everyPage((NextToken) =>
    call("ec2:DescribeSecurityGroupRules", {
      Filters: [{ Name: "group-id", Values: [groupId] }],
      MaxResults: 1000,
      ...(NextToken !== undefined && { NextToken }),
    }),
  );
  return pages.flatMap(({ SecurityGroupRules = [] }) => SecurityGroupRules);
}

/** "tcp 22-22 0.0.0.0/0": one text for each {@link RuleContent}. */
export function ruleText({ ipProtocol, fromPort, toPort, cidr }: RuleContent): string {
  return `${ipProtocol} ${fromPort}-${toPort} ${cidr}`;
}

/** How people say it: "tcp 22", "udp 6000-6100 over IPv6", "everything". */
export function ruleInWords({ ipProtocol, fromPort, toPort, cidr }: RuleContent): string {
  const ports = fromPort === toPort ? String(fromPort) : `${fromPort}-${toPort}`;
  const what = ipProtocol === "-1" ? "everything" : fromPort === -1 ? ipProtocol : `${ipProtocol} ${ports}`;
  return cidr === "::/0" ? `${what} over IPv6` : what;
}

/** TCP's 80 and 443, and UDP's 443 of HTTP/3: what the whole internet may reach at public web sites. */
export function isWeb({ ipProtocol, fromPort, toPort }: RuleContent): boolean {
  if (fromPort !== toPort) return false;
  return (
    (ipProtocol === "tcp" && (fromPort === 80 || fromPort === 443)) ||
    (ipProtocol === "udp" && fromPort === 443)
  );
}
