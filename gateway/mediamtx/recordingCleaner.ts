import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Log } from "../log";
import type { PathConfigurations } from "../paths/configurations";
import { listPages, type MediamtxClient, MediamtxError } from "./client";

/**
 * The disk has 4 GiB more than recordings may take. To fill these between two runs, they would have to grow by 3.4 Gbit/s,
 * which is more than a task's network.
 */
const cleanIntervalMs = 10_000;

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
 * being written stays; where that alone is too much, it is split, so that the next run can delete it. MediaMTX itself
 * deletes by age only, and the disk holds the less hours the more is recorded.
 */
export class RecordingCleaner {
  readonly #mediamtx: Pick<MediamtxClient, "get" | "change">;
  readonly #paths: Pick<PathConfigurations, "splitRecording">;
  readonly #options: RecordingsOptions;
  readonly #log: Log;
  readonly #timer = setInterval(() => void this.clean(), cleanIntervalMs).unref();

  #isCleaning = false;

  constructor(
    mediamtx: Pick<MediamtxClient, "get" | "change">,
    paths: Pick<PathConfigurations, "splitRecording">,
    options: RecordingsOptions,
    log: Log,
  ) {
    this.#mediamtx = mediamtx;
    this.#paths = paths;
    this.#options = options;
    this.#log = log;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Never rejects: what cannot be deleted now is tried again by the next run, and the following segments are deleted. */
  async clean(): Promise<void> {
    if (this.#isCleaning) return;
    this.#isCleaning = true;
    await this.#clean();
    this.#isCleaning = false;
  }

  async #clean(): Promise<void> {
    const { folder, maxBytes } = this.#options;
    try {
      let bytes = await bytesIn(folder);
      if (bytes <= maxBytes) return;
      const { finished, live } = await this.#segments();
      for (const { path, start } of finished) {
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
      for (const path of live) await this.#paths.splitRecording(path);
      this.#log.error(
        { bytes, maxBytes, split: live },
        "recordings take more than their part of the disk",
      );
    } catch (error) {
      const reason = error instanceof Error ? error.name : "unknown";
      this.#log.error({ reason }, "recordings cannot be measured");
    }
  }

  /** Finished ones, oldest first, and the paths of others: the last segment of a live path may be under way. */
  async #segments(): Promise<{ finished: Segment[]; live: string[] }> {
    const [recorded, paths] = await Promise.all([
      listPages(this.#mediamtx, "recordings", recordingPath),
      listPages(this.#mediamtx, "paths", livePath),
    ]);
    const skipped = recorded.skipped + paths.skipped;
    if (skipped > 0) this.#log.warn({ skipped }, "recordings skipped: they cannot be read");
    const live = new Set(paths.items.filter(({ ready }) => ready).map(({ name }) => name));
    const finished = recorded.items
      .flatMap(({ name: path, segments }) => {
        const starts = segments.map(({ start }) => start);
        return (live.has(path) ? starts.slice(0, -1) : starts).map((start) => ({ path, start }));
      })
      .sort((one, other) => Date.parse(one.start) - Date.parse(other.start));
    const names = recorded.items.map(({ name }) => name);
    return { finished, live: names.filter((name) => live.has(name)) };
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
