import type { MediamtxClient, MediamtxResponse } from "../mediamtx/client";
import { redact } from "../mediamtx/redact";
import { monotonicMs } from "../process/monotonic";
import type { OpenSource, SourceRelays } from "../sources/sourceRelays";
import { isPulled, type PathSettings } from "./settings";

/**
 * Whose configuration it is: a lease's as the list of leases has it; CloudTAK's by its calls about a lease that
 * may not be in our list yet; or an administrator's.
 */
export type PathOwner = "lease" | "cloudtak" | "administrator";

export interface ConfiguredPath {
  readonly owner: PathOwner;
  readonly settings: PathSettings;
  /** By the monotonic clock. */
  readonly changedAt: number;
  /** False when MediaMTX has been restarted since and does not know it. */
  readonly isApplied: boolean;
}

interface Entry extends ConfiguredPath {
  readonly source: OpenSource | undefined;
}

/**
 * MediaMTX's path configurations. All are made here, so what MediaMTX has is known without asking: its list of
 * 500 would be megabytes. One is written at a time; answers hold no secret.
 *
 * Methods reject with a SourceError for a source that may not be pulled, and when MediaMTX does not answer.
 */
export class PathConfigurations {
  readonly #mediamtx: Pick<MediamtxClient, "forward">;
  readonly #sources: Pick<SourceRelays, "open">;
  readonly #entries = new Map<string, Entry>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(mediamtx: Pick<MediamtxClient, "forward">, sources: Pick<SourceRelays, "open">) {
    this.#mediamtx = mediamtx;
    this.#sources = sources;
  }

  list(): ReadonlyMap<string, ConfiguredPath> {
    for (const [path, entry] of this.#entries) {
      // MediaMTX pulls from a port that nothing listens on any more.
      if (entry.source?.isLost) this.#entries.set(path, { ...entry, isApplied: false });
    }
    return this.#entries;
  }

  /** 400 when there is one of the name. */
  add(path: string, settings: PathSettings, owner: PathOwner): Promise<MediamtxResponse> {
    return this.#write("POST", "add", path, settings, { settings, owner });
  }

  /** Adds it if there is none. @param opened what {@link openSource} has given, which is this call's from now on */
  replace(
    path: string,
    settings: PathSettings,
    owner: PathOwner,
    opened?: OpenSource,
  ): Promise<MediamtxResponse> {
    return this.#write("POST", "replace", path, settings, { settings, owner }, opened);
  }

  /** Whether these settings have a source for which there is no relay yet. */
  needsSource(path: string, settings: PathSettings): boolean {
    const entry = this.#entries.get(path);
    const isServed = entry?.settings.source === settings.source && !entry?.source?.isLost;
    return isPulled(settings) && !isServed;
  }

  /** A relay, unless the one that there is will do. @throws SourceError */
  async openSource(path: string, settings: PathSettings): Promise<OpenSource | undefined> {
    const { source } = settings;
    return source !== undefined && this.needsSource(path, settings)
      ? this.#sources.open(path, source)
      : undefined;
  }

  /** Changes single settings; the owner stays. */
  async patch(path: string, settings: PathSettings): Promise<MediamtxResponse> {
    const before = this.#entries.get(path);
    if (!before) return this.#change("PATCH", `patch/${path}`, settings);
    const all = { ...before.settings, ...settings };
    return this.#write("PATCH", "patch", path, settings, { settings: all, owner: before.owner });
  }

  /** 404 when there is none. */
  remove(path: string): Promise<MediamtxResponse> {
    return this.#inTurn(async () => {
      await this.#separateIdle(path);
      const answer = await this.#change("DELETE", `delete/${path}`);
      if (answer.status === 200 || answer.status === 404) {
        this.#entries.get(path)?.source?.close();
        this.#entries.delete(path);
      }
      return answer;
    });
  }

  /**
   * Makes a path that is not live differ from MediaMTX's catch-all path in more than its recording. If it differed in
   * that alone, it would stay under the catch-all when its configuration is deleted, forever if no client comes.
   */
  async #separateIdle(path: string): Promise<void> {
    if (this.#entries.get(path)?.settings.record !== true) return;
    const { status, body } = await this.#mediamtx.forward("GET", `/v3/paths/get/${path}`);
    const isIdle = status === 200 && (body as { ready?: unknown }).ready === false;
    if (isIdle) await this.#change("PATCH", `patch/${path}`, { maxReaders: 1 });
  }

  /** Has a path that is recorded begin another segment; nothing else about it changes. */
  splitRecording(path: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#entries.get(path)?.settings.record !== true) return;
      await this.#change("PATCH", `patch/${path}`, { record: false });
      await this.#change("PATCH", `patch/${path}`, { record: true });
    });
  }

  /** MediaMTX has been restarted and has none of them. */
  forget(): void {
    for (const [path, entry] of this.#entries) {
      this.#entries.set(path, { ...entry, isApplied: false });
    }
  }

  close(): void {
    for (const { source } of this.#entries.values()) source?.close();
    this.#entries.clear();
  }

  async #write(
    method: "POST" | "PATCH",
    call: string,
    path: string,
    settings: PathSettings,
    entry: Pick<Entry, "settings" | "owner">,
    given?: OpenSource,
  ): Promise<MediamtxResponse> {
    // Name servers are waited for before the turn, not within it.
    const opened = given ?? (await this.openSource(path, entry.settings));
    return this.#inTurn(async () => {
      const before = this.#entries.get(path);
      const source = opened ?? (isPulled(entry.settings) ? before?.source : undefined);
      let isKept = false;
      try {
        const answer = await this.#change(method, `${call}/${path}`, forMediamtx(settings, source));
        isKept = answer.status === 200;
        if (!isKept) return answer;
        if (before?.source !== source) before?.source?.close();
        this.#entries.set(path, { ...entry, source, changedAt: monotonicMs(), isApplied: true });
        return answer;
      } finally {
        if (!isKept) opened?.close();
      }
    });
  }

  async #change(
    method: "POST" | "PATCH" | "DELETE",
    call: string,
    body?: object,
  ): Promise<MediamtxResponse> {
    const answer = await this.#mediamtx.forward(method, `/v3/config/paths/${call}`, body);
    // MediaMTX repeats values that it does not like.
    return { status: answer.status, body: redact(answer.body) };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }
}

/**
 * The settings with the relay instead of the source. MediaMTX refuses a source beside a passphrase for
 * publishers, which paths have by default when SRT is encrypted; and a relay carries RTSP over TCP only.
 */
function forMediamtx(settings: PathSettings, source: OpenSource | undefined): PathSettings {
  if (!isPulled(settings) || !source) return settings;
  return { ...settings, source: source.url, srtPublishPassphrase: "", rtspTransport: "tcp" };
}
