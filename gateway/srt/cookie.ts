import { createHmac, createSecretKey, randomBytes } from "node:crypto";
import { monotonicMs } from "../process/monotonic";

const slotMs = 30_000;

/**
 * SYN cookies: a caller that brings one back owns its address. They are computed, not kept, so that
 * INDUCTIONs from forged addresses leave nothing behind. Good for 30 to 60 s.
 */
export class Cookies {
  readonly #key = createSecretKey(randomBytes(32));
  readonly #now: () => number;

  /** @param now milliseconds */
  constructor(now: () => number = monotonicMs) {
    this.#now = now;
  }

  /** Never 0, which callers send before they have one. */
  issue(address: string, port: number): number {
    return this.#compute(address, port, this.#slot());
  }

  verify(cookie: number, address: string, port: number): boolean {
    const slot = this.#slot();
    return [slot, slot - 1].some((one) => this.#compute(address, port, one) === cookie);
  }

  #slot(): number {
    return Math.floor(this.#now() / slotMs);
  }

  #compute(address: string, port: number, slot: number): number {
    const mac = createHmac("sha256", this.#key).update(`${slot} ${port} ${address}`).digest();
    return mac.readUInt32BE(0) || 1;
  }
}
