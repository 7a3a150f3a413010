import { isIPv4, isIPv6, type Socket } from "node:net";
import { normalizeAddress } from "./addresses";

/**
 * PROXY protocol version 1 header, the first bytes on a connection to MediaMTX, which then knows the
 * client's address instead of ours.
 *
 * When the two addresses are of different families, or one is not an address, the header says UNKNOWN and
 * MediaMTX keeps the address of the connection.
 */
export function proxyHeader(
  clientAddress: string,
  clientPort: number,
  localAddress: string,
  localPort: number,
): Buffer {
  const client = normalizeAddress(clientAddress);
  const local = normalizeAddress(localAddress);
  const family =
    isIPv4(client) && isIPv4(local) ? "TCP4" : isIPv6(client) && isIPv6(local) ? "TCP6" : undefined;
  return Buffer.from(
    family
      ? `PROXY ${family} ${client} ${local} ${clientPort} ${localPort}\r\n`
      : "PROXY UNKNOWN\r\n",
    "latin1",
  );
}

/** The header for an accepted client. */
export function proxyHeaderOf(client: Socket): Buffer {
  const { remoteAddress = "", remotePort = 0, localAddress = "", localPort = 0 } = client;
  return proxyHeader(remoteAddress, remotePort, localAddress, localPort);
}
