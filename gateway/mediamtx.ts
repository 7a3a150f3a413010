import { Pool } from "undici";
import { z } from "zod";
import { readText } from "./readText";

/** A list of a thousand paths with their tracks and readers is about 1 MiB. */
const maxAnswerBytes = 16 * 1024 * 1024;
const defaultTimeoutMs = 5_000;

/** Lists of MediaMTX's API whose entries can be kicked. */
const sessionGroups = ["rtmpconns", "rtspsessions", "srtconns", "hlssessions"] as const;
type SessionGroup = (typeof sessionGroups)[number];

/** A client as MediaMTX sees it. */
export interface MediamtxSession {
  readonly group: SessionGroup;
  readonly id: string;
  /** "" while it has said nothing. */
  readonly path: string;
  readonly remoteAddr: string;
}

const pageSize = 1_000;
const sessionPage = z.object({
  pageCount: z.number().int(),
  items: z.array(z.object({ id: z.uuid(), path: z.string(), remoteAddr: z.string() })),
});

export interface MediamtxAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** MediaMTX's API, with the Bearer token that its hook asks for. */
export class MediamtxApi {
  readonly #pool: Pool;
  readonly #token: string;

  constructor(port: number, token: string) {
    this.#pool = new Pool(`http://127.0.0.1:${port}`);
    this.#token = token;
  }

  /**
   * GET of a path with query, `/v3/paths/list?page=1`. Default timeout 5,000 ms.
   * @throws when MediaMTX does not answer in time, with more than 16 MiB or with something else than JSON.
   */
  async get(target: string, timeoutMs = defaultTimeoutMs): Promise<MediamtxAnswer> {
    const { statusCode, body } = await this.#pool.request({
      method: "GET",
      path: target,
      headers: { authorization: `Bearer ${this.#token}` },
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: statusCode, body: JSON.parse(await readText(body, maxAnswerBytes)) };
  }

  /** All that publish and watch, over all pages of all protocols. @throws as {@link get} */
  async sessions(): Promise<MediamtxSession[]> {
    return (await Promise.all(sessionGroups.map((group) => this.#list(group)))).flat();
  }

  /** Ends a session, if it is still there. @throws when MediaMTX does not answer in time */
  async kick({ group, id }: Pick<MediamtxSession, "group" | "id">): Promise<void> {
    const { body } = await this.#pool.request({
      method: "POST",
      path: `/v3/${group}/kick/${id}`,
      headers: { authorization: `Bearer ${this.#token}` },
      signal: AbortSignal.timeout(defaultTimeoutMs),
    });
    await body.dump();
  }

  async #list(group: SessionGroup): Promise<MediamtxSession[]> {
    const found: MediamtxSession[] = [];
    for (let page = 0, pages = 1; page < pages; page++) {
      const { body } = await this.get(`/v3/${group}/list?itemsPerPage=${pageSize}&page=${page}`);
      const { pageCount, items } = sessionPage.parse(body);
      found.push(...items.map((item) => ({ group, ...item })));
      pages = pageCount;
    }
    return found;
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}
