import { setTimeout as sleep } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import * as z from "zod";
import type { ListedLease } from "../../lambda/auth/contract";
import { isLive } from "../leases";
import type { Log } from "../log";
import { type MediamtxApi, MediamtxError } from "../mediamtx";
import { SourceFault } from "../sources/source";
import type { PathConfigurations, PathOwner } from "./configurations";
import { type PathOperation, planPaths } from "./plan";
import { isEveryPath, leaseSettings, type PathSettings, sameSettings } from "./settings";

/** Sources whose name servers are waited for together; between two such rounds the plan is made anew. */
const batchSize = 8;
const maxPauseMs = 1_000;
/** What was refused may be right later: the source's host has another address, or its name server is back. */
const refusedMs = 60_000;
const maxRefused = 10_000;

const infoShape = z.object({ started: z.string().optional() });

/**
 * Keeps MediaMTX's path configurations in step with the leases that need one: those with a proxy or a recording.
 * It works through one plan at a time, in small rounds and never more than half of the time, because with each
 * path that MediaMTX has, adding the next one takes longer.
 */
export class PathSync {
  readonly #paths: PathConfigurations;
  readonly #mediamtx: Pick<MediamtxApi, "get">;
  readonly #log: Log;
  /** Path -> the settings that were refused there. */
  readonly #refused = new LRUCache<string, PathSettings>({ max: maxRefused, ttl: refusedMs });
  #leases: ReadonlyMap<string, ListedLease> = new Map();
  #askedAt = 0;
  #mediamtxStarted: string | undefined;
  #working: Promise<void> | undefined;
  #closed = false;

  constructor(paths: PathConfigurations, mediamtx: Pick<MediamtxApi, "get">, log: Log) {
    this.#paths = paths;
    this.#mediamtx = mediamtx;
    this.#log = log;
  }

  /** Takes a list of leases; what has begun goes on by it. */
  follow(leases: ReadonlyMap<string, ListedLease>, askedAt: number): void {
    this.#leases = leases;
    this.#askedAt = askedAt;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  close(): void {
    this.#closed = true;
  }

  /** Resolves when all is in step. Never rejects: what MediaMTX does not take now is tried with the next list. */
  async #work(): Promise<void> {
    try {
      // A restart is of interest once something is configured, and is known by an earlier start.
      const isOfInterest = this.#mediamtxStarted === undefined || this.#paths.list().size > 0;
      if (!isOfInterest && this.#next().length === 0) return;
      await this.#noticeRestart();
      for (let round = this.#next(); round.length > 0 && !this.#closed; round = this.#next()) {
        const startedAt = Date.now();
        const done = await Promise.all(round.map((operation) => this.#apply(operation)));
        if (done.includes(false)) return;
        await sleep(Math.min(Date.now() - startedAt, maxPauseMs), undefined, { ref: false });
      }
    } catch (error) {
      if (this.#closed) return;
      this.#log.warn({ reason: reasonOf(error) }, "paths not in step with leases");
    }
  }

  /** MediaMTX keeps path configurations in memory only. */
  async #noticeRestart(): Promise<void> {
    const { started } = infoShape.parse(await this.#mediamtx.get("/v3/info"));
    if (started === undefined) return;
    if (this.#mediamtxStarted !== undefined && this.#mediamtxStarted !== started) {
      this.#log.warn("MediaMTX was restarted; its paths are configured again");
      this.#paths.forget();
    }
    this.#mediamtxStarted = started;
  }

  #next(): PathOperation[] {
    const wanted = new Map<string, PathSettings>();
    for (const [path, lease] of this.#leases) {
      const settings = isLive(lease) && !isEveryPath(path) ? leaseSettings(lease) : undefined;
      if (settings && !this.#isRefused(path, settings)) wanted.set(path, settings);
    }
    return planPaths(wanted, this.#paths.list(), this.#askedAt)
      .filter((one) => one.kind === "remove" || !this.#isRefused(one.path, one.settings))
      .slice(0, batchSize);
  }

  #isRefused(path: string, settings: PathSettings): boolean {
    const refused = this.#refused.get(path);
    return refused !== undefined && sameSettings(refused, settings);
  }

  /** False when a path could not be removed. What MediaMTX refuses to take is not tried again at once. */
  async #apply(operation: PathOperation): Promise<boolean> {
    const { path: stream } = operation;
    if (operation.kind === "remove") {
      const { status } = await this.#paths.remove(stream);
      const isGone = status === 200 || status === 404;
      if (isGone) this.#log.info({ stream }, "path configuration removed");
      return isGone;
    }
    const reason = await this.#replace(stream, operation.settings, operation.owner);
    if (reason === undefined) {
      this.#log.info({ stream }, "path configured");
    } else {
      this.#log.warn({ stream, reason }, "path refused");
      this.#refused.set(stream, operation.settings);
    }
    return true;
  }

  /** Why it was refused. */
  async #replace(
    path: string,
    settings: PathSettings,
    owner: PathOwner,
  ): Promise<string | undefined> {
    try {
      const { status } = await this.#paths.replace(path, settings, owner);
      return status === 200 ? undefined : `MediaMTX answered ${status}`;
    } catch (error) {
      if (error instanceof SourceFault) return error.message;
      throw error;
    }
  }
}

/** The text of an unforeseen error may hold a source. */
function reasonOf(error: unknown): string {
  if (error instanceof MediamtxError) return error.message;
  return error instanceof Error ? error.name : "unknown";
}
