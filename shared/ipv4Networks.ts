import { isIPv4 } from "node:net";

/** Networks that are not routed on the internet and that sites use inside (RFC 1918, RFC 6598). */
export const privateNetworks = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "172.16.0.0/12",
  "192.168.0.0/16",
] as const;

/** Addresses as numbers; `to` is the first one behind the network. */
export interface AddressRange {
  readonly from: number;
  readonly to: number;
}

export function rangeOf(cidr: string): AddressRange {
  const [address = "", maskLength] = cidr.split("/");
  const from = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return { from, to: from + 2 ** (32 - Number(maskLength)) };
}

export const overlaps = (one: AddressRange, other: AddressRange): boolean =>
  one.from < other.to && other.from < one.to;

/** Whether all of `inner` is in `outer`. */
export const contains = (outer: AddressRange, inner: AddressRange): boolean =>
  outer.from <= inner.from && inner.to <= outer.to;

/** Whether a text is an IPv4 network that lies in one of {@link privateNetworks}. */
export function isPrivateNetwork(cidr: string): boolean {
  const [address = "", maskLength = ""] = cidr.split("/", 2);
  const isNetwork = isIPv4(address) && cidr === `${address}/${Number(maskLength)}`;
  if (!isNetwork || Number(maskLength) > 32) return false;
  return privateNetworks.some((network) => contains(rangeOf(network), rangeOf(cidr)));
}
