import { type Dispatcher, Pool } from "undici";
import * as z from "zod";
import { withDeadline } from "./deadline";
import { readText } from "./readText";

/** A list of a thousand paths with their tracks and readers is about 1 MiB. */
const maxAnswerBytes = 16 * 1024 * 1024;
const defaultTimeoutMs = 5_000;
const changeTimeoutMs = 30_000;
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
/** Of what MediaMTX pulls or makes itself the id is "". */
const party = z.object({ type: z.string(), id: z.string() });
const pathParties = z.object({
  name: z.string(),
  source: party.nullable(),
  readers: z.array(party),
});

/** All items of one of MediaMTX's lists (`paths`, `recordings`). @throws as {@link MediamtxApi.get} does */
export async function listPages<T>(
  mediamtx: Pick<MediamtxApi, "get">,
  list: string,
  item: z.ZodType<T>,
): Promise<T[]> {
  const shape = z.object({ pageCount: z.number().int(), items: z.array(item) });
  const found: T[] = [];
  for (let page = 0, pages = 1; page < pages; page++) {
    const { body } = await mediamtx.get(`/v3/${list}/list?itemsPerPage=${pageSize}&page=${page}`);
    const { pageCount, items } = shape.parse(body);
    found.push(...items);
    pages = pageCount;
  }
  return found;
}

export interface MediamtxAnswer {
  readonly status: number;
  readonly body: unknown;
}

const notFound: MediamtxAnswer = { status: 404, body: { status: "error", error: "not found" } };

/** MediaMTX's API, with the Bearer token that its hook asks for. */
export class MediamtxApi {
  readonly #pool: Pool;
  readonly #token: string;

  constructor(port: number, token: string) {
    this.#pool = new Pool(`http://127.0.0.1:${port}`, { keepAliveTimeout: keepAliveTimeoutMs });
    this.#token = token;
  }

  /**
   * GET of a path with query, `/v3/paths/list?page=1`. Default timeout 5,000 ms.
   * @throws when MediaMTX does not answer in time, with more than 16 MiB or with something else than JSON.
   */
  get(target: string, timeoutMs = defaultTimeoutMs): Promise<MediamtxAnswer> {
    return this.#call("GET", target, undefined, timeoutMs);
  }

  /**
   * A call that changes something, with a body as JSON where it has one; it may take 30,000 ms, as adding a
   * path gets slow with their number.
   * @throws as {@link get} does.
   */
  change(
    method: "POST" | "PATCH" | "DELETE",
    target: string,
    body?: object,
  ): Promise<MediamtxAnswer> {
    return this.#call(method, target, body, changeTimeoutMs);
  }

  /** All that publish and read. Of those that do neither yet MediaMTX serves nothing. @throws as {@link get} */
  async sessions(): Promise<MediamtxSession[]> {
    const paths = await listPages(this, "paths", pathParties);
    return paths.flatMap(({ name, source, readers }) =>
      [...(source ? [source] : []), ...readers].flatMap(({ type, id }) =>
        isSessionType(type) ? [{ group: sessionGroups[type], id, path: name }] : [],
      ),
    );
  }

  /** Ends a session, if it is still there. @throws when MediaMTX does not answer in time */
  async kick({ group, id }: Pick<MediamtxSession, "group" | "id">): Promise<void> {
    await this.change("POST", `/v3/${group}/kick/${id}`);
  }

  #call(
    method: Dispatcher.HttpMethod,
    target: string,
    content: object | undefined,
    timeoutMs: number,
  ): Promise<MediamtxAnswer> {
    return withDeadline(timeoutMs, (signal) => this.#request(method, target, content, signal));
  }

  async #request(
    method: Dispatcher.HttpMethod,
    target: string,
    content: object | undefined,
    signal: AbortSignal,
  ): Promise<MediamtxAnswer> {
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
    const text = await readText(body, maxAnswerBytes);
    // Calls about a server that is switched off are unknown to MediaMTX, which it says as plain text.
    if (statusCode === 404 && !text.startsWith("{")) return notFound;
    return { status: statusCode, body: JSON.parse(text) };
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

const isSessionType = (type: string): type is SessionType => Object.hasOwn(sessionGroups, type);
