import { isLoopback } from "./addresses";
import { type HeldBytes, PreAuthMemory } from "./preAuthMemory";

export interface ConnectionLimits {
  /** Connections of admitted clients, in all and per address. */
  readonly admitted: number;
  readonly admittedPerAddress: number;
  /** Connections of clients without a decision, in all and per address. */
  readonly pending: number;
  readonly pendingPerAddress: number;
}

/**
 * One connection per stream: far more than one task can serve, two file descriptors each of Fargate's 65,535. A whole
 * team behind one mobile or satellite address fits.
 */
export const streamConnectionLimits: ConnectionLimits = {
  admitted: 2_000,
  admittedPerAddress: 200,
  pending: 2_000,
  pendingPerAddress: 200,
};

/** Browsers open up to six connections each: 200 viewers behind one address fit. */
export const httpConnectionLimits: ConnectionLimits = {
  admitted: 6_000,
  admittedPerAddress: 1_200,
  pending: 2_000,
  pendingPerAddress: 600,
};

/** The slot of one connection. */
export interface ConnectionSlot {
  /** The client is admitted: exempt from eviction from now on. */
  admit(): void;
  /** Bytes that the gateway holds for the client until it is decided about. */
  hold(bytes: number): void;
  /** The connection has ended. */
  release(): void;
}

interface PendingConnection {
  /** Higher for later connections. */
  readonly number: number;
  readonly drop: () => void;
  readonly held: HeldBytes;
}

/**
 * Limits connections, in all and per client address; loopback, where bridges run, only in all. Pending connections
 * have slots of their own: when these are taken, a new connection evicts the oldest one of the address that has most,
 * so that a client that fills them evicts its own. No admitted client is ever dropped.
 */
export class ConnectionLimiter {
  readonly #limits: ConnectionLimits;
  readonly #memory: PreAuthMemory;
  readonly #pending = new Map<string, Set<PendingConnection>>();
  readonly #admitted = new Map<string, number>();
  #pendingCount = 0;
  #admittedCount = 0;
  #number = 0;

  /** `memory` is shared by all servers. */
  constructor(limits: ConnectionLimits, memory = new PreAuthMemory()) {
    this.#limits = limits;
    this.#memory = memory;
  }

  /**
   * A slot for a pending connection; undefined when there is none for an admitted client. `drop` is to end the
   * connection when its slot is given to another one.
   */
  acquire(address: string, drop: () => void): ConnectionSlot | undefined {
    const { admitted, admittedPerAddress } = this.#limits;
    const known = this.#admitted.get(address) ?? 0;
    if (this.#admittedCount >= admitted) return undefined;
    if (known >= admittedPerAddress && !isLoopback(address)) return undefined;
    this.#makeRoom(address);
    const evict = () => {
      if (this.#remove(address, connection)) drop();
    };
    const held = this.#memory.open(address, evict);
    const connection: PendingConnection = { number: this.#number++, drop, held };
    const sameAddress = this.#pending.get(address) ?? new Set();
    this.#pending.set(address, sameAddress.add(connection));
    this.#pendingCount += 1;
    let isAdmitted = false;
    return {
      admit: () => {
        if (!this.#remove(address, connection)) return;
        isAdmitted = true;
        this.#countAdmitted(address, 1);
      },
      hold: (bytes) => held.set(bytes),
      release: () => {
        if (isAdmitted) this.#countAdmitted(address, -1);
        else this.#remove(address, connection);
        isAdmitted = false;
      },
    };
  }

  #makeRoom(address: string): void {
    const { pending, pendingPerAddress } = this.#limits;
    const sameAddress = this.#pending.get(address);
    if (sameAddress && sameAddress.size >= pendingPerAddress && !isLoopback(address)) {
      this.#dropOldest(address, sameAddress);
    } else if (this.#pendingCount >= pending) {
      this.#dropOldest(...this.#largestGroup());
    }
  }

  /** Of groups of one size, the one with the oldest connection. */
  #largestGroup(): [string, Set<PendingConnection>] {
    let largest: [string, Set<PendingConnection>] = ["", new Set()];
    for (const group of this.#pending) {
      const more = group[1].size - largest[1].size;
      if (more > 0 || (more === 0 && oldest(group[1]) < oldest(largest[1]))) largest = group;
    }
    return largest;
  }

  #dropOldest(address: string, group: Set<PendingConnection>): void {
    const [first] = group;
    if (!first) return;
    this.#remove(address, first);
    first.drop();
  }

  /** False when the connection is no longer pending. */
  #remove(address: string, connection: PendingConnection): boolean {
    const sameAddress = this.#pending.get(address);
    if (!sameAddress?.delete(connection)) return false;
    connection.held.release();
    this.#pendingCount -= 1;
    if (sameAddress.size === 0) this.#pending.delete(address);
    return true;
  }

  #countAdmitted(address: string, change: 1 | -1): void {
    this.#admittedCount += change;
    const count = (this.#admitted.get(address) ?? 0) + change;
    if (count > 0) this.#admitted.set(address, count);
    else this.#admitted.delete(address);
  }
}

function oldest(group: Set<PendingConnection>): number {
  const [first] = group;
  return first?.number ?? 0;
}
