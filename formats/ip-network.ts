/** Bytes of an IPv4 (4) or IPv6 (16) address; undefined for other text. */
export function parseAddress(text: string): Uint8Array | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

/** A network in CIDR notation: its address bytes and prefix length. Host bits may be set. */
export interface IpNetwork {
  readonly bytes: Uint8Array;
  readonly prefixLength: number;
}

/** Reads `address/prefix`, or a single address; undefined for other text. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const [address = "", prefix, ...rest] = text.split("/");
  const bytes = parseAddress(address);
  if (!bytes || rest.length > 0) return undefined;
  const bits = bytes.length * 8;
  if (prefix === undefined) return { bytes, prefixLength: bits };
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits) return undefined;
  return { bytes, prefixLength: Number(prefix) };
}

/** Whether `text` is an address inside the network; addresses of the other family never are. */
export function isInNetwork(text: string, { bytes, prefixLength }: IpNetwork): boolean {
  const address = parseAddress(text);
  if (address?.length !== bytes.length) return false;
  for (let index = 0, bits = prefixLength; bits > 0; index++, bits -= 8) {
    const mask = bits >= 8 ? 0xff : 0xff & (0xff << (8 - bits));
    if (((address[index] ?? 0) & mask) !== ((bytes[index] ?? 0) & mask)) return false;
  }
  return true;
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  // Leading zeros are read as octal by some and as decimal by others (RFC 6943, section 3.1.1).
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return Uint8Array.from(parts, Number);
}

/** RFC 4291, section 2.2; without zone. */
function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) =>
    half === "" ? [] : groupsOf(half, index === halves.length - 1),
  );
  if (!head || (halves.length === 2 && !tail)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<number>(Math.max(missing, 0)).fill(0), ...(tail ?? [])];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** An IPv4 address may stand for the last two groups of the whole address. */
function groupsOf(half: string, isLast: boolean): number[] | undefined {
  const parts = half.split(":");
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(parseInt(part, 16));
      continue;
    }
    const last = isLast && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (!last) return undefined;
    const [a = 0, b = 0, c = 0, d = 0] = last;
    groups.push((a << 8) | b, (c << 8) | d);
  }
  return groups;
}
