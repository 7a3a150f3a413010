import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { httpCredentials } from "../auth/credentials/httpCredentials";
import { parseHlsRequest } from "../hls/request";
import { isPlaylist } from "../hls/urlSigner";
import { normalizeAddress } from "../net/addresses";
import { admitConnection, createHttpServer, listenHttpServer } from "../net/httpServer";
import type { ProtocolServer, ServerOptions } from "../net/protocolServer";
import { signIn } from "./caller";
import { CloudtakPaths } from "./cloudtak/cloudtakPaths";
import { cloudtakRoutes, streamTargetOf } from "./cloudtak/cloudtakRoutes";
import type { ApiContext, ApiParts } from "./context";
import { addJsonBodyParser } from "./jsonBodyParser";
import { addBrowserSecurity } from "./page/browserSecurity";
import { pageRoutes } from "./page/pageRoutes";
import { sessionRoutes } from "./page/sessionRoutes";
import { StaticFiles } from "./page/staticFiles";
import { WebSessions } from "./page/webSession";
import { send, unavailable } from "./response";
import { KickHandler } from "./v3/kick";
import { ReadHandlers } from "./v3/readHandlers";
import { v3Routes } from "./v3/v3Routes";

export interface ApiServerOptions extends ServerOptions {
  /** Requests of one client address per minute, segments not counted. Default 3,000. */
  readonly maxRequestsPerMinute?: number;
}

const defaultMaxRequestsPerMinute = 3_000;

/** The API of the guide, CloudTAK's calls, the web page and the documentation. */
export class ApiServer implements ProtocolServer {
  /** What is served besides `/v3/`, as `GET /path/*`. */
  readonly routes: string[] = [];
  readonly #options: ApiServerOptions;
  readonly #server: FastifyInstance;
  readonly #context: ApiContext;
  #port = 0;
  #draining = false;

  constructor(parts: ApiParts, options: ApiServerOptions) {
    this.#options = options;
    this.#server = createHttpServer(options);
    this.#context = this.#makeContext(parts);
  }

  /** The bound port. */
  get port(): number {
    return this.#port;
  }

  async listen(): Promise<void> {
    this.#server.addHook("onRoute", ({ method, url }) => {
      this.routes.push(...[method].flat().map((one) => `${one} ${url}`));
    });
    addBrowserSecurity(this.#server);
    addJsonBodyParser(this.#server);
    await this.#limitRates();
    v3Routes(this.#server, this.#context);
    cloudtakRoutes(this.#server, this.#context);
    sessionRoutes(this.#server, this.#context);
    pageRoutes(this.#server, this.#context);
    this.#port = await listenHttpServer(this.#server, this.#options.port);
  }

  drain(): void {
    this.#draining = true;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  #makeContext(parts: ApiParts): ApiContext {
    const { authorizer, auth, mediamtx, paths, sessions, leases, log } = parts;
    const readHandlers = new ReadHandlers(mediamtx, sessions, auth);
    const kickHandler = new KickHandler(sessions, leases, mediamtx, readHandlers, log);
    const webSessions = new WebSessions();
    const credentialsOf = ({ headers, raw: { url = "" } }: FastifyRequest) => {
      const query = new URLSearchParams(url.split("?")[1] ?? "");
      return httpCredentials(headers.authorization, query) ?? webSessions.read(headers.cookie);
    };
    return {
      ...parts,
      readHandlers,
      kickHandler,
      cloudtakPaths: new CloudtakPaths(paths, readHandlers, kickHandler),
      webSessions,
      files: new StaticFiles(),
      credentialsOf,
      serve: async (request, reply, work) => {
        if (this.#draining) return send(reply, unavailable("the gateway is shutting down"));
        const address = request.socket.remoteAddress ?? "";
        const caller = await signIn(authorizer, credentialsOf(request), address);
        if ("status" in caller) return send(reply, caller);
        admitConnection(request);
        return send(reply, await work(caller));
      },
    };
  }

  async #limitRates(): Promise<void> {
    await this.#server.register(rateLimit, {
      max: this.#options.maxRequestsPerMinute ?? defaultMaxRequestsPerMinute,
      timeWindow: 60_000,
      keyGenerator: ({ socket }) => normalizeAddress(socket.remoteAddress ?? ""),
      allowList: isOfStream,
    });
  }
}

/**
 * A player fetches several playlists and segments a second. Only requests that may show credentials are limited: the index,
 * and playlists that do not say by which handle they are served.
 */
function isOfStream(request: FastifyRequest): boolean {
  if (!request.raw.url?.startsWith("/stream/")) return false;
  const hls = parseHlsRequest(streamTargetOf(request));
  if (!hls || hls.file === "index.m3u8") return false;
  return !isPlaylist(hls.file) || hls.query.has("resume");
}
