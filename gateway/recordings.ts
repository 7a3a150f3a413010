import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Log } from "./log";
import { listPages, type MediamtxApi, MediamtxError } from "./mediamtx";

const lookMs = 60_000;

const recordingPath = z.object({
  name: z.string(),
  segments: z.array(z.object({ start: z.string() })),
});
const livePath = z.object({ name: z.string(), ready: z.boolean() });

interface Segment {
  readonly path: string;
  /** RFC 3339, as MediaMTX names it. */
  readonly start: string;
}

export interface RecordingsOptions {
  readonly folder: string;
  readonly maxBytes: number;
}

/**
 * Keeps recordings within their part of the disk: when they take more, the oldest segments go first. What is
 * being written stays. MediaMTX itself deletes by age only, and the disk holds the less hours the more is recorded.
 */
export class Recordings {
  readonly #mediamtx: Pick<MediamtxApi, "get" | "change">;
  readonly #options: RecordingsOptions;
  readonly #log: Log;
  readonly #timer = setInterval(() => void this.look(), lookMs).unref();

  constructor(mediamtx: Pick<MediamtxApi, "get" | "change">, options: RecordingsOptions, log: Log) {
    this.#mediamtx = mediamtx;
    this.#options = options;
    this.#log = log;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Never rejects: what cannot be deleted now is looked at again, and the next ones are deleted. */
  async look(): Promise<void> {
    const { folder, maxBytes } = this.#options;
    try {
      let bytes = await bytesIn(folder);
      if (bytes <= maxBytes) return;
      for (const { path, start } of await this.#finished()) {
        const query = new URLSearchParams({ path, start });
        try {
          await this.#mediamtx.change("DELETE", `/v3/recordings/deletesegment?${query}`);
        } catch (error) {
          if (!(error instanceof MediamtxError)) throw error;
          this.#log.error({ stream: path, start, reason: error.message }, "recording not deleted");
          continue;
        }
        bytes = await bytesIn(folder);
        this.#log.warn({ stream: path, start }, "recording deleted: the disk is full");
        if (bytes <= maxBytes) return;
      }
      this.#log.error({ bytes, maxBytes }, "recordings take more than their part of the disk");
    } catch (error) {
      const reason = error instanceof Error ? error.name : "unknown";
      this.#log.error({ reason }, "recordings cannot be measured");
    }
  }

  /** Oldest first. The last segment of a live path may be under way. */
  async #finished(): Promise<Segment[]> {
    const [recorded, paths] = await Promise.all([
      listPages(this.#mediamtx, "recordings", recordingPath),
      listPages(this.#mediamtx, "paths", livePath),
    ]);
    const skipped = recorded.skipped + paths.skipped;
    if (skipped > 0) this.#log.warn({ skipped }, "recordings skipped: they cannot be read");
    const live = new Set(paths.items.filter(({ ready }) => ready).map(({ name }) => name));
    return recorded.items
      .flatMap(({ name: path, segments }) => {
        const starts = segments.map(({ start }) => start);
        return (live.has(path) ? starts.slice(0, -1) : starts).map((start) => ({ path, start }));
      })
      .sort((one, other) => Date.parse(one.start) - Date.parse(other.start));
  }
}

/** Size of all files below a folder; 0 when there is none. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    },
  );
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(({ parentPath, name }) =>
      // One that has just been deleted takes nothing.
      stat(join(parentPath, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
