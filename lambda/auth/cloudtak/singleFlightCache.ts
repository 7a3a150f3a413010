import { LRUCache } from "lru-cache";

interface Kept<Value> {
  readonly value: Value;
  readonly askedAtMs: number;
  readonly untilMs: number;
  /** By the monotonic clock. */
  readonly askedAt: number;
}

/**
 * A bounded memory of answers in which equal questions share one flight. Objects are answers, all else is a
 * refusal: the two are kept apart, so that a flood of refusals displaces no answer. A failed flight is not
 * kept. An answer's life counts from when it was asked for and ends when the first of two clocks says so: the wall clock
 * may be set back, and the monotonic one may stand still while the instance is frozen. What was asked in the future was
 * asked before the clock was set back, and is not believed.
 */
export class Flights<Value> {
  readonly #answers: LRUCache<string, Kept<Value>>;
  readonly #refusals: LRUCache<string, Kept<Value>>;
  readonly #flights = new Map<string, Promise<Value>>();
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
    const kept = this.#kept(key);
    if (kept) return kept.value;
    return this.#flights.get(key) ?? this.#fly(key, ask);
  }

  /** What is known under a key without asking. */
  known(key: string): Value | undefined {
    return this.#kept(key)?.value;
  }

  forget(key: string): void {
    this.#answers.delete(key);
    this.#refusals.delete(key);
  }

  #kept(key: string): Kept<Value> | undefined {
    const kept = this.#answers.get(key) ?? this.#refusals.get(key);
    if (!kept) return undefined;
    const now = this.#now();
    const isOld = this.#monotonic() - kept.askedAt >= kept.untilMs - kept.askedAtMs;
    return kept.askedAtMs <= now && now < kept.untilMs && !isOld ? kept : undefined;
  }

  #fly(key: string, ask: () => Promise<Value>): Promise<Value> {
    const askedAtMs = this.#now();
    const askedAt = this.#monotonic();
    const flight = ask()
      .then((value) => {
        this.#keep(key, { value, askedAtMs, askedAt, untilMs: this.#untilMs(value, askedAtMs) });
        return value;
      })
      .finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
  }

  #keep(key: string, kept: Kept<Value>): void {
    this.forget(key);
    if (kept.untilMs <= this.#now()) return;
    const isAnswer = typeof kept.value === "object" && kept.value !== null;
    (isAnswer ? this.#answers : this.#refusals).set(key, kept);
  }
}
