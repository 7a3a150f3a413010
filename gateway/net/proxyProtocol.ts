import { isIPv4, isIPv6 } from "node:net";

/** IPv4-mapped IPv6 addresses (`::ffff:192.0.2.1`) as IPv4, zone ids (`fe80::1%eth0`) dropped. */
export function plainAddress(address: string): string {
  const bare = address.split("%", 1)[0] ?? "";
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare);
  return mapped?.[1] ?? bare;
}

/**
 * PROXY protocol version 1 header, the first bytes on a connection to MediaMTX, which then knows the
 * client's address instead of ours.
 *
 * When the two addresses are of different families, or one is no address, the header says UNKNOWN and
 * MediaMTX keeps the address of the connection.
 */
export function proxyHeader(
  clientAddress: string,
  clientPort: number,
  localAddress: string,
  localPort: number,
): Buffer {
  const client = plainAddress(clientAddress);
  const local = plainAddress(localAddress);
  const family =
    isIPv4(client) && isIPv4(local) ? "TCP4" : isIPv6(client) && isIPv6(local) ? "TCP6" : undefined;
  return Buffer.from(
    family
      ? `PROXY ${family} ${client} ${local} ${clientPort} ${localPort}\r\n`
      : "PROXY UNKNOWN\r\n",
    "latin1",
  );
}
