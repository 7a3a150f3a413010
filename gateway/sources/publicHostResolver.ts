import { Resolver } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { blockList, privateNetworks } from "../../shared/networks";
import { withTimeout } from "../process/timeout";
import { SourceError } from "./source";

/** IANA's special-purpose addresses, multicast, and IPv6 addresses that tunnel to IPv4. */
const notPublic = blockList([
  ...privateNetworks,
  ..."0.0.0.0/8 127.0.0.0/8 169.254.0.0/16 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24".split(" "),
  ..."198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4".split(" "),
  ..."2001::/23 2001:db8::/32 2002::/16 3fff::/20".split(" "),
]);

const globalIpv6 = blockList(["2000::/3"]);

/** True for addresses that belong to the public internet. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !notPublic.check(address, "ipv4");
  if (isIP(address) !== 6) return false;
  return globalIpv6.check(address, "ipv6") && !notPublic.check(address, "ipv6");
}

/** All addresses of a host name; rejects when it has none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

const resolveTimeoutMs = 2_000;
/** For all name servers of this machine together. */
const resolveAllTimeoutMs = 5_000;

/**
 * Queries the name server itself. `dns.lookup` would occupy one of four threads for as long as a name server likes,
 * and with them the gateway's own look-ups.
 */
const resolveName: Resolve = async (name) => {
  const resolver = new Resolver({ timeout: resolveTimeoutMs, tries: 1 });
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  return answers.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
};

/** Resolves hosts to addresses that may be pulled from. Sockets connect to an address that has just been checked. */
export class PublicHostResolver {
  readonly #resolveName: Resolve;
  readonly #isAllowed: (address: string) => boolean;

  constructor(resolve = resolveName, isAllowed = isPublicAddress) {
    this.#resolveName = resolve;
    this.#isAllowed = isAllowed;
  }

  /** All addresses of a host, IPv4 first. @throws SourceError when there are none or one is not public */
  async resolve(host: string): Promise<readonly string[]> {
    const addresses = isIP(host) ? [host] : await this.#addressesOf(host);
    if (addresses.length === 0) throw new SourceError("the source's host has no address");
    if (!addresses.every(this.#isAllowed)) {
      throw new SourceError(
        "source must be on the public internet, or in a network of the configuration key trustedSourceCidrs: " +
          "none of its addresses may be local, reserved or in another private network",
      );
    }
    return [...addresses].sort((one, other) => isIP(one) - isIP(other));
  }

  async #addressesOf(host: string): Promise<readonly string[]> {
    try {
      return await withTimeout(resolveAllTimeoutMs, () => this.#resolveName(host).catch(() => []));
    } catch {
      throw new SourceError("the source's host has no address: its name server does not answer");
    }
  }

  /** For sockets: they then go to checked addresses only. Addresses are not looked up: check them before. */
  readonly lookup: LookupFunction = (host, options, callback) => {
    this.resolve(host).then(
      (addresses) => {
        const [first = ""] = addresses;
        if (!options.all) callback(null, first, isIP(first));
        else
          callback(
            null,
            addresses.map((address) => ({ address, family: isIP(address) })),
          );
      },
      (error: Error) => callback(error, ""),
    );
  };
}
