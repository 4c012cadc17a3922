import { parseNetwork } from "../../formats/ip-network";
import { Refusal } from "./compiled";

/** A network in the one spelling that all engines take: host bits cleared, prefix length written out. */
export interface PlainNetwork {
  /** For example `10.0.0.0/8`, or `2001:db8:0:0:0:0:0:0/32`. */
  readonly network: string;
  readonly family: 4 | 6;
  readonly prefixLength: number;
  /** Lowest and highest value of the first byte of its addresses. */
  readonly firstByte: readonly [number, number];
}

/** Bytes with which an IPv4 address inside IPv6 starts (RFC 4291, section 2.5.5.2). */
const MAPPED_IPV4: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** Spells out a network in CIDR notation, or a single address. */
export function plainNetwork(cidr: string): PlainNetwork {
  const parsed = parseNetwork(cidr);
  if (!parsed) throw new Error(`${cidr} is no network in CIDR notation`);
  const { prefixLength } = parsed;
  const bytes = [...parsed.bytes].map((byte, index) => byte & maskOf(index, prefixLength));
  const [first = 0] = bytes;
  const address = bytes.length === 4 ? bytes.join(".") : groupsOf(bytes).join(":");
  return {
    network: `${address}/${prefixLength}`,
    family: bytes.length === 4 ? 4 : 6,
    prefixLength,
    firstByte: [first, first | (0xff & ~maskOf(0, prefixLength))],
  };
}

/**
 * The network for an engine that takes an IPv4 address for the IPv6 one that it can be written as (Trino's IPADDRESS,
 * Lucene's InetAddressPoint): an IPv6 network that has such addresses would hold for IPv4 ones, and is refused.
 */
export function networkOfOneFamily(cidr: string, engine: string): string {
  const { network, family, prefixLength } = plainNetwork(cidr);
  const bytes = parseNetwork(cidr)?.bytes ?? [];
  const common = Math.min(prefixLength, 8 * MAPPED_IPV4.length);
  const meetsIpv4 = MAPPED_IPV4.every((byte, index) => {
    const mask = maskOf(index, common);
    return (byte & mask) === ((bytes[index] ?? 0) & mask);
  });
  if (family === 6 && meetsIpv4)
    throw new Refusal(`in ${engine}, ${network} holds for IPv4 addresses as well`);
  return network;
}

/** The bits of a byte that belong to the prefix. */
function maskOf(index: number, prefixLength: number): number {
  const kept = Math.min(Math.max(prefixLength - index * 8, 0), 8);
  return (0xff << (8 - kept)) & 0xff;
}

function groupsOf(bytes: readonly number[]): string[] {
  const pairs = bytes.flatMap((high, index) => (index % 2 === 0 ? [[high, bytes[index + 1] ?? 0]] : []));
  return pairs.map(([high = 0, low = 0]) => ((high << 8) | low).toString(16));
}
