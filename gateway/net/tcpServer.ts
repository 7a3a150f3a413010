import { createServer, type Server, type Socket } from "node:net";
import type { DisconnectReason } from "../sessions/disconnectReasons";
import { normalizeAddress } from "./addresses";
import {
  ConnectionLimiter,
  type ConnectionSlot,
  streamConnectionLimits,
} from "./connectionLimiter";
import { listenOn } from "./listen";
import { withPooledReads } from "./pooledSockets";
import { defaultPreAuthTimeoutMs, type ProtocolServer, type ServerOptions } from "./protocolServer";
import { TimeSliceQueue } from "./timeSlices";

/** One client, from accept to end. */
export interface TcpConnection {
  /** Reads and answers the client. Resolves when it has gone and nothing is left of it. Never rejects. */
  run(): Promise<void>;
  /** Ends it at once. */
  disconnect(reason: DisconnectReason): void;
}

/** What a connection needs besides its client. */
export interface TcpConnectionOptions {
  readonly mediamtxPort: number;
  readonly preAuthTimeoutMs: number;
  readonly maxPreAuthBytes: number;
  /** Spreads the work for clients that connect together. */
  readonly timeSlices: Pick<TimeSliceQueue, "wait">;
  readonly log: (event: string, detail: object) => void;
  /** Called once, when the client is admitted. */
  readonly onAdmitted: () => void;
  /** Called with the number of bytes held for the client, until it is admitted. */
  readonly onHeld: (bytes: number) => void;
}

export interface TcpServerOptions extends ServerOptions {
  /** Called for clients that were dropped before they were decided about, and for errors. Default: not logged. */
  readonly log?: (event: string, detail: object) => void;
}

/** Accepts the clients of one protocol, as many as there may be, and begins with each in its time slice. */
export class TcpServer implements ProtocolServer {
  readonly #connect: (client: Socket, options: TcpConnectionOptions) => TcpConnection;
  readonly #listenPort: number;
  readonly #options: Omit<TcpConnectionOptions, "onAdmitted" | "onHeld">;
  readonly #server: Server;
  readonly #connections = new Map<TcpConnection, Socket>();
  readonly #limiter: ConnectionLimiter;
  readonly #timeSlices = new TimeSliceQueue();
  #closed: Promise<void> | undefined;

  constructor(
    connect: (client: Socket, options: TcpConnectionOptions) => TcpConnection,
    options: TcpServerOptions,
  ) {
    this.#connect = connect;
    this.#listenPort = options.port;
    this.#limiter = new ConnectionLimiter(streamConnectionLimits, options.preAuthMemory);
    this.#options = {
      mediamtxPort: options.mediamtxPort,
      preAuthTimeoutMs: options.preAuthTimeoutMs ?? defaultPreAuthTimeoutMs,
      maxPreAuthBytes: options.maxPreAuthBytes ?? 65_536,
      timeSlices: this.#timeSlices,
      log: options.log ?? (() => undefined),
    };
    // Half-open: a client may say all it has to say and wait for the answers.
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
    await listenOn(this.#server, this.#listenPort);
    this.#server.on("error", ({ name }) => this.#options.log("listener error", { name }));
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
    const clientAddress = normalizeAddress(client.remoteAddress ?? "");
    const { log } = this.#options;
    const slot = this.#limiter.acquire(clientAddress, () => {
      log("connection dropped: too many wait to be admitted", { clientAddress });
      connection.disconnect("evicted");
    });
    if (!slot) {
      log("connection refused: too many connections", { clientAddress });
      client.on("error", () => undefined).destroy();
      return;
    }
    const connection = this.#connect(client, {
      ...this.#options,
      onAdmitted: () => slot.admit(),
      onHeld: (bytes) => slot.hold(bytes),
    });
    this.#connections.set(connection, client);
    void this.#run(connection, slot);
  }

  async #run(connection: TcpConnection, slot: ConnectionSlot): Promise<void> {
    await this.#timeSlices.wait();
    await connection.run();
    this.#connections.delete(connection);
    slot.release();
  }
}

export async function untilClosed(client: Socket): Promise<void> {
  if (!client.closed) await new Promise((resolve) => client.once("close", resolve));
}
