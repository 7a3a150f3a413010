import { connect, createServer, isIP, type Server, type Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { connect as connectTls } from "node:tls";
import type { PublicHostResolver } from "./publicHostResolver";
import type { Relay, RelayOptions } from "./relay";
import { RedirectGuard } from "./rtspRedirects";
import { reasonOf, type Source, SourceError } from "./source";

const connectTimeoutMs = 8_000;
/** MediaMTX gives up after 10 s without a byte; this is for a peer that takes none. */
const idleTimeoutMs = 60_000;
/** MediaMTX has one connection to a source, and for moments the next. */
const maxConnections = 8;

/**
 * RTSP and RTMP: each connection of MediaMTX is relayed to a checked address of the source's host. With rtsps and
 * rtmps the TLS is the relay's, under the host's name: MediaMTX's image holds no certificate authorities.
 */
export class TcpRelay implements Relay {
  readonly #source: Source;
  readonly #hosts: PublicHostResolver;
  readonly #refused: RelayOptions["refused"];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor({ source, hosts, refused }: RelayOptions) {
    this.#source = source;
    this.#hosts = hosts;
    this.#refused = refused;
    this.#server = createServer({ noDelay: true }, (mediamtx) => void this.#serve(mediamtx));
    this.#server.maxConnections = maxConnections;
  }

  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ host: "127.0.0.1", port }, () => {
        const address = this.#server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #serve(mediamtx: Socket): Promise<void> {
    this.#keep(mediamtx);
    let isConnected = false;
    try {
      const upstream = this.#keep(await this.#connect());
      isConnected = true;
      const guard = this.#source.scheme.startsWith("rtsp") ? [new RedirectGuard()] : [];
      const back = [upstream, ...guard, mediamtx] as const;
      const there = guard[0] ? [mediamtx, guard[0].requests, upstream] : [mediamtx, upstream];
      await Promise.all([pipeline(back), pipeline(there as [Socket, Socket])]);
    } catch (error) {
      // Later on one side has just closed, which is how streams end.
      if (!isConnected || error instanceof SourceError) this.#refused(reasonOf(error));
    } finally {
      mediamtx.destroy();
    }
  }

  /** @throws SourceError when the host has an address that is not public, any error when it cannot be reached */
  async #connect(): Promise<Socket> {
    const { host, port, scheme } = this.#source;
    // An address is connected to without a look-up.
    await this.#hosts.resolve(host);
    const target = { host, port, lookup: this.#hosts.lookup, autoSelectFamily: true };
    const isTls = scheme === "rtsps" || scheme === "rtmps";
    const socket = isTls
      ? connectTls({ ...target, ...(isIP(host) ? {} : { servername: host }) })
      : connect({ ...target, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.setTimeout(connectTimeoutMs, () => socket.destroy(new Error("no answer in time")));
      socket.once("error", reject);
      socket.once(isTls ? "secureConnect" : "connect", resolve);
    });
    return socket;
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.setTimeout(idleTimeoutMs, () => socket.destroy());
    // Handled by the pipeline, while there is one.
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#sockets.delete(socket));
    return socket;
  }
}
