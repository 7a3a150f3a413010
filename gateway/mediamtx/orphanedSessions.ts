import type { Log } from "../log";
import type { Sessions } from "../sessions/registry";
import type { MediamtxApi, MediamtxSession } from "./client";

const lookMs = 15_000;

/**
 * Ends what MediaMTX serves without the gateway's knowledge: nobody has decided about it, or its session was
 * cut. One that is unknown at two looks in a row is none that is just beginning or ending.
 */
export class Strangers {
  readonly #mediamtx: Pick<MediamtxApi, "sessions" | "kick">;
  readonly #sessions: Sessions;
  readonly #log: Log;
  readonly #timer = setInterval(() => void this.look(), lookMs).unref();
  #unknownBefore: ReadonlySet<string> = new Set();

  constructor(mediamtx: Pick<MediamtxApi, "sessions" | "kick">, sessions: Sessions, log: Log) {
    this.#mediamtx = mediamtx;
    this.#sessions = sessions;
    this.#log = log;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Never rejects: a MediaMTX that does not answer is the health check's matter. */
  async look(): Promise<void> {
    try {
      const { items: served, skipped } = await this.#mediamtx.sessions();
      if (skipped > 0)
        this.#log.warn({ skipped }, "paths of MediaMTX skipped: they cannot be read");
      const known = this.#sessions.mediamtxIds();
      const unknown = served.filter(({ id }) => !known.has(id));
      const before = this.#unknownBefore;
      this.#unknownBefore = new Set(unknown.map(({ id }) => id));
      await Promise.all(unknown.filter(({ id }) => before.has(id)).map((one) => this.#end(one)));
    } catch (error) {
      this.#log.debug({ err: error }, "MediaMTX did not list its sessions");
    }
  }

  async #end(stranger: MediamtxSession): Promise<void> {
    const { group, id, path } = stranger;
    await this.#mediamtx.kick(stranger);
    this.#log.warn({ group, session: id, stream: path }, "unknown session cut");
  }
}
