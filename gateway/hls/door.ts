import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Credentials } from "../admission";
import { digest } from "../digest";
import { answerWithinMs, type Door, type DoorOptions, type Gatekeeper } from "../gatekeeper";
import { httpCredentials } from "../httpCredentials";
import { admitConnection, createHttpDoor, listenHttpDoor } from "../httpDoor";
import { monotonicMs } from "../monotonic";
import { plainAddress } from "../proxyProtocol";
import { readText } from "../readText";
import { corsHeaders, fault, refuse } from "./answers";
import { childTarget, type HlsRequest, parseHlsRequest } from "./request";
import { HlsSession, HlsSessions, type Playing } from "./sessions";
import { isPlaylist, Signatures } from "./signatures";
import { transferBody } from "./transfer";
import { type Child, HlsUpstream, maxPlaylistBytes } from "./upstream";

/**
 * HLS: `/{stream}/index.m3u8` asks the gatekeeper, playlists and segments belong to the session that it
 * opened. A stream is served in place under the name it was asked by: child URLs are relative, and on
 * a redirect players would lose the credentials of their URL.
 */
export class HlsDoor implements Door {
  readonly #gatekeeper: Gatekeeper;
  readonly #options: DoorOptions;
  readonly #server: FastifyInstance;
  readonly #upstream: HlsUpstream;
  readonly #sessions = new HlsSessions();
  readonly #signatures = new Signatures();
  #port = 0;
  #draining = false;

  constructor(gatekeeper: Gatekeeper, options: DoorOptions) {
    this.#gatekeeper = gatekeeper;
    this.#options = options;
    this.#upstream = new HlsUpstream(options.mediamtxPort);
    this.#server = createHttpDoor(options);
    this.#server.addHook("onRequest", checkMethod);
    this.#server.get("/*", (request, reply) => this.serve(request.raw.url ?? "", request, reply));
  }

  /** The bound port. */
  get port(): number {
    return this.#port;
  }

  async listen(): Promise<void> {
    this.#port = await listenHttpDoor(this.#server, this.#options.port);
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
    if (hls.file !== "index.m3u8") return this.#child(hls, request, reply);
    const credentials = httpCredentials(request.headers.authorization, hls.query) ?? signedIn;
    return this.#index(hls, credentials, request, reply);
  }

  async #index(
    hls: HlsRequest,
    given: Credentials | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ) {
    if (!given && !this.#gatekeeper.mayBeAnonymous(hls.stream)) {
      return refuse(reply, "bad-credentials");
    }
    const credentials = given ?? noCredentials;
    if (this.#draining) return refuse(reply, "closing");
    const client = clientDigest(hls, request, credentials);
    const playing = this.#sessions.ofClient(client);
    if (playing && (await this.#goesOn(playing))) {
      return this.#sendIndex(playing, reply);
    }

    const session = new HlsSession(hls.stream, plainAddress(request.socket.remoteAddress ?? ""));
    const answer = await this.#gatekeeper.admit({
      protocol: "hls",
      action: "read",
      stream: hls.stream,
      ...credentials,
      clientAddress: session.clientAddress,
      clientPort: request.socket.remotePort ?? 0,
      answerBy: monotonicMs() + answerWithinMs,
      cut: (reason) => session.end(reason),
    });
    if (!answer.admitted) return refuse(reply, answer.reason);
    admitConnection(request);
    session.admitted(answer.session);
    try {
      const index = await this.#upstream.index(session.path, answer.ticket, session);
      if (index.secret === undefined) {
        session.end(`no playlist: MediaMTX answered ${index.status}`);
        return index.status === 404
          ? fault(reply, 404, "stream is not live")
          : fault(reply, 503, "stream is not available");
      }
      answer.session.connected();
      const started = { session, client, secret: index.secret, index: index.playlist };
      this.#sessions.add(started);
      return this.#sendIndex(started, reply);
    } catch {
      session.end("MediaMTX did not answer");
      return fault(reply, 503, "stream is not available");
    }
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

  async #child(hls: HlsRequest, request: FastifyRequest, reply: FastifyReply) {
    const playing = this.#sessions.ofId(this.#signatures.sessionIdOf(hls));
    // No challenge: a browser would ask its user for a password in the middle of a film.
    if (!playing) return fault(reply, 401, noSession);
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
        return fault(reply, 404, "stream is not live");
      }
      if (child.status === 200 && isPlaylist(hls.file)) {
        return await this.#sendPlaylist(playing, child, reply);
      }
      reply.code(child.status).headers(child.headers);
      return reply.send(transferBody(child.body, reply.raw, session));
    } catch {
      return session.ended
        ? fault(reply, 401, noSession)
        : fault(reply, 503, "stream is not available");
    }
  }

  /** The index with signed URLs of media playlists. */
  #sendIndex({ session, secret, index }: Playing, reply: FastifyReply): FastifyReply {
    const signed = index.replaceAll(secret, this.#signatures.forPlaylists(session));
    return sendText(reply, session, signed);
  }

  /** A media playlist with signed URLs of segments. */
  async #sendPlaylist({ session, secret }: Playing, child: Child, reply: FastifyReply) {
    const playlist = await readText(child.body, maxPlaylistBytes);
    const signed = playlist.replaceAll(secret, this.#signatures.forSegments(session));
    return sendText(reply, session, signed);
  }
}

const noCredentials: Credentials = { user: "", password: "", token: "" };

const noSession = "no such session, or its URL has expired; fetch index.m3u8 again";

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
