import { isLoopback } from "../net/addresses";
import type { Caller, Flow } from "./connection";

/** A whole team may sit behind one address; loopback is exempt. */
const maxPerAddress = 100;
const maxUndecidedPerAddress = 32;
/** Each open flow has a socket of its own. */
const maxFlows = 2000;
const maxUndecided = 500;

const isUndecided = ({ state }: Flow) => state === "deciding";
const isRefused = ({ state }: Flow) => state === "refused";
function count(flows: Iterable<Flow>, isOne: (flow: Flow) => boolean): number {
  let found = 0;
  for (const flow of flows) if (isOne(flow)) found += 1;
  return found;
}

const keyOf = ({ address, port, socketId }: Caller) => `${address} ${port} ${socketId}`;

/** All flows, found by their caller during the handshake and by MediaMTX's socket id after it. */
export class Flows {
  readonly #byCaller = new Map<string, Flow>();
  readonly #bySocketId = new Map<number, Flow>();
  readonly #byAddress = new Map<string, Set<Flow>>();

  of(caller: Caller): Flow | undefined {
    return this.#byCaller.get(keyOf(caller));
  }

  /** The open flow whose packets carry this destination. */
  withSocketId(serverSocketId: number): Flow | undefined {
    return this.#bySocketId.get(serverSocketId);
  }

  all(): Flow[] {
    return [...this.#byCaller.values()];
  }

  /**
   * False when one more flow from there, or at all, would be too many. When only the undecided are too many, the oldest
   * one of the address with most of them makes room for an address with fewer.
   */
  makeRoomFor({ address }: Caller): boolean {
    const neighbours = this.#byAddress.get(address) ?? new Set();
    const undecided = count(neighbours, isUndecided);
    const tooMany = neighbours.size >= maxPerAddress || undecided >= maxUndecidedPerAddress;
    if (tooMany && !isLoopback(address)) return false;
    // Refused callers are remembered only while nobody else needs the room.
    if (this.#byCaller.size >= maxFlows) this.#forgetRefused();
    if (this.#byCaller.size >= maxFlows) return false;
    return count(this.#byCaller.values(), isUndecided) < maxUndecided || this.#dropOne(undecided);
  }

  /** How many callers from there were refused within the last seconds. */
  refusedAt({ address }: Caller): number {
    return count(this.#byAddress.get(address) ?? [], isRefused);
  }

  add(flow: Flow): void {
    this.#byCaller.set(keyOf(flow.caller), flow);
    const { address } = flow.caller;
    const neighbours = this.#byAddress.get(address) ?? new Set();
    this.#byAddress.set(address, neighbours.add(flow));
  }

  opened(flow: Flow, serverSocketId: number): void {
    this.#bySocketId.set(serverSocketId, flow);
  }

  delete(flow: Flow): void {
    this.#byCaller.delete(keyOf(flow.caller));
    if (this.#bySocketId.get(flow.serverSocketId) === flow) {
      this.#bySocketId.delete(flow.serverSocketId);
    }
    const neighbours = this.#byAddress.get(flow.caller.address);
    neighbours?.delete(flow);
    if (neighbours?.size === 0) this.#byAddress.delete(flow.caller.address);
  }

  /** Drops an undecided flow of an address that has more of them than `fewer`; false when there is none. */
  #dropOne(fewer: number): boolean {
    const crowds = [...this.#byAddress.values()].map((flows) => [...flows].filter(isUndecided));
    const largest = crowds.reduce((one, other) => (other.length > one.length ? other : one), []);
    const [oldest] = largest;
    if (!oldest || largest.length <= fewer) return false;
    oldest.end("no room");
    return true;
  }

  #forgetRefused(): void {
    for (const flow of this.all()) if (isRefused(flow)) flow.end("no room");
  }
}
