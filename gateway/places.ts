import { plainAddress } from "./proxyProtocol";

/** Far more than one task can serve; two file descriptors each, of Fargate's 65,535. */
export const maxConnections = 2_000;

/** A whole team behind one mobile or satellite address fits; one flooder cannot take all places. */
export const maxConnectionsPerAddress = 200;

export const isLoopback = (address: string): boolean =>
  /^(?:127\.|::1$)/.test(plainAddress(address));

/** Counts connections, in all and per client address; loopback, where bridges run, only in all. */
export class Places {
  readonly #perAddress = new Map<string, number>();
  #taken = 0;

  /** False when there is no place left, for anybody or for this address. */
  take(address: string): boolean {
    const open = this.#perAddress.get(address) ?? 0;
    if (this.#taken >= maxConnections) return false;
    if (open >= maxConnectionsPerAddress && !isLoopback(address)) return false;
    this.#taken++;
    this.#perAddress.set(address, open + 1);
    return true;
  }

  /** Gives a place back that was taken. */
  leave(address: string): void {
    this.#taken--;
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
  }
}
