import { createSocket, type Socket } from "node:dgram";
import type { Admission } from "../auth/authorizer";
import { monotonicMs } from "../process/monotonic";
import type { DisconnectReason } from "../sessions/disconnectReasons";
import type { Session } from "../sessions/session";
import {
  failure,
  inductionBefore,
  isShutdown,
  readHandshake,
  rejection,
  rewriteConclusion,
  shutdown,
} from "./handshake";
import { down, rejectionReason } from "./refusal";

/** A caller as its packets show it. */
export interface Caller {
  /** As dgram names it, perhaps an IPv4-mapped IPv6 address. */
  readonly address: string;
  readonly port: number;
  readonly socketId: number;
}

/** The server, as a connection sees it. */
export interface ConnectionHost {
  readonly mediamtxPort: number;
  send(packet: Buffer, caller: Caller): void;
  /** MediaMTX has accepted; from now on packets for this socket id belong to the connection. */
  opened(connection: SrtConnection, serverSocketId: number): void;
  ended(connection: SrtConnection): void;
  /** MediaMTX has refused an admitted caller. */
  rejectedByMediamtx(connection: SrtConnection, code: number): void;
}

type State =
  | { readonly name: "deciding" }
  /** INDUCTION, and after its answer the CONCLUSION, sent to MediaMTX. */
  | { readonly name: "connecting"; readonly admission: Admission; readonly upstream: Socket }
  | { readonly name: "open"; readonly session: Session; readonly upstream: Socket }
  /** Kept for a moment, to say the same to a caller that did not hear it. */
  | { readonly name: "refused" };

/** Seconds without a packet after which a connection ends. A live SRT peer sends at least one per second. */
const idleLimitSeconds = { deciding: 15, connecting: 5, open: 30, refused: 3 } as const;
/** Callers repeat a CONCLUSION every 250 ms until they give up. */
const silenceMs = 1000;
export const receiveBufferBytes = 4 * 1024 * 1024;

/** One SRT connection: from the caller's first CONCLUSION to the end of its media. */
export class SrtConnection {
  #state: State = { name: "deciding" };
  #idleSeconds = 0;
  #lastConclusionAt = monotonicMs();
  #ended = false;
  /** What to send when the caller repeats its CONCLUSION, and whom to. */
  #again: { packet: Buffer; to: "caller" | "mediamtx" } | undefined;
  #mediamtxCookie: number | undefined;
  #serverSocketId = 0;

  constructor(
    readonly caller: Caller,
    /** The CONCLUSION, as the caller sent it. */
    readonly conclusion: Buffer,
    readonly action: "publish" | "read",
    readonly encrypted: boolean,
    readonly host: ConnectionHost,
  ) {}

  get state(): State["name"] {
    return this.#state.name;
  }

  /** MediaMTX's socket id, 0 until it has accepted. */
  get serverSocketId(): number {
    return this.#serverSocketId;
  }

  /** The caller has sent its CONCLUSION again: perhaps the answer was lost on either way. */
  repeat(): void {
    this.#lastConclusionAt = monotonicMs();
    if (!this.#again) return;
    if (this.#again.to === "caller") this.host.send(this.#again.packet, this.caller);
    else if (this.#state.name === "connecting") this.#state.upstream.send(this.#again.packet);
  }

  /** Refuses with a reason code of libsrt. */
  refuse(code: number): void {
    this.#refuseWith(rejection(this.conclusion, code));
  }

  #refuseWith(packet: Buffer): void {
    if (this.#ended) return;
    this.#state = { name: "refused" };
    this.#idleSeconds = 0;
    this.#again = { packet, to: "caller" };
    this.host.send(packet, this.caller);
  }

  /** Lets the caller through to MediaMTX. */
  admit(admission: Admission): void {
    if (this.#ended || monotonicMs() - this.#lastConclusionAt > silenceMs) {
      // Its next try has another socket id, and the decision will be at hand.
      admission.session.end("client-gave-up");
      this.end("client-gave-up");
      return;
    }
    const upstream = createSocket({ type: "udp4", recvBufferSize: receiveBufferBytes });
    this.#state = { name: "connecting", admission, upstream };
    this.#idleSeconds = 0;
    upstream.on("message", (packet) => this.#fromMediamtx(packet));
    // A refused datagram: MediaMTX does not listen any more.
    upstream.on("error", () => this.#lost());
    upstream.connect(this.host.mediamtxPort, "127.0.0.1", () => {
      if (this.#ended) return;
      admission.session.mediamtxPeer = `127.0.0.1:${upstream.address().port}`;
      this.#sendUpstream(inductionBefore(this.conclusion));
    });
  }

  #sendUpstream(packet: Buffer): void {
    if (this.#state.name !== "connecting") return;
    this.#again = { packet, to: "mediamtx" };
    this.#state.upstream.send(packet);
  }

  #lost(): void {
    if (this.#state.name === "connecting") {
      this.#state.upstream.close();
      this.#state.admission.session.end("upstream-unreachable");
      this.refuse(down);
    } else {
      this.end("upstream-closed");
    }
  }

  /** Hot path: a packet of an open connection, from the caller. */
  fromCaller(packet: Buffer): void {
    const state = this.#state;
    if (state.name !== "open") return;
    this.#idleSeconds = 0;
    // The caller knows that it is connected.
    this.#again = undefined;
    state.session.bytesIn += packet.length;
    state.upstream.send(packet);
    if (isShutdown(packet)) this.#close("client-closed");
  }

  #fromMediamtx(packet: Buffer): void {
    const state = this.#state;
    if (state.name === "open") {
      state.session.bytesOut += packet.length;
      this.host.send(packet, this.caller);
      if (isShutdown(packet)) this.#close("upstream-closed");
    } else if (state.name === "connecting") {
      this.#connect(packet, state);
    }
  }

  #connect(packet: Buffer, { admission, upstream }: State & { name: "connecting" }): void {
    const handshake = readHandshake(packet);
    if (handshake?.kind === "induction" && this.#mediamtxCookie === undefined) {
      this.#mediamtxCookie = handshake.cookie;
      const { ticket, session } = admission;
      const streamId = `${this.action}:${session.path}:${ticket.user}:${ticket.password}`;
      this.#sendUpstream(rewriteConclusion(this.conclusion, handshake.cookie, streamId));
    } else if (handshake?.kind === "conclusion") {
      admission.session.connected();
      this.#serverSocketId = handshake.socketId;
      this.#state = { name: "open", session: admission.session, upstream };
      this.#idleSeconds = 0;
      this.#again = { packet, to: "caller" };
      this.host.opened(this, handshake.socketId);
      this.host.send(packet, this.caller);
    } else if (handshake?.kind === "rejection") {
      upstream.close();
      const code = handshake.type - failure;
      admission.session.end(rejectionReason(this.action, code));
      this.host.rejectedByMediamtx(this, code);
      this.#refuseWith(packet);
    }
  }

  /** Once per second: ends what has gone silent. */
  tick(): void {
    this.#idleSeconds += 1;
    if (this.#idleSeconds <= idleLimitSeconds[this.#state.name]) return;
    if (this.#state.name === "connecting") this.#lost();
    else this.end("idle");
  }

  /** Ends the connection and tells both sides. */
  end(reason: DisconnectReason): void {
    if (this.#state.name === "open" && !this.#ended) {
      this.#state.upstream.send(shutdown(this.#serverSocketId));
      this.host.send(shutdown(this.caller.socketId), this.caller);
    }
    this.#close(reason);
  }

  #close(reason: DisconnectReason): void {
    if (this.#ended) return;
    this.#ended = true;
    const state = this.#state;
    if (state.name === "connecting" || state.name === "open") {
      state.upstream.close();
      (state.name === "open" ? state.session : state.admission.session).end(reason);
    }
    this.host.ended(this);
  }
}
