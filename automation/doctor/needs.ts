import { publicRanges } from "../../components/network/publicRanges";
import type { Settings } from "../../config";
import { protocols, publicPorts } from "../../shared/protocols";

/** What a stack takes of an account's quotas. */
export interface Needs {
  /** Of the one task; an update ends the old task first. */
  readonly vCpus: number;
  readonly elasticIps: number;
  readonly vpcs: number;
  readonly loadBalancers: number;
  readonly targetGroups: number;
  /** Of the largest security group, in one direction. */
  readonly rulesPerGroup: number;
  readonly reservedConcurrency: number;
}

export function needsOf(settings: Settings): Needs {
  const { network, enableInsecurePorts, allowedCidrs, apiAllowedCidrs } = settings;
  const clients = publicPorts(enableInsecurePorts)
    .map(({ protocol }) => (protocol.key === "api" ? apiAllowedCidrs : allowedCidrs).length)
    .reduce((sum, count) => sum + count, 0);
  // The range of an existing VPC is not known here; a range of its own splits the list as far as any.
  const vpcRange = network.kind === "new" ? network.cidrBlock : "198.51.100.0/24";
  const sources = publicRanges([vpcRange]).length;
  const nats = { None: 0, Single: 1, OnePerAz: network.kind === "new" ? network.zones : 0 };
  return {
    vCpus: settings.mediamtxCpu / 1024,
    elasticIps: network.kind === "new" ? nats[network.natGateways] : 0,
    vpcs: network.kind === "new" ? 1 : 0,
    loadBalancers: 1,
    targetGroups: protocols.length,
    rulesPerGroup: Math.max(clients, sources + 1),
    reservedConcurrency: settings.authReservedConcurrency ?? 0,
  };
}
