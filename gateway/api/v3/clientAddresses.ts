import type { LiveSession } from "../../sessions/registry";

/**
 * Puts the clients' own addresses into an API answer, in place, and returns it. By SRT MediaMTX sees the gateway's sockets: it takes no
 * PROXY header there.
 */
export function withClientAddresses(answer: unknown, sessions: readonly LiveSession[]): unknown {
  const clients = new Map<string, string>(
    sessions.flatMap((one) =>
      one.mediamtxPeer ? [[one.mediamtxPeer, addressOf(one)] as const] : [],
    ),
  );
  if (clients.size > 0) replace(answer, clients);
  return answer;
}

/** As Go writes it. */
const addressOf = ({ clientAddress, clientPort }: LiveSession): string =>
  clientAddress.includes(":")
    ? `[${clientAddress}]:${clientPort}`
    : `${clientAddress}:${clientPort}`;

function replace(value: unknown, clients: ReadonlyMap<string, string>): void {
  if (typeof value !== "object" || value === null) return;
  const fields = value as Record<string, unknown>;
  for (const item of Object.values(fields)) replace(item, clients);
  const client = clients.get(String(fields.remoteAddr));
  if (client !== undefined) fields.remoteAddr = client;
}
