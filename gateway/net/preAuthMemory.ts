/**
 * What clients without a decision may make the gateway hold, on all servers together; the smallest task has 512 MiB.
 */
export const maxPreAuthMemoryBytes = 16 * 2 ** 20;

/** Most bytes of a request line with its headers, or of a handshake with `connect`. */
export const maxHeaderBytes = 8_192;

/** What one client without a decision makes the gateway hold. */
export interface HeldBytes {
  /** How many bytes it is now. May evict clients, this one included. */
  set(bytes: number): void;
  /** The client has been decided about, or its connection has ended. */
  release(): void;
}

interface Holder {
  bytes: number;
  readonly evict: () => void;
}

interface Holders {
  bytes: number;
  readonly all: Set<Holder>;
}

/**
 * One budget in bytes for the clients without a decision, of all protocols. When it is exceeded, the client that
 * holds most at the address that holds most is evicted, so that a client that fills the budget evicts itself.
 */
export class PreAuthMemory {
  readonly #maxBytes: number;
  readonly #byAddress = new Map<string, Holders>();
  #bytes = 0;

  constructor(maxBytes = maxPreAuthMemoryBytes) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** `evict` is to end the connection; it is called once at most. */
  open(address: string, evict: () => void): HeldBytes {
    const holders = this.#byAddress.get(address) ?? { bytes: 0, all: new Set() };
    this.#byAddress.set(address, holders);
    const holder: Holder = { bytes: 0, evict };
    holders.all.add(holder);
    return {
      set: (bytes) => {
        if (!holders.all.has(holder)) return;
        this.#count(holders, holder, bytes);
        while (this.#bytes > this.#maxBytes) this.#evictLargest();
      },
      release: () => this.#remove(address, holders, holder),
    };
  }

  #count(holders: Holders, holder: Holder, bytes: number): void {
    const change = bytes - holder.bytes;
    holder.bytes = bytes;
    holders.bytes += change;
    this.#bytes += change;
  }

  #remove(address: string, holders: Holders, holder: Holder): void {
    if (!holders.all.delete(holder)) return;
    holders.bytes -= holder.bytes;
    this.#bytes -= holder.bytes;
    if (holders.all.size === 0) this.#byAddress.delete(address);
  }

  #evictLargest(): void {
    const [address, holders] = [...this.#byAddress].reduce((largest, one) =>
      one[1].bytes > largest[1].bytes ? one : largest,
    );
    const holder = [...holders.all].reduce((largest, one) =>
      one.bytes > largest.bytes ? one : largest,
    );
    this.#remove(address, holders, holder);
    holder.evict();
  }
}
