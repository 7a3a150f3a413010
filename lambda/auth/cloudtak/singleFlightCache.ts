import { LRUCache } from "lru-cache";
import { SingleFlight } from "../../../shared/singleFlight";

interface Entry<Value> {
  readonly value: Value;
  readonly askedAtMs: number;
  readonly untilMs: number;
  /** By the monotonic clock. */
  readonly askedAt: number;
}

/**
 * A bounded cache in which concurrent requests for one key share one call. Objects are answers, everything else is a
 * refusal: each has a store of its own, so that a flood of refusals evicts no answer. A failed call is not cached. The
 * lifetime counts from the request and ends when the first of two clocks says so: the wall clock may be set back, and
 * the monotonic clock may stand still while the instance is frozen. An entry requested in the future was requested
 * before the clock was set back, and is ignored.
 */
export class SingleFlightCache<Value> {
  readonly #answers: LRUCache<string, Entry<Value>>;
  readonly #refusals: LRUCache<string, Entry<Value>>;
  readonly #inFlight = new SingleFlight<Value>();
  readonly #now: () => number;
  readonly #untilMs: (answer: Value, askedAtMs: number) => number;
  readonly #monotonic: () => number;

  /** `max` answers and as many refusals are kept. Times are in milliseconds, those of `untilMs` of the wall clock. */
  constructor(
    max: number,
    now: () => number,
    untilMs: (answer: Value, askedAtMs: number) => number,
    monotonic = () => performance.now(),
  ) {
    this.#answers = new LRUCache({ max });
    this.#refusals = new LRUCache({ max });
    this.#now = now;
    this.#untilMs = untilMs;
    this.#monotonic = monotonic;
  }

  async get(key: string, ask: () => Promise<Value>): Promise<Value> {
    const kept = this.#current(key);
    if (kept) return kept.value;
    return this.#inFlight.run(key, () => this.#fetch(key, ask));
  }

  /** The cached value, without a call. */
  peek(key: string): Value | undefined {
    return this.#current(key)?.value;
  }

  delete(key: string): void {
    this.#answers.delete(key);
    this.#refusals.delete(key);
  }

  #current(key: string): Entry<Value> | undefined {
    const kept = this.#answers.get(key) ?? this.#refusals.get(key);
    if (!kept) return undefined;
    const now = this.#now();
    const isOld = this.#monotonic() - kept.askedAt >= kept.untilMs - kept.askedAtMs;
    return kept.askedAtMs <= now && now < kept.untilMs && !isOld ? kept : undefined;
  }

  async #fetch(key: string, ask: () => Promise<Value>): Promise<Value> {
    const askedAtMs = this.#now();
    const askedAt = this.#monotonic();
    const value = await ask();
    this.#store(key, { value, askedAtMs, askedAt, untilMs: this.#untilMs(value, askedAtMs) });
    return value;
  }

  #store(key: string, kept: Entry<Value>): void {
    this.delete(key);
    if (kept.untilMs <= this.#now()) return;
    const isAnswer = typeof kept.value === "object" && kept.value !== null;
    (isAnswer ? this.#answers : this.#refusals).set(key, kept);
  }
}
