import { getServers } from "node:dns";
import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";
import { blockList } from "../../shared/networks";
import { isPublicAddress } from "./publicHostResolver";

/**
 * The addresses that may be pulled from: the internet and the trusted networks, less `never`. Security groups do not
 * filter the way to a VPC's own name server, so a trusted network that holds it must not lead there. Trusted
 * addresses are IPv4 only, and written as such.
 */
export function allowedAddresses(
  trustedCidrs: readonly string[],
  never: readonly string[] = ownAddresses(),
): (address: string) => boolean {
  const trusted = blockList(trustedCidrs);
  const isTrusted = (address: string) =>
    isIPv4(address) && trusted.check(address, "ipv4") && !never.includes(address);
  return (address) => isPublicAddress(address) || isTrusted(address);
}

/** Addresses of this machine, and of the name servers that it asks, which Node may write as `10.0.0.2:5353`. */
export function ownAddresses(nameServers = getServers()): string[] {
  const interfaces = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return [
    ...interfaces.map(({ address }) => address),
    ...nameServers.map((server) => server.replace(/^\[(.*)\](:\d+)?$|^([^:]+):\d+$/, "$1$3")),
  ];
}
