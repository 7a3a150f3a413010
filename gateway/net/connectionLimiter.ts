import { plainAddress } from "./proxyProtocol";
import { type HeldBytes, UndecidedMemory } from "./undecidedMemory";

export interface PlaceLimits {
  /** Connections of admitted clients, in all and per address. */
  readonly admitted: number;
  readonly admittedPerAddress: number;
  /** Connections of clients that nobody has decided about yet, in all and per address. */
  readonly waiting: number;
  readonly waitingPerAddress: number;
}

/**
 * One connection per stream: far more than one task can serve, two file descriptors each of Fargate's 65,535. A whole
 * team behind one mobile or satellite address fits.
 */
export const streamLimits: PlaceLimits = {
  admitted: 2_000,
  admittedPerAddress: 200,
  waiting: 2_000,
  waitingPerAddress: 200,
};

/** Browsers open up to six connections each: 200 viewers behind one address fit. */
export const httpLimits: PlaceLimits = {
  admitted: 6_000,
  admittedPerAddress: 1_200,
  waiting: 2_000,
  waitingPerAddress: 600,
};

export const isLoopback = (address: string): boolean =>
  /^(?:127\.|::1$)/.test(plainAddress(address));

/** The place of one connection. */
export interface Place {
  /** The client was let in: nobody is preferred to it any more. */
  admit(): void;
  /** Bytes that the gateway holds for a client that is not decided about. */
  hold(bytes: number): void;
  /** The connection has ended. */
  leave(): void;
}

interface Guest {
  /** Counts up: who came later has more. */
  readonly number: number;
  readonly drop: () => void;
  readonly held: HeldBytes;
}

/**
 * Counts connections, in all and per client address; loopback, where bridges run, only in all. Clients that wait for a
 * decision have places of their own: when these are taken, a newcomer gets the oldest of the address that has most, so
 * that whoever fills them loses his own. No admitted client is ever dropped.
 */
export class Places {
  readonly #limits: PlaceLimits;
  readonly #memory: UndecidedMemory;
  readonly #waiting = new Map<string, Set<Guest>>();
  readonly #admitted = new Map<string, number>();
  #waitingCount = 0;
  #admittedCount = 0;
  #number = 0;

  /** `memory` is shared with other servers. */
  constructor(limits: PlaceLimits, memory = new UndecidedMemory()) {
    this.#limits = limits;
    this.#memory = memory;
  }

  /**
   * A place among those who wait; undefined when there is none for an admitted client. `drop` is to end the connection,
   * when its place goes to another one.
   */
  take(address: string, drop: () => void): Place | undefined {
    const { admitted, admittedPerAddress } = this.#limits;
    const known = this.#admitted.get(address) ?? 0;
    if (this.#admittedCount >= admitted) return undefined;
    if (known >= admittedPerAddress && !isLoopback(address)) return undefined;
    this.#makeRoom(address);
    const evict = () => {
      if (this.#remove(address, guest)) drop();
    };
    const held = this.#memory.open(address, evict);
    const guest: Guest = { number: this.#number++, drop, held };
    const neighbours = this.#waiting.get(address) ?? new Set();
    this.#waiting.set(address, neighbours.add(guest));
    this.#waitingCount += 1;
    let isAdmitted = false;
    return {
      admit: () => {
        if (!this.#remove(address, guest)) return;
        isAdmitted = true;
        this.#countAdmitted(address, 1);
      },
      hold: (bytes) => held.set(bytes),
      leave: () => {
        if (isAdmitted) this.#countAdmitted(address, -1);
        else this.#remove(address, guest);
        isAdmitted = false;
      },
    };
  }

  #makeRoom(address: string): void {
    const { waiting, waitingPerAddress } = this.#limits;
    const neighbours = this.#waiting.get(address);
    if (neighbours && neighbours.size >= waitingPerAddress && !isLoopback(address)) {
      this.#dropOldest(address, neighbours);
    } else if (this.#waitingCount >= waiting) {
      this.#dropOldest(...this.#largestCrowd());
    }
  }

  /** Of equal ones that with the oldest guest. */
  #largestCrowd(): [string, Set<Guest>] {
    let largest: [string, Set<Guest>] = ["", new Set()];
    for (const crowd of this.#waiting) {
      const more = crowd[1].size - largest[1].size;
      if (more > 0 || (more === 0 && oldest(crowd[1]) < oldest(largest[1]))) largest = crowd;
    }
    return largest;
  }

  #dropOldest(address: string, guests: Set<Guest>): void {
    const [first] = guests;
    if (!first) return;
    this.#remove(address, first);
    first.drop();
  }

  /** False when the guest waits no longer. */
  #remove(address: string, guest: Guest): boolean {
    const neighbours = this.#waiting.get(address);
    if (!neighbours?.delete(guest)) return false;
    guest.held.release();
    this.#waitingCount -= 1;
    if (neighbours.size === 0) this.#waiting.delete(address);
    return true;
  }

  #countAdmitted(address: string, change: 1 | -1): void {
    this.#admittedCount += change;
    const count = (this.#admitted.get(address) ?? 0) + change;
    if (count > 0) this.#admitted.set(address, count);
    else this.#admitted.delete(address);
  }
}

function oldest(guests: Set<Guest>): number {
  const [first] = guests;
  return first?.number ?? 0;
}
