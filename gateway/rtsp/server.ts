import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { Authorizer } from "../auth/authorizer";
import { normalizeAddress } from "../net/addresses";
import { ConnectionLimiter, streamConnectionLimits } from "../net/connectionLimiter";
import { withPooledReads } from "../net/pooledSockets";
import type { ProtocolServer, ServerOptions } from "../net/protocolServer";
import { TimeSliceQueue } from "../net/timeSlices";
import { RtspConnection } from "./connection";

export interface RtspServerOptions extends ServerOptions {
  /** Called for errors of clients and of MediaMTX, never with a credential. Default: not logged. */
  readonly log?: (event: string, detail: object) => void;
}

/**
 * Serves RTSP. It answers by itself until a DESCRIBE or ANNOUNCE with credentials has been decided about; then
 * MediaMTX gets the client's own requests, with the lease path and a ticket instead of what the client wrote, and
 * every byte after them.
 */
export class RtspServer implements ProtocolServer {
  readonly #server: Server;
  readonly #options: RtspServerOptions;
  readonly #authorizer: Authorizer;
  readonly #clients = new Set<Socket>();
  readonly #limiter: ConnectionLimiter;
  readonly #timeSlices = new TimeSliceQueue();

  constructor(authorizer: Authorizer, options: RtspServerOptions) {
    this.#authorizer = authorizer;
    this.#options = options;
    this.#limiter = new ConnectionLimiter(streamConnectionLimits, options.preAuthMemory);
    // Half-open: a client may say all it has to say and wait for the answers.
    this.#server = createServer(
      { allowHalfOpen: true, noDelay: true, pauseOnConnect: true },
      (accepted) => {
        void this.#accept(withPooledReads(accepted));
      },
    );
  }

  /** The port that is listened on; differs from the option when that is 0. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#options.port, () => {
        this.#server.off("error", reject);
        this.#server.on("error", ({ name }) => this.#log("listener error", { name }));
        resolve();
      });
    });
  }

  drain(): void {
    this.#server.close();
  }

  async close(): Promise<void> {
    if (this.#server.listening) this.#server.close();
    const clients = [...this.#clients];
    const gone = clients.map((client) => once(client, "close"));
    for (const client of clients) client.destroy();
    await Promise.all(gone);
  }

  async #accept(client: Socket): Promise<void> {
    const address = normalizeAddress(client.remoteAddress ?? "");
    const slot = this.#limiter.acquire(address, () => {
      this.#log("connection dropped: too many wait to be admitted", {
        clientAddress: address,
      });
      client.destroy();
    });
    if (!slot) {
      this.#log("connection refused: too many connections", { clientAddress: address });
      client.on("error", () => undefined).destroy();
      return;
    }
    this.#clients.add(client);
    client.on("close", () => {
      this.#clients.delete(client);
      slot.release();
    });
    new RtspConnection(client, this.#authorizer, {
      mediamtxPort: this.#options.mediamtxPort,
      preAuthTimeoutMs: this.#options.preAuthTimeoutMs ?? 10_000,
      maxPreAuthBytes: this.#options.maxPreAuthBytes ?? 65_536,
      log: this.#log,
      timeSlices: this.#timeSlices,
      onAdmitted: () => slot.admit(),
      onHeld: (bytes) => slot.hold(bytes),
    });
    await this.#timeSlices.wait();
    client.resume();
  }

  readonly #log = (event: string, detail: object) => this.#options.log?.(event, detail);
}
