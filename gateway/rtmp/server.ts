import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { Authorizer } from "../auth/authorizer";
import { normalizeAddress } from "../net/addresses";
import {
  ConnectionLimiter,
  type ConnectionSlot,
  streamConnectionLimits,
} from "../net/connectionLimiter";
import { withPooledReads } from "../net/pooledSockets";
import type { ProtocolServer, ServerOptions } from "../net/protocolServer";
import { TimeSliceQueue } from "../net/timeSlices";
import { type ConnectionOptions, RtmpConnection } from "./connection";

export interface RtmpServerOptions extends ServerOptions {
  /** Called for clients that were dropped before they were decided about, and for errors. Default: not logged. */
  readonly log?: (event: string, detail: object) => void;
}

/** RTMP clients, publishing and playing. */
export class RtmpServer implements ProtocolServer {
  readonly #authorizer: Authorizer;
  readonly #listenPort: number;
  readonly #options: Omit<ConnectionOptions, "onAdmitted" | "onHeld">;
  readonly #server: Server;
  readonly #connections = new Map<RtmpConnection, Socket>();
  readonly #limiter: ConnectionLimiter;
  readonly #timeSlices = new TimeSliceQueue();
  #closed: Promise<void> | undefined;

  constructor(authorizer: Authorizer, options: RtmpServerOptions) {
    this.#authorizer = authorizer;
    this.#listenPort = options.port;
    this.#limiter = new ConnectionLimiter(streamConnectionLimits, options.preAuthMemory);
    this.#options = {
      mediamtxPort: options.mediamtxPort,
      timeoutMs: options.preAuthTimeoutMs ?? 10_000,
      maxBytes: options.maxPreAuthBytes ?? 65_536,
      timeSlices: this.#timeSlices,
      log: options.log ?? (() => undefined),
    };
    this.#server = createServer(
      { allowHalfOpen: true, pauseOnConnect: true, noDelay: true },
      (accepted) => this.#accept(withPooledReads(accepted)),
    );
  }

  /** The port that is bound. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : this.#listenPort;
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#listenPort);
    await once(this.#server, "listening");
  }

  drain(): void {
    this.#closed ??= new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async close(): Promise<void> {
    this.drain();
    const gone = [...this.#connections.values()].map(untilClosed);
    for (const connection of this.#connections.keys()) connection.disconnect("shutting-down");
    await Promise.all([this.#closed, ...gone]);
  }

  #accept(client: Socket): void {
    const address = normalizeAddress(client.remoteAddress ?? "");
    const slot = this.#limiter.acquire(address, () => {
      this.#options.log("connection dropped: too many wait to be admitted", {
        clientAddress: address,
      });
      connection.disconnect("evicted");
    });
    if (!slot) {
      this.#options.log("connection refused: too many connections", {
        clientAddress: address,
      });
      client.on("error", () => undefined).destroy();
      return;
    }
    const connection: RtmpConnection = new RtmpConnection(client, this.#authorizer, {
      ...this.#options,
      onAdmitted: () => slot.admit(),
      onHeld: (bytes) => slot.hold(bytes),
    });
    this.#connections.set(connection, client);
    void this.#serve(connection, slot);
  }

  async #serve(connection: RtmpConnection, slot: ConnectionSlot): Promise<void> {
    await this.#timeSlices.wait();
    await connection.run();
    this.#connections.delete(connection);
    slot.release();
  }
}

const untilClosed = (client: Socket) =>
  client.closed || new Promise((resolve) => client.once("close", resolve));
