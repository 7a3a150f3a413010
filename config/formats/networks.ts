import {
  ipv4Network,
  isPrivateNetwork,
  overlaps,
  parseIpv4Network,
  privateNetworks,
  reservedVpcNetworks,
} from "../../shared/networks";
import type { Format } from "./formats";

/** An IPv4 network whose mask has `minBits` to `maxBits` bits and whose address has no bit below the mask. */
export function cidr(minBits: number, maxBits: number, example: string): Format<string> {
  return {
    allowed: `an IPv4 network from /${minBits} to /${maxBits} without host bits, such as ${example}`,
    read: (text) => (isCidr(text, minBits, maxBits) ? text : undefined),
  };
}

/** Those of which EC2 makes no VPC, and 240/4, whose addresses are reserved: many systems do not speak to them (RFC 1112). */
const unusable = [...reservedVpcNetworks, "240.0.0.0/4"].map(ipv4Network);

export const vpcCidr: Format<string> = {
  allowed: `${cidr(16, 24, "10.0.0.0/16").allowed}, outside 0/8, 127/8, 169.254/16, 224/4 and 240/4`,
  read: (text) => (isCidr(text, 16, 24) && !isUnusable(text) ? text : undefined),
};

const isUnusable = (text: string): boolean =>
  unusable.some((network) => overlaps(network, ipv4Network(text)));

/** A network of a site, which is not on the internet. */
export const privateCidr: Format<string> = {
  allowed: `a network in ${privateNetworks.join(", ")} without host bits, such as 10.20.0.0/16`,
  read: (text) => (isCidr(text, 8, 32) && isPrivateNetwork(text) ? text : undefined),
};

function isCidr(text: string, minBits: number, maxBits: number): boolean {
  const bits = parseIpv4Network(text)?.maskLength ?? -1;
  return minBits <= bits && bits <= maxBits;
}
