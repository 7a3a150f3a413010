import { Pool } from "undici";
import { readText } from "./readText";

/** A list of a thousand paths with their tracks and readers is about 1 MiB. */
const maxAnswerBytes = 16 * 1024 * 1024;
const defaultTimeoutMs = 5_000;

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

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}
