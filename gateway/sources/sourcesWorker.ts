import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Log } from "../log";
import { SourceError } from "./source";
import type { OpenSource } from "./sourceRelays";

export type SourcesCommand =
  /** `port` is that of a relay which a worker before this one has served. */
  | {
      readonly kind: "open";
      readonly id: number;
      readonly path: string;
      readonly url: string;
      readonly port: number | undefined;
    }
  | { readonly kind: "close"; readonly id: number }
  | { readonly kind: "ping"; readonly id: number };

export type SourcesEvent =
  | { readonly kind: "opened"; readonly id: number; readonly url: string; readonly port: number }
  | { readonly kind: "failed"; readonly id: number; readonly reason: string }
  | { readonly kind: "refused"; readonly path: string; readonly reason: string }
  | { readonly kind: "pong"; readonly id: number };

/** What the worker is started with. */
export interface SourcesData {
  /** Private networks that may be pulled from. */
  readonly trustedSourceCidrs: readonly string[];
}

interface Entry {
  readonly path: string;
  readonly url: string;
  /** Set once it is open. */
  port?: number;
  isLost: boolean;
  readonly opened: (event: { url: string; port: number }) => void;
  readonly failed: (reason: string) => void;
}

/** Of V8's heap; what sockets have read comes on top, and is bounded by the relays. */
export const sourcesResourceLimits = {
  maxOldGenerationSizeMb: 64,
  maxYoungGenerationSizeMb: 4,
  stackSizeMb: 2,
};
const pingIntervalMs = 5_000;
const maxUnansweredPings = 4;
const firstRestartDelayMs = 100;
const maxRestartDelayMs = 5_000;
/** A worker that has lived for so long is not part of a series of failures. */
const settledMs = 60_000;

/** Beside this file, in the bundle as in the sources. */
const program = join(__dirname, `sourcesMain${extname(__filename)}`);

export const startSourcesWorker = (workerData: SourcesData) =>
  new Worker(program, { resourceLimits: sourcesResourceLimits, workerData });

/**
 * Sources in a thread of their own, with memory of their own: what a source answers is parsed and relayed there, so
 * that it can hold neither the event loop nor the memory of the clients' streams. The thread starts with the first
 * source. When it ends, or does not answer, another one takes over its relays on the ports that MediaMTX knows.
 */
export class SourcesWorker {
  readonly #log: Log;
  readonly #start: () => Worker;
  readonly #entries = new Map<number, Entry>();
  #lastId = 0;
  #worker: Worker | undefined;
  #startedAtMs = 0;
  #restartDelayMs = firstRestartDelayMs;
  #restart: NodeJS.Timeout | undefined;
  #unansweredPings = 0;
  readonly #pings = setInterval(() => this.#ping(), pingIntervalMs).unref();
  #closed = false;

  /** @param start runs gateway/sources/sourcesMain.ts, see {@link startSourcesWorker}; tests have their own way to */
  constructor(log: Log, start: () => Worker) {
    this.#log = log;
    this.#start = start;
  }

  /** @throws SourceError that says why MediaMTX may not pull from it, and repeats nothing of the URL */
  open(path: string, url: string): Promise<OpenSource> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const entry: Entry = {
        path,
        url,
        isLost: false,
        opened: (event) => resolve(this.#openSource(id, entry, event)),
        failed: (reason) => reject(new SourceError(reason)),
      };
      if (this.#closed) {
        entry.failed("the gateway is closing");
        return;
      }
      this.#entries.set(id, entry);
      if (this.#worker) this.#post({ kind: "open", id, path, url, port: undefined });
      else if (!this.#restart) this.#run();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#pings);
    clearTimeout(this.#restart);
    this.#failPending("the gateway is closing");
    await this.#worker?.terminate();
  }

  #openSource(id: number, entry: Entry, { url, port }: { url: string; port: number }): OpenSource {
    return {
      url,
      port,
      get isLost() {
        return entry.isLost;
      },
      close: () => {
        if (this.#entries.delete(id)) this.#post({ kind: "close", id });
      },
    };
  }

  #run(): void {
    this.#restart = undefined;
    const worker = this.#start();
    this.#worker = worker;
    this.#startedAtMs = performance.now();
    this.#unansweredPings = 0;
    worker.on("message", (event: SourcesEvent) => this.#handle(event));
    worker.on("error", (error) => this.#log.error(describe(error), "sources worker failed"));
    worker.once("exit", (code) => this.#ended(code));
    for (const [id, { path, url, port }] of this.#entries) {
      this.#post({ kind: "open", id, path, url, port });
    }
  }

  #ended(code: number): void {
    this.#worker = undefined;
    if (this.#closed) return;
    // One of these may have ended it: their callers try them again later.
    this.#failPending("the source cannot be opened: the sources worker has ended");
    const hadSettled = performance.now() - this.#startedAtMs > settledMs;
    const delayMs = hadSettled ? firstRestartDelayMs : this.#restartDelayMs;
    this.#restartDelayMs = Math.min(2 * delayMs, maxRestartDelayMs);
    const detail = { code, sources: this.#entries.size, delayMs };
    this.#log.error(detail, "sources worker ended and is started again");
    this.#restart = setTimeout(() => this.#run(), delayMs).unref();
  }

  #handle(event: SourcesEvent): void {
    switch (event.kind) {
      case "opened": {
        const entry = this.#entries.get(event.id);
        if (entry) {
          entry.port = event.port;
          entry.opened(event);
        }
        return;
      }
      case "failed":
        this.#failed(event.id, event.reason);
        return;
      case "refused":
        this.#log.warn({ stream: event.path, reason: event.reason }, "source refused");
        return;
      case "pong":
        this.#unansweredPings = 0;
    }
  }

  #failed(id: number, reason: string): void {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    if (entry?.port === undefined) {
      entry?.failed(reason);
      return;
    }
    entry.isLost = true;
    this.#log.warn({ stream: entry.path, reason }, "source lost; its path is configured again");
  }

  #failPending(reason: string): void {
    for (const [id, { port }] of this.#entries) if (port === undefined) this.#failed(id, reason);
  }

  /** What holds the worker's event loop for longer than this may hold it for good. */
  #ping(): void {
    if (!this.#worker) return;
    if (this.#unansweredPings >= maxUnansweredPings) {
      this.#log.error({ unansweredPings: this.#unansweredPings }, "sources worker does not answer");
      void this.#worker.terminate();
      return;
    }
    this.#unansweredPings += 1;
    this.#post({ kind: "ping", id: 0 });
  }

  #post(command: SourcesCommand): void {
    this.#worker?.postMessage(command);
  }
}

/** The message of an error may hold the address or the login of a source; its code and its stack do not. */
function describe(error: Error): object {
  const { code, name } = error as NodeJS.ErrnoException;
  const stack = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return { reason: code ?? name, stack: stack.slice(0, 10) };
}
