import type { Socket } from "node:net";
import { copyOut, release } from "../net/pooledSockets";
import { lingerMs, pumpToReader, StallTimer } from "../net/pump";
import type { DisconnectReason } from "../sessions/disconnectReasons";
import type { Session } from "../sessions/session";
import { RtspError, type RtspRequest, serializeRequest } from "./message";
import type { RtspReader } from "./reader";

export interface RelayParts {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Holds what the client sent beyond the request that was decided about. */
  readonly reader: RtspReader;
  /** @throws RtspError when a request may not pass */
  readonly rewrite: (request: RtspRequest) => RtspRequest;
  readonly session: Session;
  readonly onFault: (message: string) => void;
}

/**
 * An admitted client and MediaMTX. Towards MediaMTX, frames pass in the chunks they came in and
 * requests are rewritten; towards the client everything passes as it is. A side that cannot keep up
 * stops the other.
 */
export class Relay {
  readonly #parts: RelayParts;
  readonly #upstreamStall: StallTimer;
  #linger: NodeJS.Timeout | undefined;
  #firstEnd: DisconnectReason | undefined;
  /** Set while MediaMTX has accepted nothing. */
  #refusal: DisconnectReason | undefined;
  #ended = false;
  started = false;

  constructor(parts: RelayParts) {
    this.#parts = parts;
    const { client, upstream } = parts;
    this.#upstreamStall = new StallTimer(upstream, () => this.#endStalled("upstream-stalled"));
    upstream.on("error", () => upstream.destroy());
    client.on("close", () => this.end("client-closed"));
    upstream.on("close", () => this.end("upstream-closed"));
  }

  /** Begins to copy in both directions, `first` ahead of all. */
  start(first: RtspRequest): void {
    this.started = true;
    const { client, upstream, reader, session } = this.#parts;
    upstream.write(serializeRequest(first));
    this.#forward();
    client.on("data", (chunk: Buffer) => {
      session.bytesIn += chunk.length;
      const isBehind = upstream.writableLength > 0;
      reader.push(isBehind ? copyOut(chunk) : chunk);
      this.#forward();
      if (!isBehind && upstream.writableLength === 0) release(chunk);
    });
    upstream.on("drain", () => {
      this.#upstreamStall.caughtUp();
      client.resume();
    });
    upstream.on("data", this.#onAnswer);
    const count = (bytes: number) => {
      session.bytesOut += bytes;
    };
    pumpToReader(upstream, client, count, () => this.#endStalled("client-stalled"));
    client.on("end", () => this.#endAfter(upstream, "client-closed"));
    upstream.on("end", () => this.#endAfter(client, "upstream-closed"));
    // The end may have come during the decision.
    if (client.readableEnded) this.#endAfter(upstream, "client-closed");
    else if (!upstream.writableNeedDrain) client.resume();
  }

  /** MediaMTX accepts a client by its first 200, to DESCRIBE or ANNOUNCE. */
  readonly #onAnswer = (data: Buffer) => {
    const [, status] = /^RTSP\/1\.0 (\d{3}) /.exec(data.toString("latin1", 0, 16)) ?? [];
    if (status === undefined) return;
    this.#refusal = refusalOf(status);
    if (this.#refusal !== undefined) return;
    this.#parts.upstream.off("data", this.#onAnswer);
    this.#parts.session.connected();
  };

  #forward(): void {
    const { client, upstream, reader, rewrite } = this.#parts;
    try {
      for (let part = reader.next(); part && !this.#ended; part = reader.next()) {
        upstream.write(Buffer.isBuffer(part) ? part : serializeRequest(rewrite(part)));
      }
    } catch (error) {
      if (!(error instanceof RtspError)) throw error;
      // No answer: it could fall into the middle of a frame from MediaMTX.
      this.#parts.onFault(error.message);
      this.end("protocol-error");
    }
    if (this.#ended || !upstream.writableNeedDrain) return;
    client.pause();
    this.#upstreamStall.behind();
  }

  /** What has still to be sent is of no use to a client that does not read. */
  #endStalled(reason: DisconnectReason): void {
    this.end(reason);
    this.#parts.client.destroy();
  }

  /** One side has said its last; the other may still answer. */
  #endAfter(other: Socket, reason: DisconnectReason): void {
    this.#firstEnd ??= reason;
    other.end();
    this.#linger ??= setTimeout(() => {
      this.end("close-timeout");
      this.#parts.client.destroy();
    }, lingerMs);
  }

  /** Ends both sides and the session, once; bytes that the client has still to get are sent first. */
  end(reason: DisconnectReason): void {
    if (this.#ended) return;
    this.#ended = true;
    const { client, upstream, session } = this.#parts;
    clearTimeout(this.#linger);
    upstream.destroy();
    if (!client.destroyed) {
      const tooLate = setTimeout(() => client.destroy(), lingerMs);
      client.once("close", () => clearTimeout(tooLate));
      client.removeAllListeners("data");
      client.resume();
      client.destroySoon();
    }
    session.end(this.#refusal ?? this.#firstEnd ?? reason);
  }
}

/** Undefined for MediaMTX's status of an accepted client. */
function refusalOf(status: string): DisconnectReason | undefined {
  if (status === "200") return undefined;
  return status === "404" ? "not-live" : "upstream-refused";
}
