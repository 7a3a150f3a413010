import type { Attempt } from "./attempt";
import { keyOf } from "./clientAttempts";
import { Reservoir } from "./reservoir";

/** Tries that wait at a time, of one owner's passwords, from one address and in all. */
const maxPerOwner = 64;
const maxPerAddress = 256;
const maxInAll = 2_048;

export interface Waiting {
  readonly attempt: Attempt;
  readonly untilMs: number;
  /** Whether it may be sent. */
  readonly released: Promise<boolean>;
}

interface Entry extends Waiting {
  /** How many have wanted its place since it was free. */
  arrivals: number;
  readonly release: (isReleased: boolean) => void;
}

/**
 * Tries that wait for a token, at most one for each owner at each address. Where there are too many, chance decides who has
 * to go, and over all the address with most of them loses one.
 */
export class WaitingAttempts {
  readonly #random: () => number;
  readonly #byClient = new Map<string, Entry>();
  readonly #byOwner = new Map<string, Reservoir<Entry>>();
  readonly #byAddress = new Map<string, Reservoir<Entry>>();

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Whichever waits for this owner at this address. */
  of(attempt: Attempt): Waiting | undefined {
    return this.#byClient.get(keyOf(attempt));
  }

  get size(): number {
    return this.#byClient.size;
  }

  /** Whether others wait for a token that this one would take. */
  isAheadOf({ owner, address }: Attempt): boolean {
    return this.#byOwner.has(owner) || (address !== undefined && this.#byAddress.has(address));
  }

  shuffled(): Waiting[] {
    const entries = [...this.#byClient.values()];
    for (let last = entries.length - 1; last > 0; last--) {
      const other = Math.floor(this.#random() * (last + 1));
      [entries[last], entries[other]] = [entries[other] as Entry, entries[last] as Entry];
    }
    return entries;
  }

  add(attempt: Attempt, untilMs: number): Waiting {
    let release: (isReleased: boolean) => void = () => {};
    const released = new Promise<boolean>((resolve) => {
      release = resolve;
    });
    const previous = this.#byClient.get(keyOf(attempt));
    const arrivals = 1 + (previous?.arrivals ?? 0);
    const entry: Entry = { attempt, untilMs, released, release, arrivals };
    // Of several passwords of one client each has the same chance.
    if (previous && this.#random() * arrivals >= 1) {
      previous.arrivals = arrivals;
      release(false);
      return entry;
    }
    if (previous) this.end(previous, false);
    this.#byClient.set(keyOf(attempt), entry);
    this.#join(this.#byOwner, attempt.owner, maxPerOwner, entry);
    this.#join(this.#byAddress, attempt.address ?? "", maxPerAddress, entry);
    if (this.#byClient.size > maxInAll) this.#dropOne();
    return entry;
  }

  end(waiting: Waiting, isReleased: boolean): void {
    const { attempt } = waiting;
    const entry = this.#byClient.get(keyOf(attempt));
    if (entry !== waiting) return;
    this.#byClient.delete(keyOf(attempt));
    leave(this.#byOwner, attempt.owner, entry);
    leave(this.#byAddress, attempt.address ?? "", entry);
    entry.release(isReleased);
  }

  #join(groups: Map<string, Reservoir<Entry>>, key: string, max: number, entry: Entry): void {
    if (this.#byClient.get(keyOf(entry.attempt)) !== entry) return;
    const group = groups.get(key) ?? new Reservoir(max, this.#random);
    groups.set(key, group);
    const dropped = group.add(entry);
    if (dropped) this.end(dropped, false);
  }

  #dropOne(): void {
    let largest: Reservoir<Entry> | undefined;
    for (const group of this.#byAddress.values()) {
      if (group.size > (largest?.size ?? 0)) largest = group;
    }
    const dropped = largest?.any();
    if (dropped) this.end(dropped, false);
  }
}

function leave(groups: Map<string, Reservoir<Entry>>, key: string, entry: Entry): void {
  const group = groups.get(key);
  group?.remove(entry);
  if (group?.size === 0) groups.delete(key);
}
