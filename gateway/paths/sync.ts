import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { ListedLease } from "../../shared/authContract";
import { isLive } from "../auth/leases/leasePoller";
import type { Log } from "../log";
import { type MediamtxClient, MediamtxError } from "../mediamtx/client";
import { monotonicMs } from "../process/monotonic";
import { SourceError } from "../sources/source";
import type { PathConfigurations, PathOwner } from "./configurations";
import { fairOrder } from "./fairOrder";
import { type PathOperation, planPaths } from "./plan";
import { RetryBackoff } from "./retryBackoff";
import { isEveryPath, leaseSettings, type PathSettings } from "./settings";
import { SourceLookups } from "./sourceLookups";

/** Between two rounds of this many changes the plan is made anew. */
const batchSize = 8;
const maxPauseMs = 1_000;

const infoShape = z.object({ started: z.string().optional() });

/**
 * Keeps MediaMTX's path configurations in step with the leases that need one: those with a proxy or a recording.
 * It works through one plan at a time, in small rounds and never more than half of the time, because with each
 * path that MediaMTX has, adding the next one takes longer. Sources are opened beside the rounds, so that a round
 * waits for MediaMTX alone and for no name server.
 */
export class PathSync {
  readonly #paths: PathConfigurations;
  readonly #mediamtx: Pick<MediamtxClient, "get">;
  readonly #log: Log;
  readonly #backoff: RetryBackoff;
  readonly #lookups: SourceLookups;
  #leases: ReadonlyMap<string, ListedLease> = new Map();
  #askedAt = 0;
  #mediamtxStarted: string | undefined;
  #working: Promise<void> | undefined;
  /** There is news since the work under way has made its last plan. */
  #isStale = false;
  #closed = false;

  constructor(
    paths: PathConfigurations,
    mediamtx: Pick<MediamtxClient, "get">,
    log: Log,
    backoff = new RetryBackoff(),
  ) {
    this.#paths = paths;
    this.#mediamtx = mediamtx;
    this.#log = log;
    this.#backoff = backoff;
    this.#lookups = new SourceLookups(paths, () => this.#begin());
  }

  /** Takes a list of leases; work that has begun continues with it. */
  follow(leases: ReadonlyMap<string, ListedLease>, askedAt: number): void {
    this.#leases = leases;
    this.#askedAt = askedAt;
    this.#begin();
  }

  close(): void {
    this.#closed = true;
    this.#lookups.close();
  }

  #begin(): void {
    this.#isStale = this.#working !== undefined;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      if (this.#isStale && !this.#closed) this.#begin();
    });
  }

  /** Resolves when all is in step, but for what waits for its source. Never rejects: what MediaMTX does not take now is tried with the next list. */
  async #work(): Promise<void> {
    try {
      // A restart is of interest once something is configured, and is known by an earlier start.
      const isOfInterest = this.#mediamtxStarted === undefined || this.#paths.list().size > 0;
      if (!isOfInterest && this.#next().length === 0) return;
      await this.#noticeRestart();
      for (let round = this.#next(); round.length > 0 && !this.#closed; round = this.#next()) {
        const startedAt = monotonicMs();
        const done = await Promise.all(round.map((operation) => this.#apply(operation)));
        if (done.includes(false)) return;
        const workedMs = Math.floor(monotonicMs() - startedAt);
        if (workedMs > 0) {
          await sleep(Math.min(workedMs, maxPauseMs), undefined, { ref: false });
        }
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

  /** What can be done now; sources that are still to be opened begin to be. */
  #next(): PathOperation[] {
    this.#isStale = false;
    const plan = this.#plan();
    const wanted = new Map(plan.map((one) => [one.path, one]));
    this.#lookups.keepOnly((path, { source }) => {
      const operation = wanted.get(path);
      return operation?.kind === "replace" && operation.settings.source === source;
    });
    for (const operation of plan) {
      if (this.#lookups.isFull) break;
      if (operation.kind === "remove" || this.#isReady(operation)) continue;
      const { path, settings } = operation;
      this.#lookups.begin(path, settings, this.#ownerOf(path), this.#isRetry(operation));
    }
    return plan.filter((one) => this.#isReady(one)).slice(0, batchSize);
  }

  #plan(): PathOperation[] {
    const wanted = new Map<string, PathSettings>();
    for (const [path, lease] of this.#leases) {
      const settings = isLive(lease) && !isEveryPath(path) ? leaseSettings(lease) : undefined;
      if (settings && !this.#backoff.isPaused(path, settings)) wanted.set(path, settings);
    }
    const operations = planPaths(wanted, this.#paths.list(), this.#askedAt).filter(
      (one) => one.kind === "remove" || !this.#backoff.isPaused(one.path, one.settings),
    );
    return fairOrder(
      operations,
      (path) => this.#ownerOf(path),
      (one) => this.#isRetry(one),
    );
  }

  #ownerOf(path: string): string {
    return this.#leases.get(path)?.owner ?? "";
  }

  #isRetry(operation: PathOperation): boolean {
    return (
      operation.kind === "replace" && this.#backoff.isRetry(operation.path, operation.settings)
    );
  }

  #isReady(operation: PathOperation): boolean {
    if (operation.kind === "remove") return true;
    const { path, settings } = operation;
    return !this.#paths.needsSource(path, settings) || this.#lookups.isSettled(path, settings);
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
      this.#backoff.accepted(stream);
      this.#log.info({ stream }, "path configured");
    } else {
      this.#backoff.refused(stream, operation.settings);
      this.#log.warn({ stream, reason }, "path refused");
    }
    return true;
  }

  /** Why it was refused. */
  async #replace(
    path: string,
    settings: PathSettings,
    owner: PathOwner,
  ): Promise<string | undefined> {
    const outcome = this.#lookups.take(path, settings) ?? { source: undefined };
    if ("error" in outcome) return sourceReason(outcome.error);
    try {
      const { status } = await this.#paths.replace(path, settings, owner, outcome.source);
      return status === 200 ? undefined : `MediaMTX answered ${status}`;
    } catch (error) {
      if (error instanceof SourceError) return error.message;
      throw error;
    }
  }
}

/** The text of an unforeseen error may hold a source. */
function reasonOf(error: unknown): string {
  if (error instanceof MediamtxError) return error.message;
  return error instanceof Error ? error.name : "unknown";
}

const sourceReason = (error: unknown): string =>
  error instanceof SourceError
    ? error.message
    : `the source cannot be opened: ${error instanceof Error ? error.name : "unknown"}`;
