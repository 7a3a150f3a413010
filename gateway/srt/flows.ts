import { isLoopback } from "../places";
import type { Caller, Flow } from "./flow";

/** A whole team may sit behind one address; loopback is exempt. */
const maxPerAddress = 100;
const maxUndecidedPerAddress = 32;
/** Each open flow has a socket of its own. */
const maxFlows = 2000;
const maxUndecided = 500;

const isUndecided = ({ state }: Flow) => state === "deciding";
const isRefused = ({ state }: Flow) => state === "refused";
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

  /** False when one more flow from there, or at all, would be too many. */
  hasRoomFor({ address }: Caller): boolean {
    const neighbours = [...(this.#byAddress.get(address) ?? [])];
    const tooMany =
      neighbours.length >= maxPerAddress ||
      neighbours.filter(isUndecided).length >= maxUndecidedPerAddress;
    if (tooMany && !isLoopback(address)) return false;
    // Refused callers are remembered only while nobody else needs the room.
    if (this.#byCaller.size >= maxFlows) this.#forgetRefused();
    return this.#byCaller.size < maxFlows && this.#undecided() < maxUndecided;
  }

  /** How many callers from there were refused within the last seconds. */
  refusedAt({ address }: Caller): number {
    return [...(this.#byAddress.get(address) ?? [])].filter(isRefused).length;
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

  #undecided(): number {
    let count = 0;
    for (const flow of this.#byCaller.values()) if (isUndecided(flow)) count += 1;
    return count;
  }

  #forgetRefused(): void {
    for (const flow of this.all()) if (isRefused(flow)) flow.end("no room");
  }
}
