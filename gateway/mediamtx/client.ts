import { type Dispatcher, Pool } from "undici";
import * as z from "zod";
import { readBody } from "../net/readBody";
import { withTimeout } from "../process/timeout";
import { type Listed, readPages } from "./pages";

/** A list of a thousand paths with their tracks and readers is about 1 MiB. */
const maxResponseBytes = 16 * 1024 * 1024;
const defaultTimeoutMs = 5_000;
const changeTimeoutMs = 30_000;
const probeTimeoutMs = 1_000;
/** MediaMTX closes a connection without a call after 30 s; the health check comes more often, so one stays open. */
const keepAliveTimeoutMs = 25_000;

/** Types of publishers and readers in MediaMTX's list of paths, and the lists from which they can be kicked. */
const sessionGroups = {
  rtmpConn: "rtmpconns",
  rtspSession: "rtspsessions",
  srtConn: "srtconns",
  hlsSession: "hlssessions",
} as const;
type SessionType = keyof typeof sessionGroups;

/** A client that publishes or reads, as MediaMTX sees it. */
export interface MediamtxSession {
  readonly group: (typeof sessionGroups)[SessionType];
  readonly id: string;
  readonly path: string;
}

const pageSize = 1_000;
const listShape = z.object({ pageCount: z.number().int(), items: z.array(z.unknown()) });
/** Of what MediaMTX pulls or makes itself the id is "". */
const party = z.object({ type: z.string(), id: z.string() });
const pathParties = z.object({
  name: z.string(),
  source: party.nullable(),
  readers: z.array(party),
});

const pathTracks = z.object({ tracks: z.array(z.string()) });

/** MediaMTX has answered a call of the gateway's own with another status than 200. */
export class MediamtxError extends Error {
  override readonly name = "MediamtxError";
  readonly status: number;

  constructor(method: string, target: string, status: number) {
    super(`MediaMTX ${method} ${target.split("?")[0]} answered ${status}`);
    this.status = status;
  }
}

/**
 * All items of one of MediaMTX's lists (`paths`, `recordings`) but those that cannot be read, which are counted.
 * @throws as {@link MediamtxClient.get} does
 */
export async function listPages<T>(
  mediamtx: Pick<MediamtxClient, "get">,
  list: string,
  item: z.ZodType<T>,
): Promise<Listed<T>> {
  let unreadable = 0;
  const { items, skipped } = await readPages(async (page, itemsPerPage) => {
    const target = `/v3/${list}/list?itemsPerPage=${itemsPerPage}&page=${page}`;
    const { pageCount, items: given } = listShape.parse(await mediamtx.get(target));
    const readable = given.flatMap((one) => item.safeParse(one).data ?? []);
    unreadable += given.length - readable.length;
    return { items: readable, isLast: page + 1 >= pageCount };
  }, pageSize);
  return { items, skipped: skipped + unreadable };
}

/** MediaMTX's response, to be passed on: only its status tells what the body is. */
export interface MediamtxResponse {
  readonly status: number;
  readonly body: unknown;
}

const notFound: MediamtxResponse = { status: 404, body: { status: "error", error: "not found" } };

/** MediaMTX's API, with the Bearer token that its hook asks for. */
export class MediamtxClient {
  readonly #pool: Pool;
  readonly #token: string;

  constructor(port: number, token: string) {
    this.#pool = new Pool(`http://127.0.0.1:${port}`, { keepAliveTimeout: keepAliveTimeoutMs });
    this.#token = token;
  }

  /**
   * Body of a GET of a path with query, `/v3/paths/list?page=1`. Default timeout 5,000 ms.
   * @throws MediamtxError unless the status is 200; another Error when MediaMTX does not answer in time, with more
   * than 16 MiB or with something else than JSON.
   */
  get(target: string, timeoutMs = defaultTimeoutMs): Promise<unknown> {
    return this.#requireOk("GET", target, timeoutMs);
  }

  /** A call that changes something, for the gateway itself. @throws as {@link get} does. */
  async change(method: "POST" | "PATCH" | "DELETE", target: string): Promise<void> {
    await this.#requireOk(method, target, changeTimeoutMs);
  }

  /**
   * MediaMTX's answer whatever its status, to be passed on. Timeout 5,000 ms for GET and 30,000 ms for a change, as adding
   * a path gets slow with their number.
   * @throws when MediaMTX does not answer in time, with more than 16 MiB or with something else than JSON.
   */
  forward(
    method: "GET" | "POST" | "PATCH" | "DELETE",
    target: string,
    content?: object,
    timeoutMs = method === "GET" ? defaultTimeoutMs : changeTimeoutMs,
  ): Promise<MediamtxResponse> {
    return withTimeout(timeoutMs, (signal) => this.#request(method, target, content, signal));
  }

  /** Whether MediaMTX answers within a second. Never rejects. */
  async isReachable(): Promise<boolean> {
    try {
      await this.get("/v3/info", probeTimeoutMs);
      return true;
    } catch {
      return false;
    }
  }

  /** All that publish and read. Of those that do neither yet MediaMTX serves nothing. @throws as {@link get} */
  async sessions(): Promise<Listed<MediamtxSession>> {
    const paths = await listPages(this, "paths", pathParties);
    const items = paths.items.flatMap(({ name, source, readers }) =>
      [...(source ? [source] : []), ...readers].flatMap(({ type, id }) =>
        isSessionType(type) ? [{ group: sessionGroups[type], id, path: name }] : [],
      ),
    );
    return { items, skipped: paths.skipped };
  }

  /** Codecs of a live path. @throws as {@link get} */
  async tracksOf(path: string): Promise<readonly string[]> {
    return pathTracks.parse(await this.get(`/v3/paths/get/${path}`)).tracks;
  }

  /** Ends a session, if it is still there. @throws as {@link get} does, but not for a session that is gone. */
  async kick({ group, id }: Pick<MediamtxSession, "group" | "id">): Promise<void> {
    try {
      await this.change("POST", `/v3/${group}/kick/${id}`);
    } catch (error) {
      if (!(error instanceof MediamtxError && error.status === 404)) throw error;
    }
  }

  async #requireOk(
    method: "GET" | "POST" | "PATCH" | "DELETE",
    target: string,
    timeoutMs: number,
  ): Promise<unknown> {
    const { status, body } = await this.forward(method, target, undefined, timeoutMs);
    if (status !== 200) throw new MediamtxError(method, target, status);
    return body;
  }

  async #request(
    method: Dispatcher.HttpMethod,
    target: string,
    content: object | undefined,
    signal: AbortSignal,
  ): Promise<MediamtxResponse> {
    const { statusCode, body } = await this.#pool.request({
      method,
      path: target,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(content ? { "content-type": "application/json" } : {}),
      },
      body: content ? JSON.stringify(content) : null,
      signal,
    });
    const text = await readBody(body, maxResponseBytes);
    // Calls about a server that is switched off are unknown to MediaMTX, which it says as plain text.
    if (statusCode === 404 && !text.startsWith("{")) return notFound;
    return { status: statusCode, body: JSON.parse(text) };
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

const isSessionType = (type: string): type is SessionType => Object.hasOwn(sessionGroups, type);
