/**
 * A bounded set in which each of those who have come since the last one left has the same chance to be: with many
 * arrivals neither the first nor the last are preferred. `random` gives a number from 0 to 1, 1 excluded.
 */
export class Reservoir<T> {
  readonly #max: number;
  readonly #random: () => number;
  readonly #entries: T[] = [];
  #arrivals = 0;

  constructor(max: number, random: () => number) {
    this.#max = max;
    this.#random = random;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Who has to go for it: another one, the new one itself, or undefined when there is room. */
  add(entry: T): T | undefined {
    this.#arrivals += 1;
    if (this.#entries.length < this.#max) {
      this.#entries.push(entry);
      return undefined;
    }
    const index = Math.floor(this.#random() * this.#arrivals);
    const previous = this.#entries[index];
    if (previous === undefined) return entry;
    this.#entries[index] = entry;
    return previous;
  }

  remove(entry: T): void {
    const index = this.#entries.indexOf(entry);
    if (index === -1) return;
    this.#entries.splice(index, 1);
    this.#arrivals = this.#entries.length;
  }

  any(): T | undefined {
    return this.#entries[Math.floor(this.#random() * this.#entries.length)];
  }
}
