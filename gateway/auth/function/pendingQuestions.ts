import { addressKey } from "../limits/addressKey";

/** Beyond this the auth function is down, or the gateway is under attack. */
const maxPending = 10_000;
/** A page of the API's list of streams is up to a hundred questions. */
const maxPerAddress = 1_000;

/**
 * Questions that the auth function has not answered, by client address. When there are too many, the address with most of
 * them loses its oldest.
 */
export class PendingQuestions {
  readonly #byAddress = new Map<string, Set<() => void>>();
  #count = 0;

  /** `drop` is called when the question loses its place; the result gives the place back. */
  add(clientAddress: string, drop: () => void): () => void {
    const address = addressKey(clientAddress);
    const key = address ?? "loopback";
    const own = this.#byAddress.get(key);
    if (own && address !== undefined && own.size >= maxPerAddress) this.#dropOldest(key, own);
    else if (this.#count >= maxPending) this.#dropOldest(...this.#largest());
    // The function may be the same for two questions.
    const entry = () => drop();
    this.#byAddress.set(key, (this.#byAddress.get(key) ?? new Set()).add(entry));
    this.#count += 1;
    return () => this.#remove(key, entry);
  }

  #largest(): [string, Set<() => void>] {
    let largest: [string, Set<() => void>] = ["", new Set()];
    for (const one of this.#byAddress) if (one[1].size > largest[1].size) largest = one;
    return largest;
  }

  #dropOldest(key: string, entries: Set<() => void>): void {
    const [oldest] = entries;
    if (!oldest) return;
    this.#remove(key, oldest);
    oldest();
  }

  #remove(key: string, entry: () => void): void {
    const entries = this.#byAddress.get(key);
    if (!entries?.delete(entry)) return;
    this.#count -= 1;
    if (entries.size === 0) this.#byAddress.delete(key);
  }
}
