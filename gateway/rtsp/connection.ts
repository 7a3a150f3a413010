import type { Socket } from "node:net";
import { type Admission, type Authorizer, answerWithinMs, type Refusal } from "../auth/authorizer";
import { httpCredentials } from "../auth/credentials/httpCredentials";
import { admitFirstMatch } from "../auth/credentials/streamKey";
import { normalizeAddress } from "../net/addresses";
import { connectPooled, copyOut } from "../net/pooledSockets";
import { proxyHeaderOf } from "../net/proxyProtocol";
import { type TcpConnection, type TcpConnectionOptions, untilClosed } from "../net/tcpServer";
import { monotonicMs } from "../process/monotonic";
import type { DisconnectReason } from "../sessions/disconnectReasons";
import { badRequest, headerOf, RtspError, type RtspRequest, response } from "./message";
import { RtspReader } from "./reader";
import { challenge, refusalResponses } from "./refusal";
import { Relay } from "./relay";
import { type RequestTarget, readTarget, urlRewriter } from "./requestUrl";
import { rewriteRequest } from "./rewrite";

const publicMethods =
  "DESCRIBE, ANNOUNCE, SETUP, PLAY, RECORD, PAUSE, GET_PARAMETER, SET_PARAMETER, TEARDOWN";
/** Players ask once without and once with credentials; guessing needs more. */
const maxRefusals = 3;
const upstreamTimeoutMs = 5000;

/** One client, from its first byte until it is refused for good or handed to a {@link Relay}. */
export class RtspConnection implements TcpConnection {
  readonly #client: Socket;
  readonly #authorizer: Authorizer;
  readonly #options: TcpConnectionOptions;
  readonly #reader = new RtspReader();
  readonly #onData = (chunk: Buffer) => this.#read(chunk);
  #preAuthBytes = 0;
  #refusals = 0;
  #deciding = false;
  #awaitsTimeSlice = false;
  #deadline: NodeJS.Timeout | undefined;
  #relay: Relay | undefined;

  constructor(client: Socket, authorizer: Authorizer, options: TcpConnectionOptions) {
    this.#client = client;
    this.#authorizer = authorizer;
    this.#options = options;
    client.on("error", () => client.destroy());
    client.on("close", () => clearTimeout(this.#deadline));
    client.on("end", this.#onEnd);
    client.on("data", this.#onData);
    this.#startDeadline();
  }

  async run(): Promise<void> {
    this.#client.resume();
    await untilClosed(this.#client);
  }

  disconnect(reason: DisconnectReason): void {
    this.#relay?.end(reason);
    this.#client.destroy();
  }

  /** A half-closed client gets its response if it is still being decided about. */
  readonly #onEnd = () => {
    this.#answer();
    if (!this.#deciding) this.#client.destroySoon();
  };

  #startDeadline(): void {
    this.#deadline = setTimeout(() => {
      this.#fault("nothing was asked for in time");
      this.#client.destroy();
    }, this.#options.preAuthTimeoutMs);
  }

  #read(chunk: Buffer): void {
    this.#preAuthBytes += chunk.length;
    this.#reader.push(copyOut(chunk));
    this.#options.onHeld(this.#reader.heldBytes);
    // Bytes beyond the limit are not held until the time slice.
    if (this.#preAuthBytes > this.#options.maxPreAuthBytes) this.#answer();
    else void this.#answerInTimeSlice();
  }

  async #answerInTimeSlice(): Promise<void> {
    if (this.#awaitsTimeSlice) return;
    this.#awaitsTimeSlice = true;
    await this.#options.timeSlices.wait();
    this.#awaitsTimeSlice = false;
    this.#answer();
  }

  /** Answers what can be answered, up to a request that needs a decision. */
  #answer(): void {
    if (!this.#client.writable) return;
    let request: RtspRequest | undefined;
    try {
      if (this.#preAuthBytes > this.#options.maxPreAuthBytes) {
        throw badRequest(
          `more than ${this.#options.maxPreAuthBytes} bytes before the first stream`,
        );
      }
      while (!this.#deciding && this.#client.writable) {
        request = undefined;
        const message = this.#reader.next();
        if (!message) break;
        if (Buffer.isBuffer(message)) throw badRequest("media before PLAY or RECORD");
        request = message;
        this.#answerRequest(request);
      }
      // A request that is being decided about is held as well.
      if (!this.#deciding) this.#options.onHeld(this.#reader.heldBytes);
    } catch (error) {
      this.#endWith(error, request);
    }
  }

  #answerRequest(request: RtspRequest): void {
    if (headerOf(request, "cseq") === undefined) throw badRequest("CSeq is missing");
    switch (request.method) {
      case "OPTIONS":
        this.#client.write(response(request, 200, "OK", [["Public", publicMethods]]));
        return;
      // Whether the server is there may be asked at any time.
      case "GET_PARAMETER":
      case "SET_PARAMETER":
        this.#client.write(response(request, 200, "OK"));
        return;
      case "DESCRIBE":
        this.#startDecision(request, "read");
        return;
      case "ANNOUNCE":
        this.#startDecision(request, "publish");
        return;
      default:
        this.#client.write(response(request, 455, "Method Not Valid in This State"));
    }
  }

  #startDecision(request: RtspRequest, action: "read" | "publish"): void {
    const target = readTarget(request.url);
    if (!target) throw badRequest("the URL is no rtsp or rtsps URL");
    const authorization = headerOf(request, "authorization");
    const header = authorization && httpCredentials(authorization, new URLSearchParams());
    const candidates = header ? [header] : target.candidates;
    this.#deciding = true;
    this.#client.pause();
    void this.#decideOrChallenge(request, action, { ...target, candidates });
  }

  async #decideOrChallenge(
    request: RtspRequest,
    action: "read" | "publish",
    target: RequestTarget,
  ): Promise<void> {
    const mayBeAnonymous =
      target.candidates.length > 0 || (await this.#authorizer.mayBeAnonymous(target.stream));
    if (mayBeAnonymous) {
      clearTimeout(this.#deadline);
      return this.#decide(request, action, target);
    }
    this.#deciding = false;
    if (this.#client.destroyed) return;
    this.#client.write(response(request, 401, "Unauthorized", [challenge]));
    this.#continueReading();
  }

  async #decide(
    request: RtspRequest,
    action: "read" | "publish",
    target: RequestTarget,
  ): Promise<void> {
    const client = this.#client;
    const question = {
      protocol: "rtsp",
      action,
      stream: target.stream,
      clientAddress: normalizeAddress(client.remoteAddress ?? ""),
      clientPort: client.remotePort ?? 0,
      answerBy: monotonicMs() + answerWithinMs,
      disconnect: (reason: DisconnectReason) => this.disconnect(reason),
    } as const;
    const answer = await admitFirstMatch(this.#authorizer, question, target.candidates);
    if (!answer.admitted) return this.#refuse(request, answer.reason);
    if (client.destroyed) return answer.session.end("client-closed");
    this.#options.onAdmitted();
    this.#relay = this.#connectUpstream(request, action, answer);
  }

  #refuse(request: RtspRequest, reason: Refusal["reason"]): void {
    const { status, phrase, headers } = refusalResponses[reason];
    this.#refusals++;
    this.#deciding = false;
    if (this.#client.destroyed) return;
    this.#client.write(response(request, status, phrase, headers));
    if (this.#refusals === maxRefusals) {
      this.#client.destroySoon();
      return;
    }
    this.#startDeadline();
    this.#continueReading();
  }

  #continueReading(): void {
    // The end may have come during the decision.
    if (this.#client.readableEnded) {
      this.#onEnd();
      return;
    }
    this.#client.resume();
    this.#answer();
  }

  /** Shows the client to MediaMTX: its address, then its own request under a ticket. */
  #connectUpstream(
    request: RtspRequest,
    action: "read" | "publish",
    { ticket, freshTicket, session }: Admission,
  ): Relay | undefined {
    const client = this.#client;
    const rewriteUrl = urlRewriter(request.url, session.path);
    const unused = [ticket];
    const nextTicket = () => unused.pop() ?? freshTicket();
    const ownUrl = rewriteUrl(request.url) ?? `rtsp://localhost/${session.path}`;
    const rewrite = (one: RtspRequest) =>
      rewriteRequest(one, rewriteUrl, ownUrl, nextTicket, action);
    let first: RtspRequest;
    try {
      first = rewrite(request);
    } catch (error) {
      session.end("protocol-error");
      this.#endWith(error, request);
      return undefined;
    }
    client.off("data", this.#onData);
    client.off("end", this.#onEnd);
    const upstream = connectPooled(this.#options.mediamtxPort);
    upstream.setTimeout(upstreamTimeoutMs, () => upstream.destroy(new Error("time-out")));
    const relay = new Relay({
      client,
      upstream,
      reader: this.#reader,
      rewrite,
      session,
      onFault: (message) => this.#fault(message),
    });
    upstream.once("connect", () => {
      upstream.setTimeout(0);
      upstream.write(proxyHeaderOf(client));
      relay.start(first);
    });
    upstream.once("error", () => {
      if (relay.started || client.destroyed) return;
      this.#fault("MediaMTX is not reachable");
      const { status, phrase, headers } = refusalResponses.undecided;
      client.write(response(request, status, phrase, headers));
      relay.end("upstream-unreachable");
    });
    return relay;
  }

  /** A fault of the client: the fitting answer, then the end. */
  #endWith(error: unknown, request: RtspRequest | undefined): void {
    if (!(error instanceof RtspError)) throw error;
    this.#fault(error.message);
    const client = this.#client;
    client.off("data", this.#onData);
    client.write(
      error.status === 501
        ? `HTTP/1.1 501 ${error.phrase}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`
        : response(request ?? { headers: [] }, error.status, error.phrase),
    );
    client.resume();
    client.destroySoon();
  }

  #fault(reason: string): void {
    const clientAddress = normalizeAddress(this.#client.remoteAddress ?? "");
    this.#options.log("connection fault", { clientAddress, reason });
  }
}
