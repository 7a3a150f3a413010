import type { Socket } from "node:net";
import { type Admission, type Authorizer, answerWithinMs, type Refusal } from "../auth/authorizer";
import { isAnonymous } from "../auth/credentials/credentials";
import { admitFirstMatch } from "../auth/credentials/streamKey";
import { normalizeAddress } from "../net/addresses";
import { proxyHeaderOf } from "../net/proxyProtocol";
import type { TcpConnection, TcpConnectionOptions } from "../net/tcpServer";
import type { DisconnectReason } from "../sessions/disconnectReasons";
import type { Session } from "../sessions/session";
import { RtmpError } from "./errors";
import { writeMessage } from "./protocol/chunkWriter";
import { serverChunkSize } from "./protocol/messages";
import { readClientRequest } from "./readRequest";
import { refusalStatus } from "./refusal";
import { relay } from "./relay";
import { replay } from "./replay";
import type { ClientRequest } from "./serverNegotiation";
import { readStreamKey } from "./streamKey";
import { connectUpstream, negotiateUpstream } from "./upstream";
import { UpstreamNegotiation } from "./upstreamNegotiation";

/** Time for a refused client to read the reason and close. */
const lingerMs = 2_000;

const keepAliveMs = 30_000;

/** One client, from accept to end. */
export class RtmpConnection implements TcpConnection {
  readonly #client: Socket;
  readonly #authorizer: Authorizer;
  readonly #options: TcpConnectionOptions;
  readonly #address: string;
  readonly #port: number;
  #mediamtx: Socket | undefined;
  #disconnectReason: DisconnectReason | undefined;

  constructor(client: Socket, authorizer: Authorizer, options: TcpConnectionOptions) {
    this.#client = client;
    this.#authorizer = authorizer;
    this.#options = options;
    this.#address = normalizeAddress(client.remoteAddress ?? "");
    this.#port = client.remotePort ?? 0;
    client.on("error", () => undefined); // "close" follows and is handled
    client.setKeepAlive(true, keepAliveMs);
  }

  async run(): Promise<void> {
    try {
      const entered = await this.#admit();
      if (!entered) return;
      entered.mediamtx.once("data", (data: Buffer) => markConnected(entered.session, data));
      const reason = await relay(this.#client, entered.mediamtx, entered.session);
      entered.session.end(this.#disconnectReason ?? reason);
    } catch (error) {
      this.#report(error);
      if (error instanceof RtmpError && error.status) await this.#end();
    } finally {
      this.#client.destroy();
      this.#mediamtx?.destroy();
    }
  }

  disconnect(reason: DisconnectReason): void {
    this.#disconnectReason ??= reason;
    this.#client.destroy();
    this.#mediamtx?.destroy();
  }

  /** From the first byte until only bytes are left to be copied; undefined when the client was refused. */
  async #admit(): Promise<{ session: Session; mediamtx: Socket } | undefined> {
    const { request, received, since } = await readClientRequest(this.#client, this.#options);
    const candidates = readStreamKey(request.tcUrl, request.key);
    const answer = await this.#decide(request.action, candidates, since + answerWithinMs);
    if (!answer.admitted) {
      const hasNone = answer.reason === "bad-credentials" && isAnonymous(candidates[0]);
      return this.#refuse(request.action, hasNone ? "no-credentials" : answer.reason);
    }
    const { session } = answer;
    if (this.#client.destroyed) {
      session.end(this.#disconnectReason ?? "client-closed");
      return undefined;
    }
    this.#options.onAdmitted();
    session.bytesIn += received;
    session.bytesOut += this.#client.bytesWritten;
    try {
      return { session, mediamtx: await this.#connectUpstream(request, answer) };
    } catch (error) {
      session.end(this.#disconnectReason ?? "upstream-unreachable");
      this.#report(error);
      return this.#refuse(request.action, "unavailable");
    }
  }

  /** A second question is asked only when the credentials were wrong and can be read in another way. */
  async #decide(
    action: ClientRequest["action"],
    candidates: ReturnType<typeof readStreamKey>,
    answerBy: number,
  ): Promise<Admission | Refusal> {
    const common = {
      protocol: "rtmp",
      action,
      stream: candidates[0].stream,
      clientAddress: this.#address,
      clientPort: this.#port,
      answerBy,
      disconnect: (reason: DisconnectReason) => this.disconnect(reason),
    } as const;
    return admitFirstMatch(this.#authorizer, common, candidates);
  }

  async #connectUpstream(request: ClientRequest, { session, ticket }: Admission): Promise<Socket> {
    if (this.#disconnectReason !== undefined) throw new RtmpError("gone", "cut before it began");
    const mediamtx = connectUpstream(this.#options.mediamtxPort);
    this.#mediamtx = mediamtx;
    const header = proxyHeaderOf(this.#client);
    const negotiation = new UpstreamNegotiation(request, replay(request, session.path, ticket));
    await negotiateUpstream(mediamtx, header, negotiation, (data) => {
      markConnected(session, data);
      session.bytesOut += data.length;
      this.#client.write(data);
    });
    mediamtx.write(request.rest);
    return mediamtx;
  }

  async #refuse(...refusal: Parameters<typeof refusalStatus>): Promise<undefined> {
    if (this.#client.destroyed) return;
    this.#client.write(writeMessage(refusalStatus(...refusal), serverChunkSize));
    await this.#end();
  }

  /**
   * What the client still sends is read and dropped: with unread bytes it would get a reset instead of the last
   * message.
   */
  async #end(): Promise<void> {
    const client = this.#client;
    if (client.destroyed) return;
    client.end();
    client.resume();
    const linger = setTimeout(() => client.destroy(), lingerMs);
    await new Promise((resolve) => client.once("close", resolve));
    clearTimeout(linger);
  }

  #report(error: unknown): void {
    if (this.#disconnectReason !== undefined) return;
    const fault = error instanceof RtmpError ? error : undefined;
    this.#options.log("connection fault", {
      clientAddress: this.#address,
      reason: fault?.message ?? String(error),
      code: fault?.code ?? "internal",
    });
  }
}

const refused = /NetStream\.(Publish\.Unauthorized|Play\.Failed)/;

/** MediaMTX's answer to publish or play comes behind those to connect and createStream. */
function markConnected(session: Session, data: Buffer): void {
  if (!refused.test(data.toString("latin1", 0, 512))) session.connected();
}
