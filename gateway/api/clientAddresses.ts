import type { LiveSession } from "../sessions";

/**
 * An API answer with the clients' own addresses. By SRT MediaMTX sees the gateway's sockets: it takes no
 * PROXY header there.
 */
export function withClientAddresses(answer: unknown, sessions: readonly LiveSession[]): unknown {
  const clients = new Map<string, string>(
    sessions.flatMap((one) =>
      one.mediamtxPeer ? [[one.mediamtxPeer, addressOf(one)] as const] : [],
    ),
  );
  return clients.size === 0 ? answer : replaced(answer, clients);
}

/** As Go writes it. */
const addressOf = ({ clientAddress, clientPort }: LiveSession): string =>
  clientAddress.includes(":")
    ? `[${clientAddress}]:${clientPort}`
    : `${clientAddress}:${clientPort}`;

function replaced(value: unknown, clients: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => replaced(item, clients));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      name === "remoteAddr" && typeof item === "string"
        ? (clients.get(item) ?? item)
        : replaced(item, clients),
    ]),
  );
}
