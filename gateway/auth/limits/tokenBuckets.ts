import { LRUCache } from "lru-cache";
import type { Clock } from "./clock";

/**
 * Bounds memory, about 200 bytes each. What is dropped is full again, so it must take longer to push a bucket out by
 * others than to wait for its tokens.
 */
const maxBuckets = 50_000;

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

export interface BucketLimits {
  /** Tokens of a full bucket. */
  readonly burst: number;
  /** Time in which a bucket gets one more. */
  readonly refillMs: number;
}

/** Token buckets by key. An unknown key has a full one. */
export class TokenBuckets {
  readonly #buckets = new LRUCache<string, Bucket>({ max: maxBuckets });
  readonly #limits: BucketLimits;
  readonly #clock: Pick<Clock, "now">;

  constructor(limits: BucketLimits, clock: Pick<Clock, "now">) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Milliseconds until there is a token, 0 when there is one. */
  waitMs(key: string): number {
    return Math.max(0, Math.ceil((1 - this.#tokens(key)) * this.#limits.refillMs));
  }

  /** Takes a token, the last fraction of one when there is none. */
  take(key: string): void {
    this.#set(key, Math.max(0, this.#tokens(key) - 1));
  }

  giveBack(key: string): void {
    this.#set(key, this.#tokens(key) + 1);
  }

  fill(key: string): void {
    this.#buckets.delete(key);
  }

  #tokens(key: string): number {
    const { burst, refillMs } = this.#limits;
    const bucket = this.#buckets.get(key);
    if (!bucket) return burst;
    const refilled = (this.#clock.now() - bucket.atMs) / refillMs;
    return Math.min(burst, bucket.tokens + refilled);
  }

  #set(key: string, tokens: number): void {
    if (tokens >= this.#limits.burst) this.#buckets.delete(key);
    else this.#buckets.set(key, { tokens, atMs: this.#clock.now() });
  }
}
