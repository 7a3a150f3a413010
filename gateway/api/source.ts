import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";

const schemes = ["rtsp", "rtsps", "rtmp", "rtmps", "srt", "http", "https"];
const maxLength = 2_048;

/**
 * One reading only: an authority with at most one login, a name or address without escapes, a port; no
 * control characters. What two parsers might read in two ways is no source.
 */
const form =
  /^([a-z]+):\/\/(?:[!$-.0-;=A-Z_a-z~]*@)?(?:([0-9A-Za-z_.-]+)|\[([0-9A-Fa-f:.]+)\])(?::\d{1,5})?(?:[/?#][!-~]*)?$/;

/** IANA's special-purpose IPv4 addresses, and multicast. */
const notPublic = new BlockList();
for (const network of [
  ..."0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12".split(" "),
  ..."192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15".split(" "),
  ..."198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4".split(" "),
]) {
  const [address = "", prefix] = network.split("/");
  notPublic.addSubnet(address, Number(prefix), "ipv4");
}

/** Global unicast, less what tunnels to IPv4 or is for documentation. */
const globalIpv6 = new BlockList();
globalIpv6.addSubnet("2000::", 3, "ipv6");
for (const [address, prefix] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const) {
  notPublic.addSubnet(address, prefix, "ipv6");
}

/** True for addresses that belong to the public internet. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !notPublic.check(address, "ipv4");
  if (isIP(address) !== 6) return false;
  return globalIpv6.check(address, "ipv6") && !notPublic.check(address, "ipv6");
}

/** All addresses of a host; rejects when it has none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** As the system resolves it, so that 127.1 and 0x7f000001 are what they are to every other program. */
const resolveHost: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/**
 * Why MediaMTX may not pull from a URL, undefined when it may. The one filter for every way a source can be
 * set. It repeats nothing of the URL, which may hold a login.
 */
export async function sourceFault(url: string, resolve = resolveHost): Promise<string | undefined> {
  const [, scheme = "", name, ipv6] = (url.length <= maxLength && form.exec(url)) || [];
  if (!schemes.includes(scheme)) {
    return `source must be a URL of ${schemes.map((one) => `${one}://`).join(", ")} with at most ${maxLength} printable ASCII characters`;
  }
  const host = name ?? ipv6 ?? "";
  let addresses: readonly string[];
  try {
    addresses = isIP(host) ? [host] : await resolve(host);
  } catch {
    return "source must name a host that can be resolved";
  }
  return addresses.length > 0 && addresses.every(isPublicAddress)
    ? undefined
    : "source must be on the public internet: none of its addresses may be private, local or reserved";
}
