import { LRUCache } from "lru-cache";

interface Entry<Value> {
  readonly flight: Promise<Value>;
  untilMs: number;
}

/**
 * A bounded memory of answers in which equal questions share one flight. A failed flight is forgotten at
 * once. The answer's life counts from when it was asked for: an instance may be frozen in between.
 */
export class Flights<Value> {
  readonly #entries: LRUCache<string, Entry<Value>>;
  readonly #now: () => number;
  readonly #untilMs: (answer: Value, askedAtMs: number) => number;

  constructor(
    max: number,
    now: () => number,
    untilMs: (answer: Value, askedAtMs: number) => number,
  ) {
    this.#entries = new LRUCache({ max });
    this.#now = now;
    this.#untilMs = untilMs;
  }

  get(key: string, ask: () => Promise<Value>): Promise<Value> {
    const known = this.#entries.get(key);
    if (known && this.#now() < known.untilMs) return known.flight;
    const askedAtMs = this.#now();
    const entry: Entry<Value> = { flight: ask(), untilMs: Number.POSITIVE_INFINITY };
    this.#entries.set(key, entry);
    entry.flight.then(
      (answer) => {
        entry.untilMs = this.#untilMs(answer, askedAtMs);
      },
      () => {
        this.forget(key, entry.flight);
      },
    );
    return entry.flight;
  }

  /** Forgets this very flight; a later one under the key stays. */
  forget(key: string, flight: Promise<Value>): void {
    if (this.#entries.peek(key)?.flight === flight) this.#entries.delete(key);
  }

  /** The answer or flight under a key that is still good. */
  peek(key: string): Promise<Value> | undefined {
    const known = this.#entries.peek(key);
    return known && this.#now() < known.untilMs ? known.flight : undefined;
  }
}
