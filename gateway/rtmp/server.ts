import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { Door, DoorOptions, Gatekeeper } from "../auth/authorizer";
import { type Place, Places, streamLimits } from "../net/connectionLimiter";
import { adoptClient } from "../net/pooledSockets";
import { plainAddress } from "../net/proxyProtocol";
import { Turns } from "../net/timeSlices";
import { Connection, type ConnectionOptions } from "./connection";

export interface RtmpDoorOptions extends DoorOptions {
  /** Told of clients that were turned away before they were asked about. Default: nobody. */
  readonly log?: (event: string, detail: object) => void;
}

/** RTMP clients, publishing and playing. */
export class RtmpDoor implements Door {
  readonly #gatekeeper: Gatekeeper;
  readonly #listenPort: number;
  readonly #options: Omit<ConnectionOptions, "onAdmitted" | "onHeld">;
  readonly #server: Server;
  readonly #connections = new Map<Connection, Socket>();
  readonly #places: Places;
  readonly #turns = new Turns();
  #closed: Promise<void> | undefined;

  constructor(gatekeeper: Gatekeeper, options: RtmpDoorOptions) {
    this.#gatekeeper = gatekeeper;
    this.#listenPort = options.port;
    this.#places = new Places(streamLimits, options.undecidedMemory);
    this.#options = {
      mediamtxPort: options.mediamtxPort,
      timeoutMs: options.helloTimeoutMs ?? 10_000,
      maxBytes: options.maxHelloBytes ?? 65_536,
      turns: this.#turns,
      log: options.log ?? (() => undefined),
    };
    this.#server = createServer(
      { allowHalfOpen: true, pauseOnConnect: true, noDelay: true },
      (accepted) => this.#accept(adoptClient(accepted)),
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
    for (const connection of this.#connections.keys()) connection.cut("closing");
    await Promise.all([this.#closed, ...gone]);
  }

  #accept(client: Socket): void {
    const address = plainAddress(client.remoteAddress ?? "");
    const place = this.#places.take(address, () => {
      this.#options.log("rtmp connection dropped: too many wait to be admitted", { address });
      connection.cut("no room");
    });
    if (!place) {
      this.#options.log("rtmp connection refused: too many connections", { address });
      client.on("error", () => undefined).destroy();
      return;
    }
    const connection: Connection = new Connection(client, this.#gatekeeper, {
      ...this.#options,
      onAdmitted: () => place.admit(),
      onHeld: (bytes) => place.hold(bytes),
    });
    this.#connections.set(connection, client);
    void this.#serve(connection, place);
  }

  async #serve(connection: Connection, place: Place): Promise<void> {
    await this.#turns.next();
    await connection.run();
    this.#connections.delete(connection);
    place.leave();
  }
}

const untilClosed = (client: Socket) =>
  client.closed || new Promise((resolve) => client.once("close", resolve));
