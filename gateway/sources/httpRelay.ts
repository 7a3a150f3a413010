import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { Agent, type Dispatcher } from "undici";
import { closeServer, listenOn } from "../net/listen";
import {
  maxPlaylistBytes,
  maxUriLength,
  parseUri,
  playlistStart,
  rewritePlaylist,
} from "./playlist";
import type { Relay, RelayOptions } from "./relay";
import { reasonOf, SourceError } from "./source";

const maxRedirects = 5;
/** MediaMTX waits 10 s for each answer. */
const timeoutMs = 10_000;
const maxHeaderBytes = 16 * 1024;
/** MediaMTX fetches a playlist and a segment of each track at a time. */
const maxConnections = 16;
/** Hosts that are connected to at the same time: a playlist can name one in each line. */
const maxOrigins = 64;
/** What a source asks for may be longer. */
const maxKeepAliveMs = 10_000;
const redirects = [301, 302, 303, 307, 308];

/**
 * HLS over http or https. The relay's paths are `/https/<host:port>/<path and query>`, and the URIs of playlists
 * are put into this form, so that MediaMTX fetches all of a stream here, and each connection goes to a checked
 * address. Redirects are followed here under the same rules.
 */
export class HttpRelay implements Relay {
  readonly #options: RelayOptions;
  readonly #agent: Agent;
  readonly #server = createServer(
    { maxHeaderSize: maxHeaderBytes },
    (request, response) => void this.#serve(request, response),
  );

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#agent = new Agent({
      connect: { lookup: options.hosts.lookup, timeout: timeoutMs },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      maxHeaderSize: maxHeaderBytes,
      keepAliveMaxTimeout: maxKeepAliveMs,
      connections: maxConnections,
      maxOrigins,
    });
    this.#server.maxConnections = maxConnections;
  }

  listen(port: number): Promise<number> {
    return listenOn(this.#server, port, "127.0.0.1");
  }

  close(): void {
    void closeServer(this.#server);
    void this.#agent.destroy();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fetching = new AbortController();
    // A source that answers slowly holds nothing beyond MediaMTX's own request.
    response.once("close", () => fetching.abort());
    const late = setTimeout(
      () => fetching.abort(new SourceError(`the source takes more than ${timeoutMs} ms to answer`)),
      timeoutMs,
    );
    try {
      const url = target(request.url ?? "");
      if (request.method !== "GET" || !url) {
        response.writeHead(404).end();
        return;
      }
      const found = await this.#fetch(url, request.headers, fetching.signal);
      await this.#answer(found, response, () => clearTimeout(late));
    } catch (error) {
      if (response.headersSent || response.destroyed) {
        response.destroy();
        return;
      }
      this.#options.refused(reasonOf(error));
      response.writeHead(502).end();
    } finally {
      clearTimeout(late);
    }
  }

  /** Follows redirects. @throws SourceError for a host that may not be asked */
  async #fetch(
    first: URL,
    headers: IncomingMessage["headers"],
    signal: AbortSignal,
  ): Promise<Found> {
    let url = first;
    for (let hop = 0; hop <= maxRedirects; hop++) {
      // An address is connected to without a look-up.
      await this.#options.hosts.resolve(url.hostname.replace(/^\[|\]$/g, ""));
      const answer = await this.#agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: "GET",
        headers: {
          "user-agent": "tak-media-infra",
          ...(headers.range ? { range: headers.range } : {}),
          ...(headers.authorization && this.#isSource(url)
            ? { authorization: headers.authorization }
            : {}),
        },
        signal,
      });
      if (!redirects.includes(answer.statusCode)) return { url, answer };
      // Its body is not waited for: it may have no end.
      answer.body.on("error", () => {}).destroy();
      url = redirected(String(answer.headers.location), url);
    }
    throw new SourceError(`the source redirects more than ${maxRedirects} times`);
  }

  /** @param streams called when what follows is media, which may take as long as it likes */
  async #answer(
    { url, answer }: Found,
    response: ServerResponse,
    streams: () => void,
  ): Promise<void> {
    const { statusCode, headers, body } = answer;
    const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const head = await readAtLeast(chunks, playlistStart.length);
    const kept: Record<string, string> = {};
    for (const name of ["content-type", "content-range"]) {
      const value = headers[name];
      if (typeof value === "string") kept[name] = value;
    }
    if (!head.toString("latin1").startsWith(playlistStart)) {
      streams();
      response.writeHead(statusCode, kept);
      await pipeline(whole(head, chunks), response);
      return;
    }
    const rest = await readAtLeast(chunks, maxPlaylistBytes + 1 - head.length);
    if (head.length + rest.length > maxPlaylistBytes) {
      body.destroy();
      throw new SourceError(`the source's playlist has more than ${maxPlaylistBytes} bytes`);
    }
    const text = Buffer.concat([head, rest]).toString("utf8");
    response.writeHead(statusCode, kept).end(rewritePlaylist(text, url, pathOf));
  }

  /** The login is for the source alone, not for where its playlists lead. */
  #isSource(url: URL): boolean {
    const { scheme, host, port } = this.#options.source;
    const name = host.includes(":") ? `[${host}]` : host;
    return url.origin === new URL(`${scheme}://${name}:${port}`).origin;
  }
}

interface Found {
  /** After all redirects. */
  readonly url: URL;
  readonly answer: Dispatcher.ResponseData;
}

/** The relay's path for a URL; undefined for what is neither http nor https. */
export function pathOf(url: URL): string | undefined {
  const { protocol, host, pathname, search } = url;
  if (protocol !== "http:" && protocol !== "https:") return undefined;
  return `/${protocol.slice(0, -1)}/${host}${pathname}${search}`;
}

/** The URL that a path of the relay stands for. */
function target(path: string): URL | undefined {
  const [, scheme, rest] = /^\/(https?)\/([^/].*)$/.exec(path) ?? [];
  const text = `${scheme}://${rest}`;
  if (rest === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.username === "" && url.password === "" ? url : undefined;
}

/** @throws SourceError when it is not an http or https URL */
function redirected(location: string, from: URL): URL {
  const found = parseUri(location, from);
  const url = found && target(pathOf(found) ?? "");
  if (url) return url;
  throw new SourceError(
    `the source redirects to what is no URL of http or https with at most ${maxUriLength} characters`,
  );
}

/** At least so many bytes, or all there are. */
async function readAtLeast(chunks: AsyncIterator<Buffer>, bytes: number): Promise<Buffer> {
  const read: Buffer[] = [];
  for (let length = 0; length < bytes; ) {
    const { value, done } = await chunks.next();
    if (done) break;
    read.push(value);
    length += value.length;
  }
  return Buffer.concat(read);
}

async function* whole(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* { [Symbol.asyncIterator]: () => chunks };
}
