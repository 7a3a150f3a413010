import {
  isPrivateNetwork,
  overlaps,
  parseIpv4Network,
  privateNetworks,
} from "../../shared/networks";
import type { AccountFacts } from "../account";
import type { Fault } from "../fault";
import { keys, setCommand, type Values } from "../keys";

/**
 * Trusted networks of sources must not hold the stack's own services: all of a new VPC; of an existing one the subnets
 * that the configuration names, in which the task is and interface endpoints usually are. What else is in an existing VPC
 * may be a camera as well, so there the configuration decides.
 */
export function trustedSourceFaults(
  values: Values,
  faulty: ReadonlySet<string>,
  subnets: AccountFacts["subnets"],
): Fault[] {
  const { vpcId, vpcCidrBlock, publicSubnetIds, privateSubnetIds, trustedSourceCidrs } = values;
  if (trustedSourceCidrs.length === 0 || faulty.has("vpcId") || faulty.has("vpcCidrBlock")) {
    return [];
  }
  if (vpcId === "") {
    return isPrivateNetwork(vpcCidrBlock)
      ? overlapFaults(trustedSourceCidrs, vpcCidrBlock, `vpcCidrBlock ${vpcCidrBlock}`)
      : [publicVpcFault(vpcCidrBlock)];
  }
  return [...publicSubnetIds, ...privateSubnetIds].flatMap((id) => {
    const cidr = subnets?.get(id)?.cidrBlock ?? "";
    return overlapFaults(trustedSourceCidrs, cidr, `${id} ${cidr}`);
  });
}

const overlapFaults = (trusted: readonly string[], own: string, ownName: string): Fault[] =>
  trusted
    .filter((cidr) => {
      const [one, other] = [parseIpv4Network(cidr), parseIpv4Network(own)];
      return one && other && overlaps(one, other);
    })
    .map((cidr) => ({
      key: "trustedSourceCidrs",
      problem: `holds ${cidr}`,
      allowed: `allowed: networks outside of ${ownName}, which holds the stack's own services`,
      remedy: setCommand("trustedSourceCidrs", keys.trustedSourceCidrs),
    }));

/** The internet without such a VPC takes up to 58 of the 60 rules that the task's security group may have. */
const publicVpcFault = (vpcCidrBlock: string): Fault => ({
  key: "vpcCidrBlock",
  problem: `is ${vpcCidrBlock}`,
  allowed: `allowed with trustedSourceCidrs: a network in ${privateNetworks.join(", ")}`,
  remedy: setCommand("vpcCidrBlock", keys.vpcCidrBlock),
});
