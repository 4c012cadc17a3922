import type { CloudTrailEvent } from "../formats/cloudtrail/event";
import { textAt, valueAt } from "./event-fields";
import { itemsAt } from "./event-items";
import { idLists } from "./id-list";
import { type RuleContent, ruleText, wholeInternet } from "./ingress-rules";
import type { TargetIds } from "./playbook";
import { SECURITY_GROUP_ID, SECURITY_GROUP_RULE_ID, idAt } from "./resource-ids";
import { successfulCall } from "./successful-call";

/**
 * The rules that an event has opened to the whole internet, by their ids as `securityGroupRuleIds`. Events from before
 * rules had ids (2021) tell only what they allow, as `ipPermissions`.
 */
export function openedRules(event: CloudTrailEvent): readonly TargetIds[] {
  switch (successfulCall(event, "ec2.amazonaws.com")) {
    case "AuthorizeSecurityGroupIngress":
      return authorized(event);
    case "ModifySecurityGroupRules":
      return modified(event);
    default:
      return [];
  }
}

function authorized({ requestParameters, responseElements }: CloudTrailEvent): readonly TargetIds[] {
  const made = itemsAt(responseElements, "securityGroupRuleSet");
  const groupId =
    idAt(requestParameters, SECURITY_GROUP_ID, "groupId") ?? idAt(made[0], SECURITY_GROUP_ID, "groupId");
  if (groupId === undefined) return [];
  if (made.length === 0)
    return idLists(requestedRules(requestParameters).map(ruleText)).map((ipPermissions) => ({
      groupId,
      ipPermissions,
    }));
  const opened = made.filter((rule) => isOpen(rule, "cidrIpv4", "cidrIpv6"));
  return byRuleIds(
    groupId,
    opened.map((rule) => idAt(rule, SECURITY_GROUP_RULE_ID, "securityGroupRuleId")),
  );
}

/** The response does not name rules, and the request says not whether they are of ingress: their state will. */
function modified({ requestParameters }: CloudTrailEvent): readonly TargetIds[] {
  const request = valueAt(requestParameters, "ModifySecurityGroupRulesRequest");
  const groupId = idAt(request, SECURITY_GROUP_ID, "GroupId");
  if (groupId === undefined) return [];
  const opened = itemsAt(request, "SecurityGroupRule").filter((update) =>
    isOpen(valueAt(update, "SecurityGroupRule"), "CidrIpv4", "CidrIpv6"),
  );
  return byRuleIds(
    groupId,
    opened.map((update) => idAt(update, SECURITY_GROUP_RULE_ID, "SecurityGroupRuleId")),
  );
}

function isOpen(rule: unknown, ...networks: readonly string[]): boolean {
  return networks.some((key) => wholeInternet(valueAt(rule, key)) !== undefined);
}

function byRuleIds(groupId: string, ruleIds: readonly (string | undefined)[]): readonly TargetIds[] {
  const known = ruleIds.filter((id) => id !== undefined);
  return idLists(known).map((securityGroupRuleIds) => ({ groupId, securityGroupRuleIds }));
}

/** Both shapes of a request: one rule in flat parameters, and lists of ranges below `ipPermissions`. */
function requestedRules(parameters: unknown): readonly RuleContent[] {
  const flat = ruleFrom(parameters, [valueAt(parameters, "cidrIp"), valueAt(parameters, "cidrIpv6")]);
  const nested = itemsAt(parameters, "ipPermissions").flatMap((permission) =>
    ruleFrom(permission, [
      ...itemsAt(permission, "ipRanges").map((range) => valueAt(range, "cidrIp")),
      ...itemsAt(permission, "ipv6Ranges").map((range) => valueAt(range, "cidrIpv6")),
    ]),
  );
  return [...flat, ...nested];
}

/** How EC2 calls protocols that a request may give by number (IANA, "Protocol Numbers"). */
const PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ["1", "icmp"],
  ["6", "tcp"],
  ["17", "udp"],
  ["58", "icmpv6"],
]);

function ruleFrom(permission: unknown, networks: readonly unknown[]): readonly RuleContent[] {
  const said = textAt(permission, "ipProtocol")?.toLowerCase();
  if (said === undefined || !/^(?:-1|[a-z0-9]{1,10})$/.test(said)) return [];
  const ipProtocol = PROTOCOLS.get(said) ?? said;
  // Of all protocols there are no ports, whatever the request says.
  const ports = ipProtocol === "-1" ? [-1, -1] : ["fromPort", "toPort"].map((key) => portAt(permission, key));
  const [fromPort = -1, toPort = -1] = ports;
  return networks.flatMap((network) => {
    const cidr = wholeInternet(network);
    return cidr === undefined ? [] : [{ ipProtocol, fromPort, toPort, cidr }];
  });
}

function portAt(permission: unknown, key: string): number {
  const port = Number(valueAt(permission, key) ?? -1);
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : -1;
}
