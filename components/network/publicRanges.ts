import {
  contains,
  formatIpv4Network,
  type Ipv4Network,
  ipv4Network,
  overlaps,
  privateNetworks,
  sizeOf,
} from "../../shared/networks";

/**
 * All IPv4 networks but the private ones and `excluded`. A security group can only allow: this is how it keeps a
 * task from its own VPC. 38, and up to 20 more for one excluded network that is not private; a group may count 60.
 * Security groups do not filter link-local addresses, the metadata service among them: these need no place here.
 */
export function publicRanges(excluded: readonly string[]): string[] {
  const holes = [...privateNetworks, ...excluded].map(ipv4Network);
  const split = (network: Ipv4Network): string[] => {
    const touched = holes.filter((hole) => overlaps(hole, network));
    if (touched.length === 0) return [formatIpv4Network(network)];
    if (touched.some((hole) => contains(hole, network))) return [];
    return halves(network).flatMap(split);
  };
  return split({ base: 0, maskLength: 0 });
}

function halves(network: Ipv4Network): Ipv4Network[] {
  const maskLength = network.maskLength + 1;
  return [
    { base: network.base, maskLength },
    { base: network.base + sizeOf(maskLength), maskLength },
  ];
}
