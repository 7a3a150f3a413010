import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Credentials } from "../auth/admissionControl";
import { type Authorizer, answerWithinMs } from "../auth/authorizer";
import { httpCredentials } from "../auth/credentials/httpCredentials";
import { digest } from "../auth/digest";
import { normalizeAddress } from "../net/addresses";
import { admitConnection, createHttpServer, listenHttpServer } from "../net/httpServer";
import type { ProtocolServer, ServerOptions } from "../net/protocolServer";
import { readBody } from "../net/readBody";
import { monotonicMs } from "../process/monotonic";
import { whyNotHls } from "./carriedCodecs";
import { pageOf } from "./pageRedirect";
import { corsHeaders, fault, refuse, refuseNotLive } from "./refusal";
import { childTarget, type HlsRequest, parseHlsRequest } from "./request";
import { type Resumption, readResumption, resumptionQuery } from "./resumption";
import { HlsSession, HlsSessions, type Playing } from "./sessions";
import { transferBody } from "./transfer";
import { type Child, HlsUpstream, maxPlaylistBytes } from "./upstream";
import { isPlaylist, Signatures } from "./urlSigner";

export interface HlsDoorOptions extends ServerOptions {
  /** Codecs of a live path, by MediaMTX's names. Rejects when MediaMTX does not answer or does not know it. */
  readonly tracksOf?: (path: string) => Promise<readonly string[]>;
  /** Told of a stream that HLS cannot carry. */
  readonly log?: (detail: object, message: string) => void;
}

/**
 * HLS: `/{stream}/index.m3u8` asks the gatekeeper, playlists and segments belong to the session that it
 * opened. A stream is served in place under the name it was asked by: child URLs are relative, and on
 * a redirect players would lose the credentials of their URL.
 */
export class HlsDoor implements ProtocolServer {
  readonly #authorizer: Authorizer;
  readonly #options: HlsDoorOptions;
  readonly #server: FastifyInstance;
  readonly #upstream: HlsUpstream;
  readonly #sessions = new HlsSessions();
  readonly #signatures = new Signatures();
  /** Sessions that are being opened anew, by client. */
  readonly #resuming = new Map<string, Promise<Started>>();
  #port = 0;
  #draining = false;

  constructor(authorizer: Authorizer, options: HlsDoorOptions) {
    this.#authorizer = authorizer;
    this.#options = options;
    this.#upstream = new HlsUpstream(options.mediamtxPort);
    this.#server = createHttpServer(options);
    this.#server.addHook("onRequest", checkMethod);
    this.#server.get("/*", (request, reply) => {
      const page = pageOf(request);
      return page ? reply.redirect(page) : this.serve(request.raw.url ?? "", request, reply);
    });
  }

  /** The bound port. */
  get port(): number {
    return this.#port;
  }

  async listen(): Promise<void> {
    this.#port = await listenHttpServer(this.#server, this.#options.port);
  }

  drain(): void {
    this.#draining = true;
  }

  async close(): Promise<void> {
    this.#sessions.close();
    await this.#server.close();
    await this.#upstream.close();
  }

  /**
   * Answers a request for `/{stream}/{file}`, wherever it came in. `signedIn` stands in for credentials of
   * the request itself.
   */
  serve(
    target: string,
    request: FastifyRequest,
    reply: FastifyReply,
    signedIn?: Credentials,
  ): Promise<FastifyReply> | FastifyReply {
    const hls = parseHlsRequest(target);
    if (!hls) return fault(reply, 404, "not found");
    const credentials = httpCredentials(request.headers.authorization, hls.query) ?? signedIn;
    return hls.file === "index.m3u8"
      ? this.#index(hls, credentials, request, reply)
      : this.#child(hls, credentials, request, reply);
  }

  async #index(
    hls: HlsRequest,
    given: Credentials | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ) {
    const viewer = await this.#viewerOf(hls, given, request);
    if (!viewer) return refuse(reply, "bad-credentials");
    if (this.#draining) return refuse(reply, "closing");
    const playing = this.#sessions.ofClient(viewer.client);
    if (playing && (await this.#goesOn(playing))) return this.#sendIndex(playing, reply);
    const started = await this.#start(viewer, request);
    if (typeof started === "function") return started(reply);
    admitConnection(request);
    return this.#sendIndex(started, reply);
  }

  /** Undefined for a player that is asked for credentials at once. */
  async #viewerOf(
    hls: HlsRequest,
    given: Credentials | undefined,
    request: FastifyRequest,
  ): Promise<Viewer | undefined> {
    const isIndex = hls.file === "index.m3u8";
    if (hls.query.has("resume") && !(isIndex && given)) {
      // Credentials beside it count for nothing: such requests are not limited in number.
      const resumption = readResumption(hls.query);
      const address = normalizeAddress(request.socket.remoteAddress ?? "");
      return resumption && resumingViewer(hls, resumption, address);
    }
    if (!given && !(await this.#authorizer.mayBeAnonymous(hls.stream))) return undefined;
    const credentials = given ?? noCredentials;
    return {
      shown: hls.stream,
      client: clientDigest(hls, request, credentials),
      asks: credentials,
    };
  }

  /** Opens a session; resolves to what answers the player when there is none. */
  async #start({ shown, client, asks }: Viewer, request: FastifyRequest): Promise<Started> {
    const session = new HlsSession(shown, normalizeAddress(request.socket.remoteAddress ?? ""));
    const answer = await this.#authorizer.admit({
      protocol: "hls",
      action: "read",
      ...noCredentials,
      stream: shown,
      ...asks,
      clientAddress: session.clientAddress,
      clientPort: request.socket.remotePort ?? 0,
      answerBy: monotonicMs() + answerWithinMs,
      disconnect: (reason) => session.end(reason),
    });
    if (!answer.admitted) {
      // A handle of a signing secret that was rotated, or too old: the player's credentials are asked for.
      const isVoid = "handle" in asks && answer.reason === "malformed";
      return (reply) => refuse(reply, isVoid ? "bad-credentials" : answer.reason);
    }
    session.admitted(answer.session);
    if ("handle" in asks) session.openedBy(asks.handle);
    try {
      const index = await this.#upstream.index(session.path, answer.ticket, session);
      if (index.secret === undefined) return await this.#withoutIndex(session, index.status);
      answer.session.connected();
      const started = { session, client, secret: index.secret, index: index.playlist };
      this.#sessions.add(started);
      return started;
    } catch {
      session.end("MediaMTX did not answer");
      return refuseUnavailable;
    }
  }

  /** What is there may be none that HLS carries, which players must not wait for. */
  async #withoutIndex(session: HlsSession, status: number): Promise<Started> {
    const tracks = status === 404 ? [] : await this.#options.tracksOf?.(session.path);
    const why = whyNotHls(tracks ?? []);
    session.end(why ?? `no playlist: MediaMTX answered ${status}`);
    if (why === undefined) return status === 404 ? refuseNotLive : refuseUnavailable;
    this.#options.log?.({ stream: session.path, tracks }, why);
    // Not Acceptable: there is the stream, but not in this form.
    return (reply) => fault(reply, 406, why);
  }

  /**
   * The session of a playlist whose own has ended, or is that of another task: opened anew by the credentials of the
   * request or the handle in its URL. A player's playlists of several tracks share one.
   */
  async #resume(
    hls: HlsRequest,
    given: Credentials | undefined,
    request: FastifyRequest,
  ): Promise<Started> {
    const viewer = await this.#viewerOf(hls, given, request);
    if (!viewer) return (reply) => refuse(reply, "bad-credentials");
    const { client } = viewer;
    const known = this.#sessions.ofClient(client) ?? this.#resuming.get(client);
    if (known) return known;
    if (this.#draining) return (reply) => refuse(reply, "closing");
    const resumed = this.#start(viewer, request).finally(() => this.#resuming.delete(client));
    this.#resuming.set(client, resumed);
    return resumed;
  }

  /** Whether MediaMTX still knows the session: a publisher that came back is another stream to it. */
  async #goesOn({ session, index }: Playing): Promise<boolean> {
    session.requestStarted();
    try {
      if (await this.#upstream.serves(session, index)) return true;
    } catch {
      // It does not answer, or the session has just ended.
    } finally {
      session.requestEnded();
    }
    session.end("stream ended");
    return false;
  }

  async #child(
    hls: HlsRequest,
    given: Credentials | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ) {
    const id = this.#signatures.sessionIdOf(hls);
    const playing =
      this.#sessions.ofId(id) ??
      (isPlaylist(hls.file)
        ? await this.#resume(hls, given, request)
        : // No challenge: a browser would ask its user for a password in the middle of a film.
          id === undefined
          ? refuseSegment
          : refuseNotLive);
    if (typeof playing === "function") return playing(reply);
    const { session, secret } = playing;
    if (session.busy) return fault(reply, 429, "too many requests of this session at a time");
    admitConnection(request);
    session.requestStarted();
    reply.raw.once("close", () => session.requestEnded());
    try {
      const target = childTarget(session.path, secret, hls);
      const range = isPlaylist(hls.file) ? undefined : request.headers.range;
      const child = await this.#upstream.child(target, range, session);
      if (child.status === 401) {
        child.body.resume();
        session.end("stream ended");
        return refuseNotLive(reply);
      }
      if (child.status === 200 && isPlaylist(hls.file)) {
        return await this.#sendPlaylist(playing, child, reply);
      }
      reply.code(child.status).headers(child.headers);
      return reply.send(transferBody(child.body, reply.raw, session));
    } catch {
      return session.ended ? refuseNotLive(reply) : refuseUnavailable(reply);
    }
  }

  /** The index with signed URLs of media playlists. */
  #sendIndex({ session, secret, index }: Playing, reply: FastifyReply): FastifyReply {
    const signature = this.#signatures.forPlaylists(session) + resumptionQuery(session);
    const signed = index.replaceAll(secret, signature);
    return sendText(reply, session, signed);
  }

  /** A media playlist with signed URLs of segments. */
  async #sendPlaylist({ session, secret }: Playing, child: Child, reply: FastifyReply) {
    const playlist = await readBody(child.body, maxPlaylistBytes);
    const signed = playlist.replaceAll(secret, this.#signatures.forSegments(session));
    return sendText(reply, session, signed);
  }
}

const noCredentials: Credentials = { user: "", password: "", token: "" };

/** Who asks for a stream, as `shown` in the player's URLs. */
interface Viewer {
  readonly shown: string;
  /** Digest of who asks for what; see {@link HlsSessions.ofClient}. */
  readonly client: string;
  readonly asks: Credentials | { readonly stream: string; readonly handle: string };
}

/** A session, or what answers the player in its place. */
type Started = Playing | ((reply: FastifyReply) => FastifyReply);

const resumingViewer = (
  { stream }: HlsRequest,
  { path, handle }: Resumption,
  address: string,
): Viewer => ({
  shown: stream,
  // Another client with the same URL gets a session of its own.
  client: digest(["resume", stream, path, handle, address]),
  asks: { stream: path, handle },
});

const refuseUnavailable = (reply: FastifyReply) => fault(reply, 503, "stream is not available");

const refuseSegment = (reply: FastifyReply) =>
  fault(reply, 404, "no such segment, or its URL has expired; fetch the playlist again");

async function checkMethod(request: FastifyRequest, reply: FastifyReply) {
  reply.headers(corsHeaders);
  if (request.method === "OPTIONS") return reply.code(204).send();
  if (request.method !== "GET" && request.method !== "HEAD") {
    reply.header("allow", corsHeaders["access-control-allow-methods"]);
    return fault(reply, 405, "method not allowed");
  }
}

/** Who asks for what: a player that starts over goes on with its session. */
const clientDigest = (hls: HlsRequest, request: FastifyRequest, credentials: Credentials) =>
  digest([
    hls.stream,
    ...[credentials.user, credentials.password, credentials.token],
    request.socket.remoteAddress ?? "",
    request.headers["user-agent"] ?? "",
  ]);

function sendText(reply: FastifyReply, session: HlsSession, playlist: string): FastifyReply {
  session.countBytes(Buffer.byteLength(playlist));
  return reply
    .header("content-type", "application/vnd.apple.mpegurl")
    .header("cache-control", "private, no-cache")
    .send(playlist);
}
