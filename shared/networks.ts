import { BlockList, isIPv4 } from "node:net";

/** Networks that are not routed on the internet and that sites use inside (RFC 1918, RFC 6598). */
export const privateNetworks = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "172.16.0.0/12",
  "192.168.0.0/16",
] as const;

/** Networks in which EC2 makes no VPC. */
export const reservedVpcNetworks = [
  "0.0.0.0/8",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "224.0.0.0/4",
] as const;

/** A block of IPv4 addresses, as numbers. */
export interface Ipv4Network {
  readonly base: number;
  readonly maskLength: number;
}

/** Reads `10.0.0.0/16`; undefined when it is not IPv4 CIDR notation with its host bits zero. */
export function parseIpv4Network(text: string): Ipv4Network | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text)?.slice(1);
  if (!parts?.every((part) => String(Number(part)) === part)) return undefined;
  const octets = parts.slice(0, 4).map(Number);
  const maskLength = Number(parts[4]);
  const base = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const isValid = octets.every((octet) => octet < 256) && maskLength <= 32;
  return isValid && base % sizeOf(maskLength) === 0 ? { base, maskLength } : undefined;
}

/** The same for texts that are known to be networks. @throws Error when one is none */
export function ipv4Network(text: string): Ipv4Network {
  const network = parseIpv4Network(text);
  if (!network) throw new Error(`"${text}" is not an IPv4 network in CIDR notation`);
  return network;
}

export const formatIpv4Network = ({ base, maskLength }: Ipv4Network): string =>
  `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join(".")}/${maskLength}`;

/** Number of addresses. */
export const sizeOf = (maskLength: number): number => 2 ** (32 - maskLength);

const end = (network: Ipv4Network): number => network.base + sizeOf(network.maskLength);

/** Whether all of `inner` is in `outer`. */
export const contains = (outer: Ipv4Network, inner: Ipv4Network): boolean =>
  outer.base <= inner.base && end(inner) <= end(outer);

export const overlaps = (one: Ipv4Network, other: Ipv4Network): boolean =>
  one.base < end(other) && other.base < end(one);

/** Whether a text is an IPv4 network that lies in one of {@link privateNetworks}. */
export function isPrivateNetwork(text: string): boolean {
  const network = parseIpv4Network(text);
  return (
    network !== undefined && privateNetworks.some((outer) => contains(ipv4Network(outer), network))
  );
}

/** A list to look addresses up in, of IPv4 and IPv6 networks; a text without mask is one address. */
export function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const { address, family, maskLength } = splitNetwork(network);
    list.addSubnet(address, maskLength, family);
  }
  return list;
}

/** Address, family and mask of a network of either family. */
export function splitNetwork(network: string) {
  const [address = "", mask] = network.split("/");
  const family = isIPv4(address) ? ("ipv4" as const) : ("ipv6" as const);
  return { address, family, maskLength: Number(mask ?? (family === "ipv4" ? 32 : 128)) };
}
