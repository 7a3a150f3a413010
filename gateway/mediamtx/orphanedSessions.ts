import type { Log } from "../log";
import type { SessionRegistry } from "../sessions/registry";
import type { MediamtxClient, MediamtxSession } from "./client";

const sweepIntervalMs = 15_000;

/**
 * Kicks what MediaMTX serves without a session of the gateway: it was never decided about, or its session was
 * disconnected. It must be unknown in two consecutive sweeps, so that a client that is just connecting or leaving is
 * not kicked.
 */
export class OrphanedSessionReaper {
  readonly #mediamtx: Pick<MediamtxClient, "sessions" | "kick">;
  readonly #sessions: SessionRegistry;
  readonly #log: Log;
  readonly #timer = setInterval(() => void this.sweep(), sweepIntervalMs).unref();
  #unknownBefore: ReadonlySet<string> = new Set();

  constructor(
    mediamtx: Pick<MediamtxClient, "sessions" | "kick">,
    sessions: SessionRegistry,
    log: Log,
  ) {
    this.#mediamtx = mediamtx;
    this.#sessions = sessions;
    this.#log = log;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Never rejects: a MediaMTX that does not answer is the health check's matter. */
  async sweep(): Promise<void> {
    try {
      const { items: served, skipped } = await this.#mediamtx.sessions();
      if (skipped > 0)
        this.#log.warn({ skipped }, "paths of MediaMTX skipped: they cannot be read");
      const known = this.#sessions.mediamtxIds();
      const unknown = served.filter(({ id }) => !known.has(id));
      const before = this.#unknownBefore;
      this.#unknownBefore = new Set(unknown.map(({ id }) => id));
      await Promise.all(unknown.filter(({ id }) => before.has(id)).map((one) => this.#kick(one)));
    } catch (error) {
      this.#log.debug({ err: error }, "MediaMTX did not list its sessions");
    }
  }

  async #kick(session: MediamtxSession): Promise<void> {
    const { group, id, path } = session;
    await this.#mediamtx.kick(session);
    this.#log.warn({ group, session: id, stream: path }, "orphaned session kicked");
  }
}
