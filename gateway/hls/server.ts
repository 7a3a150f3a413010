import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { SingleFlight } from "../../shared/singleFlight";
import { type Authorizer, answerWithinMs } from "../auth/authorizer";
import { type Credentials, noCredentials } from "../auth/credentials/credentials";
import { httpCredentials } from "../auth/credentials/httpCredentials";
import { digest } from "../auth/digest";
import { normalizeAddress } from "../net/addresses";
import { corsHeaders } from "../net/cors";
import { admitConnection, createHttpServer, listenHttpServer } from "../net/httpServer";
import type { ProtocolServer, ServerOptions } from "../net/protocolServer";
import { readBody } from "../net/readBody";
import { monotonicMs } from "../process/monotonic";
import { unsupportedReason } from "./carriedCodecs";
import { pageOf } from "./pageRedirect";
import { errorResponse, refuse, refuseNotLive } from "./refusal";
import { type HlsRequest, mediaTarget, parseHlsRequest } from "./request";
import { type Resumption, readResumption, resumptionQuery } from "./resumption";
import { type HlsPlayback, HlsSession, HlsSessions } from "./sessions";
import { transferBody } from "./transfer";
import { HlsUpstream, type MediaFile, maxPlaylistBytes } from "./upstream";
import { isPlaylist, UrlSigner } from "./urlSigner";

export interface HlsServerOptions extends ServerOptions {
  /** Codecs of a live path, by MediaMTX's names. Rejects when MediaMTX does not answer or does not know it. */
  readonly tracksOf?: (path: string) => Promise<readonly string[]>;
  /** Told of a stream that HLS cannot carry. */
  readonly log?: (detail: object, message: string) => void;
}

/**
 * HLS: `/{stream}/index.m3u8` asks the authorizer, playlists and segments belong to the session that it opened. A
 * stream is served under the name it was asked by: URLs in playlists are relative, and players would lose the
 * credentials of their URL on a redirect.
 */
export class HlsServer implements ProtocolServer {
  readonly #authorizer: Authorizer;
  readonly #options: HlsServerOptions;
  readonly #server: FastifyInstance;
  readonly #upstream: HlsUpstream;
  readonly #sessions = new HlsSessions();
  readonly #urlSigner = new UrlSigner();
  /** Sessions that are being opened anew, by client. */
  readonly #resuming = new SingleFlight<Started>();
  #port = 0;
  #draining = false;

  constructor(authorizer: Authorizer, options: HlsServerOptions) {
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
    if (!hls) return errorResponse(reply, 404, "not found");
    const credentials = httpCredentials(request.headers.authorization, hls.query) ?? signedIn;
    return hls.file === "index.m3u8"
      ? this.#multivariantPlaylist(hls, credentials, request, reply)
      : this.#mediaFile(hls, credentials, request, reply);
  }

  async #multivariantPlaylist(
    hls: HlsRequest,
    given: Credentials | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ) {
    const viewer = await this.#viewerOf(hls, given, request);
    if (!viewer) return refuse(reply, "bad-credentials");
    if (this.#draining) return refuse(reply, "closing");
    const playback = this.#sessions.ofClient(viewer.client);
    if (playback && (await this.#isStillServed(playback)))
      return this.#sendMultivariantPlaylist(playback, reply);
    const started = await this.#start(viewer, request);
    if (typeof started === "function") return started(reply);
    admitConnection(request);
    return this.#sendMultivariantPlaylist(started, reply);
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
      credentials,
    };
  }

  /** Opens a session; resolves to what answers the player when there is none. */
  async #start({ shown, client, credentials }: Viewer, request: FastifyRequest): Promise<Started> {
    const session = new HlsSession(shown, normalizeAddress(request.socket.remoteAddress ?? ""));
    const answer = await this.#authorizer.admit({
      protocol: "hls",
      action: "read",
      ...noCredentials,
      stream: shown,
      ...credentials,
      clientAddress: session.clientAddress,
      clientPort: request.socket.remotePort ?? 0,
      answerBy: monotonicMs() + answerWithinMs,
      disconnect: (reason) => session.end(reason),
    });
    if (!answer.admitted) {
      // A handle of a signing secret that was rotated, or too old: the player's credentials are asked for.
      const isVoid = "handle" in credentials && answer.reason === "malformed";
      return (reply) => refuse(reply, isVoid ? "bad-credentials" : answer.reason);
    }
    session.admitted(answer.session);
    if ("handle" in credentials) session.openedBy(credentials.handle);
    try {
      const { status, playlist, secret } = await this.#upstream.multivariantPlaylist(
        session.path,
        answer.ticket,
        session,
      );
      if (secret === undefined) return await this.#withoutPlaylist(session, status);
      answer.session.connected();
      const started = { session, client, secret, playlist };
      this.#sessions.add(started);
      return started;
    } catch {
      session.end("upstream-unreachable");
      return refuseUnavailable;
    }
  }

  /** What is there may be none that HLS carries, which players must not wait for. */
  async #withoutPlaylist(session: HlsSession, status: number): Promise<Started> {
    const tracks = status === 404 ? [] : await this.#options.tracksOf?.(session.path);
    const reason = unsupportedReason(tracks ?? []);
    if (reason === undefined) {
      session.end(status === 404 ? "not-live" : "upstream-refused");
      return status === 404 ? refuseNotLive : refuseUnavailable;
    }
    session.end("unsupported-codecs");
    this.#options.log?.({ stream: session.path, tracks, reason }, "stream not supported");
    // Not Acceptable: there is the stream, but not in this form.
    return (reply) => errorResponse(reply, 406, reason);
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
    return this.#resuming.run(client, () => this.#start(viewer, request));
  }

  /** Whether MediaMTX still knows the session: a publisher that came back is another stream to it. */
  async #isStillServed({ session, playlist }: HlsPlayback): Promise<boolean> {
    session.requestStarted();
    try {
      if (await this.#upstream.serves(session, playlist)) return true;
    } catch {
      // It does not answer, or the session has just ended.
    } finally {
      session.requestEnded();
    }
    session.end("not-live");
    return false;
  }

  async #mediaFile(
    hls: HlsRequest,
    given: Credentials | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ) {
    const id = this.#urlSigner.sessionIdOf(hls);
    const playback =
      this.#sessions.ofId(id) ??
      (isPlaylist(hls.file)
        ? await this.#resume(hls, given, request)
        : // No challenge: a browser would ask its user for a password in the middle of a film.
          id === undefined
          ? refuseSegment
          : refuseNotLive);
    if (typeof playback === "function") return playback(reply);
    const { session, secret } = playback;
    if (session.busy)
      return errorResponse(reply, 429, "too many requests of this session at a time");
    admitConnection(request);
    session.requestStarted();
    reply.raw.once("close", () => session.requestEnded());
    try {
      const target = mediaTarget(session.path, secret, hls);
      const range = isPlaylist(hls.file) ? undefined : request.headers.range;
      const file = await this.#upstream.mediaFile(target, range, session);
      if (file.status === 401) {
        file.body.resume();
        session.end("not-live");
        return refuseNotLive(reply);
      }
      if (file.status === 200 && isPlaylist(hls.file)) {
        return await this.#sendMediaPlaylist(playback, file, reply);
      }
      reply.code(file.status).headers(file.headers);
      return reply.send(transferBody(file.body, reply.raw, session));
    } catch {
      return session.ended ? refuseNotLive(reply) : refuseUnavailable(reply);
    }
  }

  /** The index with signed URLs of media playlists. */
  #sendMultivariantPlaylist(
    { session, secret, playlist }: HlsPlayback,
    reply: FastifyReply,
  ): FastifyReply {
    const signature = this.#urlSigner.forPlaylists(session) + resumptionQuery(session);
    const signed = playlist.replaceAll(secret, signature);
    return sendText(reply, session, signed);
  }

  /** A media playlist with signed URLs of segments. */
  async #sendMediaPlaylist({ session, secret }: HlsPlayback, file: MediaFile, reply: FastifyReply) {
    const playlist = await readBody(file.body, maxPlaylistBytes);
    const signed = playlist.replaceAll(secret, this.#urlSigner.forSegments(session));
    return sendText(reply, session, signed);
  }
}

/** Who asks for a stream, as `shown` in the player's URLs. */
interface Viewer {
  readonly shown: string;
  /** Digest of who asks for what; see {@link HlsSessions.ofClient}. */
  readonly client: string;
  readonly credentials: Credentials | { readonly stream: string; readonly handle: string };
}

/** A session, or what answers the player in its place. */
type Started = HlsPlayback | ((reply: FastifyReply) => FastifyReply);

const resumingViewer = (
  { stream }: HlsRequest,
  { path, handle }: Resumption,
  address: string,
): Viewer => ({
  shown: stream,
  // Another client with the same URL gets a session of its own.
  client: digest(["resume", stream, path, handle, address]),
  credentials: { stream: path, handle },
});

const refuseUnavailable = (reply: FastifyReply) =>
  errorResponse(reply, 503, "stream is not available");

const refuseSegment = (reply: FastifyReply) =>
  errorResponse(reply, 404, "no such segment, or its URL has expired; fetch the playlist again");

async function checkMethod(request: FastifyRequest, reply: FastifyReply) {
  reply.headers(corsHeaders);
  if (request.method === "OPTIONS") return reply.code(204).send();
  if (request.method !== "GET" && request.method !== "HEAD") {
    reply.header("allow", corsHeaders["access-control-allow-methods"]);
    return errorResponse(reply, 405, "method not allowed");
  }
}

/** Identifies who asks for what: a player that starts over continues its session. */
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
