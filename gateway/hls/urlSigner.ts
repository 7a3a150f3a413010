import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { monotonicMs } from "../process/monotonic";
import type { HlsRequest } from "./request";

/** A segment's URL serves for one to two of these. It stays the same for one, so that players keep what they have. */
const periodMs = 5 * 60_000;

const form = /^([\w-]{1,64})\.(\d{1,11})\.([\w-]{43})$/;

/** A child that may be fetched: of this session, under this stream name. */
export interface SignedScope {
  /** Session id, no secret. */
  readonly id: string;
  /** Stream name in the player's URLs. */
  readonly stream: string;
}

/**
 * What child URLs carry as `session=`: `<session id>.<end, in seconds>.<HMAC-SHA256>` under a key that lives and dies with
 * this process, whose monotonic clock the end is of. A playlist's has no end (0): players fetch the same URL for as long as they play, and it is void with
 * the session. A segment's ends within minutes and opens no playlist.
 */
export class UrlSigner {
  readonly #key = randomBytes(32);

  forPlaylists(scope: SignedScope): string {
    return this.#sign(scope, 0);
  }

  forSegments(scope: SignedScope): string {
    return this.#sign(scope, ((Math.floor(monotonicMs() / periodMs) + 2) * periodMs) / 1_000);
  }

  /** The id of the session that a request belongs to; undefined when it is not signed for what it asks. */
  sessionIdOf({ stream, file, query }: HlsRequest): string | undefined {
    const given = query.get("session") ?? "";
    const [, id = "", end = ""] = form.exec(given) ?? [];
    const isFor = isPlaylist(file) ? end === "0" : Number(end) * 1_000 > monotonicMs();
    if (!isFor) return undefined;
    const right = Buffer.from(this.#sign({ id, stream }, Number(end)));
    const shown = Buffer.from(given);
    return right.length === shown.length && timingSafeEqual(right, shown) ? id : undefined;
  }

  #sign({ id, stream }: SignedScope, endSeconds: number): string {
    const mac = createHmac("sha256", this.#key).update(`${id}.${endSeconds}.${stream}`);
    return `${id}.${endSeconds}.${mac.digest("base64url")}`;
  }
}

export const isPlaylist = (file: string): boolean => file.endsWith(".m3u8");
