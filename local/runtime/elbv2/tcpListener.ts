import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import {
  createServer as createTlsServer,
  type TlsOptions,
  type Server as TlsServer,
} from "node:tls";
import type { ServedListener, TlsPlan } from "../plan/types";
import { isMissingFamily, loopbackAddresses } from "./loopback";
import { relay, reset } from "./relay";
import type { TargetGroup } from "./targetGroup";

/** A client that has not finished its TLS handshake by then is dropped. */
const handshakeTimeoutMs = 10_000;

/** A TLS or TCP listener. Its plan may change while it runs; connections that are open stay. */
export class TcpListener {
  private servers: Server[] = [];
  private readonly clients = new Set<Socket>();

  constructor(
    private plan: ServedListener,
    private readonly target: (arn: string) => TargetGroup | undefined,
  ) {}

  /** Binds the port (0 = any) on loopback and resolves to the one it got. */
  async listen(port: number): Promise<number> {
    let bound = port;
    for (const address of loopbackAddresses) {
      const server = this.createServer();
      try {
        await once(server.listen({ host: address, port: bound, ipv6Only: true }), "listening");
      } catch (error) {
        if (isMissingFamily(address, error)) continue;
        await this.close();
        throw error;
      }
      this.servers.push(server);
      bound = (server.address() as { port: number }).port;
    }
    return bound;
  }

  /** Takes over a new group, certificate or idle timeout for connections to come. */
  update(plan: ServedListener): void {
    if (plan.tls && JSON.stringify(plan.tls) !== JSON.stringify(this.plan.tls)) {
      for (const server of this.servers) {
        (server as TlsServer).setSecureContext(tlsOptions(plan.tls));
      }
    }
    this.plan = plan;
  }

  async close(): Promise<void> {
    for (const client of this.clients) reset(client);
    await Promise.all(
      this.servers.map((server) => new Promise((resolve) => server.close(resolve))),
    );
    this.servers = [];
  }

  private createServer(): Server {
    const options = { allowHalfOpen: true, noDelay: true };
    const server = this.plan.tls
      ? createTlsServer({
          ...options,
          ...tlsOptions(this.plan.tls),
          handshakeTimeout: handshakeTimeoutMs,
        })
      : createServer(options);
    server.on("connection", (socket: Socket) => this.track(socket));
    server.on(this.plan.tls ? "secureConnection" : "connection", (socket: Socket) =>
      this.accept(socket),
    );
    return server;
  }

  /** Remembers the connection below TLS as well: a handshake may never end. */
  private track(socket: Socket): void {
    this.clients.add(socket);
    socket.once("close", () => this.clients.delete(socket));
    socket.on("error", () => socket.destroy());
  }

  private accept(client: Socket): void {
    const group = this.target(this.plan.group);
    client.on("error", () => client.destroy());
    if (!group?.healthy) {
      reset(client);
      return;
    }
    client.setTimeout(this.plan.idleTimeoutMs, () => reset(client));
    relay(client, group.plan.port, sourceAddress(client.remoteAddress, group));
  }
}

/** The client address that the target sees; the kernel lets only loopback addresses be used as source. */
export function sourceAddress(
  clientAddress: string | undefined,
  group: TargetGroup,
): string | undefined {
  return group.plan.preserveClientIp && clientAddress?.startsWith("127.")
    ? clientAddress
    : undefined;
}

const tlsOptions = ({ certificate, key, minVersion, maxVersion }: TlsPlan): TlsOptions => ({
  cert: certificate,
  key,
  minVersion,
  maxVersion,
});
