import type { Server } from "node:http";
import type { AddressInfo, Server as NetServer } from "node:net";

/** Resolves to the bound port; rejects with what is wrong, e.g. EADDRINUSE. */
export function listenOn(server: NetServer, port: number, host?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host }, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Ends all connections and frees the port. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
