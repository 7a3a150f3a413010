import { isLoopback } from "../net/addresses";
import type { Caller, SrtConnection } from "./connection";

/** A whole team may sit behind one address; loopback is exempt. */
const maxPerAddress = 100;
const maxUndecidedPerAddress = 32;
/** Each open connection has a socket of its own. */
const maxConnections = 2000;
const maxUndecided = 500;

const isUndecided = ({ state }: SrtConnection) => state === "deciding";
const isRefused = ({ state }: SrtConnection) => state === "refused";
function count(
  connections: Iterable<SrtConnection>,
  isOne: (connection: SrtConnection) => boolean,
): number {
  let found = 0;
  for (const connection of connections) if (isOne(connection)) found += 1;
  return found;
}

const keyOf = ({ address, port, socketId }: Caller) => `${address} ${port} ${socketId}`;

/** All connections, found by their caller during the handshake and by MediaMTX's socket id after it. */
export class SrtConnections {
  readonly #byCaller = new Map<string, SrtConnection>();
  readonly #bySocketId = new Map<number, SrtConnection>();
  readonly #byAddress = new Map<string, Set<SrtConnection>>();

  of(caller: Caller): SrtConnection | undefined {
    return this.#byCaller.get(keyOf(caller));
  }

  /** The open connection whose packets carry this destination. */
  withSocketId(serverSocketId: number): SrtConnection | undefined {
    return this.#bySocketId.get(serverSocketId);
  }

  all(): SrtConnection[] {
    return [...this.#byCaller.values()];
  }

  /**
   * False when one more connection from there, or at all, would be too many. When only the undecided are too many, the oldest
   * one of the address with most of them makes room for an address with fewer.
   */
  makeRoomFor({ address }: Caller): boolean {
    const sameAddress = this.#byAddress.get(address) ?? new Set();
    const undecided = count(sameAddress, isUndecided);
    const tooMany = sameAddress.size >= maxPerAddress || undecided >= maxUndecidedPerAddress;
    if (tooMany && !isLoopback(address)) return false;
    // Refused callers are remembered only while there is room.
    if (this.#byCaller.size >= maxConnections) this.#forgetRefused();
    if (this.#byCaller.size >= maxConnections) return false;
    return count(this.#byCaller.values(), isUndecided) < maxUndecided || this.#dropOne(undecided);
  }

  /** How many callers from there were refused within the last seconds. */
  refusedAt({ address }: Caller): number {
    return count(this.#byAddress.get(address) ?? [], isRefused);
  }

  add(connection: SrtConnection): void {
    this.#byCaller.set(keyOf(connection.caller), connection);
    const { address } = connection.caller;
    const sameAddress = this.#byAddress.get(address) ?? new Set();
    this.#byAddress.set(address, sameAddress.add(connection));
  }

  opened(connection: SrtConnection, serverSocketId: number): void {
    this.#bySocketId.set(serverSocketId, connection);
  }

  delete(connection: SrtConnection): void {
    this.#byCaller.delete(keyOf(connection.caller));
    if (this.#bySocketId.get(connection.serverSocketId) === connection) {
      this.#bySocketId.delete(connection.serverSocketId);
    }
    const sameAddress = this.#byAddress.get(connection.caller.address);
    sameAddress?.delete(connection);
    if (sameAddress?.size === 0) this.#byAddress.delete(connection.caller.address);
  }

  /** Drops an undecided connection of an address that has more of them than `fewer`; false when there is none. */
  #dropOne(fewer: number): boolean {
    const groups = [...this.#byAddress.values()].map((connections) =>
      [...connections].filter(isUndecided),
    );
    const largest = groups.reduce((one, other) => (other.length > one.length ? other : one), []);
    const [oldest] = largest;
    if (!oldest || largest.length <= fewer) return false;
    oldest.end("evicted");
    return true;
  }

  #forgetRefused(): void {
    for (const connection of this.all()) if (isRefused(connection)) connection.end("evicted");
  }
}
