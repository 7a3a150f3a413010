import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { type Authorizer, answerWithinMs, type Refusal } from "../auth/authorizer";
import { admitFirstMatch } from "../auth/credentials/streamKey";
import { normalizeAddress } from "../net/addresses";
import type { ProtocolServer, ServerOptions } from "../net/protocolServer";
import { monotonicMs } from "../process/monotonic";
import type { DisconnectReason } from "../sessions/disconnectReasons";
import { type Caller, type ConnectionHost, receiveBufferBytes, SrtConnection } from "./connection";
import { SrtConnections } from "./connections";
import { Cookies } from "./cookie";
import {
  type Conclusion,
  destinationOf,
  type Handshake,
  inductionResponse,
  readConclusion,
  readHandshake,
  rejection,
} from "./handshake";
import {
  down,
  malformedHandshake,
  overload,
  refusalCodes,
  rejectionHint,
  versionRefused,
} from "./refusal";
import { readStreamId, type StreamRequest } from "./streamId";

export interface SrtServerOptions extends ServerOptions {
  /** Called for refusals by MediaMTX and for errors, never with a credential. Default: not logged. */
  readonly log?: (event: string, detail: object) => void;
}

/**
 * GStreamer and VLC try again at once after each refusal, without end. After this many within seconds an
 * address has to wait for the next one, for less than the 3 s after which libsrt gives up.
 */
const promptRefusals = 3;
const repeatedRefusalDelayMs = 1_000;

const overloadLogIntervalMs = 1_000;

/**
 * Serves SRT. It answers INDUCTIONs without keeping anything, asks about a CONCLUSION that brings its cookie back,
 * and then passes the caller's own handshake on to MediaMTX with MediaMTX's cookie and a stream id of its own instead
 * of the caller's. After that it relays datagrams unchanged: MediaMTX's response has given the caller MediaMTX's
 * socket id.
 */
export class SrtServer implements ProtocolServer, ConnectionHost {
  readonly mediamtxPort: number;
  readonly #authorizer: Authorizer;
  readonly #options: SrtServerOptions;
  readonly #cookies = new Cookies();
  readonly #connections = new SrtConnections();
  #socket: Socket | undefined;
  #ticker: NodeJS.Timeout | undefined;
  #draining = false;
  /** Epoch milliseconds. */
  #overloadLoggedAt = Number.NEGATIVE_INFINITY;

  constructor(authorizer: Authorizer, options: SrtServerOptions) {
    this.#authorizer = authorizer;
    this.#options = options;
    this.mediamtxPort = options.mediamtxPort;
  }

  /** The port that is listened on; differs from the option when that is 0. */
  get port(): number {
    return this.#socket?.address().port ?? 0;
  }

  async listen(): Promise<void> {
    this.#socket = await this.#bind("udp6").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") throw error;
      return this.#bind("udp4");
    });
    this.#socket.on("message", (packet, from) => this.#receive(packet, from));
    this.#socket.on("error", ({ name }) => this.#log("listener error", { name }));
    this.#ticker = setInterval(() => this.#tick(), 1000);
  }

  drain(): void {
    this.#draining = true;
  }

  async close(): Promise<void> {
    this.#draining = true;
    clearInterval(this.#ticker);
    for (const connection of this.#connections.all()) connection.end("shutting-down");
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket) await new Promise<void>((resolve) => socket.close(() => resolve()));
  }

  /** udp6 takes IPv4 as well; a host without IPv6 has udp4 only. */
  #bind(type: "udp4" | "udp6"): Promise<Socket> {
    const socket = createSocket({
      type,
      recvBufferSize: receiveBufferBytes,
      sendBufferSize: receiveBufferBytes,
      lookup: numericLookup,
    });
    return new Promise((resolve, reject) => {
      socket.once("error", (error) => {
        socket.close();
        reject(error);
      });
      socket.bind(this.#options.port, () => {
        socket.removeAllListeners("error");
        resolve(socket);
      });
    });
  }

  #tick(): void {
    for (const connection of this.#connections.all()) connection.tick();
  }

  #receive(packet: Buffer, from: RemoteInfo): void {
    const destination = destinationOf(packet);
    // Port 0 cannot be answered: such a source address is forged.
    if (destination === undefined || from.port === 0) return;
    if (destination === 0) {
      const handshake = readHandshake(packet);
      if (handshake) this.#receiveHandshake(packet, handshake, from);
      return;
    }
    const connection = this.#connections.withSocketId(destination);
    // A socket id is not a secret; only the address that opened the connection may use it.
    if (
      connection &&
      connection.caller.port === from.port &&
      connection.caller.address === from.address
    ) {
      connection.fromCaller(packet);
    }
  }

  #receiveHandshake(packet: Buffer, handshake: Handshake, from: RemoteInfo): void {
    const { address, port } = from;
    const caller = { address, port, socketId: handshake.socketId };
    if (handshake.kind === "induction") {
      this.send(inductionResponse(packet, this.#cookies.issue(address, port)), caller);
    } else if (
      handshake.kind === "conclusion" &&
      this.#cookies.verify(handshake.cookie, address, port)
    ) {
      const connection = this.#connections.of(caller);
      if (connection) connection.repeat();
      else this.#receiveConclusion(packet, handshake, caller);
    }
  }

  #receiveConclusion(packet: Buffer, { version }: Handshake, caller: Caller): void {
    const conclusion = readConclusion(packet);
    const refused = this.#refusalOf(version, conclusion, caller);
    if (refused !== undefined || !conclusion) {
      this.send(rejection(packet, refused ?? malformedHandshake), caller);
      return;
    }
    const request = readStreamId(conclusion.streamId);
    // dgram hands each packet over for good, so it can be kept.
    const connection = new SrtConnection(
      caller,
      packet,
      request?.action ?? "read",
      conclusion.encrypted,
      this,
    );
    this.#connections.add(connection);
    if (request) {
      void this.#decide(connection, request);
    } else {
      const clientAddress = normalizeAddress(caller.address);
      this.#log("connection fault", { clientAddress, reason: "the stream id has no known form" });
      this.#refuse(connection, "malformed");
    }
  }

  /** Reject reason of a caller of whom nothing is to be remembered. */
  #refusalOf(
    version: number,
    conclusion: Conclusion | undefined,
    caller: Caller,
  ): number | undefined {
    if (this.#draining) return down;
    if (version !== 5) return versionRefused;
    if (!conclusion) return malformedHandshake;
    if (this.#connections.makeRoomFor(caller)) return undefined;
    this.#logOverload(caller);
    return overload;
  }

  /** A flood brings more of them than a log can take. */
  #logOverload({ address }: Caller): void {
    if (monotonicMs() - this.#overloadLoggedAt < overloadLogIntervalMs) return;
    this.#overloadLoggedAt = monotonicMs();
    this.#log("connection refused: too many connections", {
      clientAddress: normalizeAddress(address),
    });
  }

  async #decide(
    connection: SrtConnection,
    { action, stream, candidates }: StreamRequest,
  ): Promise<void> {
    const { address, port } = connection.caller;
    const question = {
      protocol: "srt",
      action,
      stream,
      clientAddress: normalizeAddress(address),
      clientPort: port,
      answerBy: monotonicMs() + answerWithinMs,
      disconnect: (reason: DisconnectReason) => connection.end(reason),
    } as const;
    const answer = await admitFirstMatch(this.#authorizer, question, candidates);
    if (answer.admitted) connection.admit(answer);
    else this.#refuse(connection, answer.reason);
  }

  #refuse(connection: SrtConnection, reason: Refusal["reason"]): void {
    const isRepeated = this.#connections.refusedAt(connection.caller) >= promptRefusals;
    const refuse = () => connection.refuse(refusalCodes[reason]);
    if (isRepeated) setTimeout(refuse, repeatedRefusalDelayMs).unref();
    else refuse();
  }

  /** Lost datagrams are the callers' business: SRT asks for them again. */
  send(packet: Buffer, caller: Caller): void {
    this.#socket?.send(packet, caller.port, caller.address);
  }

  opened(connection: SrtConnection, serverSocketId: number): void {
    this.#connections.opened(connection, serverSocketId);
  }

  ended(connection: SrtConnection): void {
    this.#connections.delete(connection);
  }

  rejectedByMediamtx({ caller, action, encrypted }: SrtConnection, code: number): void {
    const clientAddress = normalizeAddress(caller.address);
    const hint = rejectionHint(action, encrypted);
    this.#log("connection rejected by mediamtx", { clientAddress, action, code, encrypted, hint });
  }

  #log(event: string, detail: object): void {
    this.#options.log?.(event, detail);
  }
}

/** Addresses come from received packets, so there is nothing to look up, and no reason to wait. */
function numericLookup(
  address: string,
  family: unknown,
  done: (error: null, address: string, family: number) => void,
): void {
  done(null, address, family === 6 ? 6 : 4);
}
