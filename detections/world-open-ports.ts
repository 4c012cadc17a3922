import { parseNetwork } from "../formats/ip-network";

/** One range of ports that a call opens, with whom it opens it to. */
interface Opening {
  readonly protocol: string;
  readonly fromPort: unknown;
  readonly toPort: unknown;
  readonly networks: readonly unknown[];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Ports that security group rules in a request open to the whole internet, as texts: each port of a range of up to a
 * hundred; the ends of a wider one, and the ports of administration and of databases inside; `all` where nothing is left
 * out.
 * Understands the three shapes in which CloudTrail records rules: flat parameters and `ipPermissions` of
 * AuthorizeSecurityGroupIngress, and ModifySecurityGroupRules (EC2 API reference). What looks like a rule of another
 * call is read the same way: which call it is, is for the rule that asks.
 */
export function worldOpenPorts(requestParameters: unknown): string[] {
  const ports = new Set<string>();
  for (const { protocol, fromPort, toPort, networks } of openingsIn(fieldsOf(requestParameters)))
    if (networks.some(isWorld)) for (const port of portsOf(protocol, fromPort, toPort)) ports.add(port);
  return [...ports];
}

function openingsIn(parameters: Fields): Opening[] {
  const flat = {
    protocol: textOf(parameters.ipProtocol),
    fromPort: parameters.fromPort,
    toPort: parameters.toPort,
    networks: [parameters.cidrIp, parameters.cidrIpv6],
  };
  const nested = itemsOf(parameters.ipPermissions).map((permission) => ({
    protocol: textOf(permission.ipProtocol),
    fromPort: permission.fromPort,
    toPort: permission.toPort,
    networks: [
      ...itemsOf(permission.ipRanges).map(({ cidrIp }) => cidrIp),
      ...itemsOf(permission.ipv6Ranges).map(({ cidrIpv6 }) => cidrIpv6),
    ],
  }));
  const request = fieldsOf(parameters.ModifySecurityGroupRulesRequest);
  const modified = listOf(request.SecurityGroupRule).map((update) => {
    const rule = fieldsOf(fieldsOf(update).SecurityGroupRule);
    return {
      protocol: textOf(rule.IpProtocol),
      fromPort: rule.FromPort,
      toPort: rule.ToPort,
      networks: [rule.CidrIpv4, rule.CidrIpv6],
    };
  });
  return [flat, ...nested, ...modified];
}

/** Fewer leading bits than any network of the registries has: `0.0.0.0/0`, its halves, `::/0`, `2000::/3`. */
function isWorld(network: unknown): boolean {
  const parsed = typeof network === "string" ? parseNetwork(network) : undefined;
  return parsed !== undefined && parsed.prefixLength < (parsed.bytes.length === 4 ? 8 : 7);
}

const PORT_PROTOCOLS = new Set(["tcp", "udp", "sctp", "6", "17", "132"]);
const LAST_PORT = 65_535;
const LISTED_RANGE = 100;

/** Shells, remote desktops, management interfaces, databases, caches, file shares. */
const SENSITIVE_PORTS = [
  20, 21, 22, 23, 111, 135, 137, 138, 139, 389, 445, 636, 873, 1433, 1434, 1521, 2049, 2375, 2376, 2379, 3306,
  3389, 5432, 5439, 5900, 5901, 5984, 5985, 5986, 6379, 6443, 7001, 8020, 9042, 9200, 9300, 10250, 11211,
  27017, 27018,
];

function portsOf(protocol: string, fromPort: unknown, toPort: unknown): string[] {
  // "-1" is every protocol; ICMP's "ports" are message types.
  if (protocol === "-1") return ["all"];
  if (!PORT_PROTOCOLS.has(protocol)) return [];
  const from = portOf(fromPort) ?? 0;
  const to = portOf(toPort) ?? (portOf(fromPort) === undefined ? LAST_PORT : from);
  if (from <= 1 && to >= LAST_PORT) return ["all"];
  if (to - from < LISTED_RANGE)
    return Array.from({ length: Math.max(to - from + 1, 0) }, (_, index) => String(from + index));
  return [from, ...SENSITIVE_PORTS.filter((port) => port > from && port < to), to].map(String);
}

/** A port number; undefined where none is given, which `-1` says as well. */
function portOf(value: unknown): number | undefined {
  const port = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof port === "number" && Number.isInteger(port) && port >= 0 && port <= LAST_PORT
    ? port
    : undefined;
}

/** Elements below `items`, as EC2's XML lists are recorded. */
function itemsOf(list: unknown): Fields[] {
  return listOf(fieldsOf(list).items).map(fieldsOf);
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).toLowerCase() : "";
}
