import type { Readable } from "node:stream";
import { Pool } from "undici";
import type { Ticket } from "../mediamtx/tickets";
import { readBody } from "../net/readBody";
import type { HlsSession } from "./sessions";

/** MediaMTX holds the index back until the first segment is there: a key frame interval and more. */
const headersTimeoutMs = 30_000;
const bodyTimeoutMs = 30_000;
/** Seven segments a playlist; an index has a line per track. */
export const maxPlaylistBytes = 1024 * 1024;

export interface MultivariantPlaylist {
  readonly status: number;
  readonly playlist: string;
  /** What child URLs carry as `session=`; undefined without a playlist. */
  readonly secret: string | undefined;
}

export interface MediaFile {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Readable;
}

/** MediaMTX's HLS server. Methods reject when it does not answer or the session ends. */
export class HlsUpstream {
  readonly #pool: Pool;

  constructor(port: number) {
    this.#pool = new Pool(`http://127.0.0.1:${port}`, {
      headersTimeout: headersTimeoutMs,
      bodyTimeout: bodyTimeoutMs,
    });
  }

  /**
   * Opens a session at MediaMTX. Asked as if after its cookie check but without the cookie, MediaMTX
   * does not redirect and puts `session=<secret>` into the child URLs, which every player keeps.
   */
  async multivariantPlaylist(
    path: string,
    ticket: Ticket,
    session: HlsSession,
  ): Promise<MultivariantPlaylist> {
    const login = Buffer.from(`${ticket.user}:${ticket.password}`).toString("base64");
    const { statusCode, body } = await this.#pool.request({
      method: "GET",
      path: `/${path}/index.m3u8?cookieCheck=1`,
      headers: { authorization: `Basic ${login}`, "x-forwarded-for": session.clientAddress },
      signal: session.signal,
    });
    const text = await readBody(body, maxPlaylistBytes);
    if (statusCode !== 200) return { status: statusCode, playlist: "", secret: undefined };
    const secret = /[?&]session=([0-9a-f-]{36})/.exec(text)?.[1];
    return { status: statusCode, playlist: text, secret };
  }

  /** Whether the first media playlist that an index names is there, for this session. */
  async serves(session: HlsSession, playlist: string): Promise<boolean> {
    const file = playlist.split("\n").find((line) => line !== "" && !line.startsWith("#"));
    if (file === undefined) return false;
    const { status, body } = await this.mediaFile(`/${session.path}/${file}`, undefined, session);
    body.resume();
    return status === 200;
  }

  /** Fetches a media playlist or segment. */
  async mediaFile(
    target: string,
    range: string | undefined,
    session: HlsSession,
  ): Promise<MediaFile> {
    const { statusCode, headers, body } = await this.#pool.request({
      method: "GET",
      path: target,
      headers: {
        "x-forwarded-for": session.clientAddress,
        ...(range === undefined ? {} : { range }),
      },
      signal: session.signal,
    });
    const kept: Record<string, string> = {};
    for (const name of ["content-type", "content-length", "content-range", "cache-control"]) {
      const value = headers[name];
      if (typeof value === "string") kept[name] = value;
    }
    return { status: statusCode, headers: kept, body };
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}
