import { LRUCache } from "lru-cache";
import { type PathSettings, sameSettings } from "./settings";

/** What was refused may be right later: the source's host has another address, or its name server is back. */
const firstDelayMs = 60_000;
const maxDelayMs = 16 * firstDelayMs;
/** About 300 bytes each. */
const maxPaths = 10_000;

interface Refusal {
  readonly settings: PathSettings;
  readonly delayMs: number;
  readonly retryAtMs: number;
}

/**
 * When path configurations that were refused are tried again: after a minute, then after twice as long each time,
 * up to 16 minutes. Other settings of the path are a first try.
 */
export class RetryBackoff {
  readonly #refusals = new LRUCache<string, Refusal>({ max: maxPaths });
  readonly #now: () => number;

  /** @param now milliseconds of a clock that is never set back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** These settings were refused at this path before. */
  isRetry(path: string, settings: PathSettings): boolean {
    return this.#refusalOf(path, settings) !== undefined;
  }

  /** It is too early to try them again. */
  isPaused(path: string, settings: PathSettings): boolean {
    return (this.#refusalOf(path, settings)?.retryAtMs ?? 0) > this.#now();
  }

  refused(path: string, settings: PathSettings): void {
    const before = this.#refusalOf(path, settings);
    const delayMs = before ? Math.min(2 * before.delayMs, maxDelayMs) : firstDelayMs;
    this.#refusals.set(path, { settings, delayMs, retryAtMs: this.#now() + delayMs });
  }

  accepted(path: string): void {
    this.#refusals.delete(path);
  }

  #refusalOf(path: string, settings: PathSettings): Refusal | undefined {
    const refusal = this.#refusals.get(path);
    return refusal && sameSettings(refusal.settings, settings) ? refusal : undefined;
  }
}
