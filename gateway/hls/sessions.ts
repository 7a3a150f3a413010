import { setMaxListeners } from "node:events";
import { isLoopback } from "../net/addresses";
import { monotonicMs } from "../process/monotonic";
import type { DisconnectReason } from "../sessions/disconnectReasons";
import type { Session } from "../sessions/session";

/** MediaMTX closes an HLS session 30 s after its last request, and so do we. */
const idleMs = 30_000;
const sweepMs = 1_000;

/**
 * 200 viewers behind one address, each with a player that starts over once and one that was closed and is still
 * remembered. Loopback, where bridges run, counts only in all.
 */
export const maxPerAddress = 600;
export const maxSessions = 6_000;

/** Browsers open up to six connections to a host, other players fewer; each that stalls holds buffers of the kernel. */
const maxRequests = 8;

/** One player on one stream: a session of the gateway bound to MediaMTX's secret of the same. */
export class HlsSession {
  readonly #abort = new AbortController();
  #requests = 0;
  #idleSince = monotonicMs();
  #session: Session | undefined;
  #openedBy: string | undefined;

  constructor(
    /** Stream name in the player's URLs; a lease path or name. */
    readonly stream: string,
    /**
     * Address at the start. MediaMTX ties a session to it, but players change theirs: mobile networks,
     * IPv4 beside IPv6. The secret in the URL is what counts.
     */
    readonly clientAddress: string,
  ) {
    // A player fetches several tracks and segments at once.
    setMaxListeners(0, this.#abort.signal);
  }

  /** Fires when the session ends; ends transfers under way. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The gateway's own. */
  get id(): string {
    return this.#session?.id ?? "";
  }

  /** Lease path. */
  get path(): string {
    return this.#session?.path ?? "";
  }

  /**
   * The handle for asking again whether the player may watch. A session that was opened by a handle keeps that one:
   * with a newer one, a URL that was passed on would never expire.
   */
  get handle(): string {
    return this.#openedBy ?? this.#session?.handle ?? "";
  }

  /** The handle in the URL by which it is opened. */
  openedBy(handle: string): void {
    this.#openedBy = handle;
  }

  get ended(): boolean {
    return this.#abort.signal.aborted;
  }

  /** As many requests are under way as a session may have. */
  get busy(): boolean {
    return this.#requests >= maxRequests;
  }

  /** Idle for MediaMTX's time, with no transfer under way. */
  get idle(): boolean {
    return this.#requests === 0 && monotonicMs() - this.#idleSince >= idleMs;
  }

  /** When it was last of use, by the monotonic clock; while a transfer is under way, that is never over. */
  get lastUsedAt(): number {
    return this.#requests > 0 ? Number.POSITIVE_INFINITY : this.#idleSince;
  }

  /** The authorizer has admitted the player. */
  admitted(session: Session): void {
    this.#session = session;
  }

  countBytes(bytes: number): void {
    if (this.#session) this.#session.bytesOut += bytes;
  }

  requestStarted(): void {
    this.#requests += 1;
  }

  requestEnded(): void {
    this.#requests -= 1;
    this.#idleSince = monotonicMs();
  }

  end(reason: DisconnectReason): void {
    if (this.ended) return;
    this.#abort.abort();
    this.#session?.end(reason);
  }
}

export interface HlsPlayback {
  readonly session: HlsSession;
  /** Digest of who asked for what; see {@link HlsSessions.ofClient}. */
  readonly client: string;
  /** By which MediaMTX knows the session; it never leaves the gateway. */
  readonly secret: string;
  /** The index playlist as MediaMTX gave it, with its secret in the URLs. */
  readonly playlist: string;
}

/** The players' sessions. A new one above the limits takes the place of that which was not used for longest. */
export class HlsSessions {
  readonly #byId = new Map<string, HlsPlayback>();
  readonly #byClient = new Map<string, HlsPlayback>();
  readonly #sweep = setInterval(() => this.#endIdle(), sweepMs).unref();

  add(playback: HlsPlayback): void {
    const { id } = playback.session;
    this.#makeRoom(playback.session.clientAddress);
    this.#byId.set(id, playback);
    this.#byClient.set(playback.client, playback);
    playback.session.signal.addEventListener("abort", () => {
      this.#byId.delete(id);
      if (this.#byClient.get(playback.client) === playback) this.#byClient.delete(playback.client);
    });
  }

  /** The live session of this id, which a child URL's signature vouches for. */
  ofId(id: string | undefined): HlsPlayback | undefined {
    return id === undefined ? undefined : this.#byId.get(id);
  }

  /** The live session of a player that fetches its index playlist once more. */
  ofClient(client: string): HlsPlayback | undefined {
    return this.#byClient.get(client);
  }

  close(): void {
    clearInterval(this.#sweep);
    for (const { session } of [...this.#byId.values()]) session.end("shutting-down");
  }

  #makeRoom(address: string): void {
    const all = [...this.#byId.values()].map(({ session }) => session);
    const sameAddress = all.filter(({ clientAddress }) => clientAddress === address);
    if (sameAddress.length >= maxPerAddress && !isLoopback(address)) endOldest(sameAddress);
    else if (all.length >= maxSessions) endOldest(all);
  }

  #endIdle(): void {
    for (const { session } of [...this.#byId.values()]) {
      if (session.idle) session.end("idle");
    }
  }
}

/** Of sessions that are all in use the first one. */
function endOldest([first, ...others]: readonly HlsSession[]): void {
  const older = (a: HlsSession, b: HlsSession) => (b.lastUsedAt < a.lastUsedAt ? b : a);
  if (first) others.reduce(older, first).end("evicted");
}
