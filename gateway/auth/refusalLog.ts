import type { Log } from "../log";
import { addressKey } from "./limits/addressKey";

const sumEveryMs = 60_000;
/** Limits on distinct refusals, per address and in all, and on addresses whose further refusals are summed. */
const maxPerAddress = 50;
const maxRefusals = 1_000;
const maxAddresses = 1_000;

export interface LoggedRefusal {
  readonly protocol: string;
  readonly action: string;
  readonly user: string | undefined;
  readonly clientAddress: string;
  readonly reason: string;
  readonly stream: string;
}

interface Repeated {
  readonly refusal: LoggedRefusal;
  readonly address: string;
  /** Since the last line about it. */
  count: number;
}

/**
 * Logs a refusal at once, and its repetitions once a minute, so that a client that is refused a thousand times a
 * second does not fill the log. Refusals beyond the limits are summed per address, then in all.
 */
export class RefusalLog {
  readonly #log: Log;
  readonly #refusals = new Map<string, Repeated>();
  readonly #perAddress = new Map<string, number>();
  readonly #overflow = new Map<string, number>();
  #rest = 0;
  readonly #timer = setInterval(() => this.sum(), sumEveryMs).unref();

  constructor(log: Log) {
    this.#log = log;
  }

  /** `hint` is logged with the first of its kind. */
  add(refusal: LoggedRefusal, hint?: string): void {
    const key = JSON.stringify(refusal);
    const repeated = this.#refusals.get(key);
    if (repeated) {
      repeated.count += 1;
      return;
    }
    const address = addressKey(refusal.clientAddress) ?? "loopback";
    const count = this.#perAddress.get(address) ?? 0;
    if (count >= maxPerAddress || this.#refusals.size >= maxRefusals) {
      this.#addRest(address);
      return;
    }
    this.#perAddress.set(address, count + 1);
    this.#refusals.set(key, { refusal, address, count: 0 });
    this.#log.warn({ ...refusal, ...(hint === undefined ? {} : { hint }) }, "auth refused");
  }

  /** Logs what has been repeated, and forgets what has not. */
  sum(): void {
    for (const [key, repeated] of [...this.#refusals]) {
      const { refusal, address, count } = repeated;
      if (count > 0) this.#log.warn({ ...refusal, count }, "auth refused");
      else this.#forget(key, address);
      repeated.count = 0;
    }
    const various = { reason: "various" };
    for (const [clientAddress, count] of this.#overflow) {
      this.#log.warn({ clientAddress, ...various, count }, "auth refused");
    }
    if (this.#rest > 0) this.#log.warn({ ...various, count: this.#rest }, "auth refused");
    this.#overflow.clear();
    this.#rest = 0;
  }

  /** Logs what has not been logged yet. */
  close(): void {
    clearInterval(this.#timer);
    this.sum();
  }

  #addRest(address: string): void {
    const count = this.#overflow.get(address);
    if (count === undefined && this.#overflow.size >= maxAddresses) this.#rest += 1;
    else this.#overflow.set(address, (count ?? 0) + 1);
  }

  #forget(key: string, address: string): void {
    this.#refusals.delete(key);
    const count = (this.#perAddress.get(address) ?? 0) - 1;
    if (count > 0) this.#perAddress.set(address, count);
    else this.#perAddress.delete(address);
  }
}
